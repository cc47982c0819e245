import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../electron/kit/clock.ts";
import { silentLog } from "../../electron/kit/log.ts";
import { jobStates } from "../../electron/printer/ipp.ts";
import { createRouting } from "../../electron/printer/routing.ts";
import { openPrinter } from "../../electron/printer/printers.ts";
import { createPrintQueue } from "../../electron/printer/queue.ts";
import { createRasteriser } from "../../electron/printer/rasteriser.ts";
import { openDatabase } from "../../electron/store/database.ts";
import { createJournal } from "../../electron/store/journal.ts";
import { createPrintJobs, type PrintJob } from "../../electron/store/print-jobs.ts";
import { succeed } from "../../shared/failures.ts";
import type { PrinterSettings } from "../../shared/printers.ts";
import { defaultSettings } from "../../shared/settings.ts";
import type { FakeCups } from "../fakes/cups.ts";
import { cupsForFile } from "../fakes/cups/for-file.ts";
import { countJobs, disableQueue, holdPrinter, killPrinter } from "../fakes/cups/mishaps.ts";
import { testFolder } from "../fakes/folder.ts";
import { labelPdf } from "../fakes/labels.ts";
import { until } from "../fakes/until.ts";
import { startZplPrinter, type ZplPrinter } from "../fakes/zpl-printer.ts";
import { join } from "node:path";

let cups: FakeCups;
let rasteriser: ReturnType<typeof createRasteriser>;
let bytes: Uint8Array;
beforeAll(async () => {
  rasteriser = createRasteriser({ clock: systemClock, log: silentLog });
  bytes = await labelPdf("PB-SPARE");
});
afterAll(() => rasteriser.stop());
cupsForFile((started) => (cups = started));

const spareZebra = async (): Promise<ZplPrinter> => {
  const zebra = await startZplPrinter();
  onTestFinished(() => zebra.close());
  return zebra;
};

/** A bench with two printers on a real database: what `works.ts` wires of them. */
const openBench = (printers: Partial<PrinterSettings>, path: string = join(testFolder(), "packbench.db")) => {
  let settings: PrinterSettings = { ...defaultSettings, ...printers };
  const opened = openDatabase(path);
  if (!opened.ok) throw new Error(opened.failure.detail);
  const database = opened.value;
  const printJobs = createPrintJobs({ database });
  const journal = createJournal({ database, stationId: () => "Bench 1", packer: () => null });
  const parts = { database, printJobs, journal, clock: systemClock };
  const routing = createRouting({ ...parts, settings: () => settings, ownPrinter: () => settings.printer });
  const queue = createPrintQueue({
    ...parts,
    log: silentLog,
    documentFor: async () => succeed({ format: "pdf", bytes } as const),
    mayPrint: () => succeed(null),
    openPrinter: (uri) =>
      openPrinter(uri, {
        dpi: routing.drawnFor(uri).dpi,
        clock: systemClock,
        log: silentLog,
        rasteriser,
        environment: { CUPS_SERVER: cups.server },
      }),
    currentPrinter: routing.labelPrinter,
    isLeft: routing.isLeft,
    moveWaiting: () => void routing.settle(),
    onChange: () => {},
  });
  let stopped = false;
  const stop = async (): Promise<void> => {
    if (stopped) return;
    stopped = true;
    await queue.stop();
    database.close();
  };
  onTestFinished(stop);
  const job = (id: number): PrintJob => {
    const found = printJobs.byId(id);
    if (found === null) throw new Error(`no job ${id}`);
    return found;
  };
  return {
    path,
    queue,
    routing,
    journal,
    printJobs,
    job,
    stop,
    start: (): void => {
      routing.settle();
      queue.start();
    },
    add: (parcelNo: string, copy = 1): number => {
      const printer = routing.printerFor("shipping-label");
      const about = { parcelNo, ftNo: `FT-${parcelNo}`, document: "shipping-label", copy, reason: null, labelId: null, printer } as const;
      const id = printJobs.add(about, systemClock.now());
      if (id === null) throw new Error(`${parcelNo} was queued before`);
      queue.kick();
      return id;
    },
    spare: () => {
      const switched = routing.toggle();
      if (switched.ok) queue.rerouted();
      return switched;
    },
    change: (change: Partial<PrinterSettings>): void => {
      settings = { ...settings, ...change };
      queue.reopen();
      routing.settle();
      queue.rerouted();
    },
    until: async (id: number, so: (one: PrintJob) => boolean, what: string): Promise<void> => {
      await until(() => so(job(id)), what).catch(() => {
        throw new Error(`never happened: ${what}; ${JSON.stringify(job(id))}`);
      });
    },
  };
};

const since = (before: number) => cups.printed().slice(before);

describe("the spare printer", { retry: 1 }, () => {
  test("takes what a dead printer never got, at its own density, and nothing comes out of the first one when it is back", async () => {
    const zebra = await spareZebra();
    const before = cups.printed().length;
    await killPrinter(cups);
    const bench = openBench({ printer: cups.uri, sparePrinter: zebra.uri, printers: [{ uri: zebra.uri, dpi: 300, paper: "100x150" }] });
    bench.start();
    const id = bench.add("PB-A1");
    await bench.until(id, (one) => one.failure?.kind === "printer-unreachable", "unreachable is said");
    expect(bench.spare()).toMatchObject({ ok: true, value: { onSpare: true, printer: zebra.uri, moved: 1 } });
    await bench.until(id, (one) => one.settled, "sent to the spare");
    expect(bench.job(id)).toMatchObject({ state: "sent", printer: zebra.uri, copy: 1 });
    const [label] = zebra.labels();
    // 100 × 150 mm at 300 dpi: 1181 × 1772 dots, in whole bytes across
    expect(label?.toString("latin1")).toMatch(/\^PW1184\^LL177[12]\^/);
    await cups.startPrinter();
    expect(await countJobs(cups, "PB-A1.shipping-label.1")).toBe(0);
    expect(since(before)).toEqual([]);
  });

  test("stays in force through a restart, is named in the top bar, and a second scan goes back", async () => {
    const zebra = await spareZebra();
    const bench = openBench({ printer: cups.uri, sparePrinter: zebra.uri });
    bench.start();
    bench.spare();
    await bench.stop();
    const again = openBench({ printer: cups.uri, sparePrinter: zebra.uri }, bench.path);
    again.start();
    expect(again.routing.onSpare()).toBe(true);
    await until(() => again.queue.status().words.includes("ready"), "the spare was asked");
    expect(again.routing.pill(again.queue.status(), again.queue.brokenOther())).toEqual({
      health: "careful",
      words: `spare printer · zpl 127.0.0.1:${zebra.port} · ready`,
      spare: "in-use",
    });
    const id = again.add("PB-B1");
    await again.until(id, (one) => one.settled, "printed on the spare");
    expect(again.job(id).printer).toBe(zebra.uri);
    expect(again.spare()).toMatchObject({ ok: true, value: { onSpare: false, printer: cups.uri, moved: 0 } });
    expect(again.routing.pill({ health: "fine", words: "label · ready" }, null)).toEqual({
      health: "fine",
      words: "label · ready",
      spare: "there",
    });
  });

  test("a label that waits in CUPS behind a stopped queue is taken out there and prints on the spare, once", async () => {
    const zebra = await spareZebra();
    const before = cups.printed().length;
    await disableQueue(cups);
    const bench = openBench({ printer: cups.uri, sparePrinter: zebra.uri });
    bench.start();
    const id = bench.add("PB-C1");
    await bench.until(id, (one) => one.state === "accepted", "CUPS has it");
    bench.spare();
    await bench.until(id, (one) => one.settled, "settled");
    expect(bench.job(id)).toMatchObject({ state: "sent", printer: zebra.uri });
    expect(await countJobs(cups, "PB-C1.shipping-label.1", jobStates.canceled)).toBe(1);
    await cups.tool("cupsenable", cups.queue);
    // What CUPS prints after it proves that the old job is not before it
    const next = openBench({ printer: cups.uri });
    next.start();
    const after = next.add("PB-C2");
    await next.until(after, (one) => one.settled, "printed");
    expect(since(before)).toHaveLength(1);
    expect(zebra.labels()).toHaveLength(1);
  });

  test("what the printer was at is asked about, out of the queue, and never printed again by itself", async () => {
    const zebra = await spareZebra();
    holdPrinter(cups);
    const bench = openBench({ printer: cups.uri, sparePrinter: zebra.uri });
    bench.start();
    const id = bench.add("PB-D1");
    await until(() => cups.printing(), "the label is in the printer");
    bench.spare();
    await bench.until(id, (one) => one.settled, "in doubt");
    cups.slow(false);
    expect(bench.job(id)).toMatchObject({ state: "unknown", printer: cups.uri, failure: { kind: "print-unknown" } });
    await until(async () => (await countJobs(cups, "PB-D1.shipping-label.1", jobStates.canceled)) === 1, "CUPS has given it up");
    expect(zebra.labels()).toEqual([]);
  });

  test("what a network printer keeps in its memory for want of paper is asked about, the label behind it moves", async () => {
    const spare = await spareZebra();
    // It takes the whole label, and then has no paper for it
    const zebra: ZplPrinter = await startZplPrinter(
      () => {},
      () => zebra.labels().length > 0 && zebra.setHost({ paperOut: true }),
    );
    onTestFinished(() => zebra.close());
    zebra.setHost({});
    const bench = openBench({ printer: zebra.uri, sparePrinter: spare.uri });
    bench.start();
    await until(() => bench.queue.status().health === "fine", "it tells its state");
    const [id, behind] = [bench.add("PB-E1"), bench.add("PB-E2")];
    await bench.until(id, (one) => one.failure?.kind === "printer-out-of-paper", "out of paper is said");
    expect(bench.job(id)).toMatchObject({ state: "sent", settled: false });
    bench.spare();
    await bench.until(id, (one) => one.settled, "in doubt");
    expect(bench.job(id)).toMatchObject({ state: "unknown", printer: zebra.uri, failure: { kind: "print-unknown" } });
    await bench.until(behind, (one) => one.settled, "sent");
    expect(bench.job(behind)).toMatchObject({ state: "sent", printer: spare.uri });
    expect([zebra.labels().length, spare.labels().length]).toEqual([1, 1]);
  });

  test("without a spare printer the scan is refused and nothing changes", () => {
    const bench = openBench({ printer: cups.uri });
    expect(bench.spare()).toMatchObject({ ok: false, failure: { kind: "not-now" } });
    expect(bench.routing.labelPrinter()).toBe(cups.uri);
  });
});

describe("old jobs of ours in CUPS", { retry: 1 }, () => {
  test("another printer in the settings takes what waits, also when they were changed while the station was off", async () => {
    const zebra = await spareZebra();
    await disableQueue(cups);
    const bench = openBench({ printer: cups.uri });
    bench.start();
    const id = bench.add("PB-F1");
    await bench.until(id, (one) => one.state === "accepted", "CUPS has it");
    await bench.stop();
    const again = openBench({ printer: zebra.uri }, bench.path);
    again.start();
    await again.until(id, (one) => one.settled, "settled");
    expect(again.job(id)).toMatchObject({ state: "sent", printer: zebra.uri });
    expect(await countJobs(cups, "PB-F1.shipping-label.1", jobStates.canceled)).toBe(1);
    await cups.tool("cupsenable", cups.queue);
    expect(zebra.labels()).toHaveLength(1);
  });

  test("a job that a person answered, or gave up, is taken out before anything is sent there again", async () => {
    const before = cups.printed().length;
    await disableQueue(cups);
    const bench = openBench({ printer: cups.uri });
    bench.start();
    const [given, asked] = [bench.add("PB-G1"), bench.add("PB-G2")];
    await bench.until(given, (one) => one.state === "accepted", "CUPS has the first");
    await bench.stop();
    // The second was sent too, as a crash left it; then a person gave up the first, and the second was asked about
    const other = openBench({ printer: cups.uri }, bench.path);
    other.printJobs.answer(given, "cancelled", systemClock.now());
    other.start();
    await other.until(asked, (one) => one.state === "accepted", "CUPS has the second");
    await until(
      async () => (await countJobs(cups, "PB-G1.shipping-label.1", jobStates.canceled)) === 1,
      "the given up one is out of the queue",
    );
    await cups.tool("cupsenable", cups.queue);
    await other.until(asked, (one) => one.settled, "printed");
    expect(since(before)).toHaveLength(1);
    expect(other.journal.ofTask("FT-PB-G1").map(({ kind }) => kind)).toContain("print-taken-out");
  });

  test("a job of a restored backup that CUPS still has is not sent a second time", async () => {
    const before = cups.printed().length;
    await disableQueue(cups);
    const bench = openBench({ printer: cups.uri });
    bench.start();
    const id = bench.add("PB-H1");
    await bench.until(id, (one) => one.state === "accepted", "CUPS has it");
    await bench.stop();
    // The backup knows nothing of the sending
    const restored = openBench({ printer: cups.uri });
    const again = restored.add("PB-H1");
    restored.start();
    await until(async () => (await countJobs(cups, "PB-H1.shipping-label.1", jobStates.canceled)) === 1, "the old one is out of the queue");
    await cups.tool("cupsenable", cups.queue);
    await restored.until(again, (one) => one.settled, "printed");
    expect(restored.job(again).state).toBe("printed");
    expect(since(before)).toHaveLength(1);
  });
});
