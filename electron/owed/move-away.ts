import type { Database } from "../store/database.ts";
import type { Journal } from "../store/journal.ts";
import { numberOf, textOf, type Work } from "./tables.ts";

/** Why a task that was in the middle of being packed is on hold here. */
export const MOVED_REASON = "moved to another station";

/**
 * Marks what a file holds as another station's: this one never tells OMS4 of it, prints none of its labels, and packs none of its open
 * tasks on. Only what is in the file, so that what was decided since stays here. Gives how many messages went.
 */
export const moveAway = (
  { database, journal }: Readonly<{ database: Database; journal: Journal }>,
  work: Work,
  file: string,
  at: number,
): number =>
  database.transaction(() => {
    const entry = database.prepare(
      "update outbox set state = 'moved', changed_at = ? where id = ? and created_at = ? and state in ('pending','sending','parked')",
    );
    const prints = database.prepare(
      "update print_job set state = 'cancelled', settled = 1, failure = null, changed_at = ? where id = ? and state in ('queued','rendered','failed')",
    );
    const label = database.prepare("update parcel set label_wanted = 0 where parcel_no = ?");
    const hold = database.prepare(
      "update task set state = 'held', hold_reason = ?, changed_at = ? where ft_no = ? and state in ('packing','held')",
    );
    const count = database.prepare("delete from count_row where id = ? and changed_at = ? and state <> 'done'");
    const boxes = (["parked_box", "parcel_stop", "old_own_label", "label_change", "scan_back"] as const).map((table) =>
      database.prepare(`delete from ${table} where parcel_no = ?`),
    );

    let moved = 0;
    for (const row of work.rows.outbox) moved += entry.run(at, numberOf(row, "id"), numberOf(row, "created_at")).changes;
    for (const row of work.rows.print_job) prints.run(at, numberOf(row, "id"));
    const open = new Set<string>();
    for (const row of work.rows.parcel) {
      label.run(textOf(row, "parcel_no"));
      for (const statement of boxes) statement.run(textOf(row, "parcel_no"));
      if (textOf(row, "state") === "open") open.add(textOf(row, "ft_no"));
    }
    for (const ftNo of open) hold.run(MOVED_REASON, at, ftNo);
    for (const row of work.rows.count_row) count.run(numberOf(row, "id"), numberOf(row, "changed_at"));
    if (work.openFtNo !== null) database.prepare("update identity set open_ft_no = null where open_ft_no = ?").run(work.openFtNo);
    journal.add(
      {
        kind: "work-moved-away",
        ftNo: null,
        parcelNo: null,
        before: null,
        after: { file, messages: moved, parcels: work.rows.parcel.length, open: [...open] },
      },
      at,
    );
    return moved;
  });
