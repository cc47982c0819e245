import { fail, succeed, type Result } from "../../shared/failures.ts";
import type { PaperSize } from "../../shared/printers.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import { aboutQueue, type IppServer } from "./cups-client.ts";
import { createCupsWatch } from "./cups-watch.ts";
import { createCupsEnds } from "./cups-ends.ts";
import { createCupsFollow } from "./cups-follow.ts";
import { noCupsGuard, type CupsGuard } from "./cups-guard.ts";
import { chooseMediaFor } from "./cups-media.ts";
import { createCupsDesk, createDeviceDesk, isFinished, readTrouble, type JobFacts, type QueueFacts } from "./cups-queue.ts";
import { createCupsWithdraw, type CupsLook } from "./cups-withdraw.ts";
import { readRef, writeRef, type JobRef } from "./cups-job.ts";
import { operations, type IppResponse } from "./ipp.ts";
import { pause, type PrintEnd, type PrinterPort, type PrintRun } from "./port.ts";
import type { Rasteriser } from "./rasteriser.ts";
import { zplBytes } from "./zpl-bytes.ts";

export type CupsTimes = Readonly<{
  /** between two looks at a job: CUPS itself asks its device once a second */
  lookEveryMs: number;
  /** after a lost connection: how long a request on its way may still take to become a job */
  settleMs: number;
}>;
export const cupsTimes: CupsTimes = { lookEveryMs: 300, settleMs: 2_000 };

type Options = Readonly<{
  uri: string;
  queue: string;
  server: IppServer;
  /** of the printer, for pages that are made anew from dots */
  dpi: number;
  /** what is in it, for pages that nobody but us turns */
  paper: PaperSize;
  clock: Clock;
  log: Log;
  rasteriser: Rasteriser;
  guard?: CupsGuard;
  times?: CupsTimes;
}>;

/** After a connection that broke off: what CUPS has of the job it may have begun with, so it is asked soon. */
const ASK_AGAIN_MS = 40;

type PrintedDocument = [bytes: Uint8Array, format: keyof typeof MIME, media: string | null];
const MIME = { pdf: "application/pdf", raw: "application/vnd.cups-raw" } as const;
const SECOND_MS = 1_000;
/** CUPS counts in whole seconds, and its answer takes a moment. */
const CLOCK_SLACK_S = 2;

/** Does what stands behind the queue understand ZPL? CUPS lists the raw format for every queue, so that says nothing. */
const speaksZpl = (facts: QueueFacts): boolean =>
  /zpl|zebra|\braw\b/i.test(`${facts["printer-make-and-model"]} ${facts["printer-device-id"]}`) ||
  facts["document-format-supported"].some((format) => /zpl/i.test(format));
/** A queue without a driver passes every byte on: label printers behind such queues speak ZPL, and anything else would come out as garbage. */
const isRaw = (facts: QueueFacts): boolean => /\braw\b/i.test(facts["printer-make-and-model"]);

/** A queue of CUPS, spoken to by IPP. The job is followed to its end, and the device itself is asked where it speaks IPP. */
export const openCups = ({
  uri,
  queue,
  server,
  dpi,
  paper,
  clock,
  log,
  rasteriser,
  guard = noCupsGuard,
  times = cupsTimes,
}: Options): PrinterPort => {
  guard.start();
  const desk = createCupsDesk(server, queue);

  const atDevice = async (facts: QueueFacts): Promise<Result<QueueFacts> | null> => {
    const device = createDeviceDesk(server, facts["device-uri"]);
    if (device === null) return null;
    const answer = await device.facts();
    // A device that refuses our question is alive
    return answer.ok || answer.failure.kind === "printer-unreachable" ? answer : null;
  };

  const ends = createCupsEnds({ server, queue, desk, clock, lookEveryMs: times.lookEveryMs });

  const followAlone = createCupsFollow({ queue, server, desk, ends, atDevice, clock, log, lookEveryMs: times.lookEveryMs });
  const follow = (ref: JobRef, name: string): PrintRun =>
    guard.guarded(followAlone(ref, name), { server, queue, name, deviceRef: writeRef(ref) });

  const look: CupsLook = async (name, ref, sentAt) => {
    const [jobs, facts] = [await desk.jobs("all"), await desk.facts()];
    if (!jobs.ok) return jobs;
    if (!facts.ok) return facts;
    // CUPS may run on another PC: its times are compared by its own clock
    const sentThere = sentAt / SECOND_MS + (facts.value["printer-up-time"] - clock.now() / SECOND_MS) - CLOCK_SLACK_S;
    const isOurs = (one: JobFacts): boolean =>
      one["job-name"] === name && (ref === null ? one["time-at-creation"] >= sentThere : one["job-id"] === ref.id);
    // CUPS drops its oldest jobs first: where a job remains that had ended before ours was sent, ours would remain too
    const remembers = jobs.value.some((one) => isFinished(one) && one["time-at-completed"] > 0 && one["time-at-completed"] < sentThere);
    return succeed({ job: jobs.value.find(isOurs) ?? null, remembers });
  };

  const printJob = (name: string, ...[bytes, format, media]: PrintedDocument): Promise<Result<IppResponse>> =>
    desk.client.ask(
      {
        operation: operations.printJob,
        operationAttributes: [
          ...aboutQueue(desk.uri),
          { name: "job-name", tag: "name", values: [name] },
          { name: "document-format", tag: "mime", values: [MIME[format]] },
        ],
        jobAttributes: [
          { name: "copies", tag: "integer", values: [1] },
          ...(format === "pdf" ? [{ name: "print-scaling", tag: "keyword", values: ["none"] } as const] : []),
          ...(media === null ? [] : [{ name: "media", tag: "keyword", values: [media] } as const]),
        ],
        document: bytes,
      },
      desk.path,
    );

  const send = (name: string, ...document: PrintedDocument): PrintRun =>
    guard.guarded(sendAlone(name, ...document), { server, queue, name, deviceRef: null });

  const sendAlone =
    (name: string, ...document: PrintedDocument): PrintRun =>
    async (tell, signal) => {
      const sentAt = clock.now();
      const watch = createCupsWatch({ server, clock });
      const gone = watch.arm();
      const followIt = (id: number): Promise<Result<PrintEnd>> =>
        followAlone({ id, startedAt: null, goneAt: gone.aborted ? clock.now() : null }, name, watch)(tell, signal);
      try {
        const answer = await printJob(name, ...document);
        if (answer.ok) {
          const id = Number(answer.value.jobs[0]?.["job-id"]?.[0] ?? 0);
          if (id > 0) return await followIt(id);
          return fail("print-unknown", `${queue}: CUPS took ${name} without giving it a number.`, { ambiguous: true });
        }
        if (answer.failure.ambiguous !== true) return answer;
        // The connection broke after bytes were out: CUPS may have the job all the same, and print it when it is back. Only CUPS can tell
        log.warn({ queue, name }, "CUPS broke off in the middle of a job; it is asked whether it has it");
        for (const brokeAt = clock.now(); ;) {
          await pause(clock, Math.min(ASK_AGAIN_MS, times.settleMs), signal);
          if (signal.aborted) return answer;
          const seen = await look(name, null, sentAt);
          if (seen.ok && seen.value.job !== null) return await followIt(seen.value.job["job-id"]);
          if (seen.ok ? clock.now() - brokeAt >= times.settleMs : seen.failure.kind !== "printer-unreachable") return answer;
          if (!seen.ok) tell({ state: "sent", deviceRef: null, failure: seen.failure });
        }
      } finally {
        watch.close();
      }
    };

  const withdraw = createCupsWithdraw({ queue, desk, server, look, follow });

  return {
    uri,
    name: queue,
    reaches: "printed",
    accepts: ["pdf", "png", "jpeg", "zpl"],
    checkEveryMs: 1_500,
    prepare: async (document) => {
      const { name, format, bytes } = document;
      const facts = await desk.facts();
      if (!facts.ok) return facts;
      // What CUPS would only keep for a device that is off can still go to another printer as long as it is here
      const device = await atDevice(facts.value);
      if (device?.ok === false) return device;
      if (format === "zpl") {
        if (speaksZpl(facts.value)) return succeed({ send: send(name, bytes, "raw", null), discard: () => {} });
        return fail("printer-cannot-print", `${queue} (${facts.value["printer-make-and-model"]}) doesn't understand ZPL.`);
      }
      // Without a driver nobody draws it but us
      if (isRaw(facts.value)) {
        const zpl = await zplBytes(document, { dpi, paper, rasteriser });
        return zpl.ok ? succeed({ send: send(name, zpl.value, "raw", null), discard: () => {} }) : zpl;
      }
      const inspected = await rasteriser.inspect({ format, bytes });
      if (!inspected.ok) return inspected;
      const pages = inspected.value.pages.filter((one) => !one.blank);
      if (pages.length === 0) return fail("label-unreadable", "Every page of it is blank.");
      const media = chooseMediaFor(facts.value["media-supported"], pages);
      if (!media.ok) return media;
      const pdf = await rasteriser.toPdf({ format, bytes }, dpi);
      return pdf.ok ? succeed({ send: send(name, pdf.value, "pdf", media.value), discard: () => {} }) : pdf;
    },
    withdraw,
    held: async () => {
      const jobs = await desk.jobs("not-completed");
      return jobs.ok ? succeed(jobs.value.map((one) => one["job-name"])) : jobs;
    },
    recover: async ({ name, deviceRef, sentAt }) => {
      const ref = readRef(deviceRef);
      const seen = await look(name, ref, sentAt);
      if (!seen.ok) {
        const { failure } = seen;
        return failure.kind === "printer-missing"
          ? { became: "unknown", words: `the queue ${queue} is gone.` }
          : { became: "no-answer", failure };
      }
      const { job, remembers } = seen.value;
      if (job !== null) {
        const found = ref ?? { id: job["job-id"], startedAt: null };
        return { became: "accepted", deviceRef: writeRef(found), follow: follow(found, name) };
      }
      if (clock.now() - sentAt < times.settleMs) {
        return { became: "no-answer", failure: fail("printer-unreachable", `${queue}: CUPS may still be taking ${name} in.`).failure };
      }
      if (deviceRef === null && remembers) return { became: "not-there" };
      return { became: "unknown", words: `${queue}: CUPS knows no job ${name}, and keeps no older one to prove that it never had it.` };
    },
    status: async () => {
      const facts = await desk.facts();
      if (!facts.ok) {
        return {
          health: "broken",
          words: `${queue} · ${facts.failure.kind === "printer-missing" ? "no such queue" : "CUPS can't be reached"}`,
        };
      }
      const trouble = readTrouble(queue, facts.value, await atDevice(facts.value));
      return trouble === null
        ? { health: "fine", words: `${queue} · ready` }
        : { health: trouble.health, words: `${queue} · ${trouble.short}` };
    },
  };
};
