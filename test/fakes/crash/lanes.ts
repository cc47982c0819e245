import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnStation } from "../station-process.ts";
import { createRandom } from "./random.ts";

export type ShiftPlan = Readonly<{
  seed: string;
  crashes: number;
  printer: "folder" | "zpl";
  stormy: boolean;
  points: "all" | "some";
  buyers: boolean;
}>;

/** What kind of shift a seed is: mostly the folder, which tells every print apart, and mostly bad weather. */
export const drawShift = (
  seed: string,
  crashes: number,
  given: Partial<Pick<ShiftPlan, "printer" | "stormy" | "points" | "buyers">> = {},
): ShiftPlan => {
  const random = createRandom(`${seed} kind`);
  const [printer, stormy, buyers] = [random.chance(0.7) ? "folder" : "zpl", random.chance(0.75), random.chance(0.5)] as const;
  return { seed, crashes, printer, stormy, points: "some", buyers, ...given };
};

/** How to run the very same shift again. */
export const commandFor = ({ seed, crashes, printer, stormy, points, buyers }: ShiftPlan): string =>
  `SEED=${seed} npm run soak -- --crashes ${crashes} --printer ${printer} --weather ${stormy ? "storm" : "calm"} --points ${points} --buyers ${buyers ? "yes" : "no"}`;

const cacheFolder = join(import.meta.dirname, "../../../node_modules/.cache/packbench-sources");

/** Has Node compile the station's sources once; every later start reads them from this folder, which halves it. */
export const warmCompileCache = async (): Promise<string> => {
  mkdirSync(cacheFolder, { recursive: true });
  const dataFolder = mkdtempSync(join(tmpdir(), "packbench-warm-"));
  const station = spawnStation({
    dataFolder,
    environment: { NODE_COMPILE_CACHE: cacheFolder, LABEL_PRINTER: `folder:${dataFolder}/labels` },
  });
  if ((await station.ready) === null) throw new Error(`the station does not start: ${station.log()}`);
  // Node writes the cache when a process ends by itself
  station.process.kill("SIGTERM");
  await station.exited;
  rmSync(dataFolder, { recursive: true });
  return cacheFolder;
};
