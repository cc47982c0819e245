import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { labelRuleFor, type LabelRules } from "../../shared/label-check.ts";
import { fail, succeed } from "../../shared/failures.ts";
import type { LabelFormat } from "../../shared/parcel.ts";
import { defaultSettings } from "../../shared/settings.ts";
import { systemClock } from "../../electron/kit/clock.ts";
import { silentLog } from "../../electron/kit/log.ts";
import type { PinCheck } from "../../electron/packing/supervisor.ts";
import { createMayPrint } from "../../electron/packing/may-print.ts";
import { decodeBitmapPng } from "../../electron/printer/bitmap-png.ts";
import { createDocuments } from "../../electron/printer/documents.ts";
import { createLabelMaker } from "../../electron/printer/label-maker.ts";
import { turned } from "../../electron/printer/bitmap.ts";
import { USUAL_ROLL } from "../../electron/printer/paper-fit.ts";
import { createPreflight } from "../../electron/printer/preflight.ts";
import { openPrinter } from "../../electron/printer/printers.ts";
import { createPrintQueue } from "../../electron/printer/queue.ts";
import { createRasteriser, type Rasteriser } from "../../electron/printer/rasteriser.ts";
import { detailOf, openTestDesk, taskOf } from "../fakes/desk.ts";
import { testFolder } from "../fakes/folder.ts";
import { labelPdf, labelPng } from "../fakes/labels.ts";
import { until } from "../fakes/until.ts";
import { decodeZpl } from "../fakes/zpl-decode.ts";
import { startZplPrinter } from "../fakes/zpl-printer.ts";

const rasteriser = createRasteriser({ clock: systemClock, log: silentLog });
const maker = createLabelMaker({ clock: systemClock, log: silentLog });
afterAll(() => rasteriser.stop());

const MINE = "SPXVN04711000000";
const OTHERS = "SPXVN04799999999";

/** A desk with its print queue, whose labels are read back before they print. */
const openCheckedDesk = ({
  printer = `folder:${testFolder()}`,
  rules = {} as LabelRules,
  reader = rasteriser,
  ahead = true,
  pin = undefined as PinCheck | undefined,
} = {}) => {
  const bench = openTestDesk(undefined, pin === undefined ? {} : { pin });
  const { stores, database } = bench;
  const drawn: string[] = [];
  const counting: Rasteriser = {
    ...reader,
    preflight: (...asked) => (drawn.push("read back"), reader.preflight(...asked)),
    rasterise: (...asked) => (drawn.push("drawn"), reader.rasterise(...asked)),
  };
  const preflight = createPreflight({
    database,
    ...stores,
    rasteriser: counting,
    dpi: () => defaultSettings.printerDpi,
    paper: () => (printer.startsWith("zpl:") ? USUAL_ROLL : null),
    ruleFor: (carrier) => labelRuleFor(rules, carrier),
    clock: systemClock,
    log: silentLog,
    onChange: () => {},
  });
  const options = { dpi: defaultSettings.printerDpi, clock: systemClock, log: silentLog, rasteriser: counting, environment: {} };
  const queue = createPrintQueue({
    database,
    printJobs: stores.printJobs,
    documentFor: createDocuments({ ...stores, settings: () => defaultSettings, maker, preflight }).forJob,
    mayPrint: createMayPrint({ ...stores, clock: systemClock }),
    openPrinter: () => openPrinter(printer, options),
    currentPrinter: () => printer,
    clock: systemClock,
    log: silentLog,
    journal: stores.journal,
    onChange: () => {},
  });
  queue.start();
  if (ahead) preflight.start(0);
  onTestFinished(async () => {
    await queue.stop();
    await preflight.stop();
  });
  /** OMS4 has a label for a task: as the sync side stores it. */
  const give = (
    ftNo: string,
    trackingNo: string,
    bytes: Uint8Array,
    { format = "pdf" as LabelFormat, carrier = "J&T Express" } = {},
  ): number => {
    const { id } = database.transaction(() => {
      const added = stores.labels.add({
        ftNo,
        parcelNo: null,
        trackingNo,
        carrier,
        deliveryType: "Standard",
        format,
        bytes,
        fetchedAt: systemClock.now(),
      });
      stores.tasks.addTrackingCode(ftNo, trackingNo);
      bench.desk.labelStored({ ftNo, parcelNo: null, labelId: added.id });
      return added;
    });
    preflight.kick();
    queue.kick();
    return id;
  };
  /** Packs a task of one item; its label is to be printed. */
  const pack = (ftNo: string): string => {
    [ftNo, "A"].forEach(bench.scan);
    queue.kick();
    return stores.parcels.ofTask(ftNo)[0]?.parcelNo ?? "";
  };
  const task = (ftNo: string): void => void bench.store(taskOf(ftNo, [detailOf(`D-${ftNo}`, "A")], { way: "single" }));
  const printed = async (parcelNo: string) => {
    await until(() => stores.printJobs.latestForParcel(parcelNo)?.settled === true, `${parcelNo} is through`);
    return stores.printJobs.latestForParcel(parcelNo);
  };
  const outcome = (labelId: number) => stores.labelChecks.outcomeOf(labelId);
  return { ...bench, give, pack, task, printed, outcome, preflight, queue, drawn, printer };
};
const folderOf = (printer: string): string => printer.slice("folder:".length);

test("a label is read back when it comes; printing then draws nothing and waits for nothing, and the very dots that were read come out", async () => {
  const printer = await startZplPrinter();
  onTestFinished(printer.close);
  const bench = openCheckedDesk({ printer: printer.uri });
  bench.task("FT1");
  const id = bench.give("FT1", MINE, await labelPdf(MINE));
  await until(() => bench.outcome(id) === "match", "the label was read back");
  const before = [...bench.drawn];
  const parcelNo = bench.pack("FT1");
  expect(await bench.printed(parcelNo)).toMatchObject({ state: "sent", failure: null });
  expect(bench.drawn).toEqual(before);
  await until(() => printer.labels().length === 1, "the printer has it");
  const [kept] = bench.stores.labelChecks.pages(id).map(decodeBitmapPng);
  const [out] = decodeZpl((printer.labels()[0] ?? Buffer.alloc(0)).toString("latin1"));
  expect(kept && out && [out.height, Buffer.compare(Buffer.from(out.data), Buffer.from(kept.data))]).toEqual([kept?.height, 0]);
});

const HEAD_DOTS = 832; // four inches at 203 dpi
test.each([
  ["a page of 150 × 100 mm", { widthMm: 150, heightMm: 100 }],
  ["a page that is turned by its PDF", { widthMm: 100, heightMm: 150, rotate: 90 }],
] as const)(
  "%s is turned for a label printer before it is kept: what the screen shows is what the printer gets, whole",
  async (_, size) => {
    const printer = await startZplPrinter();
    onTestFinished(printer.close);
    const bench = openCheckedDesk({ printer: printer.uri });
    bench.task("FT1");
    const bytes = await labelPdf(MINE, size);
    const id = bench.give("FT1", MINE, bytes);
    await until(() => bench.outcome(id) === "match", "the label was read back");
    const [kept] = bench.stores.labelChecks.pages(id).map(decodeBitmapPng);
    expect(await bench.printed(bench.pack("FT1"))).toMatchObject({ state: "sent", failure: null });
    await until(() => printer.labels().length === 1, "the printer has it");
    const zpl = (printer.labels()[0] ?? Buffer.alloc(0)).toString("latin1");
    expect(Number(/\^PW(\d+)/.exec(zpl)?.[1])).toBeLessThanOrEqual(HEAD_DOTS);
    const drawn = await rasteriser.rasterise({ format: "pdf", bytes }, defaultSettings.printerDpi);
    const wanted = drawn.ok && drawn.value[0] !== undefined ? turned(drawn.value[0]) : null;
    const [out] = decodeZpl(zpl);
    expect(wanted && [wanted.width, wanted.height]).toEqual([799, 1199]);
    expect(out && wanted && [out.height, Buffer.compare(Buffer.from(out.data), Buffer.from(wanted.data))]).toEqual([wanted?.height, 0]);
    expect(kept && wanted && Buffer.compare(Buffer.from(kept.data), Buffer.from(wanted.data))).toBe(0);
  },
);

test("a label with another parcel's number never becomes paper; the right one, made anew in OMS4, prints by itself", async () => {
  const bench = openCheckedDesk();
  bench.task("FT1");
  bench.task("FT2");
  bench.give("FT2", OTHERS, await labelPdf(OTHERS));
  const wrong = bench.give("FT1", MINE, await labelPdf(OTHERS));
  const parcelNo = bench.pack("FT1");
  const job = await bench.printed(parcelNo);
  expect(job).toMatchObject({ state: "failed", failure: { kind: "label-of-other-parcel" } });
  expect(job?.failure?.detail).toContain(OTHERS);
  expect(bench.outcome(wrong)).toBe("other-parcel");
  expect(readdirSync(folderOf(bench.printer))).toEqual([]);
  expect(bench.stores.journal.ofParcel(parcelNo).map(({ kind }) => kind)).toContain("label-doubted");
  const right = await labelPdf(MINE);
  bench.give("FT1", MINE, right);
  await until(() => bench.stores.printJobs.latestForParcel(parcelNo)?.state === "printed", "the right label is out");
  expect(readdirSync(folderOf(bench.printer))).toHaveLength(1);
  expect(readFileSync(join(folderOf(bench.printer), `${parcelNo}.shipping-label.1.pdf`)).equals(right)).toBe(true);
});

test("a person lets a label print that was kept back: with a reason, asked twice, and once only for this very label", async () => {
  const bench = openCheckedDesk({ rules: { "*": "block" } });
  for (const ftNo of ["FT1", "FT2"]) bench.task(ftNo);
  for (const ftNo of ["FT1", "FT2"]) bench.give(ftNo, `${MINE}${ftNo}`, await labelPdf(`ORDER-${ftNo}`));
  const parcelNo = bench.pack("FT1");
  await bench.printed(parcelNo);
  expect(bench.trouble.list()).toMatchObject([
    { actions: ["retry", "accept", "discard"], labelOf: parcelNo, failure: { kind: "label-other-number" } },
  ]);
  expect(bench.trouble.act(bench.trouble.list()[0]?.id ?? "", "accept").ok).toBe(false);
  const says = (command: string): string => bench.desk.scan(command).verdict.title;
  expect(says("CMDACCEPT")).toBe("Print this label all the same? Why?");
  expect(says("CMDACCEPTCOMPARED")).toBe("Print this label all the same?");
  expect(bench.stores.printJobs.latestForParcel(parcelNo)?.state).toBe("failed");
  expect(says("CMDACCEPT")).toContain("Prints: ");
  bench.queue.kick();
  await until(() => bench.stores.printJobs.latestForParcel(parcelNo)?.state === "printed", "the accepted label is out");
  const [line] = bench.stores.journal.ofParcel(parcelNo).filter(({ kind }) => kind === "label-released");
  expect(line?.after).toMatchObject({ reason: "Compared with OMS4: it is this parcel's" });
  expect(await bench.printed(bench.pack("FT2"))).toMatchObject({ state: "failed" });
});

test("where a supervisor's PIN is set, the badge takes the place of the second scan", async () => {
  const bench = openCheckedDesk({ rules: { "*": "block" }, pin: { isSet: () => true, verify: () => succeed(null) } });
  bench.task("FT1");
  bench.give("FT1", MINE, await labelPdf("ORDER-4711"));
  const parcelNo = bench.pack("FT1");
  await bench.printed(parcelNo);
  for (const command of ["CMDACCEPTCARRIER", "CMDACCEPT", "CMDACCEPT"]) {
    bench.scan(command);
    expect(bench.stores.printJobs.latestForParcel(parcelNo)?.state).toBe("failed");
  }
  expect(bench.desk.scan("CMDSUPER4711").verdict.title).toContain("Prints: ");
  bench.queue.kick();
  await until(() => bench.stores.printJobs.latestForParcel(parcelNo)?.state === "printed", "the accepted label is out");
});

test("the other parcel may become known after the label was read: it counts in the moment of printing", async () => {
  const bench = openCheckedDesk();
  bench.task("FT1");
  const id = bench.give("FT1", MINE, await labelPdf(OTHERS));
  await until(() => bench.outcome(id) === "mismatch", "the label was read back");
  bench.task("FT2");
  bench.give("FT2", OTHERS, await labelPdf(OTHERS));
  expect(await bench.printed(bench.pack("FT1"))).toMatchObject({ failure: { kind: "label-of-other-parcel" } });
});

test("a label whose barcode says something else, and one without a barcode, print with a question mark, unchanged", async () => {
  const bench = openCheckedDesk();
  for (const [ftNo, bytes, format, found] of [
    ["FT1", await labelPdf("ORDER-4711"), "pdf", "mismatch"],
    ["FT2", labelPng(812, 1218), "png", "unreadable"],
  ] as const) {
    bench.task(ftNo);
    const id = bench.give(ftNo, `${MINE}${ftNo}`, bytes, { format });
    const parcelNo = bench.pack(ftNo);
    expect(await bench.printed(parcelNo)).toMatchObject({ state: "printed", failure: null });
    expect(bench.outcome(id)).toBe(found);
    expect(readFileSync(join(folderOf(bench.printer), `${parcelNo}.shipping-label.1.${format}`)).equals(bytes)).toBe(true);
  }
});

test("each carrier has its own rule: block keeps back what may be wrong, warn prints even another's, off looks at nothing", async () => {
  const bench = openCheckedDesk({ rules: { "Ninja Van": "block", GHN: "warn", "J&T Express": "off" } });
  const other = await labelPdf(OTHERS);
  for (const ftNo of ["FT0", "FT1", "FT2", "FT3", "FT4"]) bench.task(ftNo);
  bench.give("FT0", OTHERS, other);
  bench.give("FT1", `${MINE}1`, await labelPdf("ORDER-4711"), { carrier: "ninja van" });
  bench.give("FT2", `${MINE}2`, labelPng(812, 1218), { carrier: "Ninja Van", format: "png" });
  const warned = bench.give("FT3", `${MINE}3`, other, { carrier: "GHN" });
  const unseen = bench.give("FT4", `${MINE}4`, other);
  expect(await bench.printed(bench.pack("FT1"))).toMatchObject({ state: "failed", failure: { kind: "label-other-number" } });
  expect(await bench.printed(bench.pack("FT2"))).toMatchObject({ state: "failed", failure: { kind: "label-no-barcode" } });
  expect(await bench.printed(bench.pack("FT3"))).toMatchObject({ state: "printed" });
  expect(await bench.printed(bench.pack("FT4"))).toMatchObject({ state: "printed" });
  expect([bench.outcome(warned), bench.outcome(unseen)]).toEqual(["other-parcel", "not-checked"]);
});

test("a label that prints before its turn is looked at in that moment", async () => {
  const bench = openCheckedDesk({ ahead: false });
  bench.task("FT1");
  bench.task("FT2");
  bench.give("FT2", OTHERS, await labelPdf(OTHERS));
  const id = bench.give("FT1", MINE, await labelPdf(OTHERS));
  expect(bench.outcome(id)).toBe("waiting");
  expect(await bench.printed(bench.pack("FT1"))).toMatchObject({ failure: { kind: "label-of-other-parcel" } });
});

test("of a ZPL label the text of its barcode fields is read; one that draws its bars itself passes as not checked", async () => {
  const printer = await startZplPrinter();
  onTestFinished(printer.close);
  const bench = openCheckedDesk({ printer: printer.uri });
  const zpl = (text: string): Uint8Array => Buffer.from(`^XA^FO40,140^BY3^BCN,180,Y,N,N^FD${text}^FS^XZ\n`);
  for (const ftNo of ["FT1", "FT2", "FT3"]) bench.task(ftNo);
  const right = bench.give("FT1", OTHERS, zpl(OTHERS), { format: "zpl" });
  bench.give("FT2", MINE, zpl(OTHERS), { format: "zpl" });
  const drawn = bench.give("FT3", `${MINE}3`, Buffer.from("^XA^FO0,0^GFA,8,8,1,FF00FF00FF00FF00^FS^XZ\n"), { format: "zpl" });
  expect(await bench.printed(bench.pack("FT1"))).toMatchObject({ state: "sent" });
  expect(await bench.printed(bench.pack("FT2"))).toMatchObject({ state: "failed", failure: { kind: "label-of-other-parcel" } });
  expect(await bench.printed(bench.pack("FT3"))).toMatchObject({ state: "sent" });
  expect([bench.outcome(right), bench.outcome(drawn)]).toEqual(["match", "not-checked"]);
  await until(() => printer.labels().length === 2, "two labels are out");
});

const barcode = (text: string, command = "^BCN"): Uint8Array => Buffer.from(`^XA^FO40,140^BY3${command},180,Y,N,N^FD${text}^FS^XZ\n`);

test.each([
  ["FedEx: 34 digits, the number last", barcode("9632001960000000000400152152152012"), "152152152012"],
  ["DPD: postcode, number, service, country", barcode("%0079900019050123456781011276"), "01905012345678"],
  ["USPS without FNC1", barcode("420981019400111899223100001234"), "9400111899223100001234"],
  ["kept with its spaces", barcode("1Z999AA10123456784"), "1Z 999 AA1 01 2345 6784"],
  ["Interleaved 2 of 5 padded with a zero", barcode("0123456789012", "^B2N"), "123456789012"],
  ["a link", barcode("QA,https://track.example/?no=LEX0012345678&lang=vi", "^BQN,2,8"), "LEX0012345678"],
])("another parcel's number is found with what its carrier puts around it: %s", async (_name, bytes, number) => {
  const printer = await startZplPrinter();
  onTestFinished(printer.close);
  const bench = openCheckedDesk({ printer: printer.uri });
  for (const ftNo of ["FT1", "FT2"]) bench.task(ftNo);
  bench.give("FT1", MINE, bytes, { format: "zpl" });
  bench.give("FT2", number, bytes, { format: "zpl" });
  const job = await bench.printed(bench.pack("FT1"));
  expect(job).toMatchObject({ state: "failed", failure: { kind: "label-of-other-parcel", detail: expect.stringContaining("FT2") } });
  expect(await bench.printed(bench.pack("FT2"))).toMatchObject({ state: "sent" });
  expect(printer.labels()).toHaveLength(1);
});

test("where a code holds both numbers it is ours, unless ours is only a part of the other", async () => {
  const printer = await startZplPrinter();
  onTestFinished(printer.close);
  const bench = openCheckedDesk({ printer: printer.uri });
  const [ours, longer] = ["152152152012", "000400152152152012"];
  for (const ftNo of ["FT1", "FT2", "FT3"]) bench.task(ftNo);
  const bytes = barcode("9632001960000000000400152152152012");
  bench.give("FT1", ours, bytes, { format: "zpl" });
  bench.give("FT2", "9632001960", barcode("9632001960"), { format: "zpl" });
  expect(await bench.printed(bench.pack("FT1"))).toMatchObject({ state: "sent" });
  bench.give("FT3", `9${longer}`, barcode(`9${longer}`), { format: "zpl" });
  bench.give("FT2", ours, barcode(`5559${longer}`), { format: "zpl" });
  expect(await bench.printed(bench.pack("FT2"))).toMatchObject({ failure: { kind: "label-of-other-parcel" } });
});

test("under an explicit block no label prints that nobody could check, until a supervisor lets it; its words say why", async () => {
  const printer = await startZplPrinter();
  onTestFinished(printer.close);
  const bench = openCheckedDesk({ printer: printer.uri, rules: { "Ninja Van": "block" } });
  for (const ftNo of ["FT1", "FT2"]) bench.task(ftNo);
  const carrier = "Ninja Van";
  bench.give("FT1", MINE, Buffer.from("^XA^FO0,0^GFA,8,8,1,FF00FF00FF00FF00^FS^XZ\n"), { format: "zpl", carrier });
  bench.give("FT2", "", await labelPdf(OTHERS), { carrier });
  expect(await bench.printed(bench.pack("FT1"))).toMatchObject({
    state: "failed",
    failure: { kind: "label-unchecked", detail: expect.stringContaining("its bars are drawn by the printer") },
  });
  expect(await bench.printed(bench.pack("FT2"))).toMatchObject({
    failure: { kind: "label-unchecked", detail: expect.stringContaining("OMS4 names no tracking number") },
  });
  const [blocked] = bench.trouble.list();
  expect(blocked).toMatchObject({ actions: ["retry", "accept", "discard"] });
  expect(bench.trouble.act(blocked?.id ?? "", "accept", "COMPARED")).toMatchObject({ ok: true });
  bench.queue.kick();
  await until(() => printer.labels().length === 1, "the released one is out");
});

test("where barcodes can't be read at all, labels print unchecked unless their carrier is set to block, and the screen can say so", async () => {
  let sees = false;
  const blind: Rasteriser = {
    ...rasteriser,
    preflight: async (...asked) => {
      const read = await rasteriser.preflight(...asked);
      return read.ok && !sees ? { ok: true, value: { ...read.value, codes: null, trouble: "the reader's file is missing" } } : read;
    },
  };
  const bench = openCheckedDesk({ reader: blind, rules: { "Ninja Van": "block" } });
  for (const ftNo of ["FT1", "FT2"]) bench.task(ftNo);
  const id = bench.give("FT1", MINE, await labelPdf(MINE));
  bench.give("FT2", `${MINE}2`, await labelPdf(`${MINE}2`), { carrier: "Ninja Van" });
  expect(await bench.printed(bench.pack("FT1"))).toMatchObject({ state: "printed" });
  const kept = bench.pack("FT2");
  expect(await bench.printed(kept)).toMatchObject({ state: "failed", failure: { kind: "label-unchecked" } });
  expect(bench.outcome(id)).toBe("not-checked");
  sees = true;
  expect(bench.trouble.act(bench.trouble.list()[0]?.id ?? "", "retry")).toMatchObject({ ok: true });
  bench.queue.kick();
  await until(() => bench.stores.printJobs.latestForParcel(kept)?.state === "printed", "it was looked at again, and is right");
});

test("a reader that fell ill once is no reading of the label: it is looked at again when it prints, and kept back where it is another's", async () => {
  let ill = true;
  const moody: Rasteriser = {
    ...rasteriser,
    preflight: async (...asked) =>
      ill ? fail("label-unreadable", "Reading it failed (no end after 15 s).") : rasteriser.preflight(...asked),
  };
  const bench = openCheckedDesk({ reader: moody });
  bench.task("FT1");
  bench.task("FT2");
  const id = bench.give("FT1", MINE, await labelPdf(OTHERS));
  await until(() => bench.outcome(id) === "unreadable", "nobody could read it");
  ill = false;
  bench.give("FT2", OTHERS, await labelPdf(OTHERS));
  expect(await bench.printed(bench.pack("FT1"))).toMatchObject({ failure: { kind: "label-of-other-parcel" } });
  expect(bench.outcome(id)).toBe("other-parcel");
});

test("the station's own label is read back before it prints, and its dots go out", async () => {
  const printer = await startZplPrinter();
  onTestFinished(printer.close);
  const bench = openCheckedDesk({ printer: printer.uri });
  bench.store(taskOf("FT1", [detailOf("D1", "A")], { way: "own", carrier: "" }));
  expect(await bench.printed(bench.pack("FT1"))).toMatchObject({ state: "sent", failure: null });
  expect(bench.drawn).toEqual(["read back"]);
  await until(() => printer.labels().length === 1, "the printer has it");
});

test("the dots of a parcel that left are dropped, those of the others stay", async () => {
  const bench = openCheckedDesk();
  for (const ftNo of ["FT1", "FT2"]) bench.task(ftNo);
  const [gone, here] = [bench.give("FT1", MINE, await labelPdf(MINE)), bench.give("FT2", OTHERS, await labelPdf(OTHERS))];
  const [first, second] = [bench.pack("FT1"), bench.pack("FT2")];
  await bench.printed(first);
  await bench.printed(second);
  expect([gone, here].map((id) => bench.stores.labelChecks.pages(id).length)).toEqual([1, 1]);
  bench.database.transaction(() => {
    bench.stores.parcels.setMilestone(first, "SHIPPING");
    bench.stores.labelChecks.prune();
  });
  expect([gone, here].map((id) => bench.stores.labelChecks.pages(id).length)).toEqual([0, 1]);
});
