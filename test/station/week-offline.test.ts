import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { runWeek } from "../fakes/crash/week.ts";
import { prepareStations, type SpawnedStation } from "../fakes/station-process.ts";
import { testFolder } from "../fakes/folder.ts";

/** `npm run week-offline` is the same with 50,000; SEED=… repeats a week. */
const seed = process.env["SEED"] ?? randomBytes(4).toString("hex");
const DECISIONS = 1_000;
/** Longer than the week gives itself for its parts; a minute or two is usual. */
const LONGEST_MS = 30 * 60_000;
/** A station's memory after a half day of packing: most of it is the threads that draw and read labels, 500 at the most where it was measured. */
const MEMORY_MB = 700;

test(
  `a week without OMS4, through stops, kills, other packers and a new installation: nothing is lost, nothing doubled (seed ${seed})`,
  async () => {
    const stations = new Set<SpawnedStation>();
    try {
      await prepareStations();
      const report = await runWeek({
        seed,
        decisions: DECISIONS,
        folder: testFolder(),
        onStation: (station) => stations.add(station),
      });
      expect(report.found, `SEED=${seed} npm run week-offline -- --decisions ${DECISIONS}`).toEqual([]);
      expect(report.decisions).toBeGreaterThanOrEqual(DECISIONS);
      expect(report.owed).toBeGreaterThan(DECISIONS / 4);
      expect(report.labels).toBeGreaterThanOrEqual(report.parcels);
      expect(Math.max(...report.intervals.map(({ rssMb }) => rssMb))).toBeLessThan(MEMORY_MB);
    } finally {
      for (const station of stations) station.process.kill("SIGKILL");
      await Promise.all([...stations].map(({ exited }) => exited));
    }
  },
  LONGEST_MS,
);
