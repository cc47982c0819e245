// The station as the kiosk shell runs it, on a ground of the test's own. `CRASH_AT=point:n`: the process ends itself (-9) exactly
// there, at the nth passing. `CLOCK_AHEAD_MS`: its clock is so far ahead.
import { join } from "node:path";
import manifest from "../../../package.json" with { type: "json" };
import { systemClock, type Clock } from "../../../electron/kit/clock.ts";
import { runKiosk } from "../../../electron/launch/kiosk-shell.ts";
import { openStation } from "../../../electron/station.ts";
import { createCrashGround } from "./crash-ground.ts";

const [, point = "", count = "1"] = /^(.+):(\d+)$/.exec(process.env["CRASH_AT"] ?? "") ?? [];
const ahead = Number(process.env["CLOCK_AHEAD_MS"] ?? 0);
let left = Number(count);
const step = (passed: string): void => {
  if (passed !== point) return;
  left -= 1;
  if (left === 0) process.kill(process.pid, "SIGKILL");
};
const clock: Clock = ahead === 0 ? systemClock : { now: () => systemClock.now() + ahead, after: systemClock.after };

await runKiosk({
  given: process.argv.slice(2),
  environment: process.env,
  version: manifest.version,
  screenFolder: join(import.meta.dirname, "../../../dist/renderer"),
  openStation: (parts) => openStation({ ...parts, clock, isCold: true, ...(point === "" ? {} : { ground: createCrashGround(step) }) }),
});
