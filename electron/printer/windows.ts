import { randomUUID } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errorWords } from "../../shared/error-words.ts";
import { fail, succeed, type Result } from "../../shared/failures.ts";
import type { Clock } from "../kit/clock.ts";
import { pause, type PrinterPort, type PrintRun } from "./port.ts";
import type { Rasteriser } from "./rasteriser.ts";
import { choosePaperFor } from "./windows-papers.ts";
import { hasBegun, isDeleted, isOver, jobTrouble, printerSight, type WindowsSpooler } from "./windows-spooler.ts";

/** What we use of pdf-to-printer; passed in, because the package runs on Windows only. */
export type WindowsPrinting = Readonly<{
  print: (
    path: string,
    options: { printer: string; scale: "noscale"; silent: true; monochrome: true; copies: 1; paperSize?: string },
  ) => Promise<void>;
}>;

/** Loads pdf-to-printer when a Windows printer is first used; elsewhere it would only throw. */
export const loadWindowsPrinting = async (): Promise<WindowsPrinting> => {
  const { print } = await import("pdf-to-printer");
  return { print };
};

type Options = Readonly<{
  uri: string;
  name: string;
  dpi: number;
  clock: Clock;
  rasteriser: Rasteriser;
  load?: () => Promise<WindowsPrinting>;
  spooler: WindowsSpooler;
}>;

/** Each look starts a PowerShell. */
const LOOK_EVERY_MS = 2_000;
/** Looks in a row that may fail while a job is known to wait. */
const MOST_MISSED = 5;
/** SumatraPDF is through with a label in a second or two; one that is not waits for somebody to answer a driver's window. */
const PRINTS_WITHIN_MS = 60_000;
/** A driver's papers change when somebody sets it up. */
const PAPERS_HOLD_MS = 5 * 60_000;
/** The spooler names a job after its file: so it is found again, also after a restart. */
const documentName = (name: string): string => `${name.replaceAll(/[\\/:*?"<>|~\u0000-\u001f]/g, "_")}~${randomUUID()}.pdf`;
const OUR_DOCUMENT = /([^\\/]+)~[0-9a-f]{8}-[0-9a-f-]{27}\.pdf$/i;

/**
 * A Windows printer through SumatraPDF. Its exit says that the spooler took the job, never that it came out: `accepted`
 * is the highest rung. Scale is always 100 %, the printer is always named (silent printing otherwise takes the default).
 */
export const openWindows = ({ uri, name, dpi, clock, rasteriser, load = loadWindowsPrinting, spooler }: Options): PrinterPort => {
  /** What Windows said last; asked again before a label goes to one that was offline. */
  let wasOffline = false;
  let known: Readonly<{ papers: readonly string[]; at: number }> | null = null;
  const sight = async (): Promise<ReturnType<typeof printerSight> | "missing" | null> => {
    const told = await spooler.printers();
    if (!told.ok) return null;
    const printer = told.value.find((one) => one.name.toLowerCase() === name.toLowerCase());
    const seen = printer === undefined ? "missing" : printerSight(printer);
    wasOffline = seen !== "missing" && seen.words === "offline";
    if (seen === "missing") known = null;
    return seen;
  };
  const jobsNamed = async (jobName: string) => {
    const jobs = await spooler.jobs(name);
    return jobs.ok ? succeed(jobs.value.filter(({ document }) => OUR_DOCUMENT.exec(document)?.[1] === jobName)) : jobs;
  };

  /** Goes with the job through Windows' queue. Once it has left it, or where nobody can ask, no more is known than that it was taken. */
  const follow =
    (jobName: string): PrintRun =>
    async (tell, signal) => {
      let told: string | null = null;
      for (let missed = 0; ;) {
        const jobs = await jobsNamed(jobName);
        if (jobs.ok) missed = 0;
        // What was known to wait has not come out because nobody can be asked
        else if (told === null) return succeed({ state: "accepted", deviceRef: name });
        else if ((missed += 1) >= MOST_MISSED)
          return fail("print-unknown", `${name}: Windows says no more of a job that waited in its queue.`, { ambiguous: true });
        if (jobs.ok) {
          const [job] = jobs.value;
          if (job === undefined || isOver(job)) return succeed({ state: "accepted", deviceRef: name });
          if (isDeleted(job)) return fail("print-unknown", `${name}: the job was deleted in Windows' queue.`, { ambiguous: true });
          const failure = jobTrouble(job, name);
          if ((failure?.kind ?? null) !== told) tell({ state: "accepted", deviceRef: name, failure });
          told = failure?.kind ?? null;
        }
        if (signal.aborted) return fail("print-unknown", `${jobName} is no longer followed.`, { ambiguous: true });
        await pause(clock, LOOK_EVERY_MS, signal);
      }
    };

  /** The printer's papers as its driver names them. Failures: `printer-missing`, `printer-unreachable`. */
  const papers = async (): Promise<Result<readonly string[]>> => {
    if (known !== null && clock.now() - known.at < PAPERS_HOLD_MS) return succeed(known.papers);
    const told = await spooler.papers();
    if (!told.ok) return known === null ? told : succeed(known.papers);
    const printer = told.value.find((one) => one.name.toLowerCase() === name.toLowerCase());
    known = printer === undefined ? null : { papers: printer.papers, at: clock.now() };
    if (printer !== undefined) return succeed(printer.papers);
    const names = told.value.map((one) => one.name).join(", ");
    return fail("printer-missing", `“${name}” is none of Windows' printers (${names === "" ? "there are none" : names}).`);
  };
  const send =
    (printing: WindowsPrinting, pdf: Uint8Array, paper: string | null, jobName: string): PrintRun =>
    async (tell, signal) => {
      const path = join(tmpdir(), documentName(jobName));
      try {
        await writeFile(path, pdf, { mode: 0o600 });
      } catch (error) {
        return fail("storage-unwritable", `${path} (${errorWords(error)}).`);
      }
      const printed = printing
        .print(path, {
          printer: name,
          scale: "noscale",
          silent: true,
          monochrome: true,
          copies: 1,
          ...(paper === null ? {} : { paperSize: paper }),
        })
        .then(
          () => succeed(null),
          (error: unknown) => {
            // A program that isn't there printed nothing; one that ended badly may have spooled the page before
            const notStarted = error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "EACCES");
            return fail("printer-refused", `${name} (${errorWords(error)}).`, notStarted ? {} : { ambiguous: true });
          },
        );
      // It may still want its file when nobody waits for it any more
      const removed = printed.then(() => rm(path, { force: true }).catch(() => {}));
      const over = new AbortController();
      const late = pause(clock, PRINTS_WITHIN_MS, AbortSignal.any([signal, over.signal])).then(() => null);
      const done = await Promise.race([printed, late]);
      over.abort();
      if (done === null) return fail("print-unknown", `${name}: SumatraPDF does not end; is a driver's window open?`, { ambiguous: true });
      await removed;
      return done.ok ? follow(jobName)(tell, signal) : done;
    };
  return {
    uri,
    name,
    reaches: "accepted",
    accepts: ["pdf", "png", "jpeg"],
    // Asking Windows starts a PowerShell
    checkEveryMs: 60_000,
    prepare: async ({ name: jobName, format, bytes }) => {
      if (format === "zpl") {
        return fail(
          "printer-cannot-print",
          `A Windows printer can't be given ZPL here: use zpl://HOST:PORT, or ask OMS4 for PDF labels (${name}).`,
        );
      }
      // What would only wait in Windows' queue can still go to another printer as long as it is here
      if (wasOffline) await sight();
      if (wasOffline) return fail("printer-unreachable", `${name} is offline for Windows.`);
      const inspected = await rasteriser.inspect({ format, bytes });
      if (!inspected.ok) return inspected;
      const pages = inspected.value.pages.filter((one) => !one.blank);
      if (pages.length === 0) return fail("label-unreadable", "Every page of it is blank.");
      const pdf = await rasteriser.toPdf({ format, bytes }, dpi);
      if (!pdf.ok) return pdf;
      const names = await papers();
      if (!names.ok) return names;
      const paper = choosePaperFor(names.value, pages);
      if (!paper.ok) return paper;
      try {
        return succeed({ send: send(await load(), pdf.value, paper.value, jobName), discard: () => {} });
      } catch (error) {
        return fail("printer-unreachable", `Windows printer ${name} (${errorWords(error)}).`);
      }
    },
    recover: async ({ name: jobName }) => {
      const jobs = await jobsNamed(jobName);
      return jobs.ok && jobs.value.length > 0
        ? { became: "accepted", deviceRef: name, follow: follow(jobName) }
        : { became: "unknown", words: `Windows' spooler can't tell whether “${name}” had this label.` };
    },
    withdraw: async ({ name: jobName }) => {
      const jobs = await jobsNamed(jobName);
      if (!jobs.ok) return { became: "no-answer", failure: jobs.failure };
      if (jobs.value.length === 0)
        return { became: "unknown", words: `Windows' queue of “${name}” has it no longer: it may have come out.` };
      let begun = false;
      for (const { id } of jobs.value) {
        const held = await spooler.takeOut(name, id);
        if (!held.ok)
          return { became: "unknown", words: `It could not be taken out of Windows' queue of “${name}”: ${held.failure.detail}` };
        if (held.value === null || hasBegun(held.value)) begun = true;
      }
      return begun
        ? { became: "unknown", words: `It was taken out of Windows' queue of “${name}” while the printer was at it.` }
        : { became: "not-there" };
    },
    held: async () => {
      const jobs = await spooler.jobs(name);
      // A Windows that can't be asked must not keep labels from printing: then nothing is known of old jobs
      return succeed(jobs.ok ? jobs.value.flatMap(({ document }) => OUR_DOCUMENT.exec(document)?.[1] ?? []) : []);
    },
    status: async () => {
      const seen = await sight();
      if (seen === "missing") return { health: "broken", words: `${name} · no such printer` };
      if (seen !== null) return { health: seen.health, words: `${name} · ${seen.words}` };
      const told = await papers();
      return told.ok
        ? { health: "careful", words: `${name} · its state is unknown` }
        : { health: "broken", words: `${name} · ${told.failure.kind === "printer-missing" ? "no such printer" : "can't be asked"}` };
    },
  };
};
