import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runPrintTruth } from "../fakes/print-truth/run.ts";
import { testFolder } from "../fakes/folder.ts";

/** SEED=… makes the same plan again. `npm run print-truth` is the long run of this. */
const seed = process.env["SEED"] ?? randomBytes(4).toString("hex");
const PRINTERS = 4;
const JOBS_EACH = 10;
/** Longer than a run gives itself before it calls itself hung; half a minute is usual. */
const LONGEST_MS = 900_000;

test(
  `what the station says of its labels is what came out of the printer, whatever is killed meanwhile (seed ${seed})`,
  async () => {
    const folder = testFolder();
    const reports = await Promise.all(
      Array.from({ length: PRINTERS }, async (_printer, index) => {
        const own = join(folder, String(index));
        mkdirSync(own);
        return runPrintTruth({ seed: `${seed}.${index}`, jobs: JOBS_EACH, folder: own });
      }),
    );
    const trails = reports.filter(({ found, lateAfterAsking }) => found.length + lateAfterAsking.length > 0).map(({ trail }) => trail);
    expect({ found: reports.flatMap(({ found, lateAfterAsking }) => [...found, ...lateAfterAsking]), trails }).toEqual({
      found: [],
      trails: [],
    });
    // It has been through something, and every label is there
    expect(reports.some(({ stationKills, mishaps }) => stationKills + Object.keys(mishaps).length > 0)).toBe(true);
    expect(reports.map(({ files }) => files)).toEqual(reports.map(() => JOBS_EACH));
  },
  LONGEST_MS,
);
