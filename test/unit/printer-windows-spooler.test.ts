import { afterAll, expect, test } from "vitest";
import { systemClock, type Clock } from "../../electron/kit/clock.ts";
import { silentLog } from "../../electron/kit/log.ts";
import type { PrinterPort, PrintNews } from "../../electron/printer/port.ts";
import { listPrinters } from "../../electron/printer/printer-list.ts";
import { openPrinter, type PrinterOptions } from "../../electron/printer/printers.ts";
import { createRasteriser } from "../../electron/printer/rasteriser.ts";
import { createWindowsSpooler, printerSight, scripts, type PowerShell } from "../../electron/printer/windows-spooler.ts";
import { labelPdf } from "../fakes/labels.ts";

const rasteriser = createRasteriser({ clock: systemClock, log: silentLog });
afterAll(() => rasteriser.stop());

const NAME = "ZDesigner ZD421";
const JOB = "PB-1.shipping-label.1";
type Answer = string | Error;
type Transcript = Readonly<Partial<Record<keyof typeof scripts, readonly Answer[]>>>;

/** PowerShell as it answered: one answer for each question of a kind, the last one for all further ones. */
const powerShell = (transcript: Transcript) => {
  const asked: string[] = [];
  const run: PowerShell = async (script, values) => {
    const kind = (Object.keys(scripts) as (keyof typeof scripts)[]).find((name) => scripts[name] === script);
    if (kind === undefined) throw new Error("an unknown script");
    const before = asked.filter((one) => one.startsWith(kind)).length;
    asked.push([kind, ...Object.values(values)].join(" "));
    const answers = transcript[kind] ?? [];
    const answer = answers[Math.min(before, answers.length - 1)];
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error("spawn powershell.exe ENOENT");
    return answer;
  };
  return { run, asked };
};
const printers = (status: string): string =>
  JSON.stringify({
    printers: [{ Name: NAME, PortName: "IP_10.0.0.9", Status: status }],
    ports: { Name: "IP_10.0.0.9", PrinterHostAddress: "127.0.0.1", PortNumber: 1, Protocol: 1 },
  });
const PAPERS = JSON.stringify({ printers: { Name: NAME, Papers: "100 x 150 mm" } });
let document = "";
const job = (status: string, pagesPrinted = 0) => ({ Id: 7, DocumentName: document, PagesPrinted: pagesPrinted, Status: status });
const jobs = (...list: readonly ReturnType<typeof job>[]): string => JSON.stringify({ jobs: list });

/** Time that has passed as soon as somebody waits for it. */
const hurried: Clock = {
  now: systemClock.now,
  after: (_ms, action) => {
    const immediate = setImmediate(action);
    return () => clearImmediate(immediate);
  },
};
const options = (run: PowerShell): PrinterOptions => ({
  dpi: 203,
  clock: hurried,
  log: silentLog,
  rasteriser,
  environment: {},
  platform: "win32",
  powerShell: run,
  loadWindows: async () => ({
    print: async (path) => {
      document = path;
    },
  }),
});
const open = (run: PowerShell): PrinterPort => {
  const port = openPrinter(`windows:${NAME}`, options(run));
  if (!port.ok) throw new Error(port.failure.detail);
  return port.value;
};
/** Prints; `after` answers about the queue once the job's document has its name. */
const print = async (answers: () => readonly Answer[]) => {
  const news: PrintNews[] = [];
  const asked: Answer[] = [];
  const run: PowerShell = async (script) => {
    if (script === scripts.papers) return PAPERS;
    if (script !== scripts.jobs) throw new Error("not asked here");
    const list = answers();
    const answer = list[Math.min(asked.length, list.length - 1)] ?? jobs();
    asked.push(answer);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const port = open(run);
  const prepared = await port.prepare({ name: JOB, document: "shipping-label", format: "pdf", bytes: await labelPdf("PB-1") });
  if (!prepared.ok) throw new Error(prepared.failure.detail);
  const end = await prepared.value.send((one) => news.push(one), new AbortController().signal);
  return { end, news: news.map(({ state, failure }) => `${state} ${failure?.kind ?? ""}`.trim()), looks: asked.length };
};
const sent = { name: JOB, deviceRef: NAME, sentAt: 0, document: "shipping-label" } as const;

test("a job is followed through Windows' queue: paper out is said, and leaving the queue is no more than that it was taken", async () => {
  const { end, news, looks } = await print(() => [jobs(job("Spooling")), jobs(job("Printing, PaperOut")), jobs(job("Printing")), jobs()]);
  expect(end).toEqual({ ok: true, value: { state: "accepted", deviceRef: NAME } });
  expect(news).toEqual(["accepted printer-out-of-paper", "accepted"]);
  expect(looks).toBe(4);
});

test("a job that somebody deletes in Windows' queue may have come out: a person is asked", async () => {
  const { end } = await print(() => [jobs(job("Deleting"))]);
  expect(end).toMatchObject({ ok: false, failure: { kind: "print-unknown", ambiguous: true } });
});

test("where Windows can't be asked about its queue, no more is known than that the spooler took the job", async () => {
  const { end, news } = await print(() => [new Error("Get-PrintJob : not recognized")]);
  expect(end).toEqual({ ok: true, value: { state: "accepted", deviceRef: NAME } });
  expect(news).toEqual([]);
});

test("a job that waits for paper is followed on when Windows gives no answer once, and leaves a doubt when it gives none any more", async () => {
  const silent = new Error("Get-PrintJob : timed out");
  const once = await print(() => [jobs(job("Printing, PaperOut")), silent, jobs(job("Printing, PaperOut")), jobs()]);
  expect(once).toMatchObject({ end: { ok: true, value: { state: "accepted" } }, news: ["accepted printer-out-of-paper"], looks: 4 });
  const { end } = await print(() => [jobs(job("Printing, PaperOut")), silent]);
  expect(end).toMatchObject({ ok: false, failure: { kind: "print-unknown", ambiguous: true } });
});

test("a job that had not begun is taken out of the queue for certain; one that the printer was at is asked about", async () => {
  document = `C:\\Users\\bench\\Temp\\${JOB}~8f14e45f-ceea-4671-9a1b-0c2d3e4f5a6b.pdf`;
  const waiting = powerShell({ jobs: [jobs(job("Error, Offline"))], takeOut: [jobs(job("Paused"))] });
  expect(await open(waiting.run).withdraw?.(sent)).toEqual({ became: "not-there" });
  expect(waiting.asked).toEqual([`jobs ${NAME}`, `takeOut ${NAME} 7`]);
  const begun = powerShell({ jobs: [jobs(job("Printing"))], takeOut: [jobs(job("Printing, Paused", 1))] });
  expect(await open(begun.run).withdraw?.(sent)).toMatchObject({ became: "unknown" });
  const gone = powerShell({ jobs: [jobs()] });
  expect(await open(gone.run).withdraw?.(sent)).toMatchObject({ became: "unknown" });
  const silent = powerShell({ jobs: [new Error("The Print Spooler service is not running")] });
  expect(await open(silent.run).withdraw?.(sent)).toMatchObject({ became: "no-answer", failure: { kind: "printer-unreachable" } });
});

test("another program's job of a like name is never ours", async () => {
  document = `${JOB}1~8f14e45f-ceea-4671-9a1b-0c2d3e4f5a6b.pdf`;
  const other = powerShell({ jobs: [jobs(job("Normal"))], takeOut: [jobs()] });
  expect(await open(other.run).withdraw?.(sent)).toMatchObject({ became: "unknown" });
  document = `${JOB}.pdf`;
  const plain = powerShell({ jobs: [jobs(job("Normal"))] });
  expect(await open(plain.run).held?.()).toEqual({ ok: true, value: [] });
  expect(other.asked).not.toContain(`takeOut ${NAME} 7`);
});

test("after a crash a job that is still in the queue is followed, one that is not may have come out", async () => {
  document = `${JOB}~8f14e45f-ceea-4671-9a1b-0c2d3e4f5a6b.pdf`;
  expect(await open(powerShell({ jobs: [jobs(job("Normal"))] }).run).recover(sent)).toMatchObject({ became: "accepted" });
  expect(await open(powerShell({ jobs: [jobs()] }).run).recover(sent)).toMatchObject({ became: "unknown" });
  expect(await open(powerShell({ jobs: [jobs(job("Normal"))] }).run).held?.()).toEqual({ ok: true, value: [JOB] });
});

test("a printer that is offline for Windows gets no label into its queue until it is back", async () => {
  const { run } = powerShell({ printers: [printers("Offline"), printers("Offline"), printers("Normal")], papers: [PAPERS] });
  const port = open(run);
  expect(await port.status()).toEqual({ health: "broken", words: `${NAME} · offline` });
  const request = { name: JOB, document: "shipping-label", format: "pdf", bytes: await labelPdf("PB-1") } as const;
  expect(await port.prepare(request)).toMatchObject({ ok: false, failure: { kind: "printer-unreachable" } });
  expect((await port.prepare(request)).ok).toBe(true);
});

test.each([
  ["Normal", "fine", "ready"],
  ["Printing", "fine", "ready"],
  ["PaperOut", "broken", "paper out"],
  ["Error, Offline", "broken", "offline"],
  ["Paused", "careful", "stopped"],
  ["", "careful", "its state is unknown"],
  ["Quantum", "careful", "its state is “Quantum”"],
])("Get-Printer's %s is said as %s: %s", (status, health, words) => {
  expect(printerSight({ status })).toEqual({ health, words });
});

test("the list names state and port, and the network address behind one; without PrintManagement the state is unknown", async () => {
  const told = await listPrinters(options(powerShell({ printers: [printers("PaperOut")] }).run));
  expect(told.ok && told.value).toEqual([
    { uri: `windows:${NAME}`, name: NAME, health: "broken", words: `${NAME} · paper out · IP_10.0.0.9` },
    { uri: "zpl://127.0.0.1:1", name: "127.0.0.1:1", health: "broken", words: `can't be reached · the printer of ${NAME}` },
  ]);
  const silent = await listPrinters(options(powerShell({ papers: [PAPERS] }).run));
  expect(silent.ok && silent.value).toEqual([
    { uri: `windows:${NAME}`, name: NAME, health: "careful", words: `${NAME} · in Windows' list, its state is unknown` },
  ]);
});

test("a printer's name never becomes part of a script", async () => {
  const { run, asked } = powerShell({ jobs: [jobs()] });
  const evil = "x'; Remove-Item C:\\ -Recurse; '";
  await createWindowsSpooler(run).jobs(evil);
  expect(asked).toEqual([`jobs ${evil}`]);
});
