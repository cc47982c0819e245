import { createInterface } from "node:readline";
import { systemClock } from "../kit/clock.ts";
import { silentLog } from "../kit/log.ts";
import { createCupsEnds } from "./cups-ends.ts";
import { createCupsFollow } from "./cups-follow.ts";
import type { GuardNote } from "./cups-guard.ts";
import { readRef, type JobRef } from "./cups-job.ts";
import { createCupsDesk } from "./cups-queue.ts";
import { pause } from "./port.ts";

/** See cups-guard.ts. Notes come one a line; the end of them means that the station is gone. */
type Guarded = Extract<GuardNote, { what: "has" }>;

const LOOK_EVERY_MS = 300;
/** The next station is there by then, and follows it itself. */
const LONGEST_MS = 3 * 60_000;
/** A job that was on its way when the station died is in CUPS by then, or will never be. */
const ARRIVES_WITHIN_MS = 4_000;

const inHand = new Map<string, Guarded>();

const find = async ({ server, queue, name, deviceRef }: Guarded, until: AbortSignal): Promise<JobRef | null> => {
  const known = readRef(deviceRef);
  const desk = createCupsDesk(server, queue);
  for (const since = systemClock.now(); known === null && systemClock.now() - since < ARRIVES_WITHIN_MS;) {
    const open = await desk.jobs("not-completed");
    const found = open.ok ? open.value.find((job) => job["job-name"] === name) : undefined;
    if (found !== undefined) return { id: found["job-id"], startedAt: null };
    await pause(systemClock, LOOK_EVERY_MS, until);
  }
  return known;
};

const follow = async (job: Guarded, until: AbortSignal): Promise<void> => {
  const ref = await find(job, until);
  if (ref === null) return;
  const { server, queue, name } = job;
  const desk = createCupsDesk(server, queue);
  const common = { server, queue, desk, clock: systemClock, lookEveryMs: LOOK_EVERY_MS };
  const run = createCupsFollow({ ...common, ends: createCupsEnds(common), atDevice: async () => null, log: silentLog });
  // What became of it the next station finds out for itself
  await run(ref, name)(() => {}, until);
};

const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const note = JSON.parse(line) as GuardNote;
  if (note.what === "has") inHand.set(note.name, note);
  else inHand.delete(note.name);
});
lines.on("close", () => {
  // The station may have lived for days: its time runs from now
  const until = AbortSignal.timeout(LONGEST_MS);
  void Promise.all([...inHand.values()].map((job) => follow(job, until))).finally(() => process.exit(0));
});
