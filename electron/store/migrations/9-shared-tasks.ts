import type { Migration } from "../migrations.ts";

export const sharedTasks: Migration = {
  version: 9,
  name: "tasks of which another station packed a part, and this one the rest",
  sql: `
alter table parcel_elsewhere add column released_at integer; -- a supervisor had the rest of its task packed here, ms
`,
};
