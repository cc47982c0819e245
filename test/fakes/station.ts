import { noCount } from "../../shared/count.ts";
import type { Snapshot } from "../../shared/station.ts";
import { fail, succeed } from "../../shared/failures.ts";
import { defaultSettings } from "../../shared/settings.ts";
import { verdictLooks, type Verdict } from "../../shared/scan.ts";
import type { EventBody, EventName } from "../../shared/contract.ts";
import type { Served } from "../../electron/bridge/router.ts";

const emptySnapshot: Snapshot = {
  revision: 1,
  phase: "ready",
  mode: "practice",
  stationId: "Bench 1",
  packer: null,
  version: "0.0.0",
  scanSeq: 0,
  verdict: null,
  online: true,
  oms4: { health: "fine", words: "OMS4", lastSyncAt: null, skewMs: null },
  printer: { health: "fine", words: "printer" },
  scanner: { health: "fine", words: "scanner" },
  scannerLayout: "auto",
  scannerReads: [],
  scale: null,
  outbox: { health: "fine", words: "0 waiting", waiting: 0, parked: 0 },
  disk: { health: "fine", words: "900 MB free" },
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
  storage: null,
  theme: "dark",
  sound: true,
};

export type StationFake = Served &
  Readonly<{
    ready: Promise<void>;
    stop: () => Promise<void>;
    /** Changes the snapshot and tells every listener. */
    change: (change: Partial<Snapshot>) => void;
    listeners: () => number;
    texts: readonly string[];
  }>;

/** A station that answers every call of the contract from memory: for tests of what lies between it and the screen. */
export const createStationFake = (start: Partial<Snapshot> = {}): StationFake => {
  let snapshot: Snapshot = { ...emptySnapshot, ...start };
  const listeners = new Set<(event: EventName, body: EventBody<EventName>) => void>();
  const texts: string[] = [];
  const change = (part: Partial<Snapshot>): void => {
    snapshot = { ...snapshot, ...part, revision: snapshot.revision + 1 };
    for (const listener of listeners) listener("snapshot", snapshot);
  };
  return {
    handlers: {
      "station.snapshot": () => succeed(snapshot),
      scan: ({ text }) => {
        if (text === "THROW") throw new Error("the disk went away");
        texts.push(text);
        const verdict: Verdict = {
          kind: "unknown-code",
          ...verdictLooks["unknown-code"],
          title: "Unknown code",
          text,
          ftNo: null,
          detailId: null,
          at: 0,
        };
        change({ scanSeq: snapshot.scanSeq + 1, verdict });
        return succeed({ seq: snapshot.scanSeq, verdict });
      },
      "screen.opened": () => succeed({}),
      "task.acknowledge": ({ ftNo }) => fail("not-found", `${ftNo} is not open.`),
      "trouble.act": ({ id }) => fail("not-found", `${id} is gone.`),
      "trouble.correct": ({ id }) => fail("not-found", `${id} is gone.`),
      "parcel.life": () => succeed({ lines: [], about: null }),
      "parcel.label": () => fail("not-found", "There is no label."),
      "settings.get": () => succeed({ settings: defaultSettings, fixedByEnvironment: [], secretStored: false, supervisorPinSet: false }),
      "settings.save": (change) =>
        succeed({
          settings: { ...defaultSettings, stationId: change.stationId ?? defaultSettings.stationId },
          fixedByEnvironment: [],
          secretStored: change.apiSecret !== undefined,
          supervisorPinSet: false,
        }),
      "settings.test-oms4": () => succeed({ words: "fine", skewMs: null, tasks: 0 }),
      "printer.list": () => succeed({ printers: [] }),
      // Outside the contract on purpose: what the router does about it is a promise of its own
      "printer.test": () => succeed({ state: "nowhere" as "printed", words: "", code: "PBTEST1" }),
      "scanner.list": async () => succeed({ scanners: [] }),
      "scanner.test": () => succeed({}),
      "scanner-sheet.print": () => fail("printer-missing", "There is no printer here."),
      "scanner-sheet.pdf": () => succeed({ base64: "" }),
      "scale.list": async () => succeed({ scales: [] }),
      "port.list": async () => succeed({ ports: [] }),
      "sheet.print": () => Promise.reject(new Error("the printer's module broke")),
      "sheet.pdf": () => succeed({ base64: "" }),
      "disk.state": () => fail("not-now", "There is no disk here."),
      "disk.back-up": () => fail("not-now", "There is no disk here."),
      "owed.copy": () => fail("not-now", "There is no disk here."),
      "owed.move": () => fail("not-now", "There is no disk here."),
      "owed.preview": ({ name }) => fail("not-found", `There is no file named ${name}.`),
      "owed.take": ({ name }) => fail("not-found", `There is no file named ${name}.`),
      "codes.state": () => fail("not-now", "There are no codes here."),
      "codes.preview": () => fail("not-now", "There are no codes here."),
      "codes.take": () => fail("not-now", "There are no codes here."),
      "codes.remove": () => fail("not-now", "There are no codes here."),
      "codes.export": () => fail("not-now", "There are no codes here."),
      "storage.restore": ({ name }) => fail("not-found", `There is no backup named ${name}.`),
    },
    onEvent: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    snapshot: () => snapshot,
    ready: Promise.resolve(),
    stop: () => Promise.resolve(),
    change,
    listeners: () => listeners.size,
    texts,
  };
};
