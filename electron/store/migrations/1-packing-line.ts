import type { Migration } from "../migrations.ts";

export const packingLine: Migration = {
  version: 1,
  name: "the packing line",
  sql: `
create table identity (
  -- One row. The install id makes parcel numbers unique between stations and reinstalls.
  one integer primary key check (one = 1),
  install_id text not null,
  last_parcel_at integer not null default 0,
  packer text,                    -- who works here, by badge scan; null until somebody said so
  open_ft_no text                 -- the task on the bench, so that a restart goes on with it
) strict;

create table task (
  -- With a rowid: a row of some kilobytes then lies in one page, and a change of state writes no other
  ft_no text not null primary key,
  order_no text not null,
  status text not null,
  way text not null,
  state text not null check (state in ('waiting','packing','done','held','cancelled','done-elsewhere')),
  ship_by integer,
  task text not null,             -- the station's own reading (shared/task.ts), JSON
  raw text not null,              -- as OMS4 sent it, unknown fields included
  first_seen_at integer not null,
  changed_at integer not null,
  opened_at integer,
  started_at integer,
  done_at integer,
  hold_reason text,
  carrier_id text,                -- chosen at the bench for a task without an integrated carrier
  acknowledged_at integer,        -- packing instruction read
  units integer not null,
  label_wanted integer not null default 0, -- 1: integrated, one parcel, label not fetched yet
  label_checked_at integer,
  seal integer not null generated always as (seal(concat_ws('|', ft_no, task))) stored
) strict;
-- the list of what is to leave next
create index task_by_ship_by on task (state, ship_by, ft_no);
-- labels to fetch ahead
create index task_label_wanted on task (label_checked_at, ship_by) where label_wanted = 1;

-- today's pace
create index task_by_done on task (done_at, opened_at) where done_at is not null;

create table task_code (
  -- codes that open a task: its own number, its order number, its tracking numbers (normalised)
  code text not null,
  ft_no text not null references task (ft_no),
  kind text not null check (kind in ('ft','order','tracking')),
  primary key (code, ft_no, kind)
) strict, without rowid;
create table item (
  -- every code that packs a unit of anything (normalised), what it is called, and what a count of it counts
  code text not null,
  product text not null,          -- brand code and brand SKU code (shared/count.ts)
  brand_code text not null,       -- either may be blank, as OMS4 gave it
  brand_sku_code text not null,
  name text not null,
  taught integer not null default 0, -- 1: a person said so at the bench
  primary key (code, product)
) strict, without rowid;

create table cancellation (
  ct_no text primary key,
  ft_no text not null,
  status text not null,
  whole integer not null,         -- 1: the whole task
  details text not null,          -- cancelled detail ids, JSON array
  keeps text,                     -- units that are still wanted of lines cancelled in part, JSON object; null: whole lines only
  raw text not null,
  first_seen_at integer not null,
  updated_at integer,
  seal integer not null generated always as (seal(concat_ws('|', ct_no, ft_no, status, whole, details))) stored
) strict, without rowid;
create index cancellation_by_task on cancellation (ft_no);

create table cancel_request (
  -- the buyer asks; while it is open nothing of the task leaves
  ft_no text not null,
  requested_at integer not null,  -- 0: OMS4 gave no time
  state text not null check (state in ('open','granted','refused','unclear','released')),
  result text not null,           -- OMS4's own word
  raw text not null,
  first_seen_at integer not null,
  changed_at integer not null,
  primary key (ft_no, requested_at)
) strict, without rowid;
create index cancel_request_holding on cancel_request (ft_no) where state in ('open','unclear');

create table parcel_stop (
  -- packed parcels that must not leave as they are, until a person has dealt with them
  parcel_no text primary key,
  ft_no text not null,
  kind text not null check (kind in ('pull','take-out','request','relabel','more','left')),
  words text not null,            -- what to do, as it was said
  at integer not null,
  done_at integer                 -- only what can't be put right any more stays, dealt with
) strict, without rowid;
create index parcel_stop_by_task on parcel_stop (ft_no);
-- what needs a person
create index parcel_stop_open on parcel_stop (at) where done_at is null;

create table parcel_elsewhere (
  -- parcels OMS4 has of our tasks that are not ours: another station packs there
  parcel_no text primary key,
  ft_no text not null,
  seen_at integer not null
) strict, without rowid;
create index parcel_elsewhere_by_task on parcel_elsewhere (ft_no);

-- packed tasks OMS4 changed, of which the bench has not drawn the consequences yet: a crash between the two forgets nothing
create table unsettled (
  ft_no text primary key,
  relabel integer not null default 0 -- 1: address or carrier are others now
) strict, without rowid;

create table parcel (
  parcel_no text primary key,
  ft_no text not null references task (ft_no),
  sequence integer not null,
  state text not null check (state in ('open','closed','handed-over','pulled')),
  carton text,
  carrier_id text,
  carrier_name text,
  carrier_type text,
  tracking_no text,
  weight_g integer,               -- weighed or keyed at the bench; null: made from the lines and the carton, where those are known
  weight_source text check (weight_source in ('scale','keyed')),
  learned_as text,                -- the content (learned_weight) its weight was learned for; reopening takes it back
  cost_cents integer,             -- what an own delivery costs, keyed at the bench, in hundredths; null: as the settings say
  milestone text,                 -- the last of OMS4's five that was told
  opened_at integer not null,
  closed_at integer,
  reported_items text,            -- what Packing Finished said, JSON; null until it was queued
  label_wanted integer not null default 0, -- 1: integrated and closed, its label is still to come; 2: the same, once OMS4 knows what is in it
  label_checked_at integer,
  seal integer not null generated always as (seal(concat_ws('|', parcel_no, ft_no, sequence, carton, carrier_id, carrier_name, carrier_type, tracking_no, reported_items))) stored,
  unique (ft_no, sequence)
) strict, without rowid;
create index parcel_by_closed on parcel (closed_at) where closed_at is not null;
create index parcel_label_wanted on parcel (label_checked_at) where label_wanted = 1;
-- boxes whose label has not come, by how long they wait; a parcel closed with its label never touches it
create index parcel_label_waiting on parcel (closed_at) where label_wanted > 0;

create table learned_weight (
  -- what parcels of the same content weighed, as sums of whole grams; a station without a scale never touches it
  content text primary key,       -- a hash: contents may have hundreds of lines
  parcels integer not null,
  sum_g integer not null,
  sum_of_squares integer not null,
  changed_at integer not null
) strict, without rowid;

create table packed_unit (
  -- one accepted item scan; a parcel's content is the sum of its rows, undo removes the newest
  id integer primary key,
  scan_no integer not null,       -- rows of one scan share it: a case code may fill several lines
  parcel_no text not null references parcel (parcel_no),
  ft_no text not null,
  detail_id text not null,
  qty integer not null check (qty > 0),
  code text not null,
  batch text,
  serial text,
  at integer not null,
  seal integer not null generated always as (seal(concat_ws('|', scan_no, parcel_no, ft_no, detail_id, qty, code, batch, serial, at))) stored
) strict;
create index packed_unit_by_task on packed_unit (ft_no, id);

create table label (
  id integer primary key,
  ft_no text not null,
  parcel_no text,                 -- null: fetched ahead, not bound to a parcel of ours yet
  tracking_no text not null,
  carrier text not null,
  delivery_type text not null,
  format text not null,
  bytes blob not null,
  sha256 text not null,
  fetched_at integer not null,
  unique (ft_no, sha256, tracking_no)
) strict;
create index label_by_parcel on label (parcel_no) where parcel_no is not null;

create table label_check (
  -- what reading a label's barcodes back gave; there from the moment the label is stored
  label_id integer primary key,
  outcome text not null default 'waiting'
    check (outcome in ('waiting','match','no-number','mismatch','other-parcel','unreadable','not-checked')),
  words text not null default '',
  codes text,                     -- barcodes read, JSON; null: nobody could look
  dpi integer,                    -- of its dots; null: there are none
  checked_at integer,
  released text                   -- why a person lets it print although it is blocked
) strict;
create index label_check_waiting on label_check (label_id) where outcome = 'waiting';
create trigger label_is_to_be_checked after insert on label begin
  insert into label_check (label_id) values (new.id);
end;
create table label_raster (
  -- a label's pages as the printer draws them, PNG of one bit a dot; dropped when its parcel has left
  label_id integer not null,
  page integer not null,
  png blob not null,
  primary key (label_id, page)
) strict;

create table parked_box (
  -- boxes that left the bench with a parking slip: their label prints when the slip is scanned; gone once it is queued
  parcel_no text primary key,
  ft_no text not null,
  parked_at integer not null,
  label_at integer,               -- the label came and waits for the slip
  back_until integer not null default 0 -- the slip was scanned: until then the box stands at the bench, and its label prints by itself
) strict, without rowid;

create table label_change (
  -- OMS4 has another label than the one that went to the printer: open until the new one is printed or a person gives it up
  parcel_no text primary key,
  ft_no text not null,
  old_label_id integer not null,
  label_id integer,               -- null: only the tracking number is known to be another, the label is still to come
  old_tracking_no text not null,
  tracking_no text not null,
  at integer not null
) strict, without rowid;

create table print_job (
  id integer primary key,
  parcel_no text,                 -- null: a test print or the command sheet
  ft_no text,
  document text not null,
  copy integer not null,          -- 1: the automatic print; 2 and up: reprints
  reason text,                    -- why a reprint was asked for
  label_id integer references label (id),
  printer text not null,          -- URI
  state text not null check (state in ('queued','rendered','sent','accepted','printed','scanned','unknown','failed','cancelled')),
  device_ref text,                -- the spooler's job id, the file's name
  settled integer not null default 0, -- 1: the queue does nothing more with it by itself
  failure text,                   -- JSON
  attempts integer not null default 0,
  next_at integer not null default 0, -- not tried before, ms
  sent_at integer,                -- before the first byte left; what a crash is looked into from
  created_at integer not null,
  changed_at integer not null,
  seal integer not null generated always as (seal(concat_ws('|', parcel_no, ft_no, document, copy, label_id))) stored,
  unique (parcel_no, document, copy)
) strict;
-- what the queue works on, in order
create index print_job_open on print_job (id) where settled = 0;
-- what needs a person
create index print_job_trouble on print_job (id) where state in ('failed','unknown');
create index print_job_by_parcel on print_job (parcel_no) where parcel_no is not null;
create trigger relabelled after update of state on print_job
  when new.document = 'own-label' and new.settled = 1 and new.state in ('sent','accepted','printed','scanned') begin
  delete from parcel_stop where parcel_no = new.parcel_no and kind = 'relabel' and at <= new.created_at;
end;
create trigger label_change_is_over after update of state on print_job
  when new.settled = 1 and new.label_id is not null and new.state in ('sent','accepted','printed','scanned') begin
  delete from label_change where parcel_no = new.parcel_no and label_id = new.label_id;
end;

create table outbox (
  id integer primary key,
  ft_no text not null,            -- entries of one task go in order of id
  parcel_no text,
  call text not null check (call in ('parcel-packed','task-activity','parcel-activity')),
  body text not null,             -- the request body, made with the decision; only a person's correction changes it
  urgent integer not null,        -- 0: may wait behind everything else (task received)
  state text not null check (state in ('pending','sending','done','parked','discarded','moved')),
  ambiguous integer not null default 0, -- 1: an earlier try may have taken effect, look first
  attempts integer not null default 0,
  next_at integer not null,
  failure text,                   -- JSON
  created_at integer not null,
  changed_at integer not null,
  failing_since integer,          -- it fails for a reason of its own, again and again, since then
  corrected integer not null default 0, -- 1: a person changed the body after an earlier form of it may have arrived
  seal integer not null generated always as (seal(concat_ws('|', ft_no, parcel_no, call, body, created_at))) stored
) strict;
create index outbox_open on outbox (ft_no, id) where state in ('pending','sending','parked');
create index outbox_due on outbox (urgent desc, next_at, id) where state = 'pending';
create index outbox_by_parcel on outbox (parcel_no) where parcel_no is not null;
create index outbox_parked on outbox (id) where state = 'parked';
create index outbox_sending on outbox (id) where state = 'sending';
-- what OMS4 keeps failing on; no entry that goes well ever touches it
create index outbox_failing on outbox (failing_since) where failing_since is not null;
-- Of a split task OMS4 makes a label only once it knows what is in the parcel: until then nobody asks for it
create trigger label_waits_for_report after insert on outbox when new.call = 'parcel-packed' begin
  update parcel set label_wanted = 2 where parcel_no = new.parcel_no and label_wanted = 1 and (select way from task where ft_no = new.ft_no) = 'split';
end;
create trigger label_may_come after update of state on outbox when new.call = 'parcel-packed' and new.state = 'done' begin
  update parcel set label_wanted = 1 where parcel_no = new.parcel_no and label_wanted = 2;
end;

create table journal (
  -- append-only: every decision, who, what, when, before and after
  id integer primary key,
  at integer not null,
  station_id text not null,
  packer text,
  ft_no text,
  parcel_no text,
  kind text not null,
  before text,
  after text,
  seal integer not null generated always as (seal(concat_ws('|', at, station_id, packer, ft_no, parcel_no, kind, before, after))) stored
) strict;
create index journal_by_task on journal (ft_no, id) where ft_no is not null;
-- what the bench was kept from, today; every other index would cost each decision a page
create index journal_wrong on journal (at) where kind in ('wrong-item','over-scan');
create trigger journal_keeps_update before update on journal begin select raise(abort, 'the journal is append-only'); end;
create trigger journal_keeps_delete before delete on journal begin select raise(abort, 'the journal is append-only'); end;

create table count_row (
  -- the cycle count: the one in progress, rows OMS4 is to hear, rows it refuses, and of each product the row it took last
  id integer primary key,
  product text not null,
  brand_code text not null,
  brand_sku_code text not null,
  name text not null,
  qty integer check (qty between 0 and 999999), -- null: no longer here
  state text not null check (state in ('counting','waiting','failed','done')),
  failure text,                   -- JSON
  packer text,
  attempts integer not null default 0,
  most integer not null default 200, -- may go with so many rows in one call: halved while a bad row is looked for
  next_at integer not null default 0,
  changed_at integer not null,
  unique (product, state)
) strict;
create index count_row_by_state on count_row (state, id);
create index count_row_done on count_row (changed_at) where state = 'done';
-- what UNDO takes back, newest last; empty after FINISH
create table count_step (id integer primary key, change text not null) strict;
-- what the count was in the middle of, JSON: there again after a restart
create table count_session (one integer primary key check (one = 1), state text not null) strict;

create table set_aside (
  -- records OMS4 sent that can't be read: kept with the reason, shown in trouble
  id integer primary key,
  source text not null,
  name text not null,
  reason text not null,           -- the failure, JSON
  raw text not null,
  at integer not null,
  dismissed integer not null default 0, -- 1: a person gave it up; it comes back only when OMS4 sends something else
  unique (source, name)
) strict;

create table imported_entry (
  -- messages taken over from another station, by that one's own marks: the same file a second time changes nothing
  install_id text not null,
  entry_id integer not null,
  created_at integer not null,
  primary key (install_id, entry_id, created_at)
) strict, without rowid;

create table sync_mark (name text primary key, value text not null) strict, without rowid;
`,
};
