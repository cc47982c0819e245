import { spawn, type ChildProcess } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ended } from "../fakes/ended.ts";
import { removeFolder } from "../fakes/removal.ts";
import { fillDatabase } from "./fill.ts";

/** What every row stands on. */
export type Ground = Readonly<{
  /** an empty folder of this run, on the disk the project lies on */
  folder: string;
  /** tasks stored in a filled database */
  tasks: number;
  /** 1, or less for a quick look: how much of its samples each row takes */
  scale: number;
  say: (words: string) => void;
  /** A data folder whose live database holds all tasks and a shift's work. */
  filledFolder: (name: string) => string;
  /** Another process of this bench; resolves with its first line of output, as JSON. Ends with the run at the latest. */
  startProcess: (script: string, args: readonly string[], environment?: Readonly<Record<string, string>>) => Promise<Started>;
  end: () => Promise<void>;
}>;

export type Started = Readonly<{ ready: unknown; process: ChildProcess; stop: () => Promise<void> }>;

const WANTED_FROM_OUTSIDE = /^(OMS4_|STATION_|LABEL_PRINTER|PACKBENCH_|npm_)/;

/** The environment of this process without anything that would turn a station's head. */
export const cleanEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined || WANTED_FROM_OUTSIDE.test(name) ? [] : [[name, value]])),
  );

export const prepareGround = ({
  root,
  tasks,
  scale,
  say,
}: Readonly<{ root: string; tasks: number; scale: number; say: (words: string) => void }>): Ground => {
  const results = join(root, "test-results");
  mkdirSync(results, { recursive: true });
  const folder = mkdtempSync(join(results, "bench-"));
  const running = new Set<Started>();

  return {
    folder,
    tasks,
    scale,
    say,
    filledFolder: (name) => {
      const filled = join(folder, "filled.db");
      if (!existsSync(filled)) {
        say(`storing ${tasks.toLocaleString("en")} tasks…`);
        fillDatabase(filled, tasks);
      }
      const dataFolder = join(folder, name);
      mkdirSync(dataFolder);
      copyFileSync(filled, join(dataFolder, "packbench.db"));
      return dataFolder;
    },
    startProcess: async (script, args, environment = {}) => {
      const child = spawn(process.execPath, [script, ...args], {
        cwd: root,
        env: { ...cleanEnvironment(), ...environment },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let words = "";
      child.stderr.on("data", (data: Buffer) => (words += data.toString()));
      const exited = ended(child);
      const first = await Promise.race([createInterface({ input: child.stdout })[Symbol.asyncIterator]().next(), exited.then(() => null)]);
      if (first === null || first.done === true) {
        await exited;
        throw new Error(`${script} stopped with ${child.exitCode}: ${words}`);
      }
      const started: Started = {
        ready: JSON.parse(first.value),
        process: child,
        stop: async () => {
          running.delete(started);
          if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
          await exited;
        },
      };
      running.add(started);
      return started;
    },
    end: async () => {
      for (const one of running) await one.stop();
      removeFolder(folder);
    },
  };
};
