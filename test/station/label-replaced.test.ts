import { readdirSync, readFileSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../electron/kit/clock.ts";
import { silentLog } from "../../electron/kit/log.ts";
import { createMayPrint } from "../../electron/packing/may-print.ts";
import { createDocuments } from "../../electron/printer/documents.ts";
import { createLabelMaker } from "../../electron/printer/label-maker.ts";
import { openFolder } from "../../electron/printer/folder.ts";
import type { PrinterPort } from "../../electron/printer/port.ts";
import { createPrintQueue } from "../../electron/printer/queue.ts";
import { defaultSettings } from "../../shared/settings.ts";
import { detailOf, openTestDesk, taskOf } from "../fakes/desk.ts";
import { testFolder } from "../fakes/folder.ts";
import { uncheckedLabels } from "../fakes/labels.ts";
import { until } from "../fakes/until.ts";

/** A desk whose labels really go into a folder; `prepared` runs when a document lies ready and has not been sent. */
const openPrintingDesk = (prepared: (name: string) => void = () => {}) => {
  const bench = openTestDesk(undefined, { slipAfterMs: 1_000 });
  const folder = testFolder();
  const port = openFolder("folder:/labels", folder);
  const slow: PrinterPort = {
    ...port,
    prepare: async (request) => {
      const made = await port.prepare(request);
      prepared(request.name);
      return made;
    },
  };
  const maker = createLabelMaker({ clock: systemClock, log: silentLog });
  const { stores } = bench;
  const queue = createPrintQueue({
    database: bench.database,
    printJobs: stores.printJobs,
    documentFor: createDocuments({ ...stores, settings: () => defaultSettings, maker, preflight: uncheckedLabels }).forJob,
    mayPrint: createMayPrint({ ...stores, clock: systemClock }),
    openPrinter: () => ({ ok: true, value: slow }),
    currentPrinter: () => "folder:/labels",
    clock: systemClock,
    log: silentLog,
    journal: stores.journal,
    onChange: () => {},
  });
  queue.start();
  onTestFinished(() => queue.stop());
  const settled = () => until(() => stores.printJobs.open().length === 0, "every print is through");
  return { ...bench, queue, folder, settled };
};

test("a label made anew in the very moment the old one lies ready for the printer takes its place; the old one never comes out", async () => {
  let renew = (): void => {};
  const bench = openPrintingDesk(() => {
    renew();
    renew = () => {};
  });
  bench.store(taskOf("FT1", [detailOf("D1", "A")]));
  bench.label("FT1", "JT1");
  renew = () => void bench.label("FT1", "JT1", bench.stores.parcels.lastClosed(1)[0]?.parcelNo ?? "", " v2");
  ["FT1", "A"].forEach(bench.scan);
  bench.queue.kick();
  await bench.settled();
  const files = readdirSync(bench.folder);
  expect(files).toHaveLength(1);
  expect(readFileSync(`${bench.folder}/${files[0]}`, "utf8")).toContain(" v2");
  expect(bench.trouble.list()).toEqual([]);
});

test("a parking slip comes out under its own name, and the label after its scan", async () => {
  const bench = openPrintingDesk();
  bench.parking.start();
  bench.store(taskOf("FT1", [detailOf("D1", "A")]));
  ["FT1", "A"].forEach(bench.scan);
  const parcelNo = bench.stores.parcels.lastClosed(1)[0]?.parcelNo ?? "";
  bench.jump(10_000);
  bench.parking.kick();
  bench.queue.kick();
  await bench.settled();
  expect(readdirSync(bench.folder)).toEqual([`${parcelNo}.parking-slip.1.pdf`]);
  bench.label("FT1", "JT1", parcelNo);
  bench.scan(parcelNo);
  bench.queue.kick();
  await bench.settled();
  expect(readdirSync(bench.folder).toSorted()).toEqual([`${parcelNo}.parking-slip.1.pdf`, `${parcelNo}.shipping-label.1.pdf`]);
});

test("nothing comes out for what was cancelled: no slip, no label, no label made anew", async () => {
  const bench = openPrintingDesk();
  bench.parking.start();
  bench.store(taskOf("FT1", [detailOf("D1", "A")]));
  ["FT1", "A"].forEach(bench.scan);
  const parcelNo = bench.stores.parcels.lastClosed(1)[0]?.parcelNo ?? "";
  // Queued before the cancellation was known
  bench.jump(10_000);
  bench.parking.kick();
  bench.stores.cancellations.ingest({ ctNo: "CT1", ftNo: "FT1", status: "NEW", whole: true, detailIds: [], updatedAt: null, raw: "" }, 0);
  bench.queue.kick();
  await bench.settled();
  bench.label("FT1", "JT1", parcelNo);
  bench.label("FT1", "JT1", parcelNo, " v2");
  bench.queue.kick();
  await bench.settled();
  await until(() => readdirSync(bench.folder).length === 0, "nothing is left");
});
