import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../electron/kit/clock.ts";
import { silentLog } from "../../electron/kit/log.ts";
import type { LabelDocument } from "../../electron/printer/format.ts";
import { labelLadder } from "../../electron/packing/view.ts";
import { openPrinter } from "../../electron/printer/printers.ts";
import { hostTrouble, readHostStatus } from "../../electron/printer/zpl-status.ts";
import { testFolder } from "../fakes/folder.ts";
import { labelZpl } from "../fakes/labels.ts";
import { createPrintBench } from "../fakes/print-bench.ts";
import { until } from "../fakes/until.ts";
import { startZplPrinter, type ZplHost, type ZplPrinter } from "../fakes/zpl-printer.ts";

const zpl = (text: string): LabelDocument => ({ format: "zpl", bytes: labelZpl(text) });

/** A printer that tells its state, and a queue that has heard it. */
const openLine = async (host: ZplHost | null, onLabel: (printer: ZplPrinter) => void = () => {}) => {
  const printer = await startZplPrinter(() => onLabel(printer));
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
] as const)("%s between two labels is said with the next question, and so is its end", async (_what, host, words) => {
  const { printer, line } = await openLine({});
  for (const [now, said] of [
    [host, words],
    [{}, "ready"],
  ] as const) {
    const asked = printer.connections();
    printer.setHost(now);
    await until(() => line.queue.status().words.endsWith(said), `the top bar says: ${said}`);
    // The answer before may have been on its way
    expect(printer.connections() - asked).toBeLessThanOrEqual(2);
  }
  expect(printer.labels()).toEqual([]);
});

test.each([
  ["and is asked so often that all news is said within 2 s", {}, 1_500],
  ["not, and is left in peace", null, 15_000],
] as const)("a printer that tells its state %s", async (_words, host, everyMs) => {
  const { printer, line } = await openLine(host);
  const more = { clock: systemClock, log: silentLog, rasteriser: line.rasteriser, environment: {} };
  const port = openPrinter(printer.uri, { dpi: 203, ...more });
  if (!port.ok) throw new Error(port.failure.detail);
  await port.value.status();
  expect(port.value.checkEveryMs).toBeLessThanOrEqual(everyMs);
  expect(port.value.checkEveryMs).toBeGreaterThan(everyMs / 2);
});

test("a printer that tells its state and then dies is said, and a label sent meanwhile comes out once when it is back", async () => {
  const { printer, line } = await openLine({});
  await printer.close();
  await until(() => line.queue.status().words.endsWith("can't be reached"), "the top bar says so");
  const id = line.add("PB-1", zpl("PB-1"));
  await line.until(id, (job) => job.failure?.kind === "printer-unreachable", "it is said");
  await printer.listen();
  expect(await line.until(id, (job) => job.settled, "sent")).toMatchObject({ state: "sent", failure: null });
  expect(printer.labels()).toHaveLength(1);
});

/** A label that the printer took just before its paper ended, and that is said. */
const openWithoutPaper = async () => {
  const { printer, line } = await openLine({}, ({ setHost }) => setHost({ paperOut: true }));
  const id = line.add("PB-1", zpl("PB-1"));
  await line.until(id, (job) => job.state === "sent" && job.failure?.kind === "printer-out-of-paper", "it is said");
  return { printer, line, id };
};

test("paper that ends under a label is said while the label waits in the printer, and the label is not sent again", async () => {
  const { printer, line, id } = await openWithoutPaper();
  expect(line.job(id).settled).toBe(false);
  printer.setHost({});
  expect(await line.until(id, (job) => job.settled, "over")).toMatchObject({ state: "sent", failure: null });
  expect(printer.labels()).toHaveLength(1);
});

test("a printer that is switched off while a label waits in it may have lost it: a person is asked", async () => {
  const { printer, line, id } = await openWithoutPaper();
  await printer.close();
  expect(await line.until(id, (job) => job.settled, "over")).toMatchObject({ state: "unknown", failure: { kind: "print-unknown" } });
});

test("so is a person when the station stops while a label waits there", async () => {
  const { line, id } = await openWithoutPaper();
  await line.queue.stop();
  expect(line.job(id)).toMatchObject({ state: "sent", settled: false });
  line.queue.start();
  expect(await line.until(id, (job) => job.settled, "over")).toMatchObject({ state: "unknown", failure: { kind: "print-unknown" } });
});

test("an answer that is missing once says nothing: the label waits on, and comes out once when there is paper", async () => {
  const { printer, line, id } = await openWithoutPaper();
  const asked = printer.connections();
  printer.setHost(null);
  await until(() => printer.connections() > asked, "it was asked and gave no answer");
  printer.setHost({ paperOut: true });
  await until(() => printer.connections() > asked + 2, "it was asked again");
  expect(line.job(id)).toMatchObject({ settled: false, failure: { kind: "printer-out-of-paper" } });
  printer.setHost({});
  expect(await line.until(id, (job) => job.settled, "over")).toMatchObject({ state: "sent", failure: null });
  expect(printer.labels()).toHaveLength(1);
});

test("a printer without paper that falls silent is not ready", async () => {
  const { printer, line } = await openLine({ paperOut: true });
  const asked = printer.connections();
  printer.setHost(null);
  await until(() => printer.connections() > asked + 1, "it was asked again");
  expect(line.queue.status()).toMatchObject({ health: "broken", words: expect.stringContaining("out of labels") as string });
  printer.setHost({});
  await until(() => line.queue.status().words.endsWith("ready"), "it says that all is well");
});

test("a printer that knows no such question prints as ever, and is not asked again with each label", async () => {
  const { printer, line } = await openLine(null);
  const before = printer.connections();
  for (const name of ["PB-1", "PB-2"]) await line.until(line.add(name, zpl(name)), (job) => job.settled, "sent");
  expect(printer.labels().map(String)).toEqual(["PB-1", "PB-2"].map((name) => Buffer.from(labelZpl(name)).toString()));
  expect(printer.connections() - before).toBe(2);
});

test("a printer that told its state and then hangs with an open port: no label is said to be more than sent, and the top bar doubts it", async () => {
  const { printer, line } = await openLine({});
  // It accepts connections and reads nothing: a small label ends in the system's buffers
  printer.setMode("stuck");
  const ids = ["PB-1", "PB-2"].map((name) => line.add(name, zpl(name)));
  for (const id of ids) expect(await line.until(id, (job) => job.settled, "over")).toMatchObject({ state: "sent", failure: null });
  await until(() => line.queue.status().words.includes("gives no answer any more"), "the top bar says so");
  expect(line.queue.status().health).toBe("careful");
  expect(printer.labels()).toEqual([]);
  const [rungs] = ids.map((id) =>
    labelLadder({ labelHere: true, print: line.job(id).state, reaches: line.queue.reaches() ?? "printed", check: "match", blocked: false }),
  );
  expect(rungs?.filter(({ name }) => name === "sent" || name === "printed")).toEqual([
    { name: "sent", state: "done" },
    { name: "printed", state: "unknown" },
  ]);
  printer.setMode("normal");
  await until(() => line.queue.status().words.endsWith("ready"), "it answers again");
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
