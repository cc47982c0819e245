import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAssets } from "../../electron/bridge/assets.ts";
import { createLoopback } from "../../electron/bridge/loopback.ts";
import { createRouter } from "../../electron/bridge/router.ts";
import { systemClock, type Clock } from "../../electron/kit/clock.ts";
import type { Fetch } from "../../electron/kit/http.ts";
import { silentLog } from "../../electron/kit/log.ts";
import { openStation } from "../../electron/station.ts";
import { launchChromium } from "./chromium.ts";
import { startOms4 } from "./oms4-running.ts";
import { startPacker } from "./packer.ts";
import { removeFolder } from "./removal.ts";
import { until } from "./until.ts";
import { startZplPrinter } from "./zpl-printer.ts";

/** Built by the end-to-end tests' global setup. */
const BUILT_SCREENS = join(import.meta.dirname, "../../dist/renderer");

/** More than the half after which a `half-read` printer goes away, bytes. */
const PADDING = "x".repeat(3_000);

/** The system's time, which can be set ahead: whatever waits for a moment that is over by then happens at once. */
const createClockAhead = () => {
  let aheadMs = 0;
  const waiting = new Map<() => void, Readonly<{ dueAt: number; cancel: () => void }>>();
  const clock: Clock = {
    now: () => systemClock.now() + aheadMs,
    after: (ms, action) => {
      const run = (): void => {
        waiting.get(run)?.cancel();
        if (waiting.delete(run)) action();
      };
      waiting.set(run, { dueAt: clock.now() + ms, cancel: systemClock.after(ms, run) });
      return () => {
        waiting.get(run)?.cancel();
        waiting.delete(run);
      };
    },
  };
  return {
    clock,
    setAhead: (ms: number): void => {
      aheadMs += ms;
      for (const [run, { dueAt }] of waiting) if (dueAt <= clock.now()) run();
    },
  };
};

/** How many calls are on their way. */
const createCounted = () => {
  let calls = 0;
  const ended = (): void => void (calls -= 1);
  return {
    none: (): boolean => calls === 0,
    http:
      (fetch: Fetch): Fetch =>
      async (...call) => {
        calls += 1;
        try {
          const answer = await fetch(...call);
          return { ...answer, text: () => answer.text().finally(ended) };
        } catch (error) {
          ended();
          throw error;
        }
      },
  };
};

/** A ZPL label whose one barcode says this number. `note`: what makes it another label with the same number. */
export const labelWith = (trackingNo: string, note = ""): Uint8Array =>
  Buffer.from(`^XA^FX${PADDING}^FS^FO40,40^BCN,100,Y,N,N^FD${trackingNo}^FS^FO40,200^A0N,40,40^FD${note}^FS^XZ\n`);

/**
 * One whole station on loopback, in the test's own process, with its OMS4, a ZPL printer that says nothing of itself, and a packer before
 * its screen in Chromium: opened once, for all cases of a file. `goAhead` sets station's and OMS4's time ahead, ms, between two calls: none
 * misses its deadline by it.
 */
export const openWalkBench = async (environment: Readonly<Record<string, string>> = {}) => {
  const undo: (() => unknown)[] = [];
  const end = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    const dataFolder = mkdtempSync(join(tmpdir(), "packbench-"));
    undo.push(() => removeFolder(dataFolder));
    const { clock, setAhead } = createClockAhead();
    const { http, none } = createCounted();
    const oms4 = await startOms4({ port: 0, clock, splitLabelMs: 0, labels: ({ trackingNo }) => labelWith(trackingNo) });
    undo.push(oms4.close);
    const printer = await startZplPrinter();
    undo.push(printer.close);
    const opened = await openStation({
      dataFolder,
      environment: {
        ...oms4.environment,
        STATION_ID: "Bench 7",
        STATION_POLL_MS: "100",
        LABEL_PRINTER: printer.uri,
        PARKING_SLIP_SECONDS: "0",
        ...environment,
      },
      secrets: { read: () => ({ ok: true, value: null }), write: () => ({ ok: true, value: null }) },
      clock,
      log: silentLog,
      version: "0.0.0",
      ground: { http, database: (database) => database, printer: (port) => port },
    });
    if (!opened.ok) throw new Error(opened.failure.detail);
    const station = opened.value;
    undo.push(station.stop);
    const router = createRouter({ handlers: station.handlers, log: silentLog });
    const served = await createLoopback({ station, router, assets: createAssets(BUILT_SCREENS), port: 0, log: silentLog });
    if (!served.ok) throw new Error(served.failure.detail);
    undo.push(served.value.stop);
    const browser = await launchChromium();
    undo.push(() => browser.close());
    const packer = await startPacker(browser, served.value.url);
    await packer.until("online", "true");
    return {
      oms4,
      printer,
      packer,
      goAhead: async (ms: number): Promise<void> => {
        await until(none, "a moment between two calls");
        setAhead(ms);
      },
      /** How many labels with a barcode of this number the printer got whole. */
      printed: (trackingNo: string): number =>
        printer.labels().filter((label) => label.includes(`^FD${trackingNo}^FS`) && label.includes("^XZ")).length,
      end,
    };
  } catch (error) {
    await end();
    throw error;
  }
};
export type WalkBench = Awaited<ReturnType<typeof openWalkBench>>;
