import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { hidPlaceOf } from "../../electron/device/hid-place.ts";
import { silentLog } from "../../electron/kit/log.ts";
import { openScales } from "../../electron/scale/scales.ts";
import { openScanners } from "../../electron/scanner/scanners.ts";
import { testFolder } from "../fakes/folder.ts";
import { createHeldClock, createHidBus, reportsOf } from "../fakes/hid.ts";
import { HID_STATUS, HID_UNIT, hidScaleReport } from "../fakes/scale.ts";

const LOOK_MS = 2_000;
const [ONE, TWO] = ["usb-0000:00:14.0-1/input0", "usb-0000:00:14.0-2/input0"];

it("a HID device's place is read from sysfs, with its serial number where it has one", () => {
  const sysfs = testFolder();
  const plug = (name: string, uevent: string): void => {
    mkdirSync(join(sysfs, name, "device"), { recursive: true });
    writeFileSync(join(sysfs, name, "device/uevent"), uevent);
  };
  plug("hidraw0", `DRIVER=hid-generic\nHID_ID=0003:00000C2E:00000B61\nHID_NAME=Honeywell 1900\nHID_PHYS=${ONE}\nHID_UNIQ=\n`);
  plug("hidraw1", `HID_PHYS=${TWO}\nHID_UNIQ=S123\nMODALIAS=hid:b0003\n`);
  plug("hidraw2", "HID_PHYS=\nHID_UNIQ=S123\n");
  expect(hidPlaceOf("/dev/hidraw0", sysfs)).toBe(ONE);
  expect(hidPlaceOf("/dev/hidraw1", sysfs)).toBe(`${TWO}#S123`);
  for (const path of ["/dev/hidraw2", "/dev/hidraw7", "\\\\?\\hid#vid_0922&pid_8003#7&1b2c", "/dev/hidraw0/../../etc"])
    expect(hidPlaceOf(path, sysfs)).toBeUndefined();
});

const scannerBench = async (names: Readonly<Record<string, string>>) => {
  const bus = createHidBus();
  const time = createHeldClock();
  const reads: string[] = [];
  const scanners = openScanners({
    clock: time.clock,
    log: silentLog,
    hid: { ok: true, library: bus.library },
    serial: async () => ({ ok: false, words: "no serial ports here" }),
    serialAddress: () => "",
    names: () => names,
    onScan: (text, { name }) => reads.push(`${name} ${text}`),
    onChange: () => {},
  });
  onTestFinished(() => scanners.stop());
  const send = (path: string, text: string): boolean => reportsOf(text).every((report) => bus.report(path, report));
  return { bus, time, reads, scanners, send };
};

it("two equal scanners keep their names when they come back in the other order", async () => {
  const { bus, time, reads, scanners, send } = await scannerBench({ [ONE]: "Left", [TWO]: "Right" });
  bus.plug("/dev/hidraw0", { place: ONE });
  bus.plug("/dev/hidraw1", { place: TWO });
  scanners.start();
  await time.settle();
  send("/dev/hidraw0", "A");
  send("/dev/hidraw1", "B");
  for (const path of ["/dev/hidraw0", "/dev/hidraw1"]) bus.unplug(path);
  await time.move(LOOK_MS);
  bus.plug("/dev/hidraw0", { place: TWO });
  bus.plug("/dev/hidraw1", { place: ONE });
  await time.move(LOOK_MS);
  send("/dev/hidraw0", "C");
  send("/dev/hidraw1", "D");
  expect(reads).toEqual(["Left A", "Right B", "Right C", "Left D"]);
  expect(scanners.list().map(({ name, path, node }) => `${name} ${path} ${node}`)).toEqual([
    `Left ${ONE} /dev/hidraw1`,
    `Right ${TWO} /dev/hidraw0`,
  ]);
});

it("two that change their numbers between two looks are not taken for one another, and each scan comes once", async () => {
  const { bus, time, reads, scanners, send } = await scannerBench({ [ONE]: "Left", [TWO]: "Right" });
  bus.plug("/dev/hidraw0", { place: ONE });
  bus.plug("/dev/hidraw1", { place: TWO });
  scanners.start();
  await time.move(LOOK_MS);
  for (const path of ["/dev/hidraw0", "/dev/hidraw1"]) bus.unplug(path);
  bus.plug("/dev/hidraw0", { place: TWO });
  bus.plug("/dev/hidraw1", { place: ONE });
  await time.move(LOOK_MS / 2);
  // Nobody may read it as the one that had the number before
  expect(send("/dev/hidraw0", "EARLY")).toBe(false);
  await time.move(2 * LOOK_MS);
  send("/dev/hidraw0", "C");
  send("/dev/hidraw1", "D");
  expect(reads).toEqual(["Right C", "Left D"]);
});

it("names that older settings keep by number go on counting, and two without a place of their own stay two", async () => {
  const { bus, time, reads, scanners, send } = await scannerBench({ "/dev/hidraw0": "Left" });
  bus.plug("/dev/hidraw0", { place: ONE });
  bus.plug("/dev/hidraw1", { place: "same" });
  bus.plug("/dev/hidraw2", { place: "same" });
  scanners.start();
  await time.settle();
  for (const path of ["/dev/hidraw0", "/dev/hidraw1", "/dev/hidraw2"]) send(path, path.slice(-1));
  expect(reads).toEqual(["Left 0", "Honeywell 1900 1", "Honeywell 1900 2"]);
  expect(scanners.list().map(({ path }) => path)).toEqual([ONE, "/dev/hidraw1", "/dev/hidraw2"]);
});

it("of two scales the chosen one is weighed, whatever number each has got; a choice by number says that it is to be made anew", async () => {
  const bus = createHidBus();
  const time = createHeldClock();
  const set = { scale: `usb:${ONE}` };
  const scales = openScales({
    setting: () => set.scale,
    hid: { ok: true, library: bus.library },
    serial: async () => ({ ok: false, words: "no serial ports here" }),
    clock: time.clock,
    log: silentLog,
    platform: "linux",
    onChange: () => {},
  });
  onTestFinished(() => scales.stop());
  const plug = (path: string, place: string): void =>
    bus.plug(path, { place, manufacturer: "DYMO", product: "M25", usagePage: 0x8d, usage: 0x20 });
  const weigh = (path: string, grams: number): boolean =>
    bus.report(
      path,
      hidScaleReport({ status: grams === 0 ? HID_STATUS.zero : HID_STATUS.stable, unit: HID_UNIT.g, exponent: 0, weight: grams }),
    );
  plug("/dev/hidraw0", TWO);
  plug("/dev/hidraw1", ONE);
  scales.start();
  await time.move(LOOK_MS);
  for (const grams of [0, 900]) weigh("/dev/hidraw0", grams);
  for (const grams of [0, 500]) weigh("/dev/hidraw1", grams);
  expect(scales.weighing().kg).toBe(0.5);
  expect(scales.list().map(({ setting, words }) => `${setting} ${words}`)).toEqual([`usb:${ONE} Ready`, `usb:${TWO} Ready`]);

  set.scale = "usb:/dev/hidraw0";
  await scales.reopen();
  await time.move(LOOK_MS);
  for (const grams of [0, 700]) weigh("/dev/hidraw0", grams);
  expect(scales.weighing().kg).toBe(0.7);
  expect(scales.list()[0]).toMatchObject({ path: TWO, health: "careful", words: expect.stringContaining("choose it again") });
});
