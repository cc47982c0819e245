import type { Failure } from "../../shared/failures.ts";
import type { Desk } from "../packing/desk.ts";
import { createSamePrint } from "../printer/same-print.ts";
import { createApi, type Connection } from "../sync/api.ts";
import { createCancelCheck } from "../sync/cancel-check.ts";
import { createElsewhere } from "../sync/elsewhere.ts";
import { CANCEL_REQUEST_LIMIT } from "../sync/endpoints.ts";
import { createIngest } from "../sync/ingest.ts";
import { createInventoryPush } from "../sync/inventory-push.ts";
import { readKeptSkew } from "../sync/kept-skew.ts";
import { createLabelPull } from "../sync/label-pull.ts";
import { createLabelRecheck } from "../sync/label-recheck.ts";
import { createSync } from "../sync/loop.ts";
import { createOtherStations } from "../sync/other-stations.ts";
import { createPull } from "../sync/pull.ts";
import { createPush } from "../sync/push.ts";
import { createScanning } from "../sync/scanning.ts";
import type { CommonParts } from "./parts.ts";

type SyncingParts = CommonParts &
  Readonly<{
    connection: () => Connection;
    labelDpi: () => number;
    /** The bench, which hears what OMS4 changed; asked when something comes, because it is built later. */
    desk: () => Desk;
    /** Labels came, or others than before. */
    onLabels: () => void;
    /** Why nothing more may be stored; null while it may. */
    refusal: () => Failure | null;
  }>;

const API_TIMEOUT_MS = 20_000;

/** Everything that speaks with OMS4. */
export const createSyncing = (parts: SyncingParts) => {
  const { settings, rasteriser, clock, log, database, stores, connection, labelDpi, desk, onLabels, refusal } = parts;
  const { tasks, parcels, labels, outbox, cancellations, cancelRequests, stops, setAside, counts, journal, marks } = stores;
  const onChange = (): void => parts.onChange(false);
  const api = createApi({
    connection,
    fetch: parts.http,
    clock,
    log,
    timeoutMs: API_TIMEOUT_MS,
    knownSkewMs: readKeptSkew(marks, clock.now()),
  });
  const stationId = (): string => settings().stationId;
  const ingest = createIngest({
    database,
    tasks,
    cancellations,
    cancelRequests,
    stops,
    setAside,
    outbox,
    stationId,
    oms4Time: api.oms4Time,
  });
  const otherStations = createOtherStations({ parcels, stops, onNews: (ftNo) => desk().taskNews(ftNo) });
  const isScanning = createScanning({ clock, lastScanAt: () => desk().state().verdict?.at ?? null });
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
    printsSame: createSamePrint({ rasteriser, dpi: labelDpi }),
    onLabelStored: (...news) => desk().labelStored(...news),
    onTrackingChanged: (...news) => desk().trackingChanged(...news),
    onChange: () => {
      onLabels();
      onChange();
    },
  });
  const labelRecheck = createLabelRecheck({ labelPull, tasks, parcels, labels, clock, pollMs: () => settings().pollMs });
  const pull = createPull({
    api,
    ingest,
    tasks,
    marks,
    clock,
    log,
    onTaskStored: (ftNo, how) => {
      if (how === "changed") desk().taskNews(ftNo);
    },
    onCancellation: (ftNo) => desk().taskNews(ftNo),
    isScanning,
    check: { poll: (options) => cancelCheck.poll(options), pulled: (startedAt) => cancelCheck.pulled(startedAt) },
    onChange: () => {
      // New tasks are to be confirmed as received
      sync.kickPush();
      onChange();
    },
  });
  const cancelCheck = createCancelCheck({
    api,
    ingest,
    tasks,
    clock,
    log,
    nearest: () => {
      const { open } = desk().state().bench;
      return [...(open === null ? [] : [open.task.ftNo]), ...tasks.next(CANCEL_REQUEST_LIMIT).map(({ ftNo }) => ftNo)];
    },
    holding: cancelRequests.allHolding,
    packed: parcels.packedHere,
    tell: (ingestion) => pull.tell(ingestion),
    labelAsked: labelPull.asking,
    onChecked: (ftNo, askedAt) => {
      if (outbox.checked(ftNo, askedAt, clock.now())) sync.kickPush();
    },
    online: () => sync.status().online,
  });
  const push = createPush({
    api,
    outbox,
    otherStations,
    mayGo: (entry) => desk().reportMayGo(entry),
    isScanning,
    clock,
    log,
    random: Math.random,
    parallel: () => settings().parallelTasks,
    onChange,
  });
  const inventoryPush = createInventoryPush({ api, counts, journal, database, clock, random: Math.random, log, onChange });
  const sync = createSync({
    api,
    // New tasks must not take the last of the disk: what is packed comes first
    pull: {
      ...pull,
      run: async (options) => {
        const failure = refusal();
        return failure === null ? await pull.run(options) : { ok: false, failure };
      },
    },
    labelPull,
    labelRecheck,
    push,
    inventoryPush,
    clock,
    pollMs: () => settings().pollMs,
    log,
    onChange,
  });
  const elsewhere = createElsewhere({ api, ingest, tasks, pull, clock });
  return { api, sync, cancelCheck, elsewhere };
};
export type Syncing = ReturnType<typeof createSyncing>;
