import { noCount, type CountView } from "../shared/count.ts";
import { cartonOf, knownCarrier, parcelWeightKg, sizeWords } from "../shared/measures.ts";
import type { Settings } from "../shared/settings.ts";
import { isBlockedLabel } from "../shared/label-check.ts";
import type { ParcelView } from "../shared/bench-view.ts";
import type { ScaleView, ScannerRead } from "../shared/device-view.ts";
import type { Snapshot } from "../shared/station.ts";
import type { Trouble } from "../shared/trouble.ts";
import { isWithin, type Clock } from "./kit/clock.ts";
import type { BenchTask } from "./packing/bench.ts";
import { isComplete } from "./packing/closing.ts";
import { mayBeOut } from "./packing/label-arrival.ts";
import { labelLadder, labelWords, viewTask } from "./packing/view.ts";
import type { StoredParcel } from "./store/parcels.ts";
import type { Works } from "./works.ts";

const WAITING_SHOWN = 8;
const PARCELS_SHOWN = 5;
const HELD_SHOWN = 3;
/** Counting a hundred thousand waiting tasks costs milliseconds a scan doesn't have: lists older than this are made anew. */
const LISTS_KEPT_MS = 1_000;

type Pill = Snapshot["printer"];
/** The scale by itself, without what it has to do with the task on the bench. */
type ScaleNow = Omit<ScaleView, "waiting" | "expectedKg">;

const midnightBefore = (now: number): number => new Date(now).setHours(0, 0, 0, 0);

/** Draws the works as one snapshot. Lists that don't hang on the scan are kept for a moment. */
export const createSnapshots = ({
  works,
  clock,
  settings,
  version,
}: Readonly<{ works: Works; clock: Clock; settings: () => Settings; version: string }>) => {
  const {
    desk,
    tasks,
    parcels,
    journal,
    outbox,
    labels,
    labelChecks,
    printJobs,
    parking,
    scanBack,
    trouble,
    openScreen,
    laterReason,
    stationCommands,
    sync,
    printQueue,
    weighing,
  } = works;
  let lists: Readonly<{ at: number; key: string; waiting: Snapshot["waiting"]; today: Snapshot["today"] }> | null = null;

  const viewParcel = (parcel: StoredParcel, now: number): ParcelView => {
    const task = tasks.get(parcel.ftNo)?.task;
    const { cartons, ownCarriers } = settings();
    const carton = cartonOf(cartons, parcel.carton);
    const way = task?.way ?? "single";
    const job = printJobs.latestForParcel(parcel.parcelNo);
    const labelId =
      job?.labelId ?? labels.forParcel(parcel.parcelNo)?.id ?? (way === "single" ? labels.forTask(parcel.ftNo)?.id : undefined) ?? null;
    const labelHere = way === "own" || job !== null || labelId !== null;
    const check = labelId === null ? null : labelChecks.outcomeOf(labelId);
    const blocked = job?.state === "failed" && job.failure !== null && isBlockedLabel(job.failure.kind);
    const copies = job === null ? 0 : job.copy;
    const { label, words: labelNews } = parking.labelOf(parcel, now);
    const unscanned = label === "unscanned" && job !== null && mayBeOut(job.state) ? " · scan it on the box" : "";
    return {
      parcelNo: parcel.parcelNo,
      ftNo: parcel.ftNo,
      sequence: parcel.sequence,
      state: parcel.state,
      units: parcel.items.reduce((sum, { qty }) => sum + qty, 0),
      carton: parcel.carton,
      weightKg: parcelWeightKg({ weightG: parcel.weightG, items: parcel.items, details: task?.details ?? [], carton }),
      size: carton === null ? "" : sizeWords(carton),
      cost:
        parcel.costCents === null
          ? (knownCarrier(ownCarriers, parcel.carrier ?? { id: null, name: "" })?.cost ?? null)
          : parcel.costCents / 100,
      carrier: parcel.carrier?.name ?? task?.carrier ?? "",
      deliveryType: parcel.carrier?.type ?? task?.deliveryType ?? "",
      trackingNo: parcel.trackingNo,
      closedAt: parcel.closedAt,
      report: outbox.reportState(parcel.parcelNo),
      print: job?.state ?? null,
      copies,
      ladder: [
        ...labelLadder({
          labelHere,
          print: job?.state ?? null,
          reaches: printQueue.reaches(job?.printer) ?? "sent",
          check,
          blocked,
          toScan: label === "unscanned",
        }),
      ],
      words:
        labelNews ??
        `${labelWords({
          state: parcel.state,
          labelHere,
          print: job?.state ?? null,
          failure: job?.failure ?? null,
          copies,
          closedAt: parcel.closedAt,
          way,
          check,
          now,
        })}${unscanned}`,
      label,
    };
  };

  const expectedKg = (open: BenchTask | null): number | null => {
    const held = weighing.held(open);
    return held === null ? null : held.expectedG / 1_000;
  };

  const oms4Pill = (): Snapshot["oms4"] => {
    const { online, lastSyncAt, skewMs, failure, refusedCalls } = sync.status();
    const skewWords =
      skewMs !== null && Math.abs(skewMs) > 120_000
        ? ` · this PC's clock is ${Math.round(Math.abs(skewMs) / 60_000)} min ${skewMs > 0 ? "slow" : "fast"}`
        : "";
    const words = (): string => {
      if (failure?.kind === "credentials-refused") return "OMS4 refuses the credentials";
      if (failure?.kind === "not-oms4") return "Not OMS4: check the address or sign in to the network";
      if (!online) return lastSyncAt === null && failure === null ? "Connecting to OMS4" : "Offline";
      return `OMS4${refusedCalls.length === 0 ? "" : ` · refuses ${refusedCalls.join(", ")}`}${skewWords}`;
    };
    const broken = failure?.kind === "credentials-refused" || failure?.kind === "not-oms4";
    return {
      health: broken ? "broken" : online && skewWords === "" && refusedCalls.length === 0 ? "fine" : "careful",
      words: words(),
      lastSyncAt,
      skewMs: skewMs ?? null,
    };
  };

  const outboxPill = (count: CountView): Snapshot["outbox"] => {
    const entries = outbox.counts();
    const [waiting, parked] = [entries.waiting + count.waiting, entries.parked + count.failed];
    const failing = works.outboxTroubles.failingCount();
    if (parked === 0 && failing > 0) return { health: "broken", words: `OMS4 keeps failing on ${failing} of ${waiting}`, waiting, parked };
    const words =
      parked > 0 ? `${parked} in trouble${waiting > 0 ? ` · ${waiting} to send` : ""}` : waiting > 0 ? `${waiting} to send` : "All sent";
    return { health: parked > 0 ? "broken" : waiting > 0 ? "careful" : "fine", words, waiting, parked };
  };

  const heldTasks = (): Snapshot["held"] => {
    const count = tasks.heldCount();
    return { count, next: count === 0 ? [] : [...tasks.held(HELD_SHOWN)] };
  };

  const readLists = (now: number, key: string) => {
    if (lists === null || lists.key !== key || !isWithin(lists.at, now, LISTS_KEPT_MS)) {
      const midnight = midnightBefore(now);
      lists = {
        at: now,
        key,
        waiting: { count: tasks.waitingCount(), next: [...tasks.next(WAITING_SHOWN)] },
        today: {
          parcels: parcels.closedSince(midnight),
          secondsPerOrder: tasks.secondsPerOrder(midnight),
          wrongStopped: journal.wrongStoppedSince(midnight),
        },
      };
    }
    return lists;
  };

  return (revision: number, scanner: Pill, scannerReads: readonly ScannerRead[], scale: ScaleNow | null): Snapshot => {
    const now = clock.now();
    const { bench, verdict, scanSeq, activity, handedOver, milestone } = desk.state();
    const { open } = bench;
    const asked = activity === "packing" ? scanBack.asked() : null;
    const troubles: readonly Trouble[] = trouble.list();
    const current = settings();
    const count = works.counting.view(midnightBefore(now));
    const { waiting, today } = readLists(now, `${open?.task.ftNo ?? ""}|${parcels.lastClosed(1)[0]?.parcelNo ?? ""}`);
    return {
      revision,
      phase: asked !== null || (open !== null && isComplete(open)) ? "closing" : open === null ? "ready" : "packing",
      mode: works.mode,
      stationId: current.stationId,
      packer: parcels.packer(),
      version,
      scanSeq,
      verdict,
      online: sync.status().online,
      oms4: oms4Pill(),
      printer: works.routing.pill(printQueue.status(), printQueue.brokenOther()),
      scanner,
      scannerLayout: settings().scannerLayout,
      scannerReads: [...scannerReads],
      scale: scale === null ? null : { ...scale, waiting: weighing.isWaiting(open), expectedKg: expectedKg(open) },
      outbox: outboxPill(count),
      disk: works.keeping.pill(),
      activity,
      handedOver,
      milestone,
      supervisor: { pinSet: works.supervisor.isSet(), until: works.supervisor.until(now) },
      task:
        open === null
          ? null
          : viewTask(
              open,
              parcels.ofTask(open.task.ftNo).map((parcel) => viewParcel(parcel, now)),
              current.ownCarrier,
              current.ownCarriers,
            ),
      scanBack: asked === null ? null : viewParcel(asked, now),
      lastParcels: parcels.lastClosed(PARCELS_SHOWN).map((parcel) => viewParcel(parcel, now)),
      labels: parking.news(now),
      waiting,
      held: heldTasks(),
      today,
      count,
      teaching: works.teaching.view(open),
      troubles: [...troubles],
      troubleMarked: stationCommands.marked(),
      givingUp: stationCommands.givingUp(now),
      reasonAsked:
        weighing.held(open) === null || open === null ? laterReason.view(now) : { command: "CMDWEIGHTOK", about: open.task.ftNo },
      wish: openScreen.wish(),
      storage: null,
      theme: current.theme,
      sound: current.sound,
    };
  };
};
export type Snapshots = ReturnType<typeof createSnapshots>;

const noPill = { health: "careful", words: "" } as const;

/** The picture while the database can't be used: nothing but what happened and the ways out. */
export const troubleSnapshot = ({
  revision,
  version,
  settings,
  storage,
}: Readonly<{ revision: number; version: string; settings: Settings; storage: Snapshot["storage"] }>): Snapshot => ({
  revision,
  phase: storage === null ? "loading" : "trouble",
  mode: settings.mode,
  stationId: settings.stationId,
  packer: null,
  version,
  scanSeq: 0,
  verdict: null,
  online: false,
  oms4: { ...noPill, lastSyncAt: null, skewMs: null },
  printer: noPill,
  scanner: noPill,
  scannerLayout: settings.scannerLayout,
  scannerReads: [],
  scale: null,
  outbox: { ...noPill, waiting: 0, parked: 0 },
  disk: noPill,
  activity: "packing",
  handedOver: 0,
  milestone: null,
  supervisor: { pinSet: false, until: null },
  task: null,
  scanBack: null,
  lastParcels: [],
  labels: { waiting: [], waitingCount: 0, ready: [], readyCount: 0, toScan: [], toScanCount: 0 },
  waiting: { count: 0, next: [] },
  held: { count: 0, next: [] },
  today: { parcels: 0, secondsPerOrder: null, wrongStopped: 0 },
  count: noCount,
  teaching: null,
  troubles: [],
  troubleMarked: 0,
  givingUp: null,
  reasonAsked: null,
  wish: null,
  storage,
  theme: settings.theme,
  sound: settings.sound,
});
