import { describe, expect, it, onTestFinished } from "vitest";
import type { LoadedHid } from "../../electron/device/hid-library.ts";
import { loadNodeHid } from "../../electron/device/node-hid.ts";
import { silentLog } from "../../electron/kit/log.ts";
import { createHidScanner } from "../../electron/scanner/hid.ts";
import { createScanTest } from "../../electron/scanner/scan-test.ts";
import { openScanners } from "../../electron/scanner/scanners.ts";
import { createHeldClock, createHidBus, reportsOf } from "../fakes/hid.ts";

const LOOK_MS = 2_000;

const startBench = async () => {
  const bus = createHidBus();
  const time = createHeldClock();
  const warnings: string[] = [];
  const log = { ...silentLog, warn: (_: unknown, words: string) => void warnings.push(words) };
  const scanner = createHidScanner({ library: bus.library, clock: time.clock, log, platform: "linux" });
  const scans: string[] = [];
  const torsos: string[] = [];
  let changes = 0;
  scanner.onTorso((path) => torsos.push(path));
  scanner.onScan(({ path, text }) => scans.push(`${path} ${text}`));
  scanner.onChange(() => (changes += 1));
  onTestFinished(() => scanner.stop());
  const send = (path: string, text: string): boolean => reportsOf(text).every((report) => bus.report(path, report));
  return { bus, time, scanner, scans, torsos, warnings, send, changes: () => changes, log };
};

const plugIn = async (bench: Awaited<ReturnType<typeof startBench>>, ...paths: string[]): Promise<void> => {
  for (const path of paths) bench.bus.plug(path);
  bench.scanner.start();
  await bench.time.move(LOOK_MS);
};

describe("HID POS scanners", () => {
  it("are found after the start and when they are plugged in later, and keyboards are left alone", async () => {
    const bench = await startBench();
    bench.bus.plug("/dev/hidraw9", { usagePage: 1, usage: 6, product: "Keyboard" });
    await plugIn(bench, "/dev/hidraw0");
    expect(bench.send("/dev/hidraw0", "FT-1")).toBe(true);
    bench.bus.plug("/dev/hidraw1", { manufacturer: "Zebra", product: "DS2208" });
    await bench.time.move(LOOK_MS);
    expect(bench.send("/dev/hidraw1", "FT-2")).toBe(true);
    expect(bench.scans).toEqual(["/dev/hidraw0 FT-1", "/dev/hidraw1 FT-2"]);
    expect(bench.scanner.list().map(({ name, health }) => `${name} ${health}`)).toEqual(["Honeywell 1900 fine", "Zebra DS2208 fine"]);
    expect(bench.bus.isOpen("/dev/hidraw9")).toBe(false);
  });

  it("of the same make stay two, also when their long scans arrive interleaved", async () => {
    const bench = await startBench();
    await plugIn(bench, "/dev/hidraw0", "/dev/hidraw1");
    expect(bench.scanner.list()).toHaveLength(2);
    const [left, right] = ["L".repeat(150), "R".repeat(150)];
    const [leftReports, rightReports] = [reportsOf(left), reportsOf(right)];
    for (const [index, report] of leftReports.entries()) {
      bench.bus.report("/dev/hidraw0", report);
      bench.bus.report("/dev/hidraw1", rightReports[index] ?? []);
    }
    expect(bench.scans).toEqual([`/dev/hidraw0 ${left}`, `/dev/hidraw1 ${right}`]);
  });

  it("unplugged in the middle of a scan and plugged in again scan on, without half a scan", async () => {
    const bench = await startBench();
    await plugIn(bench, "/dev/hidraw0");
    const [first = []] = reportsOf("H".repeat(100));
    bench.bus.report("/dev/hidraw0", first);
    bench.bus.unplug("/dev/hidraw0");
    await bench.time.move(LOOK_MS);
    expect(bench.scanner.list()).toMatchObject([{ health: "broken", words: "It is unplugged." }]);
    expect(bench.warnings.join(" ")).toContain("scan it again");
    expect(bench.torsos).toEqual(["/dev/hidraw0"]);
    bench.bus.plug("/dev/hidraw0");
    await bench.time.move(LOOK_MS);
    expect(bench.send("/dev/hidraw0", "FT-3")).toBe(true);
    expect(bench.scans).toEqual(["/dev/hidraw0 FT-3"]);
  });

  it("that stop in the middle of a scan are told so within a second, once, and a report that is no scan is no such thing", async () => {
    const bench = await startBench();
    await plugIn(bench, "/dev/hidraw0");
    bench.bus.report("/dev/hidraw0", reportsOf("H".repeat(100))[0] ?? []);
    await bench.time.move(900);
    expect(bench.torsos).toEqual([]);
    await bench.time.move(200);
    expect(bench.torsos).toEqual(["/dev/hidraw0"]);
    bench.send("/dev/hidraw0", "FT-1".padEnd(100, "X"));
    bench.bus.report("/dev/hidraw0", [9, 200, 1]);
    await bench.time.move(5_000);
    expect(bench.scans).toEqual([`/dev/hidraw0 ${"FT-1".padEnd(100, "X")}`]);
    expect(bench.torsos).toHaveLength(1);
  });

  it("plugged into another socket replace their lost entry instead of standing beside it", async () => {
    const bench = await startBench();
    await plugIn(bench, "/dev/hidraw0");
    bench.bus.unplug("/dev/hidraw0");
    await bench.time.move(LOOK_MS);
    bench.bus.plug("/dev/hidraw4");
    await bench.time.move(LOOK_MS);
    expect(bench.scanner.list().map(({ path, health }) => `${path} ${health}`)).toEqual(["/dev/hidraw4 fine"]);
  });

  it("that were replaced by another make are trouble for ten minutes, and one that is not replaced stays trouble", async () => {
    const bench = await startBench();
    await plugIn(bench, "/dev/hidraw0");
    bench.bus.unplug("/dev/hidraw0");
    await bench.time.move(60 * 60_000);
    expect(bench.scanner.list()).toMatchObject([{ health: "broken", words: "It is unplugged." }]);
    bench.bus.plug("/dev/hidraw1", { manufacturer: "Zebra", product: "DS2208" });
    await bench.time.move(LOOK_MS);
    expect(bench.scanner.list().map(({ name, health }) => `${name} ${health}`)).toEqual(["Zebra DS2208 fine"]);
    bench.bus.plug("/dev/hidraw2");
    await bench.time.move(LOOK_MS);
    bench.bus.unplug("/dev/hidraw2");
    await bench.time.move(LOOK_MS);
    expect(bench.scanner.list()).toHaveLength(2);
    await bench.time.move(10 * 60_000 + LOOK_MS);
    expect(bench.scanner.list()).toHaveLength(1);
  });

  it("are opened again by path after a read error, each for itself", async () => {
    const bench = await startBench();
    await plugIn(bench, "/dev/hidraw0", "/dev/hidraw1");
    bench.bus.fail("/dev/hidraw0");
    expect(bench.send("/dev/hidraw1", "FT-4")).toBe(true);
    await bench.time.settle();
    expect(bench.scanner.list()[0]).toMatchObject({ health: "broken" });
    await bench.time.move(300);
    expect(bench.send("/dev/hidraw0", "FT-5")).toBe(true);
    expect(bench.scans).toEqual(["/dev/hidraw1 FT-4", "/dev/hidraw0 FT-5"]);
    expect(bench.bus.counts()).toMatchObject({ opens: 3, closes: 1 });
  });

  it("that can't be opened are tried again with growing pauses, and say what to do", async () => {
    const bench = await startBench();
    bench.bus.refuseOpen.add("/dev/hidraw0");
    await plugIn(bench, "/dev/hidraw0");
    expect(bench.scanner.list()[0]?.words).toContain("70-packbench-scanner.rules");
    await bench.time.move(60_000);
    expect(bench.warnings.filter((words) => words.includes("rules"))).toHaveLength(1);
    bench.bus.refuseOpen.clear();
    await bench.time.move(10_000);
    expect(bench.send("/dev/hidraw0", "FT-6")).toBe(true);
  });

  it("lose nothing of 100 reports that arrive at once", async () => {
    const bench = await startBench();
    await plugIn(bench, "/dev/hidraw0");
    for (let index = 0; index < 100; index++) expect(bench.send("/dev/hidraw0", `B${index}`)).toBe(true);
    expect(bench.scans).toEqual(Array.from({ length: 100 }, (_, index) => `/dev/hidraw0 B${index}`));
  });

  it("go on reading when the one who takes the scans fails", async () => {
    const bench = await startBench();
    const stop = bench.scanner.onScan(() => {
      throw new Error("no database");
    });
    await plugIn(bench, "/dev/hidraw0");
    bench.send("/dev/hidraw0", "FT-7");
    stop();
    bench.send("/dev/hidraw0", "FT-8");
    expect(bench.scans).toEqual(["/dev/hidraw0 FT-7", "/dev/hidraw0 FT-8"]);
  });

  it("are looked for again after the bus itself failed, and the list says so meanwhile", async () => {
    const bench = await startBench();
    bench.bus.refuseLooking(new Error("udev is gone"));
    await plugIn(bench, "/dev/hidraw0");
    expect(bench.scanner.list()).toMatchObject([{ path: "usb", health: "broken" }]);
    bench.bus.refuseLooking(null);
    await bench.time.move(LOOK_MS);
    expect(bench.scanner.list()).toMatchObject([{ path: "/dev/hidraw0", health: "fine" }]);
  });

  it("are all closed by stop, with no timer left", async () => {
    const bench = await startBench();
    await plugIn(bench, "/dev/hidraw0", "/dev/hidraw1");
    await bench.scanner.stop();
    expect(bench.bus.isOpen("/dev/hidraw0") || bench.bus.isOpen("/dev/hidraw1")).toBe(false);
    expect(bench.time.waiting()).toBe(0);
  });
});

describe("the station's scanners", () => {
  const openWith = (hid: LoadedHid, time = createHeldClock()) => {
    const scans: string[] = [];
    const scanners = openScanners({
      clock: time.clock,
      log: silentLog,
      hid,
      serial: async () => ({ ok: false, words: "no serial ports here" }),
      serialAddress: () => "",
      onScan: (text) => scans.push(text),
      onChange: () => {},
    });
    onTestFinished(() => scanners.stop());
    return { scanners, scans, time };
  };

  it("work on with keyboard scanners where node-hid can't be loaded, and say why", async () => {
    const { scanners } = openWith({ ok: false, words: "USB scanners can't be used: no native part." });
    expect(scanners.status()).toEqual({ health: "fine", words: "Scanner · keyboard" });
    expect(scanners.list()).toMatchObject([{ health: "broken", words: "USB scanners can't be used: no native part." }]);
  });

  it("load the real node-hid of this installation and list what is plugged in", async () => {
    const hid = await loadNodeHid();
    expect(hid.ok).toBe(true);
    const { scanners } = openWith(hid);
    scanners.start();
    expect(scanners.list().every(({ path }) => path !== "")).toBe(true);
  });

  it("of one model are told apart by their paths, and by the names people gave them", async () => {
    const bus = createHidBus();
    bus.plug("/dev/hidraw0");
    bus.plug("/dev/hidraw1");
    const time = createHeldClock();
    const reads: string[] = [];
    const scanners = openScanners({
      clock: time.clock,
      log: silentLog,
      hid: { ok: true, library: bus.library },
      serial: async () => ({ ok: false, words: "no serial ports here" }),
      serialAddress: () => "",
      names: () => ({ "/dev/hidraw1": "Left" }),
      onScan: (_, { name, path, way, symbology }) => reads.push([name, path, way, symbology].join(" ")),
      onChange: () => {},
    });
    onTestFinished(() => scanners.stop());
    scanners.start();
    await time.settle();
    expect(scanners.list().map(({ name }) => name)).toEqual(["Honeywell 1900", "Left"]);
    for (const path of ["/dev/hidraw1", "/dev/hidraw0"]) for (const report of reportsOf("FT-1", "]C0")) bus.report(path, report);
    expect(reads).toEqual(["Left /dev/hidraw1 hid ]C0", "Honeywell 1900 /dev/hidraw0 hid ]C0"]);
  });

  it("go to the test while somebody tests, and to the bench again when that page is gone", async () => {
    const time = createHeldClock();
    let changes = 0;
    const test = createScanTest({ clock: time.clock, onChange: () => (changes += 1) });
    const read = { text: "FT-1", symbology: null, way: "hid", path: "/dev/hidraw0", name: "Left" } as const;
    expect(test.take(read)).toBe(false);
    test.hold(true);
    expect([test.take(read), test.take({ ...read, text: "FT-2" })]).toEqual([true, true]);
    expect(test.reads().map(({ number, text }) => `${number} ${text}`)).toEqual(["1 FT-1", "2 FT-2"]);
    expect(changes).toBe(2);
    await time.move(14_000);
    test.hold(true);
    await time.move(14_000);
    expect(test.take(read)).toBe(true);
    await time.move(15_000);
    expect([test.take(read), test.reads()]).toEqual([false, []]);
    test.hold(true);
    test.hold(false);
    expect(test.take(read)).toBe(false);
  });

  it("pass a GS1 code on with the identifier that makes it one, and other codes bare", async () => {
    const bus = createHidBus();
    bus.plug("/dev/hidraw0");
    const { scanners, scans, time } = openWith({ ok: true, library: bus.library });
    scanners.start();
    await time.settle();
    for (const report of [...reportsOf("10LOT\u001d0104012345678901", "]d2"), ...reportsOf("4012345678901", "]E0")])
      bus.report("/dev/hidraw0", report);
    expect(scans).toEqual(["]d210LOT\u001d0104012345678901", "4012345678901"]);
    expect(scanners.status()).toEqual({ health: "fine", words: "Scanner · Honeywell 1900" });
    bus.unplug("/dev/hidraw0");
    await time.move(2_000);
    expect(scanners.status().health).toBe("broken");
  });
});
