import type { Migration } from "../migrations.ts";

export const sparePrinter: Migration = {
  version: 4,
  name: "the spare printer",
  sql: `
-- one row: this bench prints its labels on the spare printer, through restarts; no row: on its own
create table printer_switch (one integer primary key check (one = 1), on_spare integer not null check (on_spare in (0, 1)), at integer not null) strict;
`,
};
