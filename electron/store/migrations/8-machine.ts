import type { Migration } from "../migrations.ts";

export const machine: Migration = {
  version: 8,
  name: "the machine that a database was last opened on",
  sql: `
create table machine (
  -- One row. A copied data folder opens on another machine: its parcel numbers then begin otherwise.
  one integer primary key check (one = 1),
  mark text not null,             -- a hash of host name and machine id
  parcel_prefix text              -- in place of the install id in parcel numbers; null: the install id itself
) strict;
`,
};
