import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { fail, succeed } from "../../shared/failures.ts";
import { systemClock } from "../../electron/kit/clock.ts";
import { silentLog } from "../../electron/kit/log.ts";
import type { LabelDocument } from "../../electron/printer/format.ts";
import { openPrinter } from "../../electron/printer/printers.ts";
import { zplTimes } from "../../electron/printer/zpl-wire.ts";
import { openDatabase } from "../../electron/store/database.ts";
import { testFolder } from "../fakes/folder.ts";
import { labelJpeg, labelPdf, labelPng, labelZpl } from "../fakes/labels.ts";
import { createPrintBench, type PrintBench } from "../fakes/print-bench.ts";
import { until } from "../fakes/until.ts";
import { decodeZpl } from "../fakes/zpl-decode.ts";
import { startZplPrinter, type ZplPrinter } from "../fakes/zpl-printer.ts";

type Options = Parameters<typeof createPrintBench>[0];
const bench = (options: Partial<Options> & Pick<Options, "printer">, start: boolean = true): PrintBench => {
  const made = createPrintBench({ folder: testFolder(), ...options });
  onTestFinished(() => made.stop());
  if (start) made.queue.start();
  return made;
};
const zebra = async (): Promise<ZplPrinter> => {
  const printer = await startZplPrinter();
  onTestFinished(() => printer.close());
  return printer;
};
const zpl = (text: string): LabelDocument => ({ format: "zpl", bytes: labelZpl(text) });
const files = (folder: string): readonly string[] => readdirSync(folder).toSorted();

describe("the folder printer", () => {
  test("each print becomes one file that holds the document unchanged, named by parcel, document and copy", async () => {
    const folder = join(testFolder(), "out", "labels");
    const line = bench({ printer: `folder:${folder}` });
    const documents: Record<string, LabelDocument> = {
      "PB-1": { format: "pdf", bytes: await labelPdf("PB-1") },
      "PB-2": { format: "png", bytes: labelPng(400, 600) },
      "PB-3": { format: "jpeg", bytes: labelJpeg(400, 600) },
      "PB-4": zpl("PB-4"),
    };
    const ids = Object.entries(documents).map(([parcelNo, document]) => line.add(parcelNo, document));
    ids.push(line.add("PB-4", zpl("PB-4"), 2));
    for (const id of ids) expect(await line.until(id, (job) => job.settled, "printed")).toMatchObject({ state: "printed", failure: null });
    const names = [
      "PB-1.shipping-label.1.pdf",
      "PB-2.shipping-label.1.png",
      "PB-3.shipping-label.1.jpg",
      "PB-4.shipping-label.1.zpl",
      "PB-4.shipping-label.2.zpl",
    ];
    expect(files(folder)).toEqual(names);
    names
      .slice(0, 4)
      .forEach((name, at) => expect(new Uint8Array(readFileSync(join(folder, name)))).toEqual(documents[`PB-${at + 1}`]?.bytes));
  });

  test("a folder that can't be made is said, and the label follows when it can", async () => {
    const place = join(testFolder(), "place");
    writeFileSync(place, "a file where the folder should be");
    const line = bench({ printer: `folder:${place}/labels` });
    const id = line.add("PB-1", zpl("PB-1"));
    await line.until(id, (job) => job.failure?.kind === "printer-unreachable", "it is said");
    await until(() => line.queue.status().health === "broken", "the top bar says so");
    rmSync(place);
    expect(await line.until(id, (job) => job.settled, "printed")).toMatchObject({ state: "printed" });
  });

  test("after a crash the hidden file says that nothing was printed, and no file at all that it was", async () => {
    const folder = join(testFolder(), "out");
    mkdirSync(folder);
    const line = bench({ printer: `folder:${folder}` }, false);
    writeFileSync(join(folder, ".PB-NOT.shipping-label.1.zpl.part"), labelZpl("PB-NOT"));
    writeFileSync(join(folder, "PB-THERE.shipping-label.1.zpl"), labelZpl("PB-THERE"));
    const not = line.leave("PB-NOT", zpl("PB-NOT"), "sent", Date.now());
    const there = line.leave("PB-THERE", zpl("PB-THERE"), "sent", Date.now());
    const taken = line.leave("PB-TAKEN", zpl("PB-TAKEN"), "sent", Date.now());
    const rendered = line.leave("PB-RENDERED", zpl("PB-RENDERED"), "rendered", null);
    line.queue.start();
    for (const id of [not, there, taken, rendered])
      expect(await line.until(id, (job) => job.settled, "known")).toMatchObject({ state: "printed" });
    expect(files(folder)).toEqual(["PB-NOT.shipping-label.1.zpl", "PB-RENDERED.shipping-label.1.zpl", "PB-THERE.shipping-label.1.zpl"]);
  });

  test("a file of this very job is never written again", async () => {
    const folder = join(testFolder(), "out");
    mkdirSync(folder);
    writeFileSync(join(folder, "PB-1.shipping-label.1.zpl"), "the first print");
    const line = bench({ printer: `folder:${folder}` });
    const id = line.add("PB-1", zpl("PB-1"));
    expect(await line.until(id, (job) => job.settled, "printed")).toMatchObject({ state: "printed" });
    expect(readFileSync(join(folder, "PB-1.shipping-label.1.zpl"), "utf8")).toBe("the first print");
    expect(files(folder)).toHaveLength(1);
  });

  test("a folder without write access is broken in the top bar", async ({ skip }) => {
    const folder = testFolder();
    if (process.getuid?.() !== 0) chmodSync(folder, 0o500);
    else {
      // Root may write everywhere but where nobody can
      const mount = (...words: readonly string[]) => spawnSync("mount", [...words, folder]).status === 0;
      if (!mount("-t", "tmpfs", "-o", "ro", "tmpfs")) return skip("nothing can be mounted here");
      onTestFinished(() => void spawnSync("umount", ["-l", folder]));
    }
    const line = bench({ printer: `folder:${folder}` });
    await until(() => line.queue.status().health === "broken", "the top bar says so");
    expect(line.queue.status().words).toContain(basename(folder));
  });
});

describe("the queue", () => {
  test("the same parcel, document and copy can't be queued twice", async () => {
    const line = bench({ printer: `folder:${testFolder()}` }, false);
    const job = {
      parcelNo: "PB-1",
      ftNo: "FT-1",
      document: "shipping-label",
      copy: 1,
      reason: null,
      labelId: null,
      printer: "folder:x",
    } as const;
    expect(line.jobs.add(job, 1)).not.toBeNull();
    expect(line.jobs.add(job, 2)).toBeNull();
    expect(line.jobs.add({ ...job, copy: 2, reason: "torn" }, 3)).not.toBeNull();
    expect(line.jobs.copies("PB-1", "shipping-label")).toBe(2);
    expect(line.jobs.copies("PB-1", "own-label")).toBe(0);
    expect(line.jobs.latestForParcel("PB-1")).toMatchObject({ copy: 2, reason: "torn" });
  });

  test("`sent` is on disk before the first byte leaves", async () => {
    const folder = testFolder();
    const onDisk: string[] = [];
    const printer = await startZplPrinter(() => {
      // A second connection sees what is committed, not what is meant
      const other = openDatabase(join(folder, "packbench.db"));
      if (!other.ok) throw new Error(other.failure.detail);
      onDisk.push(other.value.prepare<{ state: string }>("select state from print_job").get()?.state ?? "none");
      other.value.close();
    });
    onTestFinished(() => printer.close());
    const line = bench({ printer: printer.uri, folder });
    await line.until(line.add("PB-1", zpl("PB-1")), (job) => job.settled, "taken");
    expect(onDisk).toEqual(["sent"]);
  });

  test("a task cancelled before its label goes out never prints", async () => {
    const folder = testFolder();
    const line = bench({
      printer: `folder:${folder}`,
      mayPrint: (job) => (job.parcelNo === "PB-1" ? fail("not-now", "FT-PB-1 was cancelled.") : succeed(null)),
    });
    const id = line.add("PB-1", zpl("PB-1"));
    const other = line.add("PB-2", zpl("PB-2"));
    await line.until(other, (job) => job.settled, "the other prints");
    expect(line.job(id)).toMatchObject({ state: "cancelled", settled: true });
    await until(() => files(folder).length === 1, "nothing of the cancelled one is left");
    expect(files(folder)).toEqual(["PB-2.shipping-label.1.zpl"]);
  });

  test("what waits for a printer can be cancelled, what it already has can't", async () => {
    const printer = await zebra();
    await printer.close();
    const line = bench({ printer: printer.uri });
    const id = line.add("PB-1", zpl("PB-1"));
    await line.until(id, (job) => job.state === "failed", "unreachable");
    expect(line.jobs.cancelQueued("PB-1", Date.now())).toBe(1);
    await printer.listen();
    const next = line.add("PB-2", zpl("PB-2"));
    await line.until(next, (job) => job.settled, "the next goes out");
    expect(line.job(id).state).toBe("cancelled");
    expect(printer.labels().map(String)).toEqual([Buffer.from(labelZpl("PB-2")).toString()]);
    expect(line.jobs.cancelQueued("PB-2", Date.now())).toBe(0);
  });

  test("a label that is missing or unreadable waits for a person and doesn't hold up the next", async () => {
    const printer = await zebra();
    const line = bench({ printer: printer.uri });
    const bad = line.add("PB-BAD", { format: "png", bytes: new Uint8Array([0x89, 0x50, 0x4e, 0x47, 1, 2, 3]) });
    const good = line.add("PB-GOOD", zpl("PB-GOOD"));
    expect(await line.until(bad, (job) => job.settled, "refused")).toMatchObject({
      state: "failed",
      failure: { kind: "label-unreadable" },
    });
    expect(await line.until(good, (job) => job.settled, "sent")).toMatchObject({ state: "sent" });
    expect(line.jobs.troubles().map((job) => job.id)).toEqual([bad]);
    expect(line.jobs.answer(bad, "cancelled", Date.now())).toBe(true);
    expect(line.jobs.troubles()).toEqual([]);
  });

  test("a printer whose URI is bad is named", async () => {
    const line = bench({ printer: "teleport:here" });
    const id = line.add("PB-1", zpl("PB-1"));
    const job = await line.until(id, (one) => one.settled, "failed");
    expect(job.failure).toMatchObject({ kind: "setting-bad", detail: expect.stringContaining("teleport:here") as string });
    await until(() => line.queue.status().words.includes("teleport:here"), "the top bar says so");
  });

  test("every settled print is told in the journal", async () => {
    const line = bench({ printer: `folder:${testFolder()}` });
    const id = line.add("PB-1", zpl("PB-1"));
    await line.until(id, (job) => job.settled, "printed");
    const kinds = line.database.prepare<{ kind: string; parcel_no: string }>("select kind, parcel_no from journal").all();
    expect(kinds).toEqual([{ kind: "print-printed", parcel_no: "PB-1" }]);
  });

  test("`settled` answers as soon as the job is over, and with what is known when time is up", async () => {
    const printer = await zebra();
    await printer.close();
    const line = bench({ printer: printer.uri });
    const id = line.add("PB-1", zpl("PB-1"));
    expect((await line.queue.settled(id, 200))?.settled).toBe(false);
    await printer.listen();
    expect(await line.queue.settled(id, 20_000)).toMatchObject({ state: "sent", settled: true });
  });
});

describe("a ZPL printer on the network", () => {
  test("ZPL goes out byte for byte; `sent` is all that can be known, and it is no trouble", async () => {
    const printer = await zebra();
    const line = bench({ printer: printer.uri });
    const id = line.add("PB-1", zpl("PB-1"));
    expect(await line.until(id, (job) => job.settled, "sent")).toMatchObject({ state: "sent", failure: null });
    expect(printer.labels()).toEqual([Buffer.from(labelZpl("PB-1"))]);
    expect(line.jobs.troubles()).toEqual([]);
    expect(line.queue.reaches()).toBe("sent");
  });

  test("PDF, PNG and JPEG become one picture per page at 100 %, and a blank page costs no label", async () => {
    const printer = await zebra();
    const line = bench({ printer: printer.uri });
    const ids = [
      line.add("PB-PDF", { format: "pdf", bytes: await labelPdf("PB-PDF", { widthMm: 100, heightMm: 150, pages: 2, blankPages: 1 }) }),
      line.add("PB-PNG", { format: "png", bytes: labelPng(812, 1218) }),
      line.add("PB-JPEG", { format: "jpeg", bytes: labelJpeg(799, 1199) }),
    ];
    for (const id of ids) expect(await line.until(id, (job) => job.settled, "sent")).toMatchObject({ state: "sent" });
    const sizes = printer.labels().map((label) => decodeZpl(label.toString("latin1")).map(({ width, height }) => [width, height]));
    // 100 mm at 203 dpi are 799.2 dots, rounded up to whole bytes
    expect(sizes).toEqual([
      [
        [800, 1199],
        [800, 1199],
      ],
      [[816, 1218]],
      [[800, 1199]],
    ]);
  });

  test.each([203, 300, 600])("at %i dpi the printer draws the label's raster dot for dot", async (dpi) => {
    const printer = await zebra();
    const line = bench({ printer: printer.uri, dpi });
    const document: LabelDocument = { format: "pdf", bytes: await labelPdf("PB-DOTS") };
    const id = line.add("PB-DOTS", document);
    expect(await line.until(id, (job) => job.settled, "sent")).toMatchObject({ state: "sent", failure: null });
    const raster = await line.rasteriser.rasterise(document, dpi);
    if (!raster.ok) throw new Error(raster.failure.detail);
    const [page] = raster.value;
    const [drawn, ...more] = decodeZpl(printer.labels()[0]?.toString("latin1") ?? "");
    expect([drawn?.height, more.length]).toEqual([Math.round((150 / 25.4) * dpi), 0]);
    expect(page !== undefined && Buffer.from(page.data).some((byte) => byte !== 0)).toBe(true);
    expect(Buffer.compare(Buffer.from(drawn?.data ?? []), Buffer.from(page?.data ?? []))).toBe(0);
  });

  test("a printer that has just taken a label is not knocked on, and a label never competes with a knock", async () => {
    const printer = await zebra();
    const { rasteriser } = bench({ printer: `folder:${testFolder()}` }, false);
    const port = openPrinter(printer.uri, { dpi: 203, clock: systemClock, log: silentLog, rasteriser, environment: {} });
    if (!port.ok) throw new Error(port.failure.detail);
    const prepared = await port.value.prepare({ name: "PB-1", document: "own-label", ...zpl("PB-1") });
    if (!prepared.ok) throw new Error(prepared.failure.detail);
    const knocked = port.value.status();
    expect(await prepared.value.send(() => {}, new AbortController().signal)).toMatchObject({ ok: true });
    await knocked;
    expect(await port.value.status()).toMatchObject({ health: "fine" });
    expect([printer.connections(), printer.labels().length]).toEqual([2, 1]);
  });

  test("a refused connection has printed nothing: the label follows by itself, once", async () => {
    const printer = await zebra();
    await printer.close();
    const line = bench({ printer: printer.uri });
    const id = line.add("PB-1", zpl("PB-1"));
    await line.until(id, (job) => job.failure?.kind === "printer-unreachable", "it is said");
    await until(() => line.queue.status().words.endsWith("can't be reached"), "the top bar says so");
    await printer.listen();
    expect(await line.until(id, (job) => job.settled, "sent")).toMatchObject({ state: "sent", failure: null });
    expect(printer.labels()).toHaveLength(1);
  });

  test("a half-sent label is unknown and never sent again by itself", async () => {
    const printer = await zebra();
    printer.setMode("half-read");
    const line = bench({ printer: printer.uri });
    const noisy: LabelDocument = { format: "zpl", bytes: new Uint8Array(Buffer.from(`^XA${"^FO1,1^FDx^FS".repeat(200_000)}^XZ`)) };
    const id = line.add("PB-1", noisy);
    expect(await line.until(id, (job) => job.settled, "in doubt")).toMatchObject({ state: "unknown", failure: { kind: "print-unknown" } });
    printer.setMode("normal");
    const next = line.add("PB-2", zpl("PB-2"));
    await line.until(next, (job) => job.settled, "the next goes out");
    expect(
      printer
        .labels()
        .map((label) => label.subarray(0, 40).toString())
        .filter((head) => head.includes("FDx")),
    ).toHaveLength(1);
  });

  test("a printer that takes no more data for 1.5 s is said, and the label goes on when it does", async () => {
    const printer = await zebra();
    printer.setMode("stuck");
    const line = bench({ printer: printer.uri });
    const noisy: LabelDocument = { format: "zpl", bytes: new Uint8Array(Buffer.from(`^XA${"^FO1,1^FDx^FS".repeat(800_000)}^XZ`)) };
    const id = line.add("PB-1", noisy);
    await line.until(id, (job) => job.failure?.kind === "printer-stopped", "it is said");
    expect(zplTimes.stallAfterMs).toBe(1_500);
    printer.setMode("normal");
    expect(await line.until(id, (job) => job.settled, "sent")).toMatchObject({ state: "sent", failure: null });
    expect(printer.labels().map((label) => label.length)).toEqual([noisy.bytes.length]);
  });

  test("a printer that never closes its side doesn't hold up the next label for long", async () => {
    const printer = await zebra();
    printer.setMode("keeps-open");
    const line = bench({ printer: printer.uri });
    const ids = [line.add("PB-1", zpl("PB-1")), line.add("PB-2", zpl("PB-2"))];
    for (const id of ids) expect(await line.until(id, (job) => job.settled, "sent")).toMatchObject({ state: "sent" });
    expect(printer.labels()).toHaveLength(2);
  });

  test("after a crash in mid-label a person is asked, and nothing prints by itself", async () => {
    const printer = await zebra();
    const line = bench({ printer: printer.uri }, false);
    const id = line.leave("PB-1", zpl("PB-1"), "sent", Date.now());
    line.queue.start();
    expect(await line.until(id, (job) => job.settled, "in doubt")).toMatchObject({ state: "unknown", failure: { kind: "print-unknown" } });
    expect(printer.labels()).toEqual([]);
    expect(line.jobs.answer(id, "printed", Date.now())).toBe(true);
    expect(line.jobs.troubles()).toEqual([]);
  });
});
