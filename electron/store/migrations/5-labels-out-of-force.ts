import type { Migration } from "../migrations.ts";

export const labelsOutOfForce: Migration = {
  version: 5,
  name: "labels out of force; milestones of other stations' parcels",
  sql: `
create table label_out_of_force (
  -- stored labels of which OMS4 has named another tracking number: they never come out, the new one is waited for
  label_id integer primary key,
  ft_no text not null,
  tracking_no text not null,      -- the number in force
  at integer not null,
  seal integer not null generated always as (seal(concat_ws('|', label_id, ft_no, tracking_no, at))) stored
) strict;
create index label_out_of_force_by_task on label_out_of_force (ft_no);

create table told_elsewhere (
  -- parcels that other stations packed and of which this one told OMS4 a milestone
  code text primary key,          -- the parcel's number as a scan is compared
  parcel_no text not null,        -- as OMS4 spells it
  ft_no text not null,
  tracking_no text not null,
  carrier text not null,
  milestone text not null,        -- the last of OMS4's five that was told
  at integer not null,
  seal integer not null generated always as (seal(concat_ws('|', code, parcel_no, ft_no, tracking_no, carrier, milestone, at))) stored
) strict, without rowid;
create index told_elsewhere_by_task on told_elsewhere (ft_no);
`,
};
