import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../electron/kit/clock.ts";
import { silentLog } from "../../electron/kit/log.ts";
import { openStation } from "../../electron/station.ts";
import type { SettingsChange } from "../../shared/settings.ts";
import { testFolder } from "../fakes/folder.ts";
import { startTestOms4 } from "../fakes/oms4.ts";
import { until as untilSo } from "../fakes/until.ts";
import { startZplPrinter } from "../fakes/zpl-printer.ts";

const LINES = [{ sku: "SKU-1", barcode: "8881111111112", name: "Blue mug" }];

/** A busy machine draws its first label late. */
const until = (so: () => boolean, what: string): Promise<void> => untilSo(so, what, 60_000);

/** A whole station with a label printer and a spare one, each a folder. */
const openBench = async (ftNos: readonly string[], dataFolder = testFolder()) => {
  const oms4 = await startTestOms4();
  for (const ftNo of ftNos) oms4.addTask({ ftNo, lines: LINES, way: "own" });
  const folder = (name: string): string => join(dataFolder, name);
  const opened = await openStation({
    dataFolder,
    environment: {
      ...oms4.environment,
      STATION_POLL_MS: "300",
      LABEL_PRINTER: `folder:${folder("labels")}`,
      SPARE_PRINTER: `folder:${folder("spare")}`,
    },
    secrets: { read: () => ({ ok: true, value: null }), write: () => ({ ok: true, value: null }) },
    clock: systemClock,
    log: silentLog,
    version: "0.0.0",
  });
  if (!opened.ok) throw new Error(opened.failure.detail);
  const station = opened.value;
  let stopped = false;
  const stop = async (): Promise<void> => {
    if (!stopped) await station.stop();
    stopped = true;
  };
  onTestFinished(stop);
  return {
    folder,
    dataFolder,
    stop,
    snapshot: station.snapshot,
    save: async (change: SettingsChange): Promise<void> => {
      const saved = await station.handlers["settings.save"](change);
      if (!saved.ok) throw new Error(saved.failure.detail);
    },
    handlers: station.handlers,
    tasksAreHere: (count: number) => until(() => station.snapshot().waiting.count === count, `${count} tasks wait`),
    scan: async (...texts: readonly string[]): Promise<void> => {
      for (const text of texts) await station.handlers.scan({ text, alternates: [], source: "wedge" });
    },
    /** What came out of a printer, by document and copy. */
    out: (name: string): readonly string[] => {
      try {
        return readdirSync(folder(name))
          .filter((file) => !file.endsWith(".part"))
          .map((file) => file.split(".").slice(1).join("."))
          .toSorted();
      } catch {
        return [];
      }
    },
  };
};

test("each document comes out of its own printer, and the packing slip of a parcel once", async () => {
  const bench = await openBench(["FT1"]);
  await bench.tasksAreHere(1);
  await bench.save({
    packingSlips: true,
    routes: {
      "own-label": "",
      "parking-slip": "",
      "packing-slip": `folder:${bench.folder("office")}`,
      "command-sheet": `folder:${bench.folder("office")}`,
    },
  });
  await bench.scan("FT1", "SKU-1");
  await until(() => bench.out("labels").length === 1 && bench.out("office").length === 1, "both came out");
  expect([bench.out("labels"), bench.out("office")]).toEqual([["own-label.1.pdf"], ["packing-slip.1.pdf"]]);
  await bench.scan("CMDPACKINGSLIP");
  await until(() => bench.out("office").length === 2, "the second slip came out");
  const sheet = await bench.handlers["sheet.print"]({});
  expect(sheet.ok && sheet.value.state).toBe("printed");
  expect(readdirSync(bench.folder("office")).filter((file) => file.startsWith("command-sheet"))).toHaveLength(1);
  expect([bench.out("labels"), bench.snapshot().lastParcels[0]?.copies]).toEqual([["own-label.1.pdf"], 1]);
});

test("one scan moves the bench to the spare printer, through a restart, and a second one back", async () => {
  const bench = await openBench(["FT1", "FT2"]);
  await bench.tasksAreHere(2);
  expect(bench.snapshot().printer.spare).toBe("there");
  await bench.scan("CMDSPARE");
  expect(bench.snapshot().verdict).toMatchObject({ kind: "command-ok", title: "Spare printer · spare" });
  await bench.scan("FT1", "SKU-1");
  await until(() => bench.out("spare").length === 1, "it came out of the spare printer");
  await bench.stop();
  const again = await openBench([], bench.dataFolder);
  await until(() => again.snapshot().printer.words.includes("ready"), "the printer was asked");
  expect(again.snapshot().printer).toEqual({ health: "careful", words: "spare printer · folder spare · ready", spare: "in-use" });
  await again.scan("FT2", "SKU-1");
  await until(() => again.out("spare").length === 2, "the next one too");
  await again.scan("CMDSPARE");
  expect(again.snapshot().verdict?.title).toBe("Back to labels");
  expect(again.out("labels")).toEqual([]);
});

test("a test print is drawn with what stands on the screen, and tells the code that is on it", async () => {
  const bench = await openBench([]);
  // The first drawing of a busy machine may take longer than a person at the settings waits
  await bench.handlers["sheet.pdf"]({});
  const printed = await bench.handlers["printer.test"]({ printer: "", dpi: 300, paper: "A6" });
  if (!printed.ok) throw new Error(printed.failure.detail);
  expect(printed.value).toMatchObject({ state: "printed", code: expect.stringMatching(/^PBTEST\d+$/) as string });
  expect(readdirSync(bench.folder("labels"))).toHaveLength(1);
});

test("a printer of other documents that is out of labels gets nothing and the top bar says so; a test print on one that is not saved too", async () => {
  const printer = await startZplPrinter();
  onTestFinished(printer.close);
  printer.setHost({ paperOut: true });
  const bench = await openBench(["FT1"]);
  await bench.tasksAreHere(1);
  await bench.handlers["sheet.pdf"]({});
  const tried = await bench.handlers["printer.test"]({ printer: printer.uri });
  expect(tried).toMatchObject({
    ok: true,
    value: { state: "failed", words: expect.stringContaining("The printer is out of labels") as string },
  });
  await bench.save({
    routes: { "own-label": printer.uri, "parking-slip": "", "packing-slip": "", "command-sheet": "" },
  });
  await until(() => bench.snapshot().printer.words.includes("out of labels"), "the top bar says so");
  expect(bench.snapshot().printer).toMatchObject({ health: "careful", words: expect.stringContaining("labels · ready") as string });
  await bench.scan("FT1", "SKU-1");
  await until(() => (bench.snapshot().lastParcels[0]?.words ?? "").includes("out of labels"), "the parcel says so");
  expect(printer.labels()).toEqual([]);
  printer.setHost({});
  await until(() => printer.labels().length === 1, "the label follows by itself");
  await until(() => !bench.snapshot().printer.words.includes("other printer"), "all is well");
});
