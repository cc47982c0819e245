import { z } from "zod";
import { fail, succeed, type Failure, type Result } from "../../shared/failures.ts";
import type { Health } from "../../shared/device-view.ts";
import { aboutQueue, createIppClient, wanted, type IppClient, type IppServer } from "./cups-client.ts";
import { jobStates, operations, printerStates, type IppAttributes } from "./ipp.ts";

const first = <T extends z.ZodType>(schema: T) =>
  z
    .array(z.unknown())
    .transform((values) => values[0])
    .pipe(schema);
const words = z.array(z.string()).catch([]);

/** What we read of a queue, and of an IPP device. */
const queueSchema = z.object({
  "printer-state": first(z.number()).catch(printerStates.idle),
  "printer-state-reasons": words,
  "printer-state-message": first(z.string()).catch(""),
  "media-supported": words,
  "device-uri": first(z.string()).catch(""),
  "printer-make-and-model": first(z.string()).catch(""),
  "printer-device-id": first(z.string()).catch(""),
  "document-format-supported": words,
  /** s: CUPS tells its own clock, since epoch, a device how long it has been on; -1: it tells none */
  "printer-up-time": first(z.number()).catch(-1),
});
export type QueueFacts = Readonly<z.infer<typeof queueSchema>>;

const jobSchema = z.object({
  "job-id": first(z.number()),
  "job-name": first(z.string()).catch(""),
  "job-state": first(z.number()),
  "job-state-reasons": words,
  "job-printer-state-message": first(z.string()).catch(""),
  "time-at-creation": first(z.number()).catch(0),
  /** 0 while it has never been started: the printer has not had any of it */
  "time-at-processing": first(z.number()).catch(0),
  "time-at-completed": first(z.number()).catch(0),
});
export type JobFacts = Readonly<z.infer<typeof jobSchema>>;

const QUEUE_FACTS = Object.keys(queueSchema.shape);
const JOB_FACTS = Object.keys(jobSchema.shape);

const readJobs = (jobs: readonly IppAttributes[]): readonly JobFacts[] =>
  jobs.flatMap((attributes) => {
    const read = jobSchema.safeParse(attributes);
    return read.success ? [read.data] : [];
  });

/** Asks CUPS, or an IPP device, about one queue and its jobs. */
export type QueueDesk = Readonly<{
  client: IppClient;
  uri: string;
  path: string;
  facts: () => Promise<Result<QueueFacts>>;
  job: (id: number) => Promise<Result<JobFacts | null>>;
  /** Takes a job back; a job that is over already is no failure. */
  cancel: (id: number) => Promise<Result<null>>;
  /** newest first */
  jobs: (which: "all" | "completed" | "not-completed") => Promise<Result<readonly JobFacts[]>>;
}>;

const createDesk = (client: IppClient, uri: string, path: string): QueueDesk => ({
  client,
  uri,
  path,
  facts: async () => {
    const answer = await client.ask(
      { operation: operations.getPrinterAttributes, operationAttributes: [...aboutQueue(uri), wanted(...QUEUE_FACTS)] },
      path,
    );
    return answer.ok ? succeed(queueSchema.parse(answer.value.printers[0] ?? {})) : answer;
  },
  job: async (id) => {
    const answer = await client.ask(
      {
        operation: operations.getJobAttributes,
        operationAttributes: [
          { name: "printer-uri", tag: "uri", values: [uri] },
          { name: "job-id", tag: "integer", values: [id] },
          { name: "requesting-user-name", tag: "name", values: ["packbench"] },
          wanted(...JOB_FACTS),
        ],
      },
      path,
    );
    if (!answer.ok) return answer.failure.kind === "printer-missing" ? succeed(null) : answer;
    return succeed(readJobs(answer.value.jobs)[0] ?? null);
  },
  cancel: async (id) => {
    const answer = await client.ask(
      {
        operation: operations.cancelJob,
        operationAttributes: [
          { name: "printer-uri", tag: "uri", values: [uri] },
          { name: "job-id", tag: "integer", values: [id] },
          { name: "requesting-user-name", tag: "name", values: ["packbench"] },
        ],
      },
      path,
    );
    return answer.ok || answer.failure.kind === "printer-missing" ? succeed(null) : answer;
  },
  jobs: async (which) => {
    const answer = await client.ask(
      {
        operation: operations.getJobs,
        operationAttributes: [...aboutQueue(uri), { name: "which-jobs", tag: "keyword", values: [which] }, wanted(...JOB_FACTS)],
      },
      path,
    );
    return answer.ok ? succeed(readJobs(answer.value.jobs).toSorted((a, b) => b["job-id"] - a["job-id"])) : answer;
  },
});

/** A queue of a CUPS server. */
export const createCupsDesk = (server: IppServer, queue: string): QueueDesk =>
  createDesk(
    createIppClient(server, `queue ${queue}`),
    `ipp://localhost/printers/${encodeURIComponent(queue)}`,
    `/printers/${encodeURIComponent(queue)}`,
  );

const LOCAL_HOSTS = ["localhost", "127.0.0.1", "::1"];
/** The device sits in the same building, or on this PC: it answers at once or is off. */
const DEVICE_ANSWERS_WITHIN_MS = 1_500;

/**
 * The device behind a queue, where it speaks IPP and this PC is the one that talks to it: it knows what CUPS doesn't
 * pass on (CUPS calls a job completed that the device aborted, and keeps old state reasons). Null otherwise.
 */
export const createDeviceDesk = (server: IppServer, deviceUri: string): QueueDesk | null => {
  const local = "socketPath" in server || LOCAL_HOSTS.includes(server.host);
  if (!local || !/^(ipp|http):\/\//.test(deviceUri) || !URL.canParse(deviceUri)) return null;
  const url = new URL(deviceUri.replace(/^ipp:/, "http:"));
  const port = url.port === "" ? (deviceUri.startsWith("ipp:") ? 631 : 80) : Number(url.port);
  return createDesk(
    // A URL writes an IPv6 address in brackets; nobody listens on those
    createIppClient({ host: url.hostname.replace(/^\[|\]$/g, ""), port }, `printer ${url.host}`, DEVICE_ANSWERS_WITHIN_MS),
    deviceUri.split("?")[0] ?? deviceUri,
    url.pathname,
  );
};

/** Devices that CUPS speaks IPP to tell it what became of a job. All others only take bytes: their `completed` means "sent". */
export const deviceReports = (deviceUri: string): boolean => /^(?:(?:ipp|http)s?:|dnssd:\/\/[^/]*\._ipps?\._tcp\b)/i.test(deviceUri);

const MISSING_HISTORY = "cups-ipp-missing-job-history";
export const missesHistory = (facts: QueueFacts): boolean =>
  facts["printer-state-reasons"].some((reason) => reason.startsWith(MISSING_HISTORY));

type Sight = Readonly<{ failure: Failure; short: string; health: Health }>;

/** Printer state reasons (RFC 8011, 5.4.12, without their severity), the words for them, and what they keep from happening. */
const reasonWords: readonly (readonly [RegExp, "printer-out-of-paper" | "printer-stopped" | "printer-unreachable", string])[] = [
  [/^media-(empty|needed)/, "printer-out-of-paper", "paper out"],
  [/^media-jam/, "printer-stopped", "paper jam"],
  [/^(cover|door|interlock)-open/, "printer-stopped", "cover open"],
  [/^(marker-supply|toner|developer)-empty/, "printer-stopped", "ribbon or toner empty"],
  [/^(offline|shutdown|timed-out)/, "printer-unreachable", "offline"],
  [/^connecting-to-device/, "printer-unreachable", "can't be reached"],
  [/^(paused|moving-to-paused|stopped-partly|stopping)/, "printer-stopped", "stopped"],
];

/** What else keeps a printer from printing (RFC 8011, 5.4.12): what it calls an error, and standard reasons that it gives without severity. */
const OTHER_ERRORS =
  /^(.+)-error$|^((?:input|output)-tray-missing|(?:output-area|marker-waste|spool-area)-full|fuser-(?:over|under)-temp|opc-life-over|other)$/;

/** Only this message tells that the device is gone: state and reasons stay as if all were well. */
const GONE = /may not exist|unavailable|not responding|unable to (connect|locate)|unreachable|no route/i;

/**
 * What keeps a queue from printing, as a failure in waiting with words for the top bar; null when nothing does.
 * `device`: what the device itself says; a failure when it can't be asked though it should.
 */
export const readTrouble = (name: string, queue: QueueFacts, device: Result<QueueFacts> | null): Sight | null => {
  const reasons = [...queue["printer-state-reasons"], ...(device?.ok === true ? device.value["printer-state-reasons"] : [])];
  const message = queue["printer-state-message"];
  const sight = (kind: Failure["kind"], short: string, said: string): Sight => ({
    failure: fail(kind, `${name}: ${short}${said === "" || said === short ? "" : ` (${said})`}.`).failure,
    short,
    health: kind === "printer-stopped" && short === "stopped" ? "careful" : "broken",
  });
  if (device !== null && !device.ok) return sight("printer-unreachable", "can't be reached", device.failure.detail.replace(/\.$/, ""));
  for (const [pattern, kind, short] of reasonWords) {
    const reason = reasons.find((one) => pattern.test(one));
    if (reason !== undefined) return sight(kind, short, reason.replace(/-(error|warning|report)$/, ""));
  }
  // Words that we don't know are the printer's own: better those than none
  for (const reason of reasons) {
    const [, error, plain = error] = OTHER_ERRORS.exec(reason) ?? [];
    if (plain !== undefined) return sight("printer-stopped", plain.replaceAll("-", " "), reason);
  }
  if (queue["printer-state"] === printerStates.stopped) return sight("printer-stopped", "stopped", message);
  if (device?.ok === true && device.value["printer-state"] === printerStates.stopped)
    return sight("printer-stopped", "stopped", device.value["printer-state-message"] || "the printer itself says so");
  if (GONE.test(message)) return sight("printer-unreachable", "can't be reached", message);
  return null;
};

/** A job that CUPS keeps back although nothing is wrong with the printer; null when it goes its way. */
export const heldTrouble = (name: string, job: JobFacts): Failure | null => {
  const state = job["job-state"];
  if (state !== jobStates.held && state !== jobStates.stopped) return null;
  const said = job["job-state-reasons"].filter((reason) => reason !== "none");
  const words = `job ${job["job-id"]} is ${state === jobStates.held ? "held" : "stopped"} in CUPS${said.length === 0 ? "" : ` (${said.join(", ")})`}`;
  return fail("printer-stopped", `${name}: ${words}: release it there, as with lp -i ${job["job-id"]} -H resume.`).failure;
};

export const isFinished = (job: JobFacts): boolean => job["job-state"] >= jobStates.canceled;

/** A job's last words, for the failure of a job that was given up. */
export const jobWords = (job: JobFacts): string => {
  const state = job["job-state"] === jobStates.canceled ? "canceled" : "aborted";
  const said = [...job["job-state-reasons"], job["job-printer-state-message"]].filter((one) => one !== "" && one !== "none");
  return `job ${job["job-id"]} was ${state}${said.length === 0 ? "" : ` (${said.join(", ")})`}`;
};
