import type { Migration } from "../migrations.ts";

export const expiry: Migration = {
  version: 7,
  name: "the expiry date of what was packed",
  sql: `
alter table packed_unit add column expiry text; -- GS1 AI 17 as yyyy-mm-dd; told to nobody, and the journal's sealed line has it too
`,
};
