import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { fail, failureWords, type Result } from "../../shared/failures.ts";
import { createAssets } from "../bridge/assets.ts";
import { createLoopback } from "../bridge/loopback.ts";
import { createRouter, type Served } from "../bridge/router.ts";
import { systemClock, type Clock } from "../kit/clock.ts";
import { createLog, type Log } from "../kit/log.ts";
import { createFileSecrets, type SecretStore } from "../kit/secrets.ts";
import type { Environment } from "../kit/settings.ts";
import { readArguments } from "./arguments.ts";
import { findBrowser, hasDisplay, openAppWindow, type AppWindow } from "./browser.ts";
import { defaultDataFolder } from "./folders.ts";
import { watchParents } from "./parents.ts";

/** A running station as a shell sees it. */
export type RunningStation = Served & Readonly<{ ready: Promise<unknown>; stop: () => Promise<void> }>;

export type OpenStation = (
  parts: Readonly<{ dataFolder: string; environment: Environment; secrets: SecretStore; clock: Clock; log: Log; version: string }>,
) => Promise<Result<RunningStation>>;

/** A station that was just told to stop still holds its folder for a moment; its follower waits for it this long. */
const FOLDER_PATIENCE_MS = 2_000;
const FOLDER_LOOK_MS = 100;
/** A page that lost its connection is back within 4 s. One that crashed is not, and HID scans would be decided unseen and unheard. */
const SCREEN_GONE_MS = 12_000;

const LOG_LEVELS: readonly string[] = ["debug", "info", "warn", "error", "silent"];

const say = (words: string): void => void process.stderr.write(`packbench: ${words}\n`);

const openWithPatience = async (open: () => Promise<Result<RunningStation>>, clock: Clock): Promise<Result<RunningStation>> => {
  const until = clock.now() + FOLDER_PATIENCE_MS;
  for (;;) {
    const opened = await open();
    if (opened.ok || opened.failure.kind !== "storage-in-use" || clock.now() >= until) return opened;
    await new Promise<void>((resume) => clock.after(FOLDER_LOOK_MS, resume));
  }
};

/**
 * The kiosk shell: a plain-Node process that serves the station on loopback, prints one JSON line on standard output and
 * nothing else there, and stops cleanly on SIGTERM, SIGINT, or when its window is closed. Sets the process's exit code.
 */
export const runKiosk = async ({
  given,
  environment,
  version,
  screenFolder,
  openStation,
}: Readonly<{
  given: readonly string[];
  environment: Environment;
  version: string;
  screenFolder: string;
  openStation: OpenStation;
}>): Promise<void> => {
  // Whoever read our words may go before us; a station doesn't end because nobody listens
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  const read = readArguments(given);
  const level = environment["PACKBENCH_LOG"] ?? "info";
  const wrong = !read.ok
    ? read.failure
    : LOG_LEVELS.includes(level)
      ? null
      : fail("setting-bad", `PACKBENCH_LOG is "${level}": write one of ${LOG_LEVELS.join(", ")}.`).failure;
  if (!read.ok || wrong !== null) {
    if (wrong !== null) say(failureWords(wrong));
    process.exitCode = 1;
    return;
  }
  const { port, window: wantsWindow, kiosk } = read.value;
  const dataFolder = resolve(read.value.dataFolder ?? defaultDataFolder(process.platform, environment, homedir()));
  const log = createLog();

  // Undone in reverse when the station stops
  const undo: (() => Promise<void> | void)[] = [];
  let opening = true;
  let stopping = false;
  const stop = async (why: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.info({ why }, "Stopping");
    // Half-open parts are closed by the opening itself, which looks at `stopping` when it is through
    if (!opening) await finish(0);
  };
  const finish = async (code: number): Promise<never> => {
    for (const step of undo.toReversed()) await step();
    process.exit(code);
  };
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => void stop(signal));
  undo.push(watchParents({ environment, gone: (words) => void stop(words) }));

  const opened = await openWithPatience(
    () => openStation({ dataFolder, environment, secrets: createFileSecrets(dataFolder), clock: systemClock, log, version }),
    systemClock,
  );
  if (!opened.ok) {
    say(failureWords(opened.failure));
    return finish(stopping ? 0 : 1);
  }
  const station = opened.value;
  undo.push(station.stop);
  const served = await createLoopback({
    station,
    router: createRouter({ handlers: station.handlers, log }),
    assets: createAssets(screenFolder),
    port,
    log,
  });
  if (!served.ok) {
    say(failureWords(served.failure));
    return finish(1);
  }
  const { url } = served.value;
  undo.push(served.value.stop);
  await station.ready;
  opening = false;
  if (stopping) return finish(0);

  const { storage } = station.snapshot();
  const line =
    storage === null
      ? { ready: true, url }
      : { ready: false, url, failure: { kind: storage.failure.kind, detail: storage.failure.detail } };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  if (storage !== null) say(failureWords(storage.failure));

  if (!wantsWindow) return;
  const browser = findBrowser(process.platform, environment);
  if (!hasDisplay(process.platform, environment) || browser === null) {
    say(
      `${browser === null ? "no Chromium, Chrome or Edge is installed" : "there is no display here"}. Open this address in a browser on this PC: ${url}`,
    );
    return;
  }
  const { addressOnce, onScreens } = served.value;
  const open = (): Promise<AppWindow> =>
    openAppWindow({ browser, url: addressOnce(), profile: join(dataFolder, "screen"), fullScreen: kiosk, log });
  let appWindow = await open();
  undo.push(() => appWindow.close());
  let isBroken = false;
  let forget = (): void => {};
  onScreens((count) => {
    forget();
    if (count > 0) return;
    forget = systemClock.after(SCREEN_GONE_MS, () => {
      log.error({}, "The screen broke down: opening its window anew");
      isBroken = true;
      appWindow.close();
    });
  });
  for (;;) {
    const why = await appWindow.closed;
    forget();
    if (!isBroken || stopping) return stop(why);
    isBroken = false;
    appWindow = await open();
  }
};
