import { z } from "zod";
import { failureSchema, type Failure } from "../../shared/failures.ts";
import { BLOCKED_LABELS } from "../../shared/label-check.ts";
import { documentKindSchema, printStateSchema, SLIPS, type DocumentKind, type PrintState } from "../../shared/parcel.ts";
import type { Database } from "./database.ts";

/** One print of one document. All times in ms since epoch. */
export type PrintJob = Readonly<{
  id: number;
  /** null: a test print or the command sheet */
  parcelNo: string | null;
  ftNo: string | null;
  document: DocumentKind;
  /** 1: the automatic print; 2 and up: reprints */
  copy: number;
  reason: string | null;
  labelId: number | null;
  /** URI */
  printer: string;
  state: PrintState;
  deviceRef: string | null;
  /** true: the queue does nothing more with it by itself */
  settled: boolean;
  failure: Failure | null;
  /** tries since it was last asked for */
  attempts: number;
  nextAt: number;
  /** just before the first byte left; null while it is certain that none did */
  sentAt: number | null;
  createdAt: number;
  changedAt: number;
}>;

export type NewPrintJob = Pick<PrintJob, "parcelNo" | "ftNo" | "document" | "copy" | "reason" | "labelId" | "printer">;

const rowSchema = z
  .object({
    id: z.number(),
    parcel_no: z.string().nullable(),
    ft_no: z.string().nullable(),
    document: documentKindSchema,
    copy: z.number(),
    reason: z.string().nullable(),
    label_id: z.number().nullable(),
    printer: z.string(),
    state: printStateSchema,
    device_ref: z.string().nullable(),
    settled: z.number(),
    failure: z.string().nullable(),
    attempts: z.number(),
    next_at: z.number(),
    sent_at: z.number().nullable(),
    created_at: z.number(),
    changed_at: z.number(),
  })
  .transform((row): PrintJob => ({
    id: row.id,
    parcelNo: row.parcel_no,
    ftNo: row.ft_no,
    document: row.document,
    copy: row.copy,
    reason: row.reason,
    labelId: row.label_id,
    printer: row.printer,
    state: row.state,
    deviceRef: row.device_ref,
    settled: row.settled === 1,
    failure: row.failure === null ? null : failureSchema.parse(JSON.parse(row.failure)),
    attempts: row.attempts,
    nextAt: row.next_at,
    sentAt: row.sent_at,
    createdAt: row.created_at,
    changedAt: row.changed_at,
  }));
const read = (row: unknown): PrintJob => rowSchema.parse(row);
const readOrNull = (row: unknown): PrintJob | null => (row === null ? null : read(row));

const COLUMNS =
  "id, parcel_no, ft_no, document, copy, reason, label_id, printer, state, device_ref, settled, failure, attempts, next_at, sent_at, created_at, changed_at";
const MOST = 500;
/** What another label puts right. */
const LABEL_FAULTS = ["label-unreadable", ...BLOCKED_LABELS].map((kind) => `'${kind}'`).join(",");
export const IS_LABEL = `document not in (${SLIPS.map((slip) => `'${slip}'`).join(",")})`;
/** What another printer puts right. */
const PRINTER_FAULTS = [
  "printer-unreachable",
  "printer-stopped",
  "printer-out-of-paper",
  "printer-missing",
  "printer-cannot-print",
  "printer-refused",
]
  .map((kind) => `'${kind}'`)
  .join(",");

/** Print jobs, from asked for to printed. Every write belongs into the caller's transaction or is one by itself. */
export const createPrintJobs = ({ database }: Readonly<{ database: Database }>) => {
  // One row per parcel, document and copy: that uniqueness is what keeps a label from printing twice
  const insert = database.prepare(
    "insert or ignore into print_job (parcel_no, ft_no, document, copy, reason, label_id, printer, state, created_at, changed_at) values (?, ?, ?, ?, ?, ?, ?, 'queued', ?, ?)",
  );
  const byId = database.prepare(`select ${COLUMNS} from print_job where id = ?`);
  const latest = database.prepare(`select ${COLUMNS} from print_job where parcel_no = ? and ${IS_LABEL} order by id desc limit 1`);
  const newest = database.prepare(`select ${COLUMNS} from print_job where parcel_no = ? and document = ? order by id desc limit 1`);
  const copyOf = database.prepare(`select ${COLUMNS} from print_job where parcel_no = ? and document = ? and copy = ?`);
  const ofParcel = database.prepare(`select ${COLUMNS} from print_job where parcel_no = ? order by id`);
  const copies = database.prepare<{ copies: number }>(
    "select coalesce(max(copy), 0) as copies from print_job where parcel_no = ? and document = ?",
  );
  const open = database.prepare(`select ${COLUMNS} from print_job where settled = 0 order by id limit ?`);
  const openPrinters = database.prepare<{ printer: string }>("select distinct printer from print_job where settled = 0");
  const adopt = database.prepare("update print_job set printer = ? where settled = 0 and printer = '' and document = ?");
  const doubtfulPrinters = database.prepare<{ printer: string }>(
    "select distinct printer from print_job where state in ('failed','unknown')",
  );
  // Only what is certain not to have gone out: a sent one is looked into first, and asked about where nobody can tell
  const move = database.prepare(
    `update print_job set state = 'queued', settled = 0, failure = null, device_ref = null, sent_at = null, attempts = 0, next_at = 0,
       printer = ?, changed_at = ?
     where id = ? and parcel_no is not null and printer <> ?
       and (state in ('queued','rendered') or state = 'failed' and (settled = 0 or json_extract(failure, '$.kind') in (${PRINTER_FAULTS})))`,
  );
  const account = database.prepare(
    "update print_job set state = ?, failure = ?, settled = 1, changed_at = ? where id = ? and state in ('queued','rendered','failed','unknown')",
  );
  const nextFor = database.prepare(`select ${COLUMNS} from print_job where settled = 0 and printer = ? order by id limit 1`);
  const troubles = database.prepare(`select ${COLUMNS} from print_job where state in ('failed','unknown') order by id limit ?`);
  const cancelQueued = database.prepare(
    "update print_job set state = 'cancelled', settled = 1, failure = null, changed_at = ? where parcel_no = ? and state in ('queued','rendered','failed')",
  );
  const cancelLabels = database.prepare(
    `update print_job set state = 'cancelled', settled = 1, failure = null, changed_at = ?
     where parcel_no = ? and ${IS_LABEL} and state in ('queued','rendered','failed')`,
  );
  const answer = database.prepare(
    "update print_job set state = ?, settled = 1, failure = null, changed_at = ? where id = ? and state not in ('printed','scanned','cancelled')",
  );
  const scanned = database.prepare(
    "update print_job set state = 'scanned', settled = 1, failure = null, changed_at = ? where id = ? and state in ('sent','accepted','printed','unknown')",
  );
  const retry = database.prepare(
    "update print_job set state = 'queued', settled = 0, failure = null, device_ref = null, sent_at = null, attempts = 0, next_at = 0, printer = coalesce(?, printer), changed_at = ?, label_id = case when label_id is null then null else coalesce((select id from label where label.parcel_no = print_job.parcel_no order by fetched_at desc, id desc limit 1), label_id) end where id = ? and state in ('failed','unknown')",
  );
  const explain = database.prepare("update print_job set reason = ?, changed_at = ? where id = ?");
  const cancelSlip = database.prepare(
    `update print_job set state = 'cancelled', settled = 1, failure = null, changed_at = ?
     where parcel_no = ? and document = 'parking-slip' and state in ('queued','rendered','failed')`,
  );
  // What has certainly not gone out takes the new label; what a person has to look at for another reason than the label stays theirs
  const giveLabel = database.prepare(
    `update print_job set state = 'queued', settled = 0, failure = null, device_ref = null, sent_at = null, attempts = 0, next_at = 0,
       label_id = ?, changed_at = ?
     where parcel_no = ? and document = 'shipping-label' and label_id <> ?
       and (state in ('queued','rendered') or state = 'failed' and (settled = 0 or json_extract(failure, '$.kind') in (${LABEL_FAULTS})))`,
  );
  const giveToFailed = database.prepare(
    "update print_job set label_id = ?, changed_at = ? where parcel_no = ? and document = 'shipping-label' and state = 'failed' and label_id <> ?",
  );
  // What turns out not to have left goes out with the label in force by then, not with the one it was sent with.
  // Only a job that the queue still works on moves, and only for the printer and the label it has now: what was decided meanwhile stands
  const climb = database.prepare(
    `update print_job set state = ?, device_ref = ?, failure = ?, settled = ?, attempts = ?, next_at = ?, changed_at = ?,
       sent_at = case when ? = 'sent' and state <> 'sent' then ? when ? in ('queued','rendered','failed','cancelled') then null else sent_at end,
       label_id = case when label_id is not null and state in ('sent','accepted') and ? in ('queued','failed')
         then coalesce((select id from label where label.parcel_no = print_job.parcel_no order by fetched_at desc, id desc limit 1), label_id)
         else label_id end
     where id = ? and settled = 0 and printer = coalesce(?, printer) and label_id is ?`,
  );
  // Nothing is on the box after all: an alarm about what was thought to be there would be untrue
  const alarmWasFalse = database.prepare(
    `delete from label_change where parcel_no = (select parcel_no from print_job where id = ?) and label_id is not null and not exists
       (select 1 from print_job job where job.parcel_no = label_change.parcel_no and job.label_id is not null
         and job.state in ('sent','accepted','printed','scanned','unknown'))`,
  );

  const nothingIsOut = database.prepare(
    `delete from label_change where parcel_no = (select parcel_no from print_job where id = ?) and not exists
       (select 1 from print_job job where job.parcel_no = label_change.parcel_no and job.label_id is not null
         and job.state in ('sent','accepted','printed','scanned','unknown'))`,
  );

  return {
    /** Queues a print; null when that parcel, document and copy was queued before. */
    add: (job: NewPrintJob, now: number): number | null => {
      const { changes, lastId } = insert.run(
        job.parcelNo,
        job.ftNo,
        job.document,
        job.copy,
        job.reason,
        job.labelId,
        job.printer,
        now,
        now,
      );
      return changes === 0 ? null : lastId;
    },
    /** Why it was asked for, said after the asking. */
    explain: (id: number, reason: string, now: number): void => void explain.run(reason, now, id),
    byId: (id: number): PrintJob | null => readOrNull(byId.get(id)),
    /** The newest print of a parcel's label; slips are none. */
    latestForParcel: (parcelNo: string): PrintJob | null => readOrNull(latest.get(parcelNo)),
    /** The newest parking slip of a parcel. */
    slipOf: (parcelNo: string): PrintJob | null => readOrNull(newest.get(parcelNo, "parking-slip")),
    /** The newest print of one document of a parcel. */
    newestOf: (parcelNo: string, document: DocumentKind): PrintJob | null => readOrNull(newest.get(parcelNo, document)),
    copyOf: (parcelNo: string, document: DocumentKind, copy: number): PrintJob | null => readOrNull(copyOf.get(parcelNo, document, copy)),
    /** Takes a parking slip back that has surely not come out; false when it has, or may have. */
    cancelSlip: (parcelNo: string, now: number): boolean => cancelSlip.run(now, parcelNo).changes > 0,
    ofParcel: (parcelNo: string): readonly PrintJob[] => ofParcel.all(parcelNo).map(read),
    /** Labels taken over from another station with `npm run owed` have no printer yet. */
    adopt: (printerFor: (document: DocumentKind) => string): void => {
      for (const document of documentKindSchema.options) adopt.run(printerFor(document), document);
    },
    /** The highest copy asked for so far; 0 when it was never asked for. */
    copies: (parcelNo: string, document: DocumentKind): number => copies.get(parcelNo, document)?.copies ?? 0,
    /** What the queue works on, in order. */
    open: (limit: number = MOST): readonly PrintJob[] => open.all(limit).map(read),
    /** The printers that have something to do, and the first thing of one. */
    openPrinters: (): readonly string[] => openPrinters.all().map(({ printer }) => printer),
    /** The printers with prints of which somebody may have to be asked. */
    doubtfulPrinters: (): readonly string[] => doubtfulPrinters.all().map(({ printer }) => printer),
    /** Gives a parcel's print that has certainly not gone out to another printer; false when it has, may have, or waits for another reason. */
    move: (id: number, printer: string, now: number): boolean => move.run(printer, now, id, printer).changes > 0,
    /** What the spooler told of a print that was not followed any more. False when the queue or a person has it. */
    account: (id: number, state: "failed" | "unknown", failure: Failure, now: number): boolean =>
      account.run(state, JSON.stringify(failure), now, id).changes > 0,
    nextFor: (printer: string): PrintJob | null => readOrNull(nextFor.get(printer)),
    /** Prints that failed, or of which nobody knows whether they came out; those with `settled` false are tried again by themselves. */
    troubles: (limit: number = MOST): readonly PrintJob[] => troubles.all(limit).map(read),
    /** Takes back what has not gone to the printer yet, or surely has not come out of it; returns how many. */
    cancelQueued: (parcelNo: string, now: number): number => cancelQueued.run(now, parcelNo).changes,
    /** The same for its labels alone: slips say nothing that a new label makes untrue. */
    cancelLabels: (parcelNo: string, now: number): number => cancelLabels.run(now, parcelNo).changes,
    /** A person says what became of it. False when it was over already. */
    answer: (id: number, state: "printed" | "cancelled", now: number): boolean => answer.run(state, now, id).changes > 0,
    /** Its label was scanned where it is pasted: the highest rung. False when it can't be out, or was scanned before. */
    scanned: (id: number, now: number): boolean => scanned.run(now, id).changes > 0,
    /**
     * OMS4 has another label now: a print that has surely not gone out takes it, and where the label itself was what could not be printed
     * it is queued again. False when an older one has gone out, or may have.
     */
    giveLabel: (parcelNo: string, labelId: number, now: number): boolean =>
      giveLabel.run(labelId, now, parcelNo, labelId).changes + giveToFailed.run(labelId, now, parcelNo, labelId).changes > 0,
    /** Queues a failed or doubtful print again with the label in force, on another printer if one is given. */
    retry: (id: number, now: number, printer: string | null = null): boolean => retry.run(printer, now, id).changes > 0,
    /** The queue's own steps; false when the job isn't the queue's any more, or has another printer or label than it was taken up with. */
    climb: (
      { id, printer, labelId }: Pick<PrintJob, "id" | "printer" | "labelId">,
      to: Readonly<{
        state: PrintState;
        deviceRef: string | null;
        failure: Failure | null;
        settled: boolean;
        attempts: number;
        nextAt: number;
      }>,
      now: number,
    ): boolean => {
      const { changes } = climb.run(
        to.state,
        to.deviceRef,
        to.failure === null ? null : JSON.stringify(to.failure),
        to.settled ? 1 : 0,
        to.attempts,
        to.nextAt,
        now,
        to.state,
        now,
        to.state,
        to.state,
        id,
        printer,
        labelId,
      );
      if (changes > 0 && (to.state === "queued" || to.state === "failed")) alarmWasFalse.run(id);
      // Kept back at the last moment: the parcel waits for its new label, and bears none
      if (changes > 0 && to.state === "cancelled") nothingIsOut.run(id);
      return changes > 0;
    },
  };
};
export type PrintJobs = ReturnType<typeof createPrintJobs>;
