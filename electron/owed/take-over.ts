import { SLIPS } from "../../shared/parcel.ts";
import { fulfillmentTaskSchema } from "../../shared/task.ts";
import type { Database, Value } from "../store/database.ts";
import type { Journal } from "../store/journal.ts";
import { MOVED_REASON } from "./move-away.ts";
import { oldLabelsByStop } from "./old-labels.ts";
import type { OwedFile } from "./owed-file.ts";
import { numberOf, textOf, type Row, type Work } from "./tables.ts";
import type { TakenOver } from "./taken-over.ts";
import { createRowWriter } from "./write-rows.ts";

const IS_LABEL = `j.document not in (${SLIPS.map((slip) => `'${slip}'`).join(",")})`;
const OWED = ["pending", "sending", "parked"];
const HISTORY = ["done", "discarded", "moved"];

const isJsonObject = (text: string): boolean => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null;
  } catch {
    return false;
  }
};
const isTask = (text: string): boolean => isJsonObject(text) && fulfillmentTaskSchema.safeParse(JSON.parse(text)).success;

const without = (row: Row, ...columns: readonly string[]): Row =>
  Object.fromEntries(Object.entries(row).filter(([column]) => !columns.includes(column)));
const by = (rows: readonly Row[], column: string): ReadonlyMap<string, readonly Row[]> => Map.groupBy(rows, (row) => textOf(row, column));

/**
 * Takes another station's work over, in one transaction. Parcel numbers stay what they are; every message goes behind a look at OMS4,
 * because nobody knows what became of it there; what the printer may have had is asked about. The same file again changes nothing.
 *
 * @param printer URI of this station's printer, for labels that have not come out
 */
export const takeOver = (
  parts: Readonly<{ database: Database; journal: Journal; printer: string }>,
  { work, at: exportedAt }: OwedFile,
  at: number,
): TakenOver => parts.database.transaction(() => write(parts, work, exportedAt, at));

const write = (
  { database, journal, printer }: Readonly<{ database: Database; journal: Journal; printer: string }>,
  work: Work,
  exportedAt: number,
  at: number,
): TakenOver => {
  const rows = createRowWriter(database);
  const done = { tasks: 0, parcels: 0, messages: 0, prints: 0, counts: 0, known: 0 };
  const both: string[] = [];
  const refused: string[] = [];
  const touched = new Set<string>();
  const touch = (ftNo: string): void => {
    if (ftNo !== "") touched.add(ftNo);
  };
  const put = (table: string, row: Row, name: string): Readonly<{ changed: boolean; id: number }> => {
    const written = rows.write(table, row, "fail");
    if (written.refused !== null) refused.push(`${name}: ${written.refused}`);
    if (written.changed) touch(textOf(row, "ft_no"));
    return written;
  };
  const one = (sql: string) => database.prepare<Record<string, string | number | null>>(sql);
  const ownInstall = one("select install_id from identity").get()?.["install_id"] === work.installId;
  const taskHere = one("select state, hold_reason from task where ft_no = ?");
  const parcelHere = one("select ft_no, sequence from parcel where parcel_no = ?");
  const entryHere = one("select state, created_at from outbox where id = ?");
  const entryTaken = one("select 1 as taken from imported_entry where install_id = ? and entry_id = ? and created_at = ?");
  const noteEntry = database.prepare("insert into imported_entry (install_id, entry_id, created_at) values (?, ?, ?)");
  const takeBack = database.prepare(
    "update outbox set state = 'pending', ambiguous = 1, next_at = ?, changed_at = ? where id = ? and state = 'moved'",
  );
  const lastSequence = one("select max(sequence) as last from parcel where ft_no = ?");
  const lastScan = one("select max(scan_no) as last from packed_unit where ft_no = ?");
  const ownParcels = one("select parcel_no from parcel where ft_no = ?");
  const setState = database.prepare(
    `update task set state = ?, opened_at = ?, started_at = ?, done_at = ?, hold_reason = ?, carrier_id = ?, acknowledged_at = ?, label_wanted = ?, changed_at = ?
     where ft_no = ?`,
  );
  const labelHere = one("select id from label where ft_no = ? and sha256 = ? and tracking_no = ?");
  const labelUnscanned = one(
    `select 1 as wanted from parcel p where p.parcel_no = ? and p.state = 'closed'
       and not exists (select 1 from print_job j where j.parcel_no = p.parcel_no and j.state = 'scanned')`,
  );
  // Given away it waited here for no label any more; what is here by now, or may be on the box, stands
  const waitAgain = database.prepare(
    `update parcel set label_wanted = 1 where parcel_no = ? and state = 'closed' and label_wanted = 0
       and not exists (select 1 from label l where l.parcel_no = parcel.parcel_no)
       and not exists (select 1 from print_job j where j.parcel_no = parcel.parcel_no and ${IS_LABEL} and j.state <> 'cancelled')`,
  );
  const newerOwnLabel = one(
    `select 1 as out from print_job where parcel_no = ? and document = 'own-label' and copy > ? and settled = 1
       and state in ('sent','accepted','printed','scanned')`,
  );
  const countHere = one("select id from count_row where product = ? and state = ?");

  const units = by(work.rows.packed_unit, "parcel_no");
  const jobs = by(work.rows.print_job, "parcel_no");
  const parcelsOf = by(work.rows.parcel, "ft_no");
  const entriesOf = by(work.rows.outbox, "ft_no");

  const setTaskState = (row: Row, ftNo: string): void => {
    touch(ftNo);
    const value = (name: string): Value => row[name] ?? null;
    setState.run(
      value("state"),
      value("opened_at"),
      value("started_at"),
      value("done_at"),
      value("hold_reason"),
      value("carrier_id"),
      value("acknowledged_at"),
      numberOf(row, "label_wanted"),
      at,
      ftNo,
    );
  };

  const takeTask = (row: Row): boolean => {
    const ftNo = textOf(row, "ft_no");
    if (!isTask(textOf(row, "task"))) {
      refused.push(`task ${ftNo}: it can't be read`);
      return false;
    }
    const here = taskHere.get(ftNo);
    if (here === null) {
      if (!put("task", row, `task ${ftNo}`).changed) return false;
      done.tasks += 1;
      return true;
    }
    const theirs = new Set((parcelsOf.get(ftNo) ?? []).map((parcel) => textOf(parcel, "parcel_no")));
    if (ownParcels.all(ftNo).some(({ parcel_no }) => !theirs.has(String(parcel_no)))) {
      both.push(ftNo);
      return true;
    }
    if (here["state"] === "held" && here["hold_reason"] === MOVED_REASON && ownInstall) {
      setTaskState(row, ftNo);
      return true;
    }
    // Parcels of it are here already: this station has gone on with it since, or it is its own file
    if (ownParcels.all(ftNo).length > 0 || here["state"] === "cancelled" || here["state"] === "done") return true;
    if (textOf(row, "state") === here["state"] && theirs.size === 0) return true;
    setTaskState(row, ftNo);
    done.tasks += 1;
    return true;
  };

  /** A message by the exporting station's own number of it, wherever it is met again. */
  const takeEntry = (row: Row): void => {
    const [id, createdAt, state] = [numberOf(row, "id"), numberOf(row, "created_at"), textOf(row, "state")];
    const name = `message ${id} about ${textOf(row, "ft_no")}`;
    if (!isJsonObject(textOf(row, "body"))) return void refused.push(`${name}: its words can't be read`);
    if (ownInstall) {
      const here = entryHere.get(id);
      if (here !== null && here["created_at"] === createdAt) {
        if (here["state"] === "moved" && OWED.includes(state) && takeBack.run(at, at, id).changes > 0) {
          touch(textOf(row, "ft_no"));
          done.messages += 1;
        } else done.known += 1;
        return;
      }
    }
    if (entryTaken.get(work.installId, id, createdAt) !== null) return void (done.known += 1);
    const waits = OWED.includes(state);
    if (!waits && !HISTORY.includes(state)) return void refused.push(`${name}: its state is ${state}`);
    const changes: Row = waits ? { state: state === "parked" ? "parked" : "pending", ambiguous: 1, next_at: at, attempts: 0 } : {};
    if (!put("outbox", { ...without(row, "id"), ...changes }, name).changed) return;
    noteEntry.run(work.installId, id, createdAt);
    if (waits) done.messages += 1;
  };

  const takeJob = (row: Row, labelIds: ReadonlyMap<number, number>): void => {
    const state = textOf(row, "state");
    const labelId = row["label_id"] === null ? null : (labelIds.get(numberOf(row, "label_id")) ?? null);
    if (row["label_id"] !== null && labelId === null)
      return void refused.push(`print of ${textOf(row, "parcel_no")}: its label is missing`);
    const waits = numberOf(row, "settled") === 0 && ["queued", "rendered", "failed"].includes(state);
    const inDoubt = numberOf(row, "settled") === 0 && !waits;
    const job: Row = {
      ...without(row, "id"),
      label_id: labelId,
      ...(waits ? { state: "queued", printer, attempts: 0, next_at: 0, failure: null, device_ref: null, sent_at: null } : {}),
      // The other station's printer had it: whether it came out, only a person can see
      ...(inDoubt ? { state: "unknown", settled: 1 } : {}),
      changed_at: at,
    };
    if (put("print_job", job, `print of ${textOf(row, "parcel_no")}`).changed && waits) done.prints += 1;
  };

  const takeParcel = (row: Row, labelIds: ReadonlyMap<number, number>): void => {
    const [parcelNo, ftNo] = [textOf(row, "parcel_no"), textOf(row, "ft_no")];
    if (parcelHere.get(parcelNo) !== null) {
      if (ownInstall && numberOf(row, "label_wanted") > 0) waitAgain.run(parcelNo);
      return;
    }
    const taken = numberOf(row, "sequence");
    const inUse = ownParcels.all(ftNo).some(({ parcel_no }) => parcelHere.get(String(parcel_no))?.["sequence"] === taken);
    const sequence = inUse ? Number(lastSequence.get(ftNo)?.["last"] ?? 0) + 1 : taken;
    if (!put("parcel", { ...row, sequence }, `parcel ${parcelNo}`).changed) return;
    done.parcels += 1;
    const scansHere = Number(lastScan.get(ftNo)?.["last"] ?? 0);
    for (const unit of units.get(parcelNo) ?? [])
      put("packed_unit", { ...without(unit, "id"), scan_no: numberOf(unit, "scan_no") + scansHere }, `an item of ${parcelNo}`);
    for (const job of jobs.get(parcelNo) ?? []) takeJob(job, labelIds);
  };

  /** Labels that were here before. */
  const labelsHere = new Set<number>();
  const takeLabels = (): ReadonlyMap<number, number> => {
    const ids = new Map<number, number>();
    for (const row of work.rows.label) {
      const here = labelHere.get(textOf(row, "ft_no"), textOf(row, "sha256"), textOf(row, "tracking_no"));
      const id = here === null ? put("label", without(row, "id"), `label of ${textOf(row, "ft_no")}`).id : Number(here["id"]);
      if (here !== null) labelsHere.add(id);
      if (id > 0) ids.set(numberOf(row, "id"), id);
    }
    return ids;
  };

  const taken = new Set(work.rows.task.filter(takeTask).map((row) => textOf(row, "ft_no")));
  const labelIds = takeLabels();
  for (const row of work.rows.task_code) if (taken.has(textOf(row, "ft_no"))) rows.write("task_code", row, "ignore");
  // Messages before parcels, and those of a task in the order in which they were decided
  for (const entries of entriesOf.values())
    for (const row of entries.toSorted((a, b) => numberOf(a, "id") - numberOf(b, "id"))) takeEntry(row);
  for (const row of work.rows.parcel) {
    if (taken.has(textOf(row, "ft_no"))) takeParcel(row, labelIds);
    else refused.push(`parcel ${textOf(row, "parcel_no")}: its task is missing`);
  }
  for (const table of [
    "cancellation",
    "cancel_request",
    "parcel_stop",
    "parcel_elsewhere",
    "told_elsewhere",
    "parked_box",
    "unsettled",
  ] as const)
    for (const row of work.rows[table]) rows.write(table, row, "ignore");
  // The same file a second time: a newer label may be out from here
  for (const row of [...work.rows.old_own_label, ...oldLabelsByStop(work)])
    if (newerOwnLabel.get(textOf(row, "parcel_no"), numberOf(row, "copy")) === null) rows.write("old_own_label", row, "ignore");
  // The box may stand anywhere: nobody at this bench is asked for its label. The same file a second time asks nothing anew
  for (const row of work.rows.scan_back)
    if (labelUnscanned.get(textOf(row, "parcel_no")) !== null) rows.write("scan_back", { ...row, asked: 0 }, "ignore");
  for (const row of work.rows.label_out_of_force) {
    const id = labelIds.get(numberOf(row, "label_id"));
    // What this station has heard of its own label since, it knows better
    if (id !== undefined && !labelsHere.has(id)) rows.write("label_out_of_force", { ...row, label_id: id }, "ignore");
  }
  for (const row of work.rows.label_change) {
    const ids = [row["old_label_id"], row["label_id"]].map((id) => (typeof id === "number" ? (labelIds.get(id) ?? null) : null));
    if (ids[0] !== null) rows.write("label_change", { ...row, old_label_id: ids[0] ?? null, label_id: ids[1] ?? null }, "ignore");
  }
  for (const row of work.rows.count_row) {
    if (countHere.get(textOf(row, "product"), textOf(row, "state")) !== null) done.known += 1;
    else if (entryTaken.get(`${work.installId} count`, numberOf(row, "id"), numberOf(row, "changed_at")) !== null) done.known += 1;
    else if (put("count_row", without(row, "id"), `count of ${textOf(row, "name")}`).changed) {
      noteEntry.run(`${work.installId} count`, numberOf(row, "id"), numberOf(row, "changed_at"));
      done.counts += 1;
    }
  }
  const summary: TakenOver = { ...done, both, refused };
  if (done.tasks + done.parcels + done.messages + done.prints + done.counts + refused.length > 0) {
    const { stationId, installId } = work;
    const note = (ftNo: string | null, after: TakenOver | null): void =>
      journal.add({ kind: "work-taken-over", ftNo, parcelNo: null, before: { stationId, installId, exportedAt }, after }, at);
    note(null, summary);
    // All else of such a task may be older than a backup: by this line a restored one finds it again
    for (const ftNo of touched) note(ftNo, null);
  }
  return summary;
};

/** What `takeOver` would do, without doing it. */
export const previewTakeOver = (...given: Parameters<typeof takeOver>): TakenOver => {
  const [{ database }] = given;
  const undone = new Error("only looked at");
  let found: TakenOver | null = null;
  try {
    database.transaction(() => {
      found = takeOver(...given);
      throw undone;
    });
  } catch (error) {
    if (error !== undone) throw error;
  }
  if (found === null) throw undone;
  return found;
};
