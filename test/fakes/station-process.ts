import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { WebSocket } from "ws";
import { z } from "zod";
import { createClient } from "../../shared/client.ts";
import type { CallInput, CallName, CallOutput } from "../../shared/contract.ts";
import type { Snapshot } from "../../shared/station.ts";
import { compileCache } from "./compile-cache.ts";
import { ended } from "./ended.ts";
import { removeFolder } from "./removal.ts";
import { buildStations, programFile } from "./station-build.ts";

const projectRoot = join(import.meta.dirname, "../..");

/** The options that `npm run station` gives its Node, so that what is tested and measured is what runs. */
const stationOptions = z
  .object({ scripts: z.object({ station: z.string() }) })
  .parse(JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")))
  .scripts.station.split(" ")
  .filter((part) => part.startsWith("--"));

export type ReadyLine = Readonly<{ ready: boolean; url: string; failure?: Readonly<{ kind: string; detail: string }> }>;

export type StationProcess = Readonly<{
  url: string;
  ready: ReadyLine;
  process: ChildProcess;
  /** everything it wrote to standard error so far */
  log: () => string;
  /** SIGTERM; resolves with the exit code */
  stop: () => Promise<number | null>;
  /** SIGKILL, as a power cut would */
  kill: () => Promise<void>;
}>;

export type SpawnedStation = Readonly<{
  process: ChildProcess;
  /** its ready line; null when it ended before it said anything */
  ready: Promise<ReadyLine | null>;
  /** resolves with the exit code when it has ended and its words were read, null when a signal ended it */
  exited: Promise<number | null>;
  /** everything it wrote to standard error so far */
  log: () => string;
}>;

type StationOptions = Readonly<{
  dataFolder: string;
  environment?: Readonly<Record<string, string>>;
  port?: number;
  /** the program, from the project's root */
  entry?: string;
  /** where the program lies, when not here */
  root?: string;
}>;

/** Starts the station in its own process and waits for nothing. */
export const spawnStation = ({
  dataFolder,
  environment = {},
  port = 0,
  entry = "electron/kiosk.ts",
  root = projectRoot,
}: StationOptions): SpawnedStation => {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(OMS4_|STATION_|LABEL_PRINTER|npm_)/.test(name)));
  const program = root === projectRoot ? programFile(entry) : join(root, entry);
  const child = spawn(process.execPath, [...stationOptions, program, "--data-dir", dataFolder, "--port", String(port)], {
    cwd: root,
    env: { ...inherited, PACKBENCH_LOG: "warn", NODE_COMPILE_CACHE: compileCache, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  child.stderr.on("data", (data: Buffer) => {
    log += data.toString();
  });
  const exited = ended(child).then(() => child.exitCode);
  const line = createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  const ready = Promise.race([line, exited.then(() => null)]).then((first) =>
    first === null || first.done === true ? null : (JSON.parse(first.value) as ReadyLine),
  );
  return { process: child, ready, exited, log: () => log };
};

/**
 * Before many stations are started that will be killed: makes one file of the station, and has Node compile it and keep that, which only a
 * station that stops by itself does.
 */
export const prepareStations = async (): Promise<void> => {
  await buildStations();
  const dataFolder = mkdtempSync(join(tmpdir(), "packbench-warm-"));
  const station = spawnStation({ dataFolder, environment: { LABEL_PRINTER: `folder:${dataFolder}/labels` } });
  if ((await station.ready) === null) throw new Error(`the station does not start: ${station.log()}`);
  station.process.kill("SIGTERM");
  await station.exited;
  removeFolder(dataFolder);
};

/** Starts the station as IT would, in its own process, and waits for its ready line. Rejects with its words when it stops instead. */
export const startStation = async (options: StationOptions): Promise<StationProcess> => {
  const station = spawnStation(options);
  const ready = await station.ready;
  if (ready === null) throw new Error(`the station stopped with ${await station.exited}: ${station.log()}`);
  return {
    url: ready.url,
    ready,
    process: station.process,
    log: station.log,
    stop: () => {
      station.process.kill("SIGTERM");
      return station.exited;
    },
    kill: async () => {
      station.process.kill("SIGKILL");
      await station.exited;
    },
  };
};

export type StationClient = Readonly<{
  call: <Name extends CallName>(name: Name, input: CallInput<Name>) => Promise<CallOutput<Name>>;
  snapshot: () => Snapshot;
  /** Resolves with the first snapshot that fits; rejects after the limit with the last one's words. */
  until: (fits: (snapshot: Snapshot) => boolean, what: string, limitMs?: number) => Promise<Snapshot>;
  close: () => void;
}>;

/** Speaks to a station over its loopback socket, as the screen does. */
export const connectStation = async (url: string): Promise<StationClient> => {
  const page = new URL(url);
  const socket = new WebSocket(`ws://${page.host}/socket?token=${page.searchParams.get("token")}`, { origin: page.origin });
  const listeners = new Set<(snapshot: Snapshot) => void>();
  let latest: Snapshot | null = null;
  const client = createClient({
    send: (json) => socket.send(json),
    onMessage: (listener) => {
      socket.on("message", (data: Buffer) => listener(data.toString()));
      return () => {};
    },
    onClose: (listener) => {
      socket.on("close", () => listener());
      return () => {};
    },
  });
  const first = new Promise<void>((resolve, reject) => {
    socket.on("error", reject);
    client.on("snapshot", (snapshot) => {
      latest = snapshot;
      resolve();
      for (const listener of listeners) listener(snapshot);
    });
  });
  await first;
  const current = (): Snapshot => {
    if (latest === null) throw new Error("no snapshot yet");
    return latest;
  };
  return {
    call: async (name, input) => {
      const result = await client.call(name, input);
      if (!result.ok) throw new Error(`${name}: ${result.failure.kind} ${result.failure.detail}`);
      return result.value;
    },
    snapshot: current,
    until: (fits, what, limitMs = 30_000) =>
      new Promise((resolve, reject) => {
        const check = (snapshot: Snapshot): void => {
          if (!fits(snapshot)) return;
          clearTimeout(limit);
          listeners.delete(check);
          resolve(snapshot);
        };
        const limit = setTimeout(() => {
          listeners.delete(check);
          reject(new Error(`waited in vain for ${what}; last: ${JSON.stringify({ ...current(), waiting: undefined })}`));
        }, limitMs);
        listeners.add(check);
        check(current());
      }),
    close: () => socket.close(),
  };
};
