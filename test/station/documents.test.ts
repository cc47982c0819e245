import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { systemClock } from "../../electron/kit/clock.ts";
import { silentLog } from "../../electron/kit/log.ts";
import { bytesPerRow } from "../../electron/printer/bitmap.ts";
import { createLabelMaker } from "../../electron/printer/label-maker.ts";
import { succeed } from "../../shared/failures.ts";
import { createDocuments } from "../../electron/printer/documents.ts";
import type { OwnLabelFacts } from "../../electron/printer/own-label.ts";
import { defaultSettings, type Settings } from "../../shared/settings.ts";
import { standingClock } from "../fakes/standing-clock.ts";
import { until } from "../fakes/until.ts";
import { detailOf, openTestDesk, taskOf } from "../fakes/desk.ts";
import { uncheckedLabels } from "../fakes/labels.ts";
import { startTestOms4 } from "../fakes/oms4.ts";
import { openTestStation } from "../fakes/open-station.ts";

/** The sender that the own label of a packed task names. */
const senderOf = async (sender: Settings["sender"]): Promise<OwnLabelFacts["sender"] | undefined> => {
  const bench = openTestDesk();
  bench.store(taskOf("FT1", [detailOf("D1", "A")], { way: "own", carrier: "", fpName: "Jurong Fulfillment" }));
  ["FT1", "A"].forEach(bench.scan);
  const drawn: OwnLabelFacts[] = [];
  const nothing = succeed({ format: "pdf", bytes: new Uint8Array() } as const);
  const documents = createDocuments({
    ...bench.stores,
    settings: () => ({ ...defaultSettings, sender }),
    preflight: uncheckedLabels,
    maker: {
      ownLabel: async (facts) => (drawn.push(facts), nothing),
      parkingSlip: async () => nothing,
      packingSlip: async () => nothing,
      testLabel: async () => nothing,
      commandSheet: async () => nothing,
      scannerSheet: async () => nothing,
      warmUp: async () => {},
    },
  });
  const [parcel] = bench.stores.parcels.lastClosed(1);
  const stored = parcel === undefined ? null : bench.stores.printJobs.latestForParcel(parcel.parcelNo);
  if (stored === null) throw new Error("nothing is to be printed");
  await documents.forJob(stored);
  return drawn[0]?.sender;
};

test.each([
  [undefined, true],
  ["100x180", true],
  ["100x150", false],
])("a label of 100 × 180 mm on a printer whose paper is %s: printed is %s", async (paper, prints) => {
  const bench = openTestDesk();
  bench.store(taskOf("FT1", [detailOf("D1", "A")]));
  bench.label("FT1", "JT000000001");
  ["FT1", "A"].forEach(bench.scan);
  const [parcel] = bench.stores.parcels.lastClosed(1);
  const job = parcel === undefined ? null : bench.stores.printJobs.latestForParcel(parcel.parcelNo);
  if (job === null) throw new Error("nothing is to be printed");
  const [width, height] = [799, 1439];
  const page = { width, height, data: new Uint8Array(bytesPerRow(width) * height) };
  const printers = [{ uri: job.printer, dpi: 203 as const, paper }];
  const documents = createDocuments({
    ...bench.stores,
    settings: () => ({ ...defaultSettings, printers }),
    preflight: { ...uncheckedLabels, forPrint: async () => succeed({ dpi: 203, pages: [page] }) },
    maker: createLabelMaker({ clock: systemClock, log: silentLog }),
  });
  const made = await documents.forJob(job);
  expect(made.ok ? true : made.failure.detail).toEqual(prints ? true : expect.stringContaining("measures 100 × 180 mm"));
});

test("an own label names a sender even where nobody typed one into the settings: the task's fulfillment point", async () => {
  expect(await senderOf({ name: "", address: "", phone: "" })).toMatchObject({ name: "Jurong Fulfillment" });
  expect(await senderOf({ name: "Kopi House", address: "1 Road", phone: "" })).toEqual({
    name: "Kopi House",
    address: "1 Road",
    phone: "",
  });
});

test("an own label bears the address that comes with the very question its printing waits for", async () => {
  const oms4 = await startTestOms4();
  oms4.addTask({ ftNo: "FT1", way: "own", lines: [{ sku: "A" }] });
  const { clock, stand, go } = standingClock();
  const bench = await openTestStation(oms4, { clock });
  await until(() => bench.snapshot().waiting.count === 1 && bench.snapshot().online, "the task is here");
  expect(bench.scan("FT1")).toEqual(["task-opened"]);
  await until(() => (oms4.asked()["getTasksByNo"] ?? 0) > 0, "it was asked about at the opening");
  await until(() => bench.snapshot().outbox.words === "All sent", "all is quiet");
  stand();
  expect(oms4.changeTask("FT1", { address: "27 Another Lane" })).toBe(true);
  expect(bench.scan("A")).toEqual(["task-done"]);
  await until(() => bench.printed().length === 1, "the label is printed");
  go();
  await until(() => oms4.parcels("FT1").length === 1 && bench.snapshot().outbox.words === "All sent", "OMS4 takes the report");
  expect(bench.snapshot().troubles).toEqual([]);
  const [label = ""] = bench.printed();
  expect(execFileSync("pdftotext", [join(bench.labels, label), "-"], { encoding: "utf8" })).toContain("27 Another Lane");
});
