// One shift of the soak in a process of its own: `node soak-shift.ts '<JSON of ShiftOptions>'` prints its report as JSON.
import { runShift, type ShiftOptions } from "../fakes/crash/shift.ts";
import type { SpawnedStation } from "../fakes/station-process.ts";

let station: SpawnedStation | null = null;
const end = (): void => {
  station?.process.kill("SIGKILL");
  process.exit(130);
};
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, end);
// The soak itself died: nobody reads the report any more
process.on("disconnect", end);

const options = JSON.parse(process.argv[2] ?? "{}") as ShiftOptions;
const report = await runShift({ ...options, onStation: (spawned) => (station = spawned) });
process.send?.(report, () => process.exit(0));
