import type { Result } from "../../shared/failures.ts";
import type { IppServer } from "./cups-client.ts";
import { readRef, writeRef, type JobRef } from "./cups-job.ts";
import { createDeviceDesk, isFinished, type JobFacts, type QueueDesk } from "./cups-queue.ts";
import { jobStates } from "./ipp.ts";
import type { PrintRun, Recovery, SentJob } from "./port.ts";

/** A job sent at a known time: CUPS' own record of it, and whether CUPS would still remember it had it been there. */
export type CupsLook = (
  name: string,
  ref: JobRef | null,
  sentAt: number,
) => Promise<Result<Readonly<{ job: JobFacts | null; remembers: boolean }>>>;

type Parts = Readonly<{
  queue: string;
  desk: QueueDesk;
  server: IppServer;
  look: CupsLook;
  follow: (ref: JobRef, name: string) => PrintRun;
}>;

/** Takes a job out of CUPS. It has certainly not come out only where the printer never had any of it, or says so itself. */
export const createCupsWithdraw =
  ({ queue, desk, server, look, follow }: Parts) =>
  async ({ name, deviceRef, sentAt }: SentJob): Promise<Recovery> => {
    const followed = (job: JobFacts): Readonly<{ deviceRef: string; follow: PrintRun }> => {
      const known = readRef(deviceRef);
      const ref = known?.id === job["job-id"] ? known : { id: job["job-id"], startedAt: null };
      return { deviceRef: writeRef(ref), follow: follow(ref, name) };
    };
    const [seen, waiting] = [await look(name, readRef(deviceRef), sentAt), await desk.jobs("not-completed")];
    const asked = !seen.ok ? seen : waiting;
    if (!seen.ok || !waiting.ok) {
      const failure = asked.ok ? null : asked.failure;
      if (failure === null || failure.kind === "printer-missing") return { became: "unknown", words: `the queue ${queue} is gone.` };
      return { became: "no-answer", failure };
    }
    const open = waiting.value.filter((one) => one["job-name"] === name);
    const { job, remembers } = seen.value;
    if (open.length === 0 && job === null) {
      return deviceRef === null && remembers
        ? { became: "not-there" }
        : { became: "unknown", words: `${queue}: CUPS knows no job ${name} any more.` };
    }
    // It had come to its end before: what that is worth is judged as ever
    if (open.length === 0 && job !== null && isFinished(job)) return { became: "accepted", ...followed(job) };
    for (const one of open) await desk.cancel(one["job-id"]);

    const after = await Promise.all(open.map((one) => desk.job(one["job-id"])));
    const left = after.flatMap((one) => (one.ok && one.value !== null ? [one.value] : []));
    const canceled = left.length === open.length && left.every((one) => one["job-state"] === jobStates.canceled);
    if (canceled && left.every((one) => one["time-at-processing"] === 0)) return { became: "not-there" };
    const done = left.find((one) => one["job-state"] === jobStates.completed);
    if (done !== undefined) return { became: "accepted", ...followed(done) };

    // The printer had begun with it, or CUPS was trying to reach it: only the device can tell
    const facts = await desk.facts();
    const device = facts.ok ? createDeviceDesk(server, facts.value["device-uri"]) : null;
    const known = device === null ? null : await device.jobs("all");
    const there = known?.ok === true ? known.value.find((one) => one["job-name"] === name) : undefined;
    if (there?.["job-state"] === jobStates.completed) return { became: "printed", deviceRef: String(there["job-id"]) };
    return {
      became: "unknown",
      words: canceled
        ? `${queue}: it was taken out of the queue while the printer was at it.`
        : `${queue}: it could not be taken out of the queue.`,
    };
  };
