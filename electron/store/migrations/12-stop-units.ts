import type { Migration } from "../migrations.ts";

export const stopUnits: Migration = {
  version: 12,
  name: "what a stop is about",
  sql: `
-- units by line, JSON object: a stop of which more is concerned than was said, or dealt with, is a new one
alter table parcel_stop add column units text not null default '{}';
`,
};
