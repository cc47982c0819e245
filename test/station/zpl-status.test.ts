import { expect, onTestFinished, test } from "vitest";
import type { LabelDocument } from "../../electron/printer/format.ts";
import { hostTrouble, readHostStatus } from "../../electron/printer/zpl-status.ts";
import { until } from "../fakes/cups.ts";
import { testFolder } from "../fakes/folder.ts";
import { labelZpl } from "../fakes/labels.ts";
import { createPrintBench } from "../fakes/print-bench.ts";
import { startZplPrinter, type ZplHost } from "../fakes/zpl-printer.ts";

const zpl = (text: string): LabelDocument => ({ format: "zpl", bytes: labelZpl(text) });

/** A printer that tells its state, and a queue that has heard it. */
const openLine = async (host: ZplHost | null) => {
  const printer = await startZplPrinter();
  onTestFinished(printer.close);
  printer.setHost(host);
  const line = createPrintBench({ folder: testFolder(), printer: printer.uri });
  onTestFinished(line.stop);
  line.queue.start();
  await until(
    () => line.queue.status().words.startsWith("zpl ") && !line.queue.status().words.includes("being asked"),
    "the printer was asked",
  );
  return { printer, line };
};

test.each([
  [{ paperOut: true }, "printer-out-of-paper", "out of labels"],
  [{ headOpen: true }, "printer-stopped", "head is open"],
  [{ paused: true }, "printer-stopped", "paused"],
  [{ ribbonOut: true }, "printer-stopped", "out of ribbon"],
  [{ bufferFull: true }, "printer-stopped", "memory full"],
] as const)(
  "a printer that says %o gets no label, the top bar says why, and the label follows by itself once",
  async (host, kind, words) => {
    const { printer, line } = await openLine(host);
    expect(line.queue.status()).toMatchObject({ health: "broken", words: expect.stringContaining(words) as string });
    const id = line.add("PB-1", zpl("PB-1"));
    await line.until(id, (job) => job.failure?.kind === kind, "it is said");
    expect(printer.labels()).toEqual([]);
    printer.setHost({});
    expect(await line.until(id, (job) => job.settled, "sent")).toMatchObject({ state: "sent", failure: null });
    expect(printer.labels()).toHaveLength(1);
  },
);

test.each([
  ["paper that ends", { paperOut: true }, "out of labels"],
  ["a head that is opened", { headOpen: true }, "head is open"],
] as const)("%s between two labels is said within 2 s, and so is its end", async (_what, host, words) => {
  const { printer, line } = await openLine({});
  for (const [now, said] of [
    [host, words],
    [{}, "ready"],
  ] as const) {
    const from = performance.now();
    printer.setHost(now);
    await until(() => line.queue.status().words.endsWith(said), `the top bar says: ${said}`);
    expect(performance.now() - from).toBeLessThan(2_000);
  }
  expect(printer.labels()).toEqual([]);
});

test("a printer that tells its state and then dies is said within 2 s, and a label sent meanwhile comes out once when it is back", async () => {
  const { printer, line } = await openLine({});
  const from = performance.now();
  await printer.close();
  await until(() => line.queue.status().words.endsWith("can't be reached"), "the top bar says so");
  expect(performance.now() - from).toBeLessThan(2_000);
  const id = line.add("PB-1", zpl("PB-1"));
  await line.until(id, (job) => job.failure?.kind === "printer-unreachable", "it is said");
  await printer.listen();
  expect(await line.until(id, (job) => job.settled, "sent")).toMatchObject({ state: "sent", failure: null });
  expect(printer.labels()).toHaveLength(1);
});

test("paper that ends under a label is said while the label waits in the printer, and the label is not sent again", async () => {
  const { printer, line } = await openLine({});
  printer.setMode("stuck");
  const id = line.add("PB-1", zpl("PB-1"));
  await until(() => printer.busy() > 0, "the label is on its way");
  printer.setHost({ paperOut: true });
  printer.setMode("normal");
  await line.until(id, (job) => job.failure?.kind === "printer-out-of-paper", "it is said");
  expect(line.job(id).settled).toBe(false);
  printer.setHost({});
  expect(await line.until(id, (job) => job.settled, "over")).toMatchObject({ state: "sent", failure: null });
  expect(printer.labels()).toHaveLength(1);
});

test("a printer that knows no such question prints as ever, and is not asked again with each label", async () => {
  const { printer, line } = await openLine(null);
  const before = printer.connections();
  for (const name of ["PB-1", "PB-2"]) await line.until(line.add(name, zpl(name)), (job) => job.settled, "sent");
  expect(printer.labels().map(String)).toEqual(["PB-1", "PB-2"].map((name) => Buffer.from(labelZpl(name)).toString()));
  expect(printer.connections() - before).toBe(2);
});

test("a slow printer gets its whole label", async () => {
  const { printer, line } = await openLine({});
  printer.setMode("slow");
  const long = `^XA${"^FO1,1^FDx^FS".repeat(20_000)}^XZ`;
  const id = line.add("PB-1", { format: "zpl", bytes: new Uint8Array(Buffer.from(long)) });
  expect(await line.until(id, (job) => job.settled, "sent")).toMatchObject({ state: "sent" });
  await until(() => printer.labels().length === 1, "the printer has it");
  expect(printer.labels()[0]?.toString()).toBe(long);
});

test("an answer that was cut short, or is none, says nothing", () => {
  const whole = "\u0002030,1,0,1234,002,0,0,0,000,0,0,0\u0003\r\n\u0002000,0,0,0,0,2,4,0,00000003,1,000\u0003\r\n\u00021234,0\u0003\r\n";
  expect(readHostStatus(whole)).toEqual({ paperOut: true, paused: false, headOpen: false, ribbonOut: false, bufferFull: false });
  for (const text of ["", "ready", whole.slice(0, 40), "\u0002030,1\u0003\u0002000\u0003\u00020\u0003"])
    expect(readHostStatus(text)).toBeNull();
  expect(hostTrouble({ paperOut: false, paused: false, headOpen: false, ribbonOut: false, bufferFull: false }, "x")).toBeNull();
});
