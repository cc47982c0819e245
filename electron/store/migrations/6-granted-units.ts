import type { Migration } from "../migrations.ts";

export const grantedUnits: Migration = {
  version: 6,
  name: "what granted units count from; labels of parcels whose report was given up",
  sql: `
alter table cancel_request add column items text; -- what it is about, JSON; null: an older version saw it, or another answer ended it
alter table cancel_request add column ordered text; -- units ordered by line when it was first seen, JSON object; null: nobody knows
-- what waits for a report that a person gave up is asked for from now on
update parcel set label_wanted = 1 where label_wanted = 2 and state = 'closed' and not exists (
  select 1 from outbox where outbox.parcel_no = parcel.parcel_no and call = 'parcel-packed' and outbox.state in ('pending','sending','parked'));
`,
};
