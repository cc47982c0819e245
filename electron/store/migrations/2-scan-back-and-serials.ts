import type { Migration } from "../migrations.ts";

export const scanBackAndSerials: Migration = {
  version: 2,
  name: "labels scanned back, and pieces with a serial number",
  sql: `
create table scan_back (
  -- closed parcels whose pasted label was not scanned yet; there only while the setting asks for it
  parcel_no text primary key,
  ft_no text not null,
  asked integer not null check (asked in (0, 1)), -- 1: it stands at the bench and is asked for now; 0: put aside, or its label is still to come
  at integer not null,
  seal integer not null generated always as (seal(concat_ws('|', parcel_no, ft_no, at))) stored
) strict, without rowid;
-- the one asked for, with each scan
create index scan_back_asked on scan_back (at) where asked = 1;
-- the list of labels to scan back
create index scan_back_aside on scan_back (at, parcel_no) where asked = 0;
-- Opened again, pulled or gone: whatever does it, nobody waits for its label any more
create trigger scan_back_is_over after update of state on parcel when new.state <> 'closed' begin
  delete from scan_back where parcel_no = new.parcel_no;
end;
-- What must not leave as it is has to be dealt with first; the bench goes on meanwhile
create trigger scan_back_put_aside after insert on parcel_stop begin
  update scan_back set asked = 0 where parcel_no = new.parcel_no and asked = 1;
end;
-- whether this very piece was packed before; scans without a serial number never touch it
create index packed_unit_by_serial on packed_unit (serial) where serial is not null;
`,
};
