import { z } from "zod";
import { bareNumber, isSameNumber } from "../../shared/carried-number.ts";
import { parcelItemSchema, type Milestone, type PackedUnit, type Parcel, type ParcelItem, type ParcelState } from "../../shared/parcel.ts";
import { normaliseCode } from "../../shared/scan.ts";
import type { ShippingWay } from "../../shared/task.ts";
import type { Database } from "./database.ts";

export type StoredParcel = Parcel &
  Readonly<{
    trackingNo: string;
    reportedItems: readonly ParcelItem[] | null;
    /** weighed or keyed at the bench, g */
    weightG: number | null;
    weightSource: "scale" | "keyed" | null;
    /** keyed at the bench, hundredths */
    costCents: number | null;
    /** the last one that was told */
    milestone: Milestone | null;
  }>;

type ParcelRow = {
  parcel_no: string;
  ft_no: string;
  sequence: number;
  state: ParcelState;
  carton: string | null;
  carrier_id: string | null;
  carrier_name: string | null;
  carrier_type: string | null;
  tracking_no: string | null;
  closed_at: number | null;
  reported_items: string | null;
  weight_g: number | null;
  weight_source: "scale" | "keyed" | null;
  cost_cents: number | null;
  milestone: Milestone | null;
};

/** A closed parcel whose label has not come. `reported`: OMS4 knows what is in it, as far as it must to make the label. */
export type WaitingParcel = Readonly<{ parcelNo: string; ftNo: string; closedAt: number; reported: boolean }>;
type WaitingRow = { parcel_no: string; ft_no: string; closed_at: number; label_wanted: number };
const readWaiting = (row: WaitingRow): WaitingParcel => ({
  parcelNo: row.parcel_no,
  ftNo: row.ft_no,
  closedAt: row.closed_at,
  reported: row.label_wanted === 1,
});
const FIRST = { closedAt: 0, parcelNo: "" };

/** Most of the parcels of a fortnight have left: a look through them must not take a scan's time. */
const MOST_LOOKED_AT = 500;

const itemsSchema = z.array(parcelItemSchema);
const COLUMNS =
  "parcel_no, ft_no, sequence, state, carton, carrier_id, carrier_name, carrier_type, tracking_no, closed_at, reported_items, weight_g, weight_source, cost_cents, milestone";

/** Parcels and what was scanned into them. Every write belongs into the caller's transaction. */
export const createParcelStore = ({ database }: Readonly<{ database: Database }>) => {
  const items = database.prepare<{ detailId: string; qty: number }>(
    "select detail_id as detailId, sum(qty) as qty from packed_unit where ft_no = ? and parcel_no = ? group by detail_id order by min(id)",
  );
  const readRow = (row: ParcelRow): StoredParcel => ({
    parcelNo: row.parcel_no,
    ftNo: row.ft_no,
    sequence: row.sequence,
    state: row.state,
    items: items.all(row.ft_no, row.parcel_no),
    carton: row.carton,
    carrier: row.carrier_name === null ? null : { id: row.carrier_id, name: row.carrier_name, type: row.carrier_type ?? "" },
    closedAt: row.closed_at,
    trackingNo: row.tracking_no ?? "",
    weightG: row.weight_g,
    weightSource: row.weight_source,
    costCents: row.cost_cents,
    milestone: row.milestone,
    reportedItems: row.reported_items === null ? null : itemsSchema.parse(JSON.parse(row.reported_items)),
  });

  const identity = database.prepare<{ prefix: string; last_parcel_at: number }>(
    "select coalesce((select parcel_prefix from machine), install_id) as prefix, last_parcel_at from identity",
  );
  const setLast = database.prepare("update identity set last_parcel_at = ?");
  const setOpen = database.prepare("update identity set open_ft_no = ?");
  const getOpen = database.prepare<{ open_ft_no: string | null }>("select open_ft_no from identity");
  const setPacker = database.prepare("update identity set packer = ?");
  const getPacker = database.prepare<{ packer: string | null }>("select packer from identity");
  const setIdentity = database.prepare("insert or ignore into identity (one, install_id) values (1, ?)");
  const get = database.prepare<ParcelRow>(`select ${COLUMNS} from parcel where parcel_no = ?`);
  const ofTask = database.prepare<ParcelRow>(`select ${COLUMNS} from parcel where ft_no = ? order by sequence`);
  const byTracking = database.prepare<ParcelRow>(
    `select ${COLUMNS} from parcel where tracking_no is not null
       and ft_no in (select ft_no from task_code where code = ? and kind = 'tracking'
         union select ft_no from task_code where bare = ? and kind = 'tracking') order by parcel_no`,
  );
  const oldTracking = database.prepare<{ tracking_no: string }>("select tracking_no from label where parcel_no = ?");
  const lastClosed = database.prepare<ParcelRow>(
    `select ${COLUMNS} from parcel where closed_at is not null order by closed_at desc, parcel_no desc limit ?`,
  );
  const insert = database.prepare("insert into parcel (parcel_no, ft_no, sequence, state, opened_at) values (?, ?, ?, 'open', ?)");
  const drop = database.prepare("delete from parcel where parcel_no = ? and state = 'open'");
  const setCarton = database.prepare("update parcel set carton = ? where parcel_no = ?");
  const close = database.prepare(
    "update parcel set state = 'closed', closed_at = ?, carrier_id = ?, carrier_name = ?, carrier_type = ?, label_wanted = ? where parcel_no = ?",
  );
  // The newest stays the newest after the PC's clock was set back: what lies ahead comes, in its order, just before now
  const notAhead = database.prepare(
    `update parcel set closed_at = ? - ahead.place from
       (select parcel_no, row_number() over (order by closed_at desc, parcel_no desc) as place from parcel where closed_at > ?) ahead
     where ahead.parcel_no = parcel.parcel_no`,
  );
  const reopen = database.prepare("update parcel set state = 'open', closed_at = null, label_wanted = 0 where parcel_no = ?");
  const setMilestone = database.prepare("update parcel set state = 'handed-over', milestone = ? where parcel_no = ?");
  const setWeight = database.prepare("update parcel set weight_g = ?, weight_source = ? where parcel_no = ?");
  const setLearned = database.prepare("update parcel set learned_as = ? where parcel_no = ?");
  const getLearned = database.prepare<{ grams: number; content: string }>(
    "select weight_g as grams, learned_as as content from parcel where parcel_no = ? and learned_as is not null and weight_g is not null",
  );
  const forgetWeight = database.prepare(
    `update parcel set learned_as = null, weight_g = case weight_source when 'scale' then null else weight_g end,
       weight_source = case weight_source when 'scale' then null else weight_source end
     where parcel_no = ? and weight_g is not null`,
  );
  const setCost = database.prepare("update parcel set cost_cents = ? where parcel_no = ?");
  const pull = database.prepare(
    "update parcel set state = 'pulled', closed_at = coalesce(closed_at, ?), label_wanted = 0 where parcel_no = ? and state in ('open','closed')",
  );
  const emptyOut = database.prepare("delete from packed_unit where parcel_no = ? and ft_no = ?");
  const setTracking = database.prepare("update parcel set tracking_no = ? where parcel_no = ?");
  const setReported = database.prepare("update parcel set reported_items = ? where parcel_no = ?");
  const wantingLabel = database.prepare<{ parcel_no: string; ft_no: string; way: ShippingWay; closed_at: number }>(
    `select p.parcel_no, p.ft_no, t.way, p.closed_at from parcel p join task t on t.ft_no = p.ft_no
     where p.label_wanted = 1 order by p.label_checked_at limit ?`,
  );
  const markChecked = database.prepare("update parcel set label_checked_at = ?, label_wanted = ? where parcel_no = ?");
  const labelMayCome = database.prepare("update parcel set label_wanted = 1 where parcel_no = ? and label_wanted = 2 and state = 'closed'");
  const wantsLabel = database.prepare<{ label_wanted: number }>("select label_wanted from parcel where parcel_no = ?");
  // Both conditions: SQLite takes a partial index only for its very condition
  const waiting = database.prepare<WaitingRow>(
    `select parcel_no, ft_no, closed_at, label_wanted from parcel where label_wanted > 0 and (closed_at, parcel_no) > (?, ?)
     order by closed_at, parcel_no limit ?`,
  );
  const overdue = database.prepare<WaitingRow>(
    `select parcel_no, ft_no, closed_at, label_wanted from parcel
     where label_wanted = 1 and label_checked_at > 0 and label_checked_at >= closed_at + ?
       and (select state from task where task.ft_no = parcel.ft_no) not in ('cancelled','done-elsewhere') order by label_checked_at limit ?`,
  );
  const labelled = database.prepare<{ parcel_no: string; ft_no: string; closed_at: number }>(
    `select p.parcel_no, p.ft_no, p.closed_at from parcel p join task t on t.ft_no = p.ft_no
     where p.closed_at >= ? and p.state = 'closed' and p.label_wanted = 0 and t.way <> 'own' order by p.closed_at desc limit ?`,
  );
  const units = database.prepare<PackedUnit>(
    `select scan_no as scanNo, parcel_no as parcelNo, detail_id as detailId, qty, code, batch, serial, expiry
     from packed_unit where ft_no = ? order by id`,
  );
  const addUnit = database.prepare(
    "insert into packed_unit (scan_no, parcel_no, ft_no, detail_id, qty, code, batch, serial, expiry, at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
  );
  const removeScan = database.prepare("delete from packed_unit where ft_no = ? and scan_no = ?");
  const takeOne = database.prepare<{ id: number; qty: number }>(
    "select id, qty from packed_unit where ft_no = ? and parcel_no = ? and detail_id = ? order by serial is ? desc, id desc limit 1",
  );
  const setQty = database.prepare("update packed_unit set qty = ? where id = ?");
  const removeUnit = database.prepare("delete from packed_unit where id = ?");
  const closedSince = database.prepare<{ n: number }>("select count(*) as n from parcel where closed_at >= ?");

  const closedAfter = database.prepare<{ ft_no: string; state: ParcelState; closed_at: number }>(
    "select ft_no, state, closed_at from parcel where closed_at is not null and closed_at > ? order by closed_at limit ?",
  );
  const notPulled = database.prepare<{ n: number }>("select count(*) as n from parcel where ft_no = ? and state <> 'pulled'");
  const readyToHandOver = database.prepare<{ n: number }>(
    "select count(*) as n from parcel where closed_at is not null and state = 'closed'",
  );

  return {
    /** Tasks with parcels that were closed after then and have not left yet, oldest first; `next`: where to go on, null at the end. */
    packedHere: (after: number, limit: number): Readonly<{ ftNos: readonly string[]; next: number | null }> => {
      const looked = closedAfter.all(after, MOST_LOOKED_AT);
      const here = looked.filter(({ state }) => state === "closed").slice(0, limit);
      const last = here.length === limit ? here.at(-1) : looked.length === MOST_LOOKED_AT ? looked.at(-1) : undefined;
      return { ftNos: [...new Set(here.map(({ ft_no }) => ft_no))], next: last?.closed_at ?? null };
    },
    /** Parcels of a task that were not taken out of the way. */
    notPulled: (ftNo: string): number => notPulled.get(ftNo)?.n ?? 0,
    /** Closed parcels that have not left yet. */
    readyToHandOver: (): number => readyToHandOver.get()?.n ?? 0,
    /** Makes the install id once; it keeps the parcel numbers of two stations apart. */
    ensureIdentity: (installId: string): void => void setIdentity.run(installId),
    /**
     * The next parcel number: letters and digits only, so that no keyboard layout mangles it. `PB`, the install id (or what
     * stands in its place on another machine), and the time in base 36, which only grows even when the PC's clock goes back.
     */
    nextParcelNo: (now: number): { parcelNo: string; commit: () => void } => {
      const row = identity.get();
      if (row === null) throw new Error("the database has no install id");
      const stamp = Math.max(now, row.last_parcel_at + 1);
      return { parcelNo: `PB${row.prefix}${stamp.toString(36).toUpperCase()}`, commit: () => void setLast.run(stamp) };
    },
    /** The task on the bench, kept so that a restart goes on with it. */
    openTask: (): string | null => getOpen.get()?.open_ft_no ?? null,
    /** Who works at this bench; null until a badge was scanned. */
    packer: (): string | null => getPacker.get()?.packer ?? null,
    setPacker: (packer: string): void => void setPacker.run(packer),
    setOpenTask: (ftNo: string | null): void => void setOpen.run(ftNo),
    get: (parcelNo: string): StoredParcel | null => {
      const row = get.get(parcelNo);
      return row === null ? null : readRow(row);
    },
    ofTask: (ftNo: string): readonly StoredParcel[] => ofTask.all(ftNo).map(readRow),
    /**
     * Parcels with this tracking number, in whatever way it is written: a label's code is scanned as the scanner likes. Where none has it
     * any more, those that once had a label with it. A pulled parcel only where no other has it: its label was made for the box packed anew.
     */
    byTracking: (trackingNo: string): readonly StoredParcel[] => {
      const code = normaliseCode(trackingNo);
      const candidates = byTracking.all(code, bareNumber(trackingNo));
      const now = candidates.filter((row) => isSameNumber(row.tracking_no ?? "", code));
      const once = (row: ParcelRow): boolean => oldTracking.all(row.parcel_no).some(({ tracking_no }) => isSameNumber(tracking_no, code));
      const found = now.length > 0 ? now : candidates.filter(once);
      const here = found.filter(({ state }) => state !== "pulled");
      return (here.length > 0 ? here : found).map(readRow);
    },
    lastClosed: (limit: number): readonly StoredParcel[] => lastClosed.all(limit).map(readRow),
    start: (parcelNo: string, ftNo: string, sequence: number, at: number): void => void insert.run(parcelNo, ftNo, sequence, at),
    /** Takes back an open parcel nothing was scanned into. */
    drop: (parcelNo: string): void => void drop.run(parcelNo),
    chooseCarton: (parcelNo: string, carton: string): void => void setCarton.run(carton, parcelNo),
    close: (parcelNo: string, at: number, carrier: Parcel["carrier"], labelWanted: boolean): void => {
      notAhead.run(at, at);
      close.run(at, carrier?.id ?? null, carrier?.name ?? null, carrier?.type ?? null, labelWanted ? 1 : 0, parcelNo);
    },
    reopen: (parcelNo: string): void => void reopen.run(parcelNo),
    /** A milestone was told of it: it has left. */
    setMilestone: (parcelNo: string, milestone: Milestone): void => void setMilestone.run(milestone, parcelNo),
    /** Weighed or keyed at the bench, g. */
    setWeight: (parcelNo: string, grams: number, source: "scale" | "keyed"): void => void setWeight.run(grams, source, parcelNo),
    /** Its weight went into what is known of this content. */
    setLearned: (parcelNo: string, content: string): void => void setLearned.run(content, parcelNo),
    learned: (parcelNo: string): Readonly<{ grams: number; content: string }> | null => getLearned.get(parcelNo),
    /** It is open again: what the scale said holds no more; what a person keyed does. */
    forgetWeight: (parcelNo: string): void => void forgetWeight.run(parcelNo),
    /** What an own delivery costs, in hundredths. */
    setCost: (parcelNo: string, cents: number): void => void setCost.run(cents, parcelNo),
    /** Takes a parcel out of the way for good: nothing is in it any more, and its number is never used again. */
    pull: (parcelNo: string, ftNo: string, at: number): void => {
      notAhead.run(at, at);
      if (pull.run(at, parcelNo).changes > 0) emptyOut.run(parcelNo, ftNo);
    },
    setTracking: (parcelNo: string, trackingNo: string): void => void setTracking.run(trackingNo, parcelNo),
    setReported: (parcelNo: string, reported: readonly ParcelItem[] | null): void =>
      void setReported.run(reported === null ? null : JSON.stringify(reported), parcelNo),
    /** Closed parcels whose label is still to come, longest unasked first. */
    wantingLabel: (limit: number): readonly { parcelNo: string; ftNo: string; way: ShippingWay; closedAt: number }[] =>
      wantingLabel.all(limit).map((row) => ({ parcelNo: row.parcel_no, ftNo: row.ft_no, way: row.way, closedAt: row.closed_at })),
    markLabelChecked: (parcelNo: string, at: number, stillWanted: boolean): void => void markChecked.run(at, stillWanted ? 1 : 0, parcelNo),
    /** Its report was given up: OMS4 has the parcel from elsewhere, so its label is asked for all the same. */
    labelMayCome: (parcelNo: string): void => void labelMayCome.run(parcelNo),
    wantsLabel: (parcelNo: string): boolean => (wantsLabel.get(parcelNo)?.label_wanted ?? 0) > 0,
    /** Closed parcels without their label, longest waiting first, after the one named. */
    waitingForLabel: (limit: number, after: Readonly<{ closedAt: number; parcelNo: string }> = FIRST): readonly WaitingParcel[] =>
      waiting.all(after.closedAt, after.parcelNo, limit).map(readWaiting),
    /** Those of which OMS4 still had no label when it was asked so long after the closing, ms. */
    overdueLabels: (afterMs: number, limit: number): readonly WaitingParcel[] => overdue.all(afterMs, limit).map(readWaiting),
    /** Closed since then, with a carrier's label, not handed over; newest first. */
    labelledSince: (since: number, limit: number): readonly Readonly<{ parcelNo: string; ftNo: string; closedAt: number }>[] =>
      labelled.all(since, limit).map((row) => ({ parcelNo: row.parcel_no, ftNo: row.ft_no, closedAt: row.closed_at })),
    units: (ftNo: string): readonly PackedUnit[] => units.all(ftNo),
    addUnit: (ftNo: string, unit: PackedUnit, at: number): void =>
      void addUnit.run(unit.scanNo, unit.parcelNo, ftNo, unit.detailId, unit.qty, unit.code, unit.batch, unit.serial, unit.expiry, at),
    removeScan: (ftNo: string, scanNo: number): void => void removeScan.run(ftNo, scanNo),
    /** Takes one unit of a detail out of a parcel again: the piece with this serial number where it is there, else the newest. */
    takeOut: (ftNo: string, parcelNo: string, detailId: string, serial: string | null): void => {
      const row = takeOne.get(ftNo, parcelNo, detailId, serial);
      if (row === null) return;
      if (row.qty > 1) setQty.run(row.qty - 1, row.id);
      else removeUnit.run(row.id);
    },
    closedSince: (since: number): number => closedSince.get(since)?.n ?? 0,
  };
};
export type ParcelStore = ReturnType<typeof createParcelStore>;
