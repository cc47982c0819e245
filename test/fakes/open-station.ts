import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { systemClock, type Clock } from "../../electron/kit/clock.ts";
import { silentLog } from "../../electron/kit/log.ts";
import type { Devices } from "../../electron/device/devices.ts";
import { openStation } from "../../electron/station.ts";
import type { VerdictKind } from "../../shared/scan.ts";
import type { Snapshot } from "../../shared/station.ts";
import { testFolder } from "./folder.ts";
import type { TestOms4 } from "./oms4.ts";

type Options = Partial<
  Readonly<{ pollMs: number; name: string; clock: Clock; devices: Devices; environment: Readonly<Record<string, string>> }>
>;

/**
 * A whole live station in the test's own process, printing into a folder unless `environment` says otherwise; it hears of OMS4's news by its
 * own checks only, unless `pollMs` says otherwise.
 */
export const openTestStation = async (
  oms4: TestOms4,
  { pollMs = 3_600_000, name = "Bench 7", clock = systemClock, devices, environment = {} }: Options = {},
) => {
  const dataFolder = testFolder();
  const labels = join(dataFolder, "labels");
  const opened = await openStation({
    dataFolder,
    environment: {
      ...oms4.environment,
      STATION_ID: name,
      STATION_POLL_MS: String(pollMs),
      LABEL_PRINTER: `folder:${labels}`,
      ...environment,
    },
    ...(devices === undefined ? {} : { devices }),
    secrets: { read: () => ({ ok: true, value: null }), write: () => ({ ok: true, value: null }) },
    clock,
    log: silentLog,
    version: "0.0.0",
  });
  if (!opened.ok) throw new Error(opened.failure.detail);
  const station = opened.value;
  onTestFinished(() => station.stop());
  const printed = (): readonly string[] => {
    try {
      return readdirSync(labels).filter((file) => !file.endsWith(".part"));
    } catch {
      return [];
    }
  };
  return {
    station,
    snapshot: (): Snapshot => station.snapshot(),
    scan: (...texts: readonly string[]): readonly VerdictKind[] =>
      texts.map((text) => {
        const answered = station.handlers.scan({ text, alternates: [], source: "wedge" });
        if (answered instanceof Promise || !answered.ok) throw new Error(`${text} was not answered`);
        return answered.value.verdict.kind;
      }),
    /** The folder that stands for a printer. */
    labels,
    /** Names of what was printed. */
    printed,
    /** What stands on it. */
    papers: (): readonly string[] => printed().map((file) => readFileSync(join(labels, file), "latin1")),
  };
};
export type TestStation = Awaited<ReturnType<typeof openTestStation>>;
