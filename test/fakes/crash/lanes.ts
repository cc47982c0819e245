import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeFolder } from "../removal.ts";
import { spawnStation } from "../station-process.ts";
import { createRandom } from "./random.ts";

export type ShiftPlan = Readonly<{
  seed: string;
  crashes: number;
  printer: "folder" | "zpl";
  /** OMS4 loses and spoils answers */
  stormy: boolean;
  /** `all`: also at each named step (points.ts) once, however many kills that makes; `some`: now and then at one of them */
  points: "all" | "some";
  /** buyers take orders back at any moment */
  buyers: boolean;
  /** labels of split parcels come late, and boxes leave the bench with a parking slip */
  slips: boolean;
  /** the carrier makes labels anew after they were fetched */
  relabel: boolean;
  /** parcels that another bench packed are handed over here */
  neighbour: boolean;
}>;

/** What kind of shift a seed is: mostly the folder, which tells every print apart, and mostly bad weather. */
export const drawShift = (
  seed: string,
  crashes: number,
  given: Partial<Pick<ShiftPlan, "printer" | "stormy" | "points" | "buyers" | "slips" | "relabel" | "neighbour">> = {},
): ShiftPlan => {
  const random = createRandom(`${seed} kind`);
  const [printer, stormy, buyers] = [random.chance(0.7) ? "folder" : "zpl", random.chance(0.75), random.chance(0.5)] as const;
  const [slips, relabel] = [random.chance(0.4), random.chance(0.4)] as const;
  const neighbour = random.chance(0.4);
  return { seed, crashes, printer, stormy, points: "some", buyers, slips, relabel, neighbour, ...given };
};

const yesOrNo = (flag: boolean): string => (flag ? "yes" : "no");

/** How to run the very same shift again. */
export const commandFor = ({ seed, crashes, printer, stormy, points, buyers, slips, relabel, neighbour }: ShiftPlan): string =>
  `SEED=${seed} npm run soak -- --crashes ${crashes} --printer ${printer} --weather ${stormy ? "storm" : "calm"} --points ${points} --buyers ${yesOrNo(buyers)} --slips ${yesOrNo(slips)} --relabel ${yesOrNo(relabel)} --neighbour ${yesOrNo(neighbour)}`;

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
  removeFolder(dataFolder);
  return cacheFolder;
};
