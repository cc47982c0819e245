import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../electron/kit/clock.ts";
import { silentLog } from "../../electron/kit/log.ts";
import { createCupsEnds } from "../../electron/printer/cups-ends.ts";
import { createDeviceDesk, type QueueDesk } from "../../electron/printer/cups-queue.ts";
import { cupsTimes } from "../../electron/printer/cups.ts";
import type { LabelDocument } from "../../electron/printer/format.ts";
import { pause } from "../../electron/printer/port.ts";
import { jobStates } from "../../electron/printer/ipp.ts";
import { listPrinters } from "../../electron/printer/printer-list.ts";
import { openPrinter } from "../../electron/printer/printers.ts";
import { createRandom } from "../fakes/crash/random.ts";
import type { FakeCups } from "../fakes/cups.ts";
import { openDoor } from "../fakes/cups/door.ts";
import { cupsForFile } from "../fakes/cups/for-file.ts";
import { countJobs, deskOf, disableQueue, holdPrinter, killPrinter, stopCups } from "../fakes/cups/mishaps.ts";
import { testFolder } from "../fakes/folder.ts";
import { labelJpeg, labelPdf, labelPng, labelZpl } from "../fakes/labels.ts";
import { createPrintBench, type PrintBench } from "../fakes/print-bench.ts";
import { until } from "../fakes/until.ts";
import { startZplPrinter } from "../fakes/zpl-printer.ts";

let cups: FakeCups;
cupsForFile((started) => (cups = started));

const bench = (printer: string = cups.uri, start: boolean = true, server: string = cups.server): PrintBench => {
  const made = createPrintBench({ folder: testFolder(), printer, environment: { CUPS_SERVER: server } });
  onTestFinished(() => made.stop());
  if (start) made.queue.start();
  return made;
};
const pdf = async (text: string): Promise<LabelDocument> => ({ format: "pdf", bytes: await labelPdf(text) });
const printedText = (bytes: Buffer): string => {
  const path = join(testFolder(), "printed.pdf");
  writeFileSync(path, bytes);
  return execFileSync("pdftotext", [path, "-"], { encoding: "utf8" }).trim();
};
const pageSize = (bytes: Buffer): string => {
  const path = join(testFolder(), "printed.pdf");
  writeFileSync(path, bytes);
  return /Page size:\s+([\d.]+ x [\d.]+)/.exec(execFileSync("pdfinfo", [path], { encoding: "utf8" }))?.[1] ?? "";
};
const since = (before: number) => cups.printed().slice(before);
/** The printer itself is about to cancel this job, or has. */
const printerCancels = async (name: string): Promise<boolean> => {
  const [facts, [host = "", port = ""]] = [await deskOf(cups).facts(), cups.server.split(":")];
  const device = facts.ok ? createDeviceDesk({ host, port: Number(port) }, facts.value["device-uri"]) : null;
  const jobs = await device?.jobs("all");
  const job = jobs?.ok === true ? jobs.value.find((one) => one["job-name"] === name) : undefined;
  return job !== undefined && (job["job-state"] === jobStates.canceled || job["job-state-reasons"].includes("processing-to-stop-point"));
};

describe("printing through CUPS", { retry: 1 }, () => {
  test("a job is printed only when the printer itself has completed it, at the label's own size", async () => {
    const before = cups.printed().length;
    const line = bench();
    const id = line.add("PB-PDF", await pdf("PB-PDF"));
    const job = await line.until(id, (one) => one.settled, "printed");
    expect(job).toMatchObject({ state: "printed", failure: null, deviceRef: expect.stringMatching(/^\d+$/) as string });
    // What it waited for on its way may stand behind a state
    const states = line.seen(id).map((words) => words.split(":")[0]);
    expect(states.filter((state, at) => state !== "queued" && state !== states[at - 1])).toEqual([
      "rendered",
      "sent",
      "accepted",
      "printed",
    ]);
    const [out, ...more] = since(before);
    expect(more).toEqual([]);
    expect(printedText(out?.bytes ?? Buffer.alloc(0))).toBe("PB-PDF");
    // 100 × 150 mm in points: not scaled to the 4×6 inch that the printer also has, and no Letter
    expect(pageSize(out?.bytes ?? Buffer.alloc(0))).toMatch(/^283(\.\d+)? x 425(\.\d+)?$/);
  });

  test("pictures come out at their own size, and several jobs come out in the order they were asked for", async () => {
    const before = cups.printed().length;
    const line = bench();
    const png = line.add("PB-PNG", { format: "png", bytes: labelPng(812, 1218) });
    const jpeg = line.add("PB-JPEG", { format: "jpeg", bytes: labelJpeg(799, 1199) });
    await line.until(jpeg, (one) => one.settled, "both printed");
    expect([line.job(png).state, line.job(jpeg).state]).toEqual(["printed", "printed"]);
    expect(line.job(png).changedAt).toBeLessThanOrEqual(line.job(jpeg).sentAt ?? 0);
    expect(since(before).map(({ name }) => name.replace(/^\d+\.\d+-/, ""))).toEqual([
      "pb-png_shipping-label_1.pdf",
      "pb-jpeg_shipping-label_1.pdf",
    ]);
    expect(pageSize(since(before)[0]?.bytes ?? Buffer.alloc(0))).toMatch(/^288(\.\d+)? x 432(\.\d+)?$/);
  });

  test("ZPL goes unchanged through a raw queue, a PDF as ZPL drawn here; ZPL is refused with words where nobody understands it", async () => {
    const zebra = await startZplPrinter();
    onTestFinished(() => zebra.close());
    await cups.addRawQueue("zebra", `socket://127.0.0.1:${zebra.port}`);
    const line = bench("cups:zebra");
    const id = line.add("PB-ZPL", { format: "zpl", bytes: labelZpl("PB-ZPL") });
    // A socket tells CUPS that it took the bytes, never that they came out
    expect(await line.until(id, (one) => one.settled, "taken")).toMatchObject({ state: "accepted", failure: null });
    expect(Buffer.concat([...zebra.labels()])).toEqual(Buffer.from(labelZpl("PB-ZPL")));
    const drawn = line.add("PB-RAW-PDF", await pdf("PB-RAW-PDF"));
    expect(await line.until(drawn, (one) => one.settled, "taken")).toMatchObject({ state: "accepted", failure: null });
    expect(zebra.labels().at(-1)?.toString()).toMatch(/^\^XA[^]*\^GFA,[^]*\^XZ\s*$/);

    const office = bench();
    const refused = office.add("PB-ZPL-2", { format: "zpl", bytes: labelZpl("PB-ZPL-2") });
    expect(await office.until(refused, (one) => one.settled, "refused")).toMatchObject({
      state: "failed",
      failure: { kind: "printer-cannot-print" },
    });
  });

  test("a job is looked at every half second, and a queue between two jobs every 1.5 s: what happens is said within 2 s", () => {
    const { rasteriser } = bench(cups.uri, false);
    const port = openPrinter(cups.uri, { dpi: 203, clock: systemClock, log: silentLog, rasteriser, environment: {} });
    expect(port.ok && port.value.checkEveryMs).toBeLessThanOrEqual(1_500);
    expect(cupsTimes.lookEveryMs).toBeLessThanOrEqual(500);
  });

  test("paper out is said, and the same job prints when paper is back", async () => {
    const before = cups.printed().length;
    cups.mediaEmpty(true);
    onTestFinished(() => cups.mediaEmpty(false));
    const line = bench();
    const id = line.add("PB-PAPER", await pdf("PB-PAPER"));
    await line.until(id, (one) => one.failure?.kind === "printer-out-of-paper", "paper out is said");
    expect(line.job(id)).toMatchObject({ state: "accepted", settled: false });
    await until(() => line.queue.status().words === "label · paper out", "the top bar says so");
    expect(line.queue.status().health).toBe("broken");
    expect(since(before)).toEqual([]);
    cups.mediaEmpty(false);
    expect(await line.until(id, (one) => one.settled, "printed")).toMatchObject({ state: "printed", failure: null });
    expect(since(before)).toHaveLength(1);
    await until(() => line.queue.status().words === "label · ready", "the top bar is calm again");
  });

  test("a job that the device gives up is failed, although CUPS calls it completed", async () => {
    const before = cups.printed().length;
    cups.fail(true);
    onTestFinished(() => cups.fail(false));
    const line = bench();
    const id = line.add("PB-GIVEN-UP", await pdf("PB-GIVEN-UP"));
    expect(await line.until(id, (one) => one.settled, "failed")).toMatchObject({ state: "failed", failure: { kind: "printer-refused" } });
    expect(since(before)).toEqual([]);
    cups.fail(false);
    expect(line.jobs.retry(id, Date.now(), null)).toBe(true);
    line.queue.kick();
    expect(await line.until(id, (one) => one.settled, "printed")).toMatchObject({ state: "printed" });
    expect(since(before)).toHaveLength(1);
  });

  test("between two labels a stopped queue and a printer that died are said", async () => {
    const line = bench();
    await until(() => line.queue.status().words === "label · ready", "all is well");
    onTestFinished(async () => void (await cups.tool("cupsenable", cups.queue)));
    await cups.tool("cupsdisable", cups.queue);
    await until(() => line.queue.status().words === "label · stopped", "stopped is said");
    await cups.tool("cupsenable", cups.queue);
    await until(() => line.queue.status().words === "label · ready", "all is well again");
    await killPrinter(cups);
    await until(() => line.queue.status().words === "label · can't be reached", "the death is said");
  });

  test("a stopped queue is said, and the label follows when it is started", async () => {
    await disableQueue(cups);
    const line = bench();
    const id = line.add("PB-STOPPED", await pdf("PB-STOPPED"));
    await line.until(id, (one) => one.failure?.kind === "printer-stopped", "stopped is said");
    await until(() => line.queue.status().words === "label · stopped", "the top bar says so");
    await cups.tool("cupsenable", cups.queue);
    expect(await line.until(id, (one) => one.settled, "printed")).toMatchObject({ state: "printed", failure: null });
  });

  test("a job that CUPS holds is said with CUPS' reason, and prints when it is released", async () => {
    const before = cups.printed().length;
    const holdBy = (until: string): Promise<string> => cups.tool("lpadmin", "-p", cups.queue, "-o", `job-hold-until-default=${until}`);
    await holdBy("indefinite");
    onTestFinished(async () => void (await holdBy("no-hold")));
    const line = bench();
    const id = line.add("PB-HELD", await pdf("PB-HELD"));
    const job = await line.until(id, (one) => one.failure?.kind === "printer-stopped", "held is said");
    expect(job).toMatchObject({ state: "accepted", settled: false });
    expect(job.failure?.detail).toMatch(/^label: job \d+ is held in CUPS \(job-hold-until-specified\)/);
    await cups.tool("lp", "-i", `${cups.queue}-${job.deviceRef ?? ""}`, "-H", "resume");
    expect(await line.until(id, (one) => one.settled, "printed")).toMatchObject({ state: "printed", failure: null });
    expect(since(before)).toHaveLength(1);
  });

  test("a queue that rejects jobs makes none, and the label follows when it accepts again", async () => {
    await cups.tool("cupsreject", cups.queue);
    onTestFinished(async () => void (await cups.tool("cupsaccept", cups.queue)));
    const line = bench();
    const id = line.add("PB-REJECT", await pdf("PB-REJECT"));
    await line.until(id, (one) => one.state === "failed" && one.failure?.kind === "printer-stopped", "the refusal is said");
    await cups.tool("cupsaccept", cups.queue);
    expect(await line.until(id, (one) => one.settled, "printed")).toMatchObject({ state: "printed" });
    expect(await countJobs(cups, "PB-REJECT.shipping-label.1")).toBe(1);
  });

  test("an unknown queue is named, and nothing is tried again by itself", async () => {
    const line = bench("cups:nowhere");
    const id = line.add("PB-NOWHERE", await pdf("PB-NOWHERE"));
    const job = await line.until(id, (one) => one.settled, "failed");
    expect(job).toMatchObject({ state: "failed", failure: { kind: "printer-missing" } });
    expect(job.failure?.detail).toContain("nowhere");
    await until(() => line.queue.status().words === "nowhere · no such queue", "the top bar says so");
  });

  test("a page that the printer's paper can't hold is refused before anything prints", async () => {
    const before = cups.printed().length;
    const line = bench();
    const id = line.add("PB-A4", { format: "pdf", bytes: await labelPdf("PB-A4", { widthMm: 210, heightMm: 297 }) });
    expect(await line.until(id, (one) => one.settled, "refused")).toMatchObject({
      state: "failed",
      failure: { kind: "printer-cannot-print" },
    });
    const form = line.add("PB-FORM", {
      format: "pdf",
      bytes: await labelPdf("PB-FORM", { widthMm: 100, heightMm: 150, sheet: [210, 297] }),
    });
    const job = await line.until(form, (one) => one.settled, "refused");
    expect(job).toMatchObject({ state: "failed", failure: { kind: "printer-cannot-print" } });
    expect(job.failure?.detail).toContain("100 × 150 and 210 × 297 mm");
    const broken = line.add("PB-BROKEN", { format: "pdf", bytes: new Uint8Array(Buffer.from("%PDF-1.4\nnothing\nstartxref\n0\n%%EOF")) });
    expect(await line.until(broken, (one) => one.settled, "refused")).toMatchObject({
      state: "failed",
      failure: { kind: "label-unreadable" },
    });
    expect(since(before)).toEqual([]);
  });

  test("the printers of CUPS are listed with their state", async () => {
    const line = bench(cups.uri, false);
    const listed = await listPrinters({
      dpi: 203,
      clock: systemClock,
      log: silentLog,
      rasteriser: line.rasteriser,
      environment: { CUPS_SERVER: cups.server },
    });
    expect(listed.ok && listed.value).toContainEqual({ uri: "cups:label", name: "label", health: "fine", words: "label · ready" });
  });
});

describe("a printer or CUPS that goes away", { retry: 1 }, () => {
  test("a printer dead before the job is said, and prints the job once when it is back", async () => {
    const before = cups.printed().length;
    await killPrinter(cups);
    const line = bench();
    const id = line.add("PB-DEAD", await pdf("PB-DEAD"));
    await line.until(id, (one) => one.failure?.kind === "printer-unreachable", "unreachable is said");
    await until(() => line.queue.status().words === "label · can't be reached", "the top bar says so");
    await cups.startPrinter();
    expect(await line.until(id, (one) => one.settled, "printed")).toMatchObject({ state: "printed", failure: null });
    expect(since(before)).toHaveLength(1);
  });

  test("a printer killed in mid-job leaves an unknown label that never prints again by itself; the next label is certain again", async () => {
    const before = cups.printed().length;
    holdPrinter(cups);
    const line = bench();
    const id = line.add("PB-KILLED", await pdf("PB-KILLED"));
    await until(() => cups.printing(), "the label is in the printer");
    await killPrinter(cups);
    cups.slow(false);
    await cups.startPrinter();
    const job = await line.until(id, (one) => one.settled, "in doubt");
    expect(job).toMatchObject({ state: "unknown", failure: { kind: "print-unknown" } });
    const next = line.add("PB-AFTER", await pdf("PB-AFTER"));
    expect(await line.until(next, (one) => one.settled, "printed")).toMatchObject({ state: "printed" });
    expect(await countJobs(cups, "PB-KILLED.shipping-label.1")).toBe(1);
    expect(since(before).map(({ bytes }) => printedText(bytes))).toEqual(["PB-AFTER"]);
  });

  test("a label that CUPS calls completed is in doubt where its printer was started anew after CUPS began with it", async () => {
    const line = bench();
    const id = line.add("PB-FORGOTTEN", await pdf("PB-FORGOTTEN"));
    expect(await line.until(id, (one) => one.settled, "printed")).toMatchObject({ state: "printed" });
    const [jobs, [host = "", port = ""]] = [await deskOf(cups).jobs("completed"), cups.server.split(":")];
    const job = jobs.ok ? jobs.value.find((one) => one["job-name"] === "PB-FORGOTTEN.shipping-label.1") : undefined;
    if (job === undefined) throw new Error("CUPS has forgotten the job");
    await killPrinter(cups);
    await cups.startPrinter();
    const server = { host, port: Number(port) };
    // CUPS has not noticed it, so that nothing else tells of it
    const unaware: QueueDesk = {
      ...deskOf(cups),
      facts: async () => {
        const facts = await deskOf(cups).facts();
        return facts.ok ? { ok: true, value: { ...facts.value, "printer-state-reasons": [] } } : facts;
      },
    };
    const ends = createCupsEnds({ server, queue: cups.queue, desk: unaware, clock: systemClock, lookEveryMs: 20 });
    const judge = (one: typeof job) => ends.judge(one, one["job-name"], { began: true, takenBack: false }, new AbortController().signal);
    expect(await judge(job)).toMatchObject({
      ok: false,
      failure: { kind: "print-unknown", detail: expect.stringContaining("started anew") },
    });

    // A printer that has been on since before that job and simply keeps no history takes CUPS' word
    const facts = await deskOf(cups).facts();
    const device = facts.ok ? createDeviceDesk(server, facts.value["device-uri"]) : null;
    const upFor = async (): Promise<number> => {
      const seen = await device?.facts();
      return seen?.ok === true ? seen.value["printer-up-time"] : 0;
    };
    await until(async () => (await upFor()) > 3, "the printer has been on for a while");
    const now = await deskOf(cups).facts();
    const began = now.ok ? now.value["printer-up-time"] : 0;
    expect(await judge({ ...job, "job-name": "PB-NO-HISTORY.shipping-label.1", "time-at-processing": began })).toMatchObject({
      ok: true,
      value: { state: "printed" },
    });
  });

  test("CUPS restarted in mid-label would print it again: it is taken back, and the label comes out once", async () => {
    const before = cups.printed().length;
    holdPrinter(cups);
    const line = bench();
    const id = line.add("PB-RESTART", await pdf("PB-RESTART"));
    await until(() => cups.printing() && line.job(id).state === "accepted", "the label is in the printer");
    await stopCups(cups);
    await cups.startCups();
    cups.slow(false);
    const job = await line.until(id, (one) => one.settled, "over");
    expect(["printed", "unknown"]).toContain(job.state);
    // Another job is what makes CUPS look at its old ones again
    const next = line.add("PB-RESTART-2", await pdf("PB-RESTART-2"));
    await line.until(next, (one) => one.settled, "printed");
    expect(since(before).map(({ bytes }) => printedText(bytes))).toEqual(["PB-RESTART", "PB-RESTART-2"]);
  });

  test(
    "CUPS restarted at once, at any moment of a label, prints none twice: printed is what came out once",
    { timeout: 180_000 },
    async () => {
      const before = cups.printed().length;
      const random = createRandom("restarts");
      const line = bench();
      const states: string[] = [];
      for (let number = 1; number <= 8; number++) {
        const id = line.add(`PB-AT-ONCE-${number}`, await pdf(`PB-AT-ONCE-${number}`));
        await until(() => line.job(id).state !== "queued" && line.job(id).state !== "rendered", "CUPS has it");
        await pause(systemClock, random.between(0, 250));
        await stopCups(cups);
        await cups.startCups();
        states.push((await line.until(id, (one) => one.settled, "over")).state);
      }
      const next = line.add("PB-AT-ONCE", await pdf("PB-AT-ONCE"));
      await line.until(next, (one) => one.settled, "printed");
      const out = since(before).map(({ bytes }) => printedText(bytes));
      expect(new Set(out).size).toBe(out.length);
      for (const [index, state] of states.entries()) if (state === "printed") expect(out).toContain(`PB-AT-ONCE-${index + 1}`);
    },
  );

  test("a queue stopped in mid-label and started again doesn't print the label twice; a person is asked", async () => {
    const before = cups.printed().length;
    holdPrinter(cups);
    const line = bench();
    const id = line.add("PB-PAUSED", await pdf("PB-PAUSED"));
    await until(() => cups.printing() && line.job(id).state === "accepted", "the label is in the printer");
    await disableQueue(cups);
    await until(() => line.queue.status().words === "label · stopped", "stopped is said");
    cups.slow(false);
    expect(await line.until(id, (one) => one.settled, "over")).toMatchObject({ state: "unknown", failure: { kind: "print-unknown" } });
    await cups.tool("cupsenable", cups.queue);
    const next = line.add("PB-PAUSED-2", await pdf("PB-PAUSED-2"));
    expect(await line.until(next, (one) => one.settled, "printed")).toMatchObject({ state: "printed" });
    expect(since(before).map(({ bytes }) => printedText(bytes))).toEqual(["PB-PAUSED", "PB-PAUSED-2"]);
  });

  test("a job cancelled in CUPS before it was begun has printed nothing; one cancelled in the printer may have", async () => {
    const before = cups.printed().length;
    await disableQueue(cups);
    const line = bench();
    const waiting = line.add("PB-CANCEL-1", await pdf("PB-CANCEL-1"));
    await line.until(waiting, (one) => one.state === "accepted", "CUPS has it");
    await cups.tool("cancel", "-a", cups.queue);
    expect(await line.until(waiting, (one) => one.settled, "over")).toMatchObject({
      state: "failed",
      failure: { kind: "printer-refused" },
    });
    await cups.tool("cupsenable", cups.queue);
    holdPrinter(cups);
    const printing = line.add("PB-CANCEL-2", await pdf("PB-CANCEL-2"));
    await until(() => cups.printing() && line.job(printing).state === "accepted", "the label is in the printer");
    await cups.tool("cancel", "-a", cups.queue);
    await until(() => printerCancels("PB-CANCEL-2.shipping-label.1"), "the printer was told to cancel it");
    cups.slow(false);
    expect(await line.until(printing, (one) => one.settled, "over")).toMatchObject({
      state: "unknown",
      failure: { kind: "print-unknown" },
    });
    expect(since(before).map(({ bytes }) => printedText(bytes))).toEqual(["PB-CANCEL-2"]);
  });

  test("CUPS that goes away with a label on its way is asked until it answers: the label it has prints once, unasked", async () => {
    const before = cups.printed().length;
    const door = await openDoor(Number(cups.server.split(":")[1]));
    onTestFinished(door.close);
    const line = bench(`cups:${cups.queue}`, true, `127.0.0.1:${door.port}`);
    door.slamOnPrint();
    const id = line.add("PB-DOOR", await pdf("PB-DOOR"));
    await line.until(id, (one) => one.state === "sent" && one.failure?.kind === "printer-unreachable", "nobody answers");
    expect(line.job(id).settled).toBe(false);
    door.open();
    expect(await line.until(id, (one) => one.settled, "printed")).toMatchObject({ state: "printed", failure: null });
    expect(since(before).map(({ bytes }) => printedText(bytes))).toEqual(["PB-DOOR"]);
  });

  test("with CUPS down nothing is lost: the job waits with words and prints once when CUPS is back", async () => {
    const before = cups.printed().length;
    await stopCups(cups);
    const line = bench();
    const id = line.add("PB-DOWN", await pdf("PB-DOWN"));
    await line.until(id, (one) => one.failure?.kind === "printer-unreachable", "unreachable is said");
    await until(() => line.queue.status().words === "label · CUPS can't be reached", "the top bar says so");
    await cups.startCups();
    expect(await line.until(id, (one) => one.settled, "printed")).toMatchObject({ state: "printed", failure: null });
    expect(since(before)).toHaveLength(1);
  });
});

describe("after a crash of the station", { retry: 1 }, () => {
  test("a job that CUPS has is followed to its end and not sent again", async () => {
    const before = cups.printed().length;
    cups.mediaEmpty(true);
    onTestFinished(() => cups.mediaEmpty(false));
    const first = bench();
    const id = first.add("PB-CRASH", await pdf("PB-CRASH"));
    await first.until(id, (one) => one.state === "accepted", "CUPS has it");
    const left = first.job(id);
    await first.queue.stop();
    expect(first.job(id)).toMatchObject({ state: "accepted", settled: false });

    const second = bench(cups.uri, false);
    const again = second.leave("PB-CRASH", await pdf("PB-CRASH"), "accepted", left.sentAt, left.deviceRef);
    second.queue.start();
    cups.mediaEmpty(false);
    expect(await second.until(again, (one) => one.settled, "followed")).toMatchObject({ state: "printed" });
    expect(await countJobs(cups, "PB-CRASH.shipping-label.1")).toBe(1);
    expect(since(before)).toHaveLength(1);
  });

  test("a job marked as sent is found by its name, even when CUPS' number for it was never stored", async () => {
    const before = cups.printed().length;
    const first = bench();
    const id = first.add("PB-NAMED", await pdf("PB-NAMED"));
    const done = await first.until(id, (one) => one.settled, "printed");

    const second = bench(cups.uri, false);
    const again = second.leave("PB-NAMED", await pdf("PB-NAMED"), "sent", done.sentAt);
    second.queue.start();
    expect(await second.until(again, (one) => one.settled, "found")).toMatchObject({ state: "printed", deviceRef: done.deviceRef });
    expect(await countJobs(cups, "PB-NAMED.shipping-label.1")).toBe(1);
    expect(since(before)).toHaveLength(1);
  });

  test("a job that never reached CUPS goes out once, because CUPS proves that it never had it", async () => {
    // The proof: a job that had ended before is still remembered
    const older = bench();
    await older.until(older.add("PB-OLDER", await pdf("PB-OLDER")), (one) => one.settled, "printed");
    await until(async () => {
      const jobs = await deskOf(cups).jobs("all");
      return jobs.ok && jobs.value.some((job) => job["time-at-completed"] > 0 && job["time-at-completed"] * 1_000 < Date.now() - 4_000);
    }, "the older job lies some seconds back");
    const line = bench(cups.uri, false);
    const id = line.leave("PB-LOST", await pdf("PB-LOST"), "sent", Date.now());
    line.queue.start();
    expect(await line.until(id, (one) => one.settled, "printed")).toMatchObject({ state: "printed" });
    expect(await countJobs(cups, "PB-LOST.shipping-label.1")).toBe(1);
  });

  test("where CUPS can't prove it, a person is asked and nothing prints", async () => {
    const line = bench(cups.uri, false);
    const id = line.leave("PB-DOUBT", await pdf("PB-DOUBT"), "sent", Date.now() - 3_600_000);
    line.queue.start();
    expect(await line.until(id, (one) => one.settled, "in doubt")).toMatchObject({ state: "unknown", failure: { kind: "print-unknown" } });
    expect(await countJobs(cups, "PB-DOUBT.shipping-label.1")).toBe(0);
  });
});
