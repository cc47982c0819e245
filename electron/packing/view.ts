import { failureKinds, type Failure } from "../../shared/failures.ts";
import type { OwnCarrier } from "../../shared/settings.ts";
import { itemStatusesOf, receiverView } from "../../shared/parcel-about.ts";
import type { ParcelView, TaskView } from "../../shared/bench-view.ts";
import type { ParcelState, PrintState } from "../../shared/parcel.ts";
import type { LabelOutcome } from "../../shared/label-check.ts";
import type { ShippingWay } from "../../shared/task.ts";
import {
  isCancelled,
  openParcel,
  orderedOf,
  ownCarrierOf,
  packedElsewhere,
  packedByLine,
  takeOuts,
  unitsWanted,
  wantedOf,
  wholeCancelled,
  type BenchTask,
} from "./bench.ts";
import { stoppedAnswer } from "./verdicts.ts";

type Rung = ParcelView["ladder"][number];
type RungState = Rung["state"];

const CHECKED: Readonly<Record<LabelOutcome, RungState>> = {
  waiting: "now",
  match: "done",
  "no-number": "unknown",
  "not-checked": "unknown",
  mismatch: "unknown",
  unreadable: "unknown",
  "other-parcel": "unknown",
};

/**
 * What is known about a parcel's label, as rungs of a ladder. `reaches` is the highest rung its printer can ever know; `check` is what
 * reading the label back gave, null for a label of our own, which is read back before it is printed; `blocked`: it was kept from printing.
 */
export const labelLadder = ({
  labelHere,
  print,
  reaches,
  check,
  blocked,
  toScan = false,
}: Readonly<{
  labelHere: boolean;
  print: PrintState | null;
  reaches: "sent" | "accepted" | "printed";
  check: LabelOutcome | null;
  blocked: boolean;
  /** it is to be scanned where it is pasted before anything else */
  toScan?: boolean;
}>): readonly Rung[] => {
  const after = (states: readonly PrintState[]): boolean => print !== null && states.includes(print);
  const isSent = after(["sent", "accepted", "printed", "scanned"]);
  const broken: RungState | null = print === "failed" ? "failed" : print === "unknown" ? "unknown" : null;
  const printed: RungState = after(["printed", "scanned"])
    ? "done"
    : print === "unknown"
      ? "unknown"
      : isSent
        ? reaches === "printed"
          ? "now"
          : "unknown"
        : "todo";
  const ownChecked = after(["rendered", "sent", "accepted", "printed", "scanned", "unknown"]) ? "done" : "now";
  const checked: RungState = !labelHere ? "todo" : blocked ? "failed" : check === null ? ownChecked : CHECKED[check];
  return [
    { name: "here", state: labelHere ? "done" : "now" },
    { name: "checked", state: checked },
    { name: "sent", state: isSent ? "done" : blocked ? "todo" : (broken ?? (print === "rendered" ? "now" : "todo")) },
    { name: "printed", state: printed },
    { name: "scanned", state: print === "scanned" && !toScan ? "done" : toScan && isSent ? "now" : "todo" },
  ];
};

const secondsSince = (from: number, now: number): string => {
  const seconds = Math.max(0, Math.round((now - from) / 1000));
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
};

/** What is doubtful about a label that was read back, in a few words. */
const DOUBTS: Readonly<Partial<Record<LabelOutcome, string>>> = {
  mismatch: "its barcode is not its number",
  unreadable: "no barcode readable",
  "other-parcel": "another parcel's number on it",
};

/** A title within a sentence: its first letter small, unless it begins a name such as OMS4. */
const withinSentence = (title: string): string => title.replace(/^[A-Z](?![A-Z])/, (letter) => letter.toLowerCase());

/** The ladder in plain words. */
export const labelWords = (
  facts: Readonly<{
    state: ParcelState;
    labelHere: boolean;
    print: PrintState | null;
    /** what the printer waits for: paper, power */
    failure: Failure | null;
    copies: number;
    closedAt: number | null;
    way: ShippingWay;
    /** what reading it back gave; null: it is our own */
    check: LabelOutcome | null;
    now: number;
  }>,
): string => {
  const { print, closedAt } = facts;
  const doubt = facts.check === null ? undefined : DOUBTS[facts.check];
  const doubted = doubt === undefined ? "" : ` · ${doubt}`;
  if (facts.state === "open") return "open";
  if (facts.state === "pulled") return "pulled: it does not leave";
  if (print === null)
    return facts.labelHere || closedAt === null
      ? `label is here${doubted}`
      : `waiting for the label · ${secondsSince(closedAt, facts.now)}`;
  const words: Record<PrintState, string> = {
    queued: "label in the queue",
    rendered: "label ready to print",
    sent: "label sent",
    accepted: "printer has the label",
    printed: "label printed",
    scanned: "label checked on the box",
    unknown: "label: did it come out?",
    failed: "label did not print",
    cancelled: "label print cancelled",
  };
  if (facts.failure !== null && print !== "unknown") return `${words[print]} · ${withinSentence(failureKinds[facts.failure.kind].title)}`;
  const handed = facts.state === "handed-over" ? " · handed over" : "";
  return `${words[print]}${doubted}${facts.copies > 1 ? ` · ${facts.copies} prints` : ""}${handed}`;
};

const whyStopped = (bench: BenchTask): TaskView["stopped"] => {
  if (wholeCancelled(bench)) return "cancelled";
  if (packedElsewhere(bench)) return "elsewhere";
  return bench.request === null ? null : bench.request.unclear ? "unclear" : "request";
};

/** The open task as the screen draws it. */
export const viewTask = (
  bench: BenchTask,
  parcels: readonly ParcelView[],
  fallbackCarrier: Readonly<{ name: string; type: string }>,
  ownCarriers: readonly OwnCarrier[] = [],
): TaskView => {
  const { task } = bench;
  const stopped = stoppedAnswer(bench) !== null;
  const outs = takeOuts(bench);
  const packed = packedByLine(bench);
  const takeOutOf = (detailId: string): number => outs.reduce((sum, out) => (out.detailId === detailId ? sum + out.qty : sum), 0);
  const next =
    task.details.find(({ detailId }) => takeOutOf(detailId) > 0) ??
    (stopped ? undefined : task.details.find((detail) => wantedOf(bench, detail) > 0));
  const own = ownCarrierOf(bench, fallbackCarrier, ownCarriers);
  return {
    ftNo: task.ftNo,
    orderNo: task.orderNo,
    salesChannel: task.salesChannel,
    way: task.way,
    maySplit: task.allowSplit,
    shipBy: task.shipBy,
    receiver: receiverView(task),
    fpName: task.fpName,
    status: task.status,
    itemStatuses: itemStatusesOf(task),
    carrier: own?.name ?? task.carrier,
    deliveryType: own?.type ?? task.deliveryType,
    ...(task.crossBorder === true ? { crossBorder: true } : {}),
    carrierId: own?.id ?? null,
    availableCarriers: [...task.availableCarriers],
    packingInstruction: task.packingInstruction,
    deliveryInstruction: task.deliveryInstruction,
    acknowledged: bench.acknowledged,
    lines: task.details.map((detail) => {
      const over = isCancelled(bench, detail) ? "cancelled" : packedElsewhere(bench) ? "elsewhere" : null;
      const takeOut = takeOutOf(detail.detailId);
      return {
        detailId: detail.detailId,
        name: detail.name || detail.brandSkuCode || detail.sellerSkuCode || detail.detailId,
        brandCode: detail.brandCode,
        brandSkuCode: detail.brandSkuCode,
        sellerSkuCode: detail.sellerSkuCode,
        barcodes: [...detail.barcodes],
        imageUrl: detail.imageUrl,
        qty: over === null ? orderedOf(bench, detail) : detail.qty,
        packed: packed.get(detail.detailId) ?? 0,
        state: over ?? (orderedOf(bench, detail) <= (packed.get(detail.detailId) ?? 0) ? "done" : detail === next ? "next" : "todo"),
        takeOut,
      };
    }),
    parcels: [...parcels],
    currentParcel: openParcel(bench)?.sequence ?? bench.parcels.length + 1,
    quantityNext: bench.quantityNext,
    unitsLeft: unitsWanted(bench),
    openedAt: bench.openedAt,
    stopped: whyStopped(bench),
    putBack: outs.map(({ detailId, parcelNo, qty }) => {
      const parcel = bench.parcels.find((candidate) => candidate.parcelNo === parcelNo);
      return { detailId, qty, parcelNo, sequence: parcel?.sequence ?? 1, closed: parcel?.state === "closed" };
    }),
    cancellation: bench.cancellation === null ? null : { ctNo: bench.cancellation.ctNo, at: bench.cancellation.at },
  };
};
