import { reasonChoices } from "../../shared/reasons.ts";
import type { PackedUnit } from "../../shared/parcel.ts";
import type { TaskDetail } from "../../shared/task.ts";
import { nameOf, unitsWanted, wantedOf, type BenchTask } from "./bench.ts";
import type { Answer } from "./decision.ts";
import { outWords, stopAnswer } from "./stop-verdicts.ts";
import { make, plural, shown } from "./words.ts";

export { stoppedAnswer } from "./stop-verdicts.ts";
export { plural, shown } from "./words.ts";

/** What to scan next, in words. */
const nextWords = (bench: BenchTask): string => {
  const lines = bench.task.details.filter((detail) => wantedOf(bench, detail) > 0);
  const [first] = lines;
  if (first === undefined) {
    const out = outWords(bench);
    if (out !== "") return `Take out and scan back: ${out}. Nothing else is to be packed.`;
    return bench.task.allowSplit ? "Everything is in: scan FINISH." : "Everything is in.";
  }
  return lines.length === 1
    ? `${plural(unitsWanted(bench), "unit")} of ${nameOf(first)} to go.`
    : `${plural(lines.length, "line")} · ${plural(unitsWanted(bench), "unit")} to go.`;
};

/** The words of every verdict the engine gives: a headline that says what happened to what, and what to do now. */
export const answer = {
  ...stopAnswer,
  taskOpened: (bench: BenchTask, again: boolean): Answer => {
    const { ftNo, orderNo } = bench.task;
    const units = unitsWanted(bench);
    return make(
      "task-opened",
      again ? `Go on with ${ftNo}` : ftNo,
      `${orderNo === "" ? "" : `Order ${orderNo} · `}${units === 0 ? nextWords(bench) : `${plural(units, "unit")} to pack.`}`,
      ftNo,
    );
  },
  itemOk: ({
    name,
    detailId,
    packed,
    ordered,
    bench,
  }: Readonly<{ name: string; detailId: string; packed: number; ordered: number; bench: BenchTask }>): Answer =>
    make("item-ok", `${name} · ${packed} of ${ordered}`, nextWords(bench), bench.task.ftNo, detailId),
  parcelClosed: (sequence: number, bench: BenchTask): Answer =>
    make("parcel-closed", `Parcel ${sequence} is closed`, `Next box: ${nextWords(bench)}`, bench.task.ftNo),
  taskDone: (bench: BenchTask): Answer => {
    const { task } = bench;
    const parcels = bench.parcels.filter(({ state }) => state !== "pulled");
    const missing = unitsWanted(bench);
    const carrier = task.way === "own" ? (parcels.at(-1)?.carrier?.name ?? "") : task.carrier;
    return make(
      "task-done",
      `Done · ${task.ftNo}`,
      [plural(parcels.length, "parcel"), carrier, missing === 0 ? "" : `${plural(missing, "unit")} left to the other station`]
        .filter((word) => word !== "")
        .join(" · "),
      task.ftNo,
    );
  },
  wrongItem: (name: string, bench: BenchTask): Answer =>
    make("wrong-item", `Wrong item: ${name}`, `It is not in this order. Put it back. ${nextWords(bench)}`, bench.task.ftNo),
  overScan: (detail: TaskDetail, asked: number, wanted: number, ordered: number): Answer =>
    make(
      "over-scan",
      wanted === 0 ? `Too many: ${nameOf(detail)}` : `Too many: ${asked} of ${nameOf(detail)}`,
      wanted === 0
        ? `All ${ordered} are in already. Put this one back.`
        : `Only ${wanted} more ${wanted === 1 ? "goes" : "go"} in. Nothing was counted.`,
      null,
      detail.detailId,
    ),
  /** A quantity was keyed for a code that names a single piece. */
  onePiece: (detail: TaskDetail, serial: string, asked: number): Answer =>
    make(
      "over-scan",
      "This code is one single piece",
      `${nameOf(detail)}, serial ${shown(serial)}. Scan each of the ${asked} pieces by itself. Nothing was counted.`,
      null,
      detail.detailId,
    ),
  /** The same piece a second time: a scan too many, whatever is still wanted of the product. */
  packedPiece: (
    detail: TaskDetail,
    serial: string,
    { parcelNo, ftNo, hasLeft }: Readonly<{ parcelNo: string; ftNo: string; hasLeft: boolean }>,
    bench: BenchTask,
  ): Answer => {
    const parcel = bench.parcels.find((one) => one.parcelNo === parcelNo);
    const where = parcel === undefined ? `${parcelNo} (${ftNo})` : parcel.state === "open" ? "this box" : `parcel ${parcel.sequence}`;
    return make(
      "over-scan",
      `This very piece is in ${where} already`,
      hasLeft
        ? `${nameOf(detail)}, serial ${shown(serial)}, has left. Did it come back? Scan RETURNED and that parcel first. Nothing was counted.`
        : `${nameOf(detail)}, serial ${shown(serial)}. Scan another piece. Nothing was counted.`,
      bench.task.ftNo,
      detail.detailId,
    );
  },
  unknownCode: (code: string, bench: BenchTask): Answer =>
    make(
      "unknown-code",
      `Unknown code: ${shown(code)}`,
      `Not in this task; a supervisor can teach it: TEACH. ${nextWords(bench)}`,
      bench.task.ftNo,
    ),
  unknownTask: (code: string, itemName: string | null): Answer =>
    itemName === null
      ? make("unknown-task", `No task ${shown(code)}`, "Scan a task number, an order number or a tracking number.", null)
      : make("unknown-task", `Scan the task first`, `This is an item: ${itemName}.`, null),
  taskAside: (ftNo: string, reason: string): Answer =>
    make(
      "unknown-task",
      `${shown(ftNo)} can't be packed as it is`,
      `${reason} It comes by itself once it is right in OMS4; TROUBLE lists it.`,
      null,
    ),
  /** `scanner`: what people call it. */
  brokenOff: (scanner: string): Answer =>
    make("scan-refused", "Scan it again", `Only a part of it came from ${scanner}. Nothing was counted.`, null),
  ambiguousOrder: (code: string, ftNos: readonly string[]): Answer =>
    make(
      "ambiguous",
      `${shown(code)} has ${ftNos.length} tasks`,
      `Scan the task number itself: ${ftNos.slice(0, 4).join(", ")}${ftNos.length > 4 ? " …" : ""}`,
      null,
    ),
  ambiguousItem: (names: readonly string[], detailId: string | null): Answer =>
    make("ambiguous", "This code is on two products", `${names.join(" / ")}: scan another code of the item.`, null, detailId),
  outTooMany: (detail: TaskDetail, asked: number, most: number): Answer =>
    make(
      "over-scan",
      `Too many: ${asked} of ${nameOf(detail)}`,
      `Only ${most} ${most === 1 ? "comes" : "come"} out. Scan the single pieces. Nothing was counted.`,
      null,
      detail.detailId,
    ),
  onHold: (ftNo: string, reason: string | null): Answer =>
    make(
      "on-hold",
      `${ftNo} is on hold`,
      `${reason === null || reason === "" ? "No reason was given." : `Reason: ${reason}.`} Scan RELEASE to pack it.`,
      ftNo,
    ),
  doneAlready: (ftNo: string, parcels: number): Answer =>
    make("done-already", `${ftNo} is packed already`, `${plural(parcels, "parcel")} closed at this station. Nothing more to do.`, ftNo),
  leftWithoutMore: (ftNo: string, units: number): Answer =>
    make(
      "done-already",
      `${ftNo} has left`,
      `${plural(units, "unit")} more ${units === 1 ? "is" : "are"} ordered, and it may not be split: tell your shift lead.`,
      ftNo,
    ),
  packAnew: (bench: BenchTask): Answer => {
    const { ftNo } = bench.task;
    return make("task-changed", `${ftNo}: more is to be packed`, `Scan ${ftNo}. ${nextWords(bench)}`, ftNo);
  },
  otherTask: (ftNo: string, open: string): Answer =>
    make("other-task", `${open} is still open`, `Finish it, or scan LEAVE before ${ftNo}.`, open),
  stillToPack: (bench: BenchTask): Answer => make("command-refused", "Not everything is in", nextWords(bench), bench.task.ftNo),
  refused: (bench: BenchTask | null, title: string, text: string): Answer => make("command-refused", title, text, bench?.task.ftNo ?? null),
  commandOk: (bench: BenchTask | null, title: string, text: string): Answer => make("command-ok", title, text, bench?.task.ftNo ?? null),
  parcelReopened: (sequence: number, bench: BenchTask): Answer =>
    make("command-ok", `Parcel ${sequence} is open again`, nextWords(bench), bench.task.ftNo),
  undone: (detailId: string, units: readonly PackedUnit[], bench: BenchTask): Answer => {
    const detail = bench.task.details.find((line) => line.detailId === detailId);
    const count = units.reduce((sum, unit) => sum + unit.qty, 0);
    return make(
      "command-ok",
      `Undone: ${count} × ${detail === undefined ? detailId : nameOf(detail)}`,
      `Take it out of the box. ${nextWords(bench)}`,
      bench.task.ftNo,
      detailId,
    );
  },
  held: (ftNo: string, reason: string): Answer =>
    make(
      "command-ok",
      `${ftNo} is on hold`,
      reason === "" ? `Put it aside. Why? ${reasonChoices("CMDHOLD")}. Or scan the next task.` : `Reason: ${reason}. Scan the next task.`,
      null,
    ),
  left: (ftNo: string, bench: BenchTask): Answer =>
    make(
      "command-ok",
      `${ftNo} is left`,
      bench.units.length === 0 ? "Nothing was packed. Scan the next task." : "What is packed stays noted. Scan it again to go on.",
      null,
    ),
} as const;
