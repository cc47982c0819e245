import { openParcel, type Bench, type BenchTask } from "./bench.ts";
import { stay, type Decision, type Effect } from "./decision.ts";
import { answer, stoppedAnswer } from "./verdicts.ts";

/** A closed parcel is open again; `removeScan`: that scan's units are taken out of it as well. */
export const reopen = (
  task: BenchTask,
  parcelNo: string,
  removeScan: number | null,
): Readonly<{ bench: BenchTask; effects: readonly Effect[] }> => {
  const { ftNo } = task.task;
  const gone = removeScan === null ? [] : task.units.filter((unit) => unit.scanNo === removeScan);
  return {
    bench: {
      ...task,
      parcels: task.parcels.map((parcel) => (parcel.parcelNo === parcelNo ? { ...parcel, state: "open" as const } : parcel)),
      units: task.units.filter((unit) => !gone.includes(unit)),
    },
    effects: [
      { kind: "parcel-reopened", ftNo, parcelNo },
      ...(removeScan === null ? [] : [{ kind: "scan-undone" as const, ftNo, scanNo: removeScan, units: gone }]),
    ],
  };
};

/** Takes back the last accepted scan of the open task: an item, or the closing of a parcel. */
export const undoOpen = (bench: Bench, open: BenchTask): Decision => {
  const { ftNo } = open.task;
  if (open.tookOut) {
    // What came out was cancelled: the scan before it is not what the packer means
    return stay(
      { open: { ...open, tookOut: false } },
      answer.refused(open, "That item stays out", "It was taken back. Scan UNDO once more to undo the scan before it."),
    );
  }
  const last = open.units.at(-1);
  if (last === undefined) return stay(bench, answer.refused(open, "Nothing to undo", "No item was scanned into this task yet."));
  const parcel = open.parcels.find((candidate) => candidate.parcelNo === last.parcelNo);
  if (parcel?.state === "handed-over")
    return stay(bench, answer.refused(open, "That parcel has left", "It was handed over to the carrier."));
  if (parcel?.state === "closed") {
    const stopped = stoppedAnswer(open);
    if (stopped !== null) return stay(bench, stopped);
    const empty = openParcel(open);
    if (empty?.reported === true) {
      return stay(
        bench,
        answer.refused(open, `OMS4 knows parcel ${empty.sequence} already`, "It can't be taken back whole: pack something into it again."),
      );
    }
    const without: BenchTask = { ...open, parcels: open.parcels.filter((candidate) => candidate !== empty) };
    const reopened = reopen(without, parcel.parcelNo, null);
    const dropped: readonly Effect[] = empty === null ? [] : [{ kind: "parcel-dropped", ftNo, parcelNo: empty.parcelNo }];
    return {
      bench: { open: reopened.bench },
      effects: [...dropped, ...reopened.effects],
      verdict: answer.parcelReopened(parcel.sequence, reopened.bench),
    };
  }
  const gone = open.units.filter((unit) => unit.scanNo === last.scanNo);
  const next: BenchTask = { ...open, units: open.units.filter((unit) => unit.scanNo !== last.scanNo), quantityNext: 1 };
  return {
    bench: { open: next },
    effects: [{ kind: "scan-undone", ftNo, scanNo: last.scanNo, units: gone }],
    verdict: answer.undone(last.detailId, gone, next),
  };
};

/** Reopens the task done last: until it is handed over a closed parcel can be opened again. */
export const undoDone = (bench: Bench, last: BenchTask | null): Decision => {
  const parcel = last?.parcels.findLast(({ state }) => state !== "pulled");
  if (last === null || parcel === undefined) return stay(bench, answer.refused(null, "Nothing to undo", "No task was finished here yet."));
  if (parcel.state === "handed-over")
    return stay(bench, answer.refused(null, "That parcel has left", "It was handed over to the carrier."));
  const stopped = stoppedAnswer(last);
  if (stopped !== null) return stay(bench, stopped);
  // A task that may not be split was closed by its last item: that scan is what is undone
  const lastScan = last.task.allowSplit ? null : (last.units.at(-1)?.scanNo ?? null);
  const reopened = reopen({ ...last, state: "packing", quantityNext: 1 }, parcel.parcelNo, lastScan);
  return {
    bench: { open: reopened.bench },
    effects: [{ kind: "task-reopened", ftNo: last.task.ftNo }, ...reopened.effects],
    verdict: answer.parcelReopened(parcel.sequence, reopened.bench),
  };
};
