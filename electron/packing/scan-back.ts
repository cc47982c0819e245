import { normaliseCode, type Command, type CommandWord, type ReadScan } from "../../shared/scan.ts";
import type { LabelNews } from "../../shared/station.ts";
import type { Clock } from "../kit/clock.ts";
import type { Database } from "../store/database.ts";
import type { Journal } from "../store/journal.ts";
import type { LabelChanges } from "../store/label-changes.ts";
import type { StoredParcel } from "../store/parcels.ts";
import type { ScanBacks } from "../store/scan-backs.ts";
import type { BenchTask } from "./bench.ts";
import type { Answer } from "./decision.ts";
import { mayBeOut } from "./label-arrival.ts";
import { labelAnswer } from "./label-answers.ts";
import { carriedBy, createLabelReading, type LabelReadingParts } from "./label-reading.ts";
import { scanBackAnswer } from "./scan-back-answers.ts";

export type ScanBackParts = LabelReadingParts &
  Readonly<{
    database: Database;
    clock: Clock;
    labelChanges: LabelChanges;
    scanBacks: ScanBacks;
    journal: Journal;
    /** Is a parcel done only when its pasted label was scanned? Asked each time. */
    isOn: () => boolean;
  }>;

const MOST_SHOWN = 3;
const MOST_COUNTED = 100;
/** These start something else: another parcel, another task, another mode. */
const STARTS_OTHER_WORK: readonly CommandWord[] = [
  "CMDFINISH",
  "CMDNEWPARCEL",
  "CMDRELEASE",
  "CMDBOX",
  "CMDQTY",
  "CMDWEIGHT",
  "CMDCOST",
  "CMDHANDOVER",
  "CMDDELIVERED",
  "CMDPENDING",
  "CMDRETURNED",
  "CMDLOST",
  "CMDCOUNT",
];

/**
 * Labels are scanned where they are pasted. A parcel that was closed with its label asks for it before anything else is packed; one whose
 * label is still to come, or was put aside, stands on a list, and does not leave before its label was scanned.
 */
export const createScanBack = (parts: ScanBackParts) => {
  const { database, clock, parcels, labelChanges, printJobs, scanBacks, journal, isOn } = parts;
  const { labelJob, readAs, read } = createLabelReading(parts);

  const asked = (): StoredParcel | null => {
    const row = isOn() ? scanBacks.asked() : null;
    return row === null ? null : parcels.get(row.parcelNo);
  };
  const isListed = (parcelNo: string): boolean => isOn() && scanBacks.get(parcelNo) !== null;
  const goOn = (open: BenchTask | null): string => (open === null ? "Scan the next task." : "Go on scanning items.");

  /** The label of this parcel was scanned: the highest rung, unless it can't be the one in force. */
  const confirm = ({ parcelNo, ftNo, trackingNo }: StoredParcel, open: BenchTask | null): Answer => {
    const at = clock.now();
    const job = labelJob(parcelNo);
    // Given up is not late: nothing of it comes by itself any more
    const isGivenUp = job === null && !parcels.wantsLabel(parcelNo) && printJobs.latestForParcel(parcelNo) !== null;
    if (isGivenUp) return labelAnswer.notPrinted(parcelNo, ftNo);
    if (job === null) return scanBackAnswer.noLabel(parcelNo, ftNo);
    if (job.state === "queued" || job.state === "rendered") return labelAnswer.onItsWay(parcelNo, ftNo);
    if (!mayBeOut(job.state)) return labelAnswer.notPrinted(parcelNo, ftNo);
    const change = labelChanges.get(parcelNo);
    if (change !== null && job.labelId !== change.labelId) return labelAnswer.changed(change, false);
    database.transaction(() => {
      printJobs.scanned(job.id, at);
      scanBacks.done(parcelNo);
      journal.add({ kind: "label-scanned-back", ftNo, parcelNo, before: { state: job.state }, after: { copy: job.copy, trackingNo } }, at);
    });
    return scanBackAnswer.ok(parcelNo, ftNo, trackingNo, goOn(open));
  };

  const refuse = ({ parcelNo, ftNo }: StoredParcel, code: string, words: Answer): Answer => {
    const after = { code: code.slice(0, 200), description: words.text };
    database.transaction(() => journal.add({ kind: "wrong-label", ftNo, parcelNo, before: null, after }, clock.now()));
    return words;
  };

  const oldLabel = ({ parcelNo, ftNo, trackingNo }: StoredParcel): Answer => {
    const change = labelChanges.get(parcelNo);
    const isHere = change === null ? !parcels.wantsLabel(parcelNo) : change.labelId !== null;
    return scanBackAnswer.oldLabel(parcelNo, ftNo, trackingNo, isHere);
  };

  /** A scan while the label of this parcel is asked for. */
  const scanAsked = (parcel: StoredParcel, texts: readonly string[], readings: readonly ReadScan[], open: BenchTask | null): Answer => {
    const { parcelNo, ftNo, trackingNo } = parcel;
    const [text = ""] = texts;
    const wanted = trackingNo === "" ? parcelNo : trackingNo;
    const reading = read(parcel, texts, readings, open);
    switch (reading.kind) {
      case "label":
        return confirm(parcel, open);
      case "slip":
        return scanBackAnswer.slip(parcelNo, ftNo);
      case "other":
        return refuse(parcel, text, scanBackAnswer.otherParcel(parcelNo, ftNo, reading.owner));
      case "old":
        return refuse(parcel, text, oldLabel(parcel));
      case "strange":
        return refuse(parcel, text, scanBackAnswer.unknownLabel(parcelNo, ftNo, text, wanted));
      case "beside":
        return scanBackAnswer.otherCode(parcelNo, ftNo, wanted);
      case "task":
        return scanBackAnswer.first(ftNo, parcelNo, "No task was opened.");
      case "item":
      case "none":
        return scanBackAnswer.first(ftNo, parcelNo, "Nothing was counted.");
    }
  };

  const later = (open: BenchTask | null): Answer => {
    const parcel = asked();
    if (parcel === null) return scanBackAnswer.nothingToPutAside(open?.task.ftNo ?? null);
    const { parcelNo, ftNo } = parcel;
    database.transaction(() => {
      scanBacks.putAside(parcelNo);
      journal.add({ kind: "scan-back-later", ftNo, parcelNo, before: null, after: null }, clock.now());
    });
    return scanBackAnswer.later(parcelNo, ftNo, goOn(open));
  };

  /** A label that nobody asked for, of this parcel; null where this code says nothing about it. */
  const scannedUnasked = (parcel: StoredParcel, code: string, open: BenchTask | null): Answer | null => {
    const { parcelNo, ftNo, trackingNo } = parcel;
    const job = labelJob(parcelNo);
    if (parcel.state !== "closed" || job === null || !mayBeOut(job.state)) return null;
    const listed = isListed(parcelNo);
    switch (readAs(parcel, code)) {
      case "label":
        // Without the setting, its own number may have been typed from the screen: only the carrier's number is on the label for certain
        if (!listed && (job.state === "scanned" || (normaliseCode(code) === parcelNo && trackingNo !== parcelNo))) return null;
        return confirm(parcel, open);
      case "old":
        return refuse(parcel, code, oldLabel(parcel));
      case "slip":
        return listed ? scanBackAnswer.slip(parcelNo, ftNo) : null;
      case null:
        return null;
    }
  };

  /** The one parcel of a number, if it has only one. */
  const parcelOf = (code: string): StoredParcel | null => {
    const direct = parcels.get(code);
    if (direct !== null) return direct;
    const [found, ...others] = parcels.byTracking(code);
    return others.length === 0 ? (found ?? null) : null;
  };

  return {
    /** The parcel whose label is to be scanned now; null: none, or the setting does not ask for it. */
    asked,
    isListed,
    labelJob,
    scannedUnasked,
    /** A parcel was closed: asked for at once where its label is there. Inside the caller's transaction. */
    closed: (parcelNo: string, ftNo: string, at: number): void => {
      if (isOn()) return scanBacks.want(parcelNo, ftNo, labelJob(parcelNo) !== null, at);
      // The bench has gone on: what was asked for when the setting was switched off does not stand at it any more
      const before = scanBacks.asked();
      if (before !== null) scanBacks.putAside(before.parcelNo);
    },
    /** A label prints, for a box that stands at the bench now (`isHere`) or somewhere. Inside the caller's transaction. */
    printing: (parcelNo: string, ftNo: string, isHere: boolean, at: number): void => {
      if (isOn() && parcels.get(parcelNo)?.state === "closed") scanBacks.want(parcelNo, ftNo, isHere, at);
    },
    /** What is said of a closed parcel when its label is still to be scanned. */
    said: (words: Answer, parcelNo: string): Answer => {
      const row = isOn() ? scanBacks.get(parcelNo) : null;
      const parcel = row === null ? null : parcels.get(parcelNo);
      if (row === null || parcel === null) return words;
      const { sequence, trackingNo } = parcel;
      return row.asked ? scanBackAnswer.ask(words, sequence, trackingNo) : scanBackAnswer.askLater(words, sequence);
    },
    /** A command while a label is asked for, and LATER; null: it goes its own way. */
    command: ({ word }: Command, open: BenchTask | null): Answer | null => {
      if (word === "CMDLATER") return later(open);
      const parcel = STARTS_OTHER_WORK.includes(word) ? asked() : null;
      return parcel === null ? null : scanBackAnswer.first(parcel.ftNo, parcel.parcelNo, "Nothing was started.");
    },
    /** A scan that is no command; null while no label is asked for. `texts`: each way in which the keyboard may have meant it. */
    scan: (texts: readonly string[], readings: readonly ReadScan[], open: BenchTask | null): Answer | null => {
      const parcel = asked();
      return parcel === null ? null : scanAsked(parcel, texts, readings, open);
    },
    /** The label of a parcel on the list, also while a task is open. Null when it is none. */
    scanListed: (readings: readonly ReadScan[], open: BenchTask | null): Readonly<{ parcelNo: string; words: Answer }> | null => {
      if (!isOn()) return null;
      for (const { code } of readings) {
        const parcel = parcelOf(code);
        const words = parcel === null || !isListed(parcel.parcelNo) ? null : scannedUnasked(parcel, code, open);
        if (parcel !== null && words !== null) return { parcelNo: parcel.parcelNo, words };
      }
      return null;
    },
    /** A code that nobody knows as it stands: it may carry the number of the parcel closed last, or of one on the list, within more. */
    scanWithin: (texts: readonly string[], open: BenchTask | null): Answer | null => {
      const listed = isOn() ? scanBacks.toScan(MOST_COUNTED).flatMap(({ parcelNo }) => parcels.get(parcelNo) ?? []) : [];
      const last = open === null ? parcels.lastClosed(1).filter(({ parcelNo }) => listed.every((one) => one.parcelNo !== parcelNo)) : [];
      const carried = [...last, ...listed].filter(({ trackingNo }) => trackingNo !== "" && carriedBy(texts, trackingNo) !== null);
      const found = carried.filter((parcel) => read(parcel, texts, [], open).kind === "label");
      const [parcel, ...others] = found;
      return parcel === undefined || others.length > 0 ? null : scannedUnasked(parcel, parcel.trackingNo, open);
    },
    news: (): Pick<LabelNews, "toScan" | "toScanCount"> => {
      if (!isOn()) return { toScan: [], toScanCount: 0 };
      const rows = scanBacks.toScan(MOST_SHOWN);
      return {
        toScan: rows.map(({ parcelNo, ftNo }) => ({ parcelNo, ftNo, trackingNo: parcels.get(parcelNo)?.trackingNo ?? "" })),
        toScanCount: rows.length < MOST_SHOWN ? rows.length : scanBacks.toScanCount(MOST_COUNTED),
      };
    },
  };
};
export type ScanBack = ReturnType<typeof createScanBack>;
