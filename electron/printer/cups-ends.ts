import { fail, succeed, type Failure, type Result } from "../../shared/failures.ts";
import type { Clock } from "../kit/clock.ts";
import type { IppServer } from "./cups-client.ts";
import { startOf, writeRef } from "./cups-job.ts";
import { createDeviceDesk, deviceReports, isFinished, jobWords, missesHistory, type JobFacts, type QueueDesk } from "./cups-queue.ts";
import { jobStates } from "./ipp.ts";
import { pause, type PrintEnd } from "./port.ts";

type Parts = Readonly<{ server: IppServer; queue: string; desk: QueueDesk; clock: Clock; lookEveryMs: number }>;

/** A printer that was busy for a moment answers by then; what is switched off does not. */
const ANSWERS_AGAIN_WITHIN_MS = 10_000;
/** Started this long before CUPS began with the job, s: no whole second decides. */
const RESTART_SLACK_S = 2;
/** A time since the device was started, not one since 1970: CUPS gives the latter, as some devices do, s. */
const UNIX_TIMES_FROM = 1_000_000_000;

/** What the end of a job in CUPS is worth: neither `completed` nor `canceled` says by itself whether the label came out. */
export const createCupsEnds = ({ server, queue, desk, clock, lookEveryMs }: Parts) => {
  const unknown = (words: string): Result<PrintEnd> => fail("print-unknown", `${queue}: ${words}`, { ambiguous: true });
  const printed = (job: JobFacts): Result<PrintEnd> =>
    succeed({ state: "printed", deviceRef: writeRef({ id: job["job-id"], startedAt: null }) });

  /**
   * The device's own records of the job, the newest first, once it is over there. `cutOff`: CUPS sends no more of it. A job that the device has
   * not begun is taken back then: it would wait for the rest for a minute, and all labels behind it. Failures: those of asking the device.
   */
  const askDevice = async (device: QueueDesk, name: string, cutOff: boolean, signal: AbortSignal): Promise<Result<readonly JobFacts[]>> => {
    for (;;) {
      const active = await device.jobs("not-completed");
      if (!active.ok || signal.aborted) return active.ok ? succeed([]) : active;
      const left = active.value.filter((one) => one["job-name"] === name && !isFinished(one));
      if (left.length === 0) break;
      for (const one of left) if (cutOff && one["job-state"] < jobStates.processing) await device.cancel(one["job-id"]);
      await pause(clock, lookEveryMs, signal);
    }
    const known = await device.jobs("completed");
    return known.ok ? succeed(known.value.filter((one) => one["job-name"] === name && isFinished(one))) : known;
  };
  /** `away`: it did not answer when it was asked, now or before; no records: it keeps none, or there is nobody to ask. */
  const atDevice = async (
    uri: string,
    name: string,
    cutOff: boolean,
    signal: AbortSignal,
  ): Promise<Readonly<{ records: readonly JobFacts[]; away: boolean }>> => {
    const device = createDeviceDesk(server, uri);
    const until = clock.now() + ANSWERS_AGAIN_WITHIN_MS;
    for (let away = false; device !== null; away = true) {
      const told = await askDevice(device, name, cutOff, signal);
      // A device that refuses our question is alive
      if (told.ok || told.failure.kind !== "printer-unreachable") return { records: told.ok ? told.value : [], away };
      if (signal.aborted || clock.now() >= until) return { records: [], away: true };
      await pause(clock, lookEveryMs, signal);
    }
    return { records: [], away: false };
  };

  /** A device that came back so quickly that nobody missed it has forgotten the job, and CUPS may call that completed. True also where it can't be told. */
  const mayHaveForgotten = async (uri: string, job: JobFacts): Promise<boolean> => {
    const startedAt = startOf(job);
    const device = createDeviceDesk(server, uri);
    if (device === null || startedAt === null) return false;
    const [there, inCups] = [await device.facts(), await desk.facts()];
    // A device that refuses our question is alive
    if (!there.ok) return there.failure.kind === "printer-unreachable";
    if (!inCups.ok) return true;
    const upFor = there.value["printer-up-time"];
    // Both are seconds, each by its own clock; a device that tells no time says nothing
    return upFor >= 0 && upFor < UNIX_TIMES_FROM && upFor <= inCups.value["printer-up-time"] - startedAt + RESTART_SLACK_S;
  };

  const givenUp = (job: JobFacts, name: string, there: JobFacts | null, takenBack: boolean): Result<PrintEnd> => {
    if (there?.["job-state"] === jobStates.aborted)
      return fail("printer-refused", `${queue}: the printer gave the label up, ${jobWords(there)}.`);
    // A device told to cancel often prints what it has all the same
    if (takenBack) return unknown(`CUPS was interrupted while it printed ${name} and would have printed it again; it was taken back.`);
    return unknown(`${jobWords(job)} while ${name} may have been printing.`);
  };

  return {
    /** `began`: CUPS began with it, or may have. `takenBack`: we cancelled it ourselves, so that it doesn't come out twice. */
    judge: async (
      job: JobFacts,
      name: string,
      { began, takenBack }: Readonly<{ began: boolean; takenBack: boolean }>,
      signal: AbortSignal,
    ): Promise<Result<PrintEnd>> => {
      // CUPS never began with it: nothing can have come out
      if (job["job-state"] !== jobStates.completed && startOf(job) === null && !began)
        return fail("printer-refused", `${queue}: ${jobWords(job)}.`);
      const facts = await desk.facts();
      if (!facts.ok) return unknown(`CUPS is through with ${name}, but can't be asked about the printer any more.`);
      const deviceUri = facts.value["device-uri"];
      const { records, away } = await atDevice(deviceUri, name, job["job-state"] !== jobStates.completed, signal);
      if (signal.aborted) return unknown(`${name} is no longer followed.`);
      const [there = null] = records;
      const given = records.filter((one) => one["job-state"] !== jobStates.aborted).length;
      if (given > 1) return unknown(`the printer had ${name} ${given} times: look whether it came out twice.`);
      if (there?.["job-state"] === jobStates.completed) return printed(job);
      if (there !== null || job["job-state"] !== jobStates.completed) return givenUp(job, name, there, takenBack);
      if (missesHistory(facts.value)) return unknown(`the printer went away while it had ${name}, and remembers nothing of it.`);
      // CUPS calls it completed even if the device gave it up: only the device could have told
      if (away) return unknown(`the printer went away before it could say what became of ${name}.`);
      if (await mayHaveForgotten(deviceUri, job)) return unknown(`the printer may have been started anew while it had ${name}.`);
      return deviceReports(deviceUri) ? printed(job) : succeed({ state: "accepted", deviceRef: String(job["job-id"]) });
    },
    /** CUPS won't let us take the job back. */
    printsAgain: (name: string, why: Failure): Result<PrintEnd> =>
      unknown(`CUPS was interrupted while it printed ${name} and may print it a second time; it can't be taken back (${why.detail})`),
  };
};
export type CupsEnds = ReturnType<typeof createCupsEnds>;
