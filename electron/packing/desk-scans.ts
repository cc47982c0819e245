import type { CodeMeaning } from "../../shared/alias.ts";
import type { ReadScan } from "../../shared/scan.ts";
import { PLAUSIBLE_TASK_NUMBER } from "../../shared/task.ts";
import { DAY_MS } from "../kit/clock.ts";
import type { PackedSerial } from "../store/packed-serials.ts";
import { nameOf, sameProduct, type BenchTask } from "./bench.ts";
import type { Answer } from "./decision.ts";
import type { DeskCommands } from "./desk-commands.ts";
import type { DecideAndCommit } from "./desk-decisions.ts";
import type { DeskParts } from "./desk-parts.ts";
import type { DeskState } from "./desk-state.ts";
import type { HandoverDesk } from "./handover-desk.ts";
import type { PackedPiece } from "./items.ts";
import { loadBenchTask, loadByNumber } from "./load.ts";
import { matchItem } from "./match.ts";
import type { Stops } from "./stops.ts";
import { answer } from "./verdicts.ts";

/** How long a looked-up task may still open by itself: later the packer is busy with something else. */
const LOOK_UP_OPENS_MS = 4_000;
/**
 * A piece that left so long ago and is here again was sent back by its buyer: returns take weeks, and few tell them at the bench. Sooner than
 * that, the same serial number means that a code is scanned in place of a piece.
 */
const SAME_PIECE_MS = 14 * DAY_MS;

/** A scan as it is shown, and each way in which the keyboard may have meant it, the likeliest first; `byHand`: at a person's pace. */
type CodeScan = Readonly<{ text: string; texts: readonly string[]; byHand: boolean }>;

/** What a scanned code means at the bench, in order: a stopped parcel, a parcel that waits, an item, a task, or nothing known. */
export const createDeskScans = (
  parts: DeskParts,
  {
    state,
    decideAndCommit,
    stops,
    handover,
    commands,
  }: Readonly<{ state: DeskState; decideAndCommit: DecideAndCommit; stops: Stops; handover: HandoverDesk; commands: DeskCommands }>,
) => {
  const { database, clock, log, tasks, packedSerials, weighing } = parts;

  const openByCode = (code: string): Answer | null => {
    const found = tasks.byCode(code).map((stored) => loadBenchTask(parts, stored, clock.now()));
    if (found.length === 0) return null;
    const words = decideAndCommit((nextParcelNo, policy) => ({ kind: "tasks", found, code, nextParcelNo, policy }));
    const { kind, ftNo } = words;
    // The buyer may have had an answer since this task was asked about
    if (kind === "on-hold" && ftNo !== null && parts.cancelRequests.holding(ftNo) !== null)
      state.later(() => parts.onCheckDue(ftNo, "held"));
    return words;
  };

  /** OMS4 has this task, but as it is nobody can pack it. */
  const taskAside = (readings: readonly ReadScan[]): Answer | null => {
    for (const code of new Set(readings.flatMap((reading) => [reading.code, reading.code.toUpperCase()]))) {
      const reason = parts.setAside.reasonOf("task", code);
      if (reason !== null) return answer.taskAside(code, reason.detail);
    }
    return null;
  };

  const askOms4 = (code: string): void => {
    const asked = code.trim().toUpperCase();
    if (!PLAUSIBLE_TASK_NUMBER.test(asked)) return;
    const seq = state.scanSeq();
    const since = clock.now();
    parts
      .lookUp(code.trim())
      .then((found) => {
        if (!found || state.bench().open !== null || handover.running()) return;
        if (state.scanSeq() === seq && clock.now() - since <= LOOK_UP_OPENS_MS)
          state.announce(openByCode(code) ?? taskAside(parts.readings(code)) ?? answer.unknownTask(code, null));
      })
      .catch((error: unknown) => log.warn({ error: String(error) }, "looking a task up failed"));
  };

  /** The label of a stopped parcel: what was to be pulled is pulled, what has to be taken out comes to the bench. */
  const scanStopped = (readings: readonly ReadScan[]): Answer | null => {
    if (!stops.any()) return null;
    const stop = readings.map(({ code }) => stops.byCode(code)).find((found) => found !== null);
    if (stop === undefined || stop === null) return null;
    const { ftNo, parcelNo } = stop;
    const at = clock.now();
    if (stop.kind === "pull") {
      const more = database.transaction(() => stops.confirmPulled(stop, at));
      if (state.bench().open?.task.ftNo === ftNo) state.put({ open: loadByNumber(parts, ftNo, at) });
      state.later(parts.onWork);
      return answer.parcelPulled(parcelNo, ftNo, more);
    }
    if (stop.kind !== "left" && stop.kind !== "relabel") return openByCode(ftNo);
    parts.onParcelSeen(parcelNo);
    return answer.parcelsStopped(ftNo, [{ parcelNo, kind: stop.kind, labelOut: true, whole: true }]);
  };

  /** With the scanner's prefix and suffix and without them a code may be two products of one task: nobody can tell which was scanned. */
  const affixDoubt = (open: BenchTask, { text, texts: [came = ""], byHand }: CodeScan, meanings: readonly CodeMeaning[]): Answer | null => {
    if (byHand || came === text) return null;
    const lines = [came, text].map((one) => {
      const match = matchItem(open, parts.readings(one), meanings);
      return match.kind === "lines" ? match.details.slice(0, 1) : [];
    });
    const meant = lines.flat();
    return lines.some(({ length }) => length === 0) || sameProduct(meant)
      ? null
      : answer.ambiguousItem(meant.map(nameOf), meant[0]?.detailId ?? null);
  };

  /** Where this very piece was packed before, if its code tells it from all others: the same product, the same serial number. */
  const packedBefore = ({ serial, code }: ReadScan): PackedPiece | null => {
    if (serial === null) return null;
    const isSame = ({ code: text }: PackedSerial): boolean =>
      parts.readings(text).some((reading) => reading.code === code && reading.serial === serial);
    return packedSerials.find(serial, clock.now() - SAME_PIECE_MS).find(isSame) ?? null;
  };

  return (scan: CodeScan, readings: readonly ReadScan[]): Answer => {
    const { text, texts, byHand } = scan;
    const { open } = state.bench();
    const asked = parts.scanBack.scan(texts, readings, open);
    if (asked !== null) return asked;
    const meanings = parts.aliases.meanings(readings.map(({ code }) => code));
    const taught = parts.teaching.scan(open, { text, readings, meanings, byHand }, clock.now());
    if (taught !== null) return taught;
    const stopped = scanStopped(readings);
    if (stopped !== null) return stopped;
    const match = open === null ? null : matchItem(open, readings, meanings);
    const isItem = match !== null && match.kind !== "none";
    const listed = isItem ? null : parts.scanBack.scanListed(readings, open);
    if (listed !== null) {
      parts.onParcelSeen(listed.parcelNo);
      return listed.words;
    }
    const box = parts.parcelScanned(
      readings.map(({ code }) => code),
      clock.now(),
      open !== null,
    );
    if (box !== null) return box;
    if (isItem) {
      const doubt = open === null ? null : affixDoubt(open, scan, meanings);
      if (doubt !== null) return doubt;
      if (match.kind === "lines") state.know(match.scan.text);
      const packed = match.kind === "lines" ? packedBefore(match.scan) : null;
      const words = decideAndCommit((nextParcelNo, policy) => ({ kind: "item", readings, meanings, packed, nextParcelNo, policy }));
      weighing.itemScanned(state.bench().open, commands.closeWeighed);
      return words;
    }
    for (const { code, text: read } of readings) {
      const opened = openByCode(code);
      if (opened === null) continue;
      state.know(read);
      return opened;
    }
    const itemName = meanings[0]?.name ?? readings.map(({ code }) => tasks.itemName(code)).find((name) => name !== null) ?? null;
    const within = itemName === null ? parts.scanBack.scanWithin(texts, open) : null;
    if (within !== null) return within;
    if (open !== null) parts.teaching.stranger(open, text, readings, itemName);
    if (open === null && itemName === null) askOms4(parts.readings(text)[0]?.code ?? text);
    const words = decideAndCommit((nextParcelNo, policy) => ({ kind: "stranger", code: text, itemName, nextParcelNo, policy }));
    return (open === null && itemName === null ? taskAside(readings) : null) ?? words;
  };
};
