import type { PackedUnit } from "../../shared/parcel.ts";
import type { TaskDetail } from "../../shared/task.ts";
import {
  nameOf,
  openParcel,
  packedOf,
  takeOuts,
  unitsToTakeOut,
  unitsWanted,
  wantedOf,
  type Bench,
  type BenchTask,
  type TakeOut,
} from "./bench.ts";
import { closeTask, isComplete } from "./closing.ts";
import type { Decision, Effect, Policy } from "./decision.ts";
import { unitsOf, type ItemMatch } from "./match.ts";
import { reopen } from "./undo.ts";
import { answer, stoppedAnswer } from "./verdicts.ts";

/** A piece that a serial number tells from all others, and the parcel it was packed into. */
export type PackedPiece = Readonly<{ parcelNo: string; ftNo: string; hasLeft: boolean }>;

type ItemInput = Readonly<{ nextParcelNo: string; policy: Policy; packed: PackedPiece | null }>;

/** The open parcel, the closed one of a task that may not be split, or a new one under the number handed in. */
export const withOpenParcel = (
  bench: BenchTask,
  nextParcelNo: string,
): Readonly<{ bench: BenchTask; parcelNo: string; effects: readonly Effect[] }> => {
  const open = openParcel(bench);
  if (open !== null) return { bench, parcelNo: open.parcelNo, effects: [] };
  const only = bench.task.allowSplit ? undefined : bench.parcels.findLast(({ state }) => state === "closed");
  if (only !== undefined) return { ...reopen(bench, only.parcelNo, null), parcelNo: only.parcelNo };
  const sequence = Math.max(0, ...bench.parcels.map((parcel) => parcel.sequence)) + 1;
  const parcel = { parcelNo: nextParcelNo, sequence, state: "open" as const, carton: null, carrier: null, reported: false };
  return {
    bench: { ...bench, parcels: [...bench.parcels, parcel] },
    parcelNo: nextParcelNo,
    effects: [{ kind: "parcel-started", ftNo: bench.task.ftNo, parcelNo: nextParcelNo, sequence }],
  };
};

/** The newest scan of a line in a parcel; with a serial number, the scan of that very piece where it is there. */
const scanToTakeOut = (open: BenchTask, { detailId, parcelNo }: TakeOut, serial: string | null): number => {
  const isIt = (unit: PackedUnit): boolean => unit.detailId === detailId && unit.parcelNo === parcelNo;
  const piece = serial === null ? -1 : open.units.findLastIndex((unit) => isIt(unit) && unit.serial === serial);
  return piece >= 0 ? piece : open.units.findLastIndex(isIt);
};

/** Of several parcels one that was closed is empty now: it does not leave, and its label may be on it. */
const sayEmptied = (decision: Decision, { parcels, units }: BenchTask, parcelNo: string): Decision => {
  const { verdict } = decision;
  const isClosed = parcels.some((parcel) => parcel.parcelNo === parcelNo && parcel.state === "closed");
  if (verdict === null || !isClosed || units.some((unit) => unit.parcelNo === parcelNo)) return decision;
  return { ...decision, verdict: { ...verdict, text: `${parcelNo} is empty: destroy its label. ${verdict.text}` } };
};

/** Takes one unit that is wanted no more out of its box again. */
const takeOut = (open: BenchTask, out: TakeOut, serial: string | null, policy: Policy): Decision => {
  const { detailId, parcelNo } = out;
  const index = scanToTakeOut(open, out, serial);
  const unit = open.units[index];
  const detail = open.task.details.find((line) => line.detailId === detailId);
  if (unit === undefined || detail === undefined) return { bench: { open }, effects: [], verdict: null };
  const units = unit.qty > 1 ? open.units.with(index, { ...unit, qty: unit.qty - 1 }) : open.units.toSpliced(index, 1);
  const next: BenchTask = { ...open, units, quantityNext: 1, tookOut: true };
  const effects: readonly Effect[] = [{ kind: "unit-taken-out", ftNo: open.task.ftNo, parcelNo, detailId, serial: unit.serial }];
  const left = unitsToTakeOut(next);
  // Of a task that is over every answer says so: nothing of it may look like packing
  const over = stoppedAnswer(next);
  if (over !== null) return { bench: { open: next }, effects, verdict: answer.putBack(over, detail, left) };
  const finished = isComplete(next) && (openParcel(next) === null || (!next.task.allowSplit && policy.waitForWeight !== true));
  const decision = finished
    ? closeTask(next, policy, effects)
    : { bench: { open: next }, effects, verdict: answer.takenOut(detail, left, unitsWanted(next)) };
  return sayEmptied(decision, next, parcelNo);
};

type TakeOutAll = Readonly<{ details: readonly TaskDetail[]; count: number; serial: string | null; policy: Policy }>;

/** Takes out what one code stands for, unit by unit: all of it is in this task's boxes and wanted no more. A serial number finds its own piece. */
const takeOutAll = (open: BenchTask, { details, count, serial, policy }: TakeOutAll): Decision => {
  let decision: Decision = { bench: { open }, effects: [], verdict: null };
  for (let taken = 0; taken < count && decision.bench.open !== null; taken++) {
    const now = decision.bench.open;
    const outs = takeOuts(now).filter(({ detailId }) => details.some((detail) => detail.detailId === detailId));
    const holdsPiece = (out: TakeOut): boolean => now.units[scanToTakeOut(now, out, serial)]?.serial === serial;
    const next = (serial === null ? undefined : outs.find(holdsPiece)) ?? outs[0];
    if (next === undefined) return decision;
    const one = takeOut(now, next, serial, policy);
    decision = { ...one, effects: [...decision.effects, ...one.effects] };
  }
  return decision;
};

/** Packs what one scan names into the open parcel, and closes the task when a task that may not be split is complete. */
export const decideItem = (bench: Bench, open: BenchTask, match: ItemMatch, input: ItemInput, now: number): Decision => {
  const refuse = (verdict: Decision["verdict"], code: string): Decision => ({
    bench: { open: { ...open, quantityNext: 1 } },
    effects: verdict === null ? [] : [{ kind: "scan-refused", ftNo: open.task.ftNo, code, verdict: verdict.kind }],
    verdict,
  });
  if (match.kind === "none") return { bench, effects: [], verdict: null };
  if (match.kind === "ambiguous") return refuse(answer.ambiguousItem(match.names, match.detailId), "");
  const { details, scan, units: each } = match;
  const [first] = details;
  if (first === undefined) return { bench, effects: [], verdict: null };

  const outs = takeOuts(open).filter(({ detailId }) => details.some((detail) => detail.detailId === detailId));
  if (outs.length > 0) {
    const most = outs.reduce((sum, { qty }) => sum + qty, 0);
    return each > most
      ? refuse(answer.outTooMany(first, each, most), scan.text)
      : takeOutAll(open, { details, count: each, serial: scan.serial, policy: input.policy });
  }
  const stopped = stoppedAnswer(open);
  if (stopped !== null) return refuse(stopped, scan.text);

  if (input.packed !== null) return refuse(answer.packedPiece(first, scan.serial ?? "", input.packed, open), scan.text);

  // A serial number tells one piece from all others: five of them are five scans
  if (scan.serial !== null && open.quantityNext > 1) return refuse(answer.onePiece(first, scan.serial, open.quantityNext), scan.text);

  const wanting = details.filter((detail) => wantedOf(open, detail) > 0);
  const wanted = wanting.reduce((sum, detail) => sum + wantedOf(open, detail), 0);
  const ordered = details.reduce((sum, detail) => sum + packedOf(open, detail.detailId), wanted);
  const asked = unitsOf(scan, each) * open.quantityNext;
  if (wanted === 0 && ordered === 0) return refuse(answer.lineCancelled([first], open), scan.text);
  if (asked > wanted) return refuse(answer.overScan(first, asked, wanted, ordered), scan.text);

  const started = withOpenParcel(open, input.nextParcelNo);
  const scanNo = Math.max(0, ...open.units.map((unit) => unit.scanNo)) + 1;
  const units: PackedUnit[] = [];
  let left = asked;
  for (const detail of wanting) {
    const qty = Math.min(left, wantedOf(open, detail));
    if (qty === 0) break;
    units.push({
      scanNo,
      parcelNo: started.parcelNo,
      detailId: detail.detailId,
      qty,
      code: scan.text,
      batch: scan.batch,
      serial: scan.serial,
      expiry: scan.expiry,
    });
    left -= qty;
  }
  const next: BenchTask = {
    ...started.bench,
    units: [...open.units, ...units],
    quantityNext: 1,
    tookOut: false,
    acknowledged: true,
    startedAt: open.startedAt ?? now,
  };
  const effects: readonly Effect[] = [
    ...(open.startedAt === null ? [{ kind: "packing-started" as const, ftNo: open.task.ftNo }] : []),
    ...started.effects,
    ...units.map((unit) => ({ kind: "unit-packed" as const, ftNo: open.task.ftNo, unit })),
  ];
  const complete = isComplete(next) && !next.task.allowSplit;
  if (complete && input.policy.waitForWeight !== true) return closeTask(next, input.policy, effects);
  const packed = details.reduce((sum, detail) => sum + packedOf(next, detail.detailId), 0);
  const detailId = units.at(-1)?.detailId ?? first.detailId;
  const verdict = answer.itemOk({ name: nameOf(first), detailId, packed, ordered, bench: next });
  return {
    bench: { open: next },
    effects,
    verdict: complete ? { ...verdict, text: "Everything is in: the box goes on the scale." } : verdict,
  };
};
