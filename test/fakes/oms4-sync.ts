import { join } from "node:path";
import { onTestFinished } from "vitest";
import { systemClock, type Clock } from "../../electron/kit/clock.ts";
import { createHttp } from "../../electron/kit/http.ts";
import { silentLog } from "../../electron/kit/log.ts";
import { createCancelRequestStore } from "../../electron/store/cancel-requests.ts";
import { createCancellationStore } from "../../electron/store/cancellations.ts";
import { createCountStore } from "../../electron/store/counts.ts";
import { openDatabase } from "../../electron/store/database.ts";
import { createLabelStore } from "../../electron/store/labels.ts";
import { createJournal } from "../../electron/store/journal.ts";
import { createOutbox } from "../../electron/store/outbox.ts";
import { createParcelStore } from "../../electron/store/parcels.ts";
import { createSetAsideStore } from "../../electron/store/set-aside.ts";
import { createStopStore } from "../../electron/store/stops.ts";
import { createSyncMarks } from "../../electron/store/sync-marks.ts";
import { createTaskStore } from "../../electron/store/tasks.ts";
import { createApi, type Connection } from "../../electron/sync/api.ts";
import { parcelActivityBody, parcelPackedBody, taskActivityBody } from "../../electron/sync/bodies.ts";
import { createIngest } from "../../electron/sync/ingest.ts";
import { createInventoryPush } from "../../electron/sync/inventory-push.ts";
import { readKeptSkew } from "../../electron/sync/kept-skew.ts";
import { createLabelPull, type LabelStored } from "../../electron/sync/label-pull.ts";
import { createLabelRecheck } from "../../electron/sync/label-recheck.ts";
import { createSync } from "../../electron/sync/loop.ts";
import { createOtherStations } from "../../electron/sync/other-stations.ts";
import { createPull } from "../../electron/sync/pull.ts";
import { createPush } from "../../electron/sync/push.ts";
import { createScanning } from "../../electron/sync/scanning.ts";
import { testFolder } from "./folder.ts";

/** A clock that jumps on command; timers stay real. `stands`: no time passes between two jumps. */
export const jumpingClock = ({ stands = false }: Readonly<{ stands?: boolean }> = {}) => {
  const began = systemClock.now();
  let ahead = 0;
  const clock: Clock = { now: () => (stands ? began : systemClock.now()) + ahead, after: systemClock.after };
  return { clock, jump: (ms: number): void => void (ahead += ms) };
};

/** The whole sync side on a real database, against any OMS4. */
export const openTestSync = (
  connection: Connection,
  {
    /** of a call, ms; short only where the test is about it */
    timeoutMs = 20_000,
    path = join(testFolder(), "packbench.db"),
    /** how far this PC's clock is ahead from the start, ms */
    aheadMs = 0,
    /** no time passes but by `jump`; not where labels are asked for again and again */
    stands = false,
    /** whether two labels, as text, come out of the printer the same */
    printsSame = (_one: string, _other: string): boolean | Promise<boolean> => false,
  } = {},
) => {
  const opened = openDatabase(path);
  if (!opened.ok) throw new Error(opened.failure.detail);
  const database = opened.value;
  const { clock, jump } = jumpingClock({ stands });
  jump(aheadMs);
  const log = silentLog;
  const tasks = createTaskStore({ database });
  const parcels = createParcelStore({ database });
  parcels.ensureIdentity("TEST");
  const outbox = createOutbox({ database });
  const labels = createLabelStore({ database });
  const cancellations = createCancellationStore({ database });
  const setAside = createSetAsideStore({ database });
  const marks = createSyncMarks({ database });
  const heard: string[] = [];
  /** ms that the pull waited for the packer, each time */
  const airs: number[] = [];
  let scannedAt: number | null = null;
  let labelNews = 0;
  const stored: LabelStored[] = [];
  let current = connection;
  const api = createApi({
    connection: () => current,
    fetch: createHttp(),
    clock,
    log,
    timeoutMs,
    knownSkewMs: readKeptSkew(marks, clock.now()),
  });
  const { oms4Time } = api;
  const cancelRequests = createCancelRequestStore({ database });
  const stops = createStopStore({ database });
  const ingest = createIngest({
    database,
    tasks,
    cancellations,
    cancelRequests,
    stops,
    setAside,
    outbox,
    stationId: () => "Bench 1",
    oms4Time,
  });
  const isScanning = createScanning({ clock, lastScanAt: () => scannedAt });
  const pull = createPull({
    api,
    ingest,
    tasks,
    marks,
    clock: { ...clock, after: (ms, action) => (airs.push(ms), clock.after(ms, action)) },
    log,
    isScanning,
    onTaskStored: (ftNo, how) => heard.push(`${how} ${ftNo}`),
    onCancellation: (ftNo) => heard.push(`cancelled ${ftNo}`),
    onChange: () => {},
  });
  const otherStations = createOtherStations({ parcels, stops, onNews: (ftNo) => heard.push(`elsewhere ${ftNo}`) });
  const labelPull = createLabelPull({
    api,
    database,
    tasks,
    parcels,
    labels,
    setAside,
    otherStations,
    clock,
    isScanning,
    printsSame: async (one, other) => printsSame(Buffer.from(one.bytes).toString(), Buffer.from(other.bytes).toString()),
    onLabelStored: (label) => stored.push(label) > 0,
    onTrackingChanged: (news) => heard.push(`tracking ${news.trackingNo} ${news.parcelNo}`),
    onChange: () => void (labelNews += 1),
  });
  const labelRecheck = createLabelRecheck({ labelPull, tasks, parcels, labels, clock, pollMs: () => 50 });
  const push = createPush({ outbox, api, otherStations, clock, isScanning, random: () => 0.5, log, onChange: () => {} });
  const counts = createCountStore({ database });
  const journal = createJournal({ database, stationId: () => "Bench 1", packer: parcels.packer });
  const inventoryPush = createInventoryPush({ api, counts, journal, database, clock, random: () => 0.5, log, onChange: () => {} });
  const sync = createSync({ api, pull, labelPull, labelRecheck, push, inventoryPush, clock, pollMs: () => 50, log, onChange: () => {} });
  let closed = false;
  const close = (): void => {
    if (!closed) database.close();
    closed = true;
  };
  onTestFinished(close);

  /** Packs a whole task into one parcel, as the desk would: closed, and its report queued. */
  const pack = (ftNo: string, parcelNo: string, detailIds?: readonly string[]): void =>
    database.transaction(() => {
      const now = clock.now();
      const task = tasks.get(ftNo)?.task;
      if (task === undefined) throw new Error(`${ftNo} is not stored`);
      const own = task.way === "own" ? { id: "301", name: "Own fleet", type: "Standard" } : null;
      parcels.start(parcelNo, ftNo, parcels.ofTask(ftNo).length + 1, now);
      for (const detail of task.details.filter(({ detailId }) => detailIds === undefined || detailIds.includes(detailId))) {
        const unit = {
          scanNo: now,
          parcelNo,
          detailId: detail.detailId,
          qty: detail.qty,
          code: detail.brandSkuCode,
          batch: null,
          serial: null,
          expiry: null,
        };
        parcels.addUnit(ftNo, unit, now);
      }
      const ready = task.way === "single" ? labels.forTask(ftNo) : null;
      parcels.close(parcelNo, now, own, task.way !== "own" && ready === null);
      if (ready !== null) labels.bind(ready.id, parcelNo);
      const parcel = parcels.get(parcelNo);
      if (parcel === null) throw new Error(`${parcelNo} is not stored`);
      const body = parcelPackedBody({ task, parcel, packedAt: oms4Time(now), sourceLocation: "Hall 3" });
      outbox.add({ ftNo, parcelNo, call: "parcel-packed", body, urgent: true }, now);
    });

  return {
    database,
    path,
    clock,
    jump,
    tasks,
    parcels,
    outbox,
    labels,
    cancellations,
    cancelRequests,
    stops,
    setAside,
    marks,
    api,
    ingest,
    pull,
    labelPull,
    labelRecheck,
    push,
    counts,
    journal,
    inventoryPush,
    sync,
    heard,
    /** How often the bench was told that labels, or numbers of closed parcels, are others than before. */
    labelNews: (): number => labelNews,
    airs,
    scanned: (): void => void (scannedAt = clock.now()),
    stored,
    pack,
    tellTask: (ftNo: string, description: string): number =>
      outbox.add(
        {
          ftNo,
          parcelNo: null,
          call: "task-activity",
          body: taskActivityBody({ ftNo, description, at: oms4Time(clock.now()) }),
          urgent: true,
        },
        clock.now(),
      ),
    handOver: (ftNo: string, parcelNo: string): number => {
      const body = parcelActivityBody({ ftNo, parcelNo, milestone: "SHIPPING", description: "Handed over", at: oms4Time(clock.now()) });
      return outbox.add({ ftNo, parcelNo, call: "parcel-activity", body, urgent: true }, clock.now());
    },
    connect: (to: Connection): void => void (current = to),
    /** States of the outbox in order. */
    states: (): readonly string[] =>
      database
        .prepare<{ call: string; state: string }>("select call, state from outbox order by id")
        .all()
        .map(({ call, state }) => `${call} ${state}`),
    close,
  };
};
export type TestSync = ReturnType<typeof openTestSync>;
