import { execFileSync, spawn } from "node:child_process";
import { accessSync, constants, existsSync, readFileSync, readlinkSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Environment } from "../kit/settings.ts";
import type { Log } from "../kit/log.ts";
import { ensureFolder } from "../kit/ensure-folder.ts";

/** A window of the system's own browser in app mode. */
export type AppWindow = Readonly<{
  /** Resolves with words when the window is closed or could not be opened. */
  closed: Promise<string>;
  close: () => void;
}>;

const COMMANDS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "microsoft-edge-stable"];

const usualPlaces = (platform: NodeJS.Platform, environment: Environment): readonly string[] => {
  if (platform === "win32") {
    const folders = ["ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA"].flatMap((name) => environment[name] ?? []);
    const programs = ["Google/Chrome/Application/chrome.exe", "Chromium/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe"];
    return programs.flatMap((program) => folders.map((folder) => join(folder, program)));
  }
  if (platform === "darwin") {
    return ["Chromium", "Google Chrome", "Microsoft Edge"].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);
  }
  const folders = [
    ...(environment["PATH"] ?? "").split(delimiter).filter((folder) => folder !== ""),
    "/usr/bin",
    "/usr/local/bin",
    "/snap/bin",
  ];
  return COMMANDS.flatMap((command) => folders.map((folder) => join(folder, command)));
};

const canRun = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** The first Chromium-like browser in the usual places, or null. */
export const findBrowser = (platform: NodeJS.Platform, environment: Environment): string | null =>
  usualPlaces(platform, environment).find((path) => existsSync(path) && canRun(path)) ?? null;

/** Windows and macOS always have one; on Linux a session says where it is. */
export const hasDisplay = (platform: NodeJS.Platform, environment: Environment): boolean =>
  platform !== "linux" || Boolean(environment["DISPLAY"]) || Boolean(environment["WAYLAND_DISPLAY"]);

/** The command line of a running process; empty when there is none, or it can't be read. */
const commandOf = (pid: number): string => {
  try {
    if (process.platform === "linux") return readFileSync(`/proc/${pid}/cmdline`, "utf8");
    return execFileSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" });
  } catch {
    return "";
  }
};

/**
 * The window of a station that was killed lives on and holds the profile: a second browser would hand its address to it and
 * end at once. The profile is ours alone, so its holder is ours to end.
 */
export const endLeftWindow = async (profile: string, log: Log): Promise<void> => {
  const lock = join(profile, "SingletonLock");
  const holder = ((): number | null => {
    try {
      return Number(/-(\d+)$/.exec(readlinkSync(lock))?.[1] ?? Number.NaN);
    } catch {
      return null;
    }
  })();
  // After a power cut the number may be anybody's by now
  if (holder === null || Number.isNaN(holder) || !commandOf(holder).includes(profile)) return;
  try {
    process.kill(holder, "SIGTERM");
    log.info({ holder }, "Closed the window of an earlier station");
  } catch {
    return; // not running any more: the browser takes a dead holder's lock over by itself
  }
  const deadline = Date.now() + LEFT_WINDOW_MS;
  const held = (): boolean => {
    try {
      return process.kill(holder, 0);
    } catch {
      return false;
    }
  };
  while (held() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
};
const LEFT_WINDOW_MS = 3_000;

/** What a packing station must not meet: first-run pages, translation bars, crash bubbles, a muted first sound. */
const QUIET_OPTIONS = [
  "--no-first-run",
  "--no-default-browser-check",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-features=Translate",
  "--disable-session-crashed-bubble",
  "--hide-crash-restore-bubble",
  "--autoplay-policy=no-user-gesture-required",
  "--password-store=basic",
];

/** Opens the address in a window of its own, with its own profile inside the data folder. */
export const openAppWindow = async ({
  browser,
  url,
  profile,
  fullScreen,
  log,
}: Readonly<{ browser: string; url: string; profile: string; fullScreen: boolean; log: Log }>): Promise<AppWindow> => {
  ensureFolder(profile);
  await endLeftWindow(profile, log);
  // Chromium refuses its sandbox to root, and would not start at all
  const asRoot = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const options = [
    `--app=${url}`,
    `--user-data-dir=${profile}`,
    ...(fullScreen ? ["--kiosk"] : ["--start-maximized"]),
    ...QUIET_OPTIONS,
    ...asRoot,
  ];
  // Its own words would drown the station's
  const child = spawn(browser, options, { stdio: "ignore" });
  return {
    closed: new Promise((resolve) => {
      child.once("error", (error) => resolve(`${browser} can't be started (${error.message})`));
      child.once("exit", (code, signal) => resolve(`the window was closed (${signal ?? `exit ${code}`})`));
    }),
    close: () => {
      child.kill("SIGTERM");
    },
  };
};
