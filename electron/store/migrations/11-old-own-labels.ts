import type { Migration } from "../migrations.ts";

export const oldOwnLabels: Migration = {
  version: 11,
  name: "own labels that bear an old address",
  sql: `
create table old_own_label (
  -- parcels whose own label may be out with an old address or carrier: a fact of its own, whatever else stops the parcel meanwhile
  parcel_no text primary key,
  ft_no text not null,
  copy integer not null,          -- the last copy that bears it
  at integer not null             -- OMS4 changed it, ms
) strict, without rowid;
drop trigger relabelled;
create trigger old_own_label_is_replaced after update of state on print_job
  when new.document = 'own-label' and new.settled = 1 and new.state in ('sent','accepted','printed','scanned') begin
  delete from old_own_label where parcel_no = new.parcel_no and copy < new.copy;
end;
-- It has not come out after all: what prints then bears the new address
create trigger old_own_label_is_not_out after update of state on print_job
  when new.document = 'own-label' and new.state in ('queued','failed') begin
  delete from old_own_label where parcel_no = new.parcel_no and not exists
    (select 1 from print_job job where job.parcel_no = new.parcel_no and job.document = 'own-label' and job.copy <= old_own_label.copy
       and job.state in ('sent','accepted','printed','scanned','unknown'));
end;
create trigger old_own_label_has_left after update of state on parcel when new.state in ('pulled','handed-over') begin
  delete from old_own_label where parcel_no = new.parcel_no;
end;
create trigger old_own_label_of_no_parcel after delete on parcel begin
  delete from old_own_label where parcel_no = old.parcel_no;
end;
create trigger relabelled after delete on old_own_label begin
  delete from parcel_stop where parcel_no = old.parcel_no and kind = 'relabel';
end;
insert into old_own_label (parcel_no, ft_no, copy, at)
  select parcel_no, ft_no, coalesce((select max(copy) from print_job job
    where job.parcel_no = parcel_stop.parcel_no and job.document = 'own-label' and job.created_at < parcel_stop.at), 0), at
  from parcel_stop where kind = 'relabel';
`,
};
