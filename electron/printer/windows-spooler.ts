import { execFile } from "node:child_process";
import { z } from "zod";
import { fail, succeed, type Failure, type Result } from "../../shared/failures.ts";
import type { Health } from "../../shared/device-view.ts";
import type { Address } from "./sweep.ts";

/** Runs a script and gives what it writes. Values come in by the environment: a printer's name must never become part of a script. */
export type PowerShell = (script: string, values: Readonly<Record<string, string>>) => Promise<string>;

const ANSWERS_WITHIN_MS = 10_000;

export const runPowerShell: PowerShell = (script, values) =>
  new Promise((resolve, reject) => {
    execFile(
      "powershell.exe",
      ["-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass", "-Command", script],
      { env: { ...process.env, ...values }, timeout: ANSWERS_WITHIN_MS, windowsHide: true, maxBuffer: 4 * 1_024 * 1_024 },
      (error, stdout) => (error === null ? resolve(stdout) : reject(error)),
    );
  });

// Names may be Vietnamese or Chinese: without this they come in the console's code page
const HEAD = "$ErrorActionPreference = 'Stop'; [Console]::OutputEncoding = [Text.Encoding]::UTF8; ";
const JOB = "Select-Object Id, DocumentName, PagesPrinted, @{n='Status';e={[string]$_.JobStatus}}";

export const scripts = {
  printers: `${HEAD}ConvertTo-Json -Compress -Depth 3 -InputObject @{ printers = @(Get-Printer | Select-Object Name, PortName, @{n='Status';e={[string]$_.PrinterStatus}}); ports = @(Get-PrinterPort | Select-Object Name, PrinterHostAddress, PortNumber, Protocol) }`,
  // One text, as a list of a list has two forms in JSON; drivers are asked for their papers, so this one is slow
  papers: `${HEAD}ConvertTo-Json -Compress -Depth 3 -InputObject @{ printers = @(Get-CimInstance Win32_Printer -Property DeviceID, Name, PrinterPaperNames | Select-Object Name, @{n='Papers';e={$_.PrinterPaperNames -join [char]10}}) }`,
  jobs: `${HEAD}ConvertTo-Json -Compress -Depth 3 -InputObject @{ jobs = @(Get-PrintJob -PrinterName $env:PACKBENCH_PRINTER | ${JOB}) }`,
  // Held first: a job that is not printing while it is held has not begun when it is taken out
  takeOut: `${HEAD}$job = Get-PrintJob -PrinterName $env:PACKBENCH_PRINTER -ID $env:PACKBENCH_JOB; Suspend-PrintJob -InputObject $job; $held = Get-PrintJob -PrinterName $env:PACKBENCH_PRINTER -ID $env:PACKBENCH_JOB | ${JOB}; Remove-PrintJob -InputObject $job; ConvertTo-Json -Compress -Depth 3 -InputObject @{ jobs = @($held) }`,
} as const;

/** A list of one comes as the thing itself from older PowerShells, an empty one as null. */
const listOf = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === null || value === undefined ? [] : Array.isArray(value) ? value : [value]), z.array(schema));
const textSchema = z
  .string()
  .nullish()
  .transform((text) => text ?? "");

const printersSchema = z.object({
  printers: listOf(z.object({ Name: z.string(), PortName: textSchema, Status: textSchema })),
  ports: listOf(z.object({ Name: z.string(), PrinterHostAddress: textSchema, PortNumber: z.number().nullish(), Protocol: z.unknown() })),
});
const papersSchema = z.object({ printers: listOf(z.object({ Name: z.string(), Papers: textSchema })) });
const jobsSchema = z.object({
  jobs: listOf(z.object({ Id: z.number(), DocumentName: textSchema, PagesPrinted: z.number().nullish(), Status: textSchema })),
});

export type WindowsPrinter = Readonly<{ name: string; port: string; status: string; /** of a raw network port */ address: Address | null }>;
export type WindowsPapers = Readonly<{ name: string; /** all of them, in the driver's own words */ papers: readonly string[] }>;
export type WindowsJob = Readonly<{ id: number; document: string; status: string; pagesPrinted: number }>;

const words = (error: unknown): string => (error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error));
const has = (status: string, pattern: RegExp): boolean => status.split(/[,\s]+/).some((word) => pattern.test(word));

/** States of Get-Printer in words; nothing is made of those that nobody here knows. */
const PRINTER_WORDS: readonly (readonly [RegExp, Health, string])[] = [
  [/^(Offline|NotAvailable|ServerUnknown|ServerOffline)$/i, "broken", "offline"],
  [/^PaperOut$/i, "broken", "paper out"],
  [/^(PaperJam|PaperProblem)$/i, "broken", "paper jam"],
  [/^DoorOpen$/i, "broken", "cover open"],
  [/^(NoToner|UserIntervention|OutputBinFull|OutOfMemory|Error|PagePunt)$/i, "broken", "needs a hand"],
  [/^(Paused|PendingDeletion|ManualFeed)$/i, "careful", "stopped"],
  [/^(Normal|Idle|0)$/i, "fine", "ready"],
  [/^(Printing|Busy|Processing|Waiting|WarmingUp|Initializing|IOActive|PowerSave|TonerLow)$/i, "fine", "ready"],
];
export const printerSight = ({ status }: Pick<WindowsPrinter, "status">): Readonly<{ health: Health; words: string }> => {
  const known = PRINTER_WORDS.find(([pattern]) => has(status, pattern));
  if (known !== undefined) return { health: known[1], words: known[2] };
  return { health: "careful", words: status === "" ? "its state is unknown" : `its state is “${status}”` };
};

/** What a job in the queue waits for; null when nothing is known to be wrong. */
export const jobTrouble = ({ status }: WindowsJob, name: string): Failure | null => {
  if (has(status, /^PaperOut$/i)) return fail("printer-out-of-paper", `${name}.`).failure;
  if (has(status, /^Offline$/i)) return fail("printer-unreachable", `${name} is offline for Windows.`).failure;
  if (has(status, /^(Error|UserIntervention|Blocked|BlockedDevQ|Paused)$/i)) return fail("printer-stopped", `${name} (${status}).`).failure;
  return null;
};
/** Printed means to Windows that the bytes have left it. */
export const isOver = ({ status }: WindowsJob): boolean => has(status, /^(Printed|Complete|Completed|Sent)$/i);
export const isDeleted = ({ status }: WindowsJob): boolean => has(status, /^(Deleting|Deleted)$/i);
export const hasBegun = (job: WindowsJob): boolean => job.pagesPrinted > 0 || isOver(job) || has(job.status, /^Printing$/i);

export type WindowsSpooler = Readonly<{
  printers: () => Promise<Result<readonly WindowsPrinter[]>>;
  /** Every printer with the names of its papers. Needs no PrintManagement. */
  papers: () => Promise<Result<readonly WindowsPapers[]>>;
  jobs: (printer: string) => Promise<Result<readonly WindowsJob[]>>;
  /** Takes a job out of the queue; how it stood just before that, null when it was gone. */
  takeOut: (printer: string, id: number) => Promise<Result<WindowsJob | null>>;
}>;

/** What Windows tells of its printers and their queues, by PowerShell's PrintManagement and CIM. Failure `printer-unreachable`. */
export const createWindowsSpooler = (run: PowerShell): WindowsSpooler => {
  const ask = async <T>(
    script: string,
    values: Readonly<Record<string, string>>,
    schema: z.ZodType<T>,
    about: string,
  ): Promise<Result<T>> => {
    try {
      const read = schema.safeParse(JSON.parse(await run(script, values)));
      return read.success ? succeed(read.data) : fail("printer-unreachable", `${about}: what Windows answers can't be read.`);
    } catch (error) {
      return fail("printer-unreachable", `${about} (${words(error)}).`);
    }
  };
  const readJobs = (jobs: z.infer<typeof jobsSchema>["jobs"]): readonly WindowsJob[] =>
    jobs.map((job) => ({ id: job.Id, document: job.DocumentName, status: job.Status, pagesPrinted: job.PagesPrinted ?? 0 }));
  return {
    printers: async () => {
      const read = await ask(scripts.printers, {}, printersSchema, "Windows' list of printers");
      if (!read.ok) return read;
      const ports = new Map(read.value.ports.map((port) => [port.Name, port]));
      return succeed(
        read.value.printers.map(({ Name, PortName, Status }) => {
          const port = ports.get(PortName);
          const host = port?.PrinterHostAddress ?? "";
          const address =
            host === "" || port?.PortNumber === null || port?.PortNumber === undefined ? null : { host, port: port.PortNumber };
          return { name: Name, port: PortName, status: Status, address };
        }),
      );
    },
    papers: async () => {
      const read = await ask(scripts.papers, {}, papersSchema, "Windows' list of papers");
      if (!read.ok) return read;
      return succeed(
        read.value.printers.map(({ Name, Papers }) => ({
          name: Name,
          papers: Papers.split("\n")
            .map((paper) => paper.trim())
            .filter((paper) => paper !== ""),
        })),
      );
    },
    jobs: async (printer) => {
      const read = await ask(scripts.jobs, { PACKBENCH_PRINTER: printer }, jobsSchema, `Windows' queue of ${printer}`);
      return read.ok ? succeed(readJobs(read.value.jobs)) : read;
    },
    takeOut: async (printer, id) => {
      const values = { PACKBENCH_PRINTER: printer, PACKBENCH_JOB: String(id) };
      const read = await ask(scripts.takeOut, values, jobsSchema, `Windows' queue of ${printer}`);
      return read.ok ? succeed(readJobs(read.value.jobs)[0] ?? null) : read;
    },
  };
};
