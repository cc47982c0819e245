import { cpSync, mkdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { removeFolder } from "../removal.ts";
import type { SpawnedStation } from "../station-process.ts";

const projectRoot = join(import.meta.dirname, "../../..");
const MB = 1024 * 1024;

/** MB of 1024 × 1024 bytes. `rssMb`: of the station's process at the end of the interval; `rssStartMb`: with its first screen. */
export type Interval = Readonly<{
  name: string;
  decisions: number;
  seconds: number;
  rssStartMb: number;
  rssMb: number;
  databaseMb: number;
  walMb: number;
  owed: number;
  end: "stopped" | "killed" | "stopped; program installed anew";
}>;

export const rssOf = (station: SpawnedStation): number => {
  const status = readFileSync(`/proc/${station.process.pid ?? 0}/status`, "utf8");
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
};

export const sizesOf = (database: string): Readonly<{ databaseMb: number; walMb: number }> => {
  const size = (path: string): number => Math.round(((statSync(path, { throwIfNoEntry: false })?.size ?? 0) / MB) * 10) / 10;
  return { databaseMb: size(database), walMb: size(`${database}-wal`) };
};

/** The program once more, elsewhere: what a reinstall leaves of the old one is the data folder alone. */
export const installAnew = (folder: string): string => {
  const root = join(folder, "program");
  removeFolder(root);
  mkdirSync(root, { recursive: true });
  for (const part of ["electron", "shared", "package.json", "test/fakes/crash", "resources"])
    cpSync(join(projectRoot, part), join(root, part), { recursive: true });
  symlinkSync(join(projectRoot, "node_modules"), join(root, "node_modules"));
  return root;
};
