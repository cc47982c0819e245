import { strict as assert } from "node:assert";
import { once } from "node:events";
import { createReadStream, readdirSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { loadNodeHid } from "../../electron/device/node-hid.ts";
import { loadSerialPort } from "../../electron/device/serial-port.ts";
import { systemClock } from "../../electron/kit/clock.ts";
import { openScales } from "../../electron/scale/scales.ts";
import { openScanners } from "../../electron/scanner/scanners.ts";
import { reportsOf } from "../fakes/hid.ts";
import { HID_STATUS, HID_UNIT, hidScaleReport } from "../fakes/scale.ts";
import { plugScale, plugScanner, type UhidDevice } from "./uhid.ts";

/** Runs inside the guest: the station's own scanners and scales against devices that the kernel takes for real. */

const say = (words: string): void => void process.stdout.write(`GUEST ${words}\n`);
const LOOK_AGAIN_MS = 10;
const LONGEST_WAIT_MS = 20_000;

/** Waits until it is so; what was waited for is the failure. */
const until = async (what: string, isSo: () => boolean): Promise<void> => {
  const from = performance.now();
  while (!isSo()) {
    assert(performance.now() - from < LONGEST_WAIT_MS, `waited in vain for: ${what}`);
    await pause(LOOK_AGAIN_MS);
  }
};

const log = {
  info: () => {},
  warn: (facts: unknown, words: string) => say(`warned: ${words} ${JSON.stringify(facts)}`),
  error: (facts: unknown, words: string) => say(`error: ${words} ${JSON.stringify(facts)}`),
};

const hid = await loadNodeHid();
assert(hid.ok, "node-hid does not load");
const nothingSet = { scale: "usb", scannerPort: "", names: {} as Readonly<Record<string, string>> };
const set = { ...nothingSet };
const scans: Readonly<{ text: string; name: string; at: number }>[] = [];
const scanners = openScanners({
  clock: systemClock,
  log,
  hid,
  serial: loadSerialPort,
  serialAddress: () => set.scannerPort,
  names: () => set.names,
  onScan: (text, { name }) => scans.push({ text, name, at: performance.now() }),
  onChange: () => {},
});
const scales = openScales({ setting: () => set.scale, hid, serial: loadSerialPort, clock: systemClock, log, onChange: () => {} });
scanners.start();
scales.start();

/** What is plugged in, so that a scene that failed leaves nothing to the next one. */
const plugged = new Set<UhidDevice>();
const keep = (device: UhidDevice): UhidDevice => {
  const kept = {
    ...device,
    unplug: () => {
      plugged.delete(kept);
      device.unplug();
    },
  };
  plugged.add(kept);
  return kept;
};
const tidyUp = async (): Promise<void> => {
  for (const device of plugged) device.unplug();
  Object.assign(set, nothingSet);
  await Promise.all([scanners.reopen(), scales.reopen()]);
  await until("everything to be gone", () => fine() === 0 && !scales.works());
  scans.length = 0;
};

const fine = (): number => scanners.list().filter(({ health }) => health === "fine").length;
const send = (device: UhidDevice, text: string): void => reportsOf(text).forEach((report) => device.report(report));
const takeScans = (): readonly string[] => scans.splice(0).map(({ text }) => text);

/** Where the system itself reads the USB keyboard. */
const keyboardEvents = (): string => {
  const found = readdirSync("/sys/class/input").find(
    (name) => name.startsWith("event") && /usb.*keyboard/i.test(readFileSync(`/sys/class/input/${name}/device/name`, "utf8")),
  );
  assert(found !== undefined, "the system sees a USB keyboard");
  return `/dev/input/${found}`;
};

const scenes: Readonly<Record<string, () => Promise<string>>> = {
  "a HID-POS scanner: 200 scans one after the other": async () => {
    const scanner = keep(plugScanner("1"));
    await until("the scanner to be opened", () => fine() === 1);
    const waits: number[] = [];
    for (let count = 0; count < 200; count++) {
      const from = performance.now();
      send(scanner, `FT-${count}`);
      await until(`scan ${count}`, () => scans.length > count);
      waits.push((scans[count]?.at ?? from) - from);
    }
    assert.deepEqual(
      takeScans(),
      Array.from({ length: 200 }, (_, count) => `FT-${count}`),
    );
    scanner.unplug();
    await until("the scanner to be gone", () => fine() === 0);
    const sorted = waits.toSorted((a, b) => a - b);
    return `200 of 200 in order, report to scan p50 ${sorted[100]?.toFixed(1)} ms, p99 ${sorted[198]?.toFixed(1)} ms`;
  },

  "1,000 scans in bursts of 40 without a pause, some of three reports": async () => {
    const scanner = keep(plugScanner("1"));
    await until("the scanner to be opened", () => fine() === 1);
    const expected: string[] = [];
    let longest = 0;
    for (let burst = 0; burst < 25; burst++) {
      const codes = Array.from({ length: 40 }, (_, index) => `B${burst}-${index}-${index % 20 === 0 ? "L".repeat(140) : ""}`);
      expected.push(...codes);
      const from = performance.now();
      for (const code of codes) send(scanner, code);
      await until(`burst ${burst}`, () => scans.length >= expected.length);
      longest = Math.max(longest, performance.now() - from);
    }
    assert.deepEqual(takeScans(), expected);
    scanner.unplug();
    await until("the scanner to be gone", () => fine() === 0);
    return `1,000 of 1,000 in order, 0 lost, 0 glued; the slowest burst took ${longest.toFixed(0)} ms`;
  },

  "two equal scanners at once, long scans interleaved": async () => {
    const [left, right] = [keep(plugScanner("1")), keep(plugScanner("2"))];
    await until("both to be opened", () => fine() === 2);
    assert.equal(new Set(scanners.list().map(({ path }) => path)).size, 2);
    const codes: string[] = [];
    for (let round = 0; round < 50; round++) {
      const [one, other] = [`L${round}-${"l".repeat(100)}`, `R${round}-${"r".repeat(100)}`];
      const reports = [reportsOf(one), reportsOf(other)] as const;
      reports[0].forEach((report, index) => {
        left.report(report);
        right.report(reports[1][index] ?? []);
      });
      codes.push(one, other);
      await until(`round ${round}`, () => scans.length === codes.length);
    }
    assert.deepEqual(takeScans().toSorted(), codes.toSorted());
    left.unplug();
    await until("one to be gone", () => fine() === 1);
    send(right, "STILL-HERE");
    await until("the other to be read", () => scans.length === 1);
    takeScans();
    right.unplug();
    await until("both to be gone", () => fine() === 0);
    return "100 of 100 whole; one unplugged, the other read on";
  },

  "two equal scanners plugged in again in the other order keep their names": async () => {
    const nodes = (): readonly string[] => scanners.list().map(({ node }) => node ?? "");
    const both = [keep(plugScanner("1")), keep(plugScanner("2"))];
    await until("both to be opened", () => fine() === 2);
    set.names = { "usb-1": "Left", "usb-2": "Right" };
    const before = nodes();
    for (const scanner of both) scanner.unplug();
    await until("both to be gone", () => fine() === 0);
    const [right, left] = [keep(plugScanner("2")), keep(plugScanner("1"))];
    await until("both to be back", () => fine() === 2);
    assert.deepEqual(nodes(), before.toReversed(), "the kernel gave them each other's number");
    send(left, "ONE");
    await until("a scan of the left one", () => scans.length === 1);
    send(right, "TWO");
    await until("a scan of the right one", () => scans.length === 2);
    assert.deepEqual(
      scans.splice(0).map(({ name, text }) => `${name} ${text}`),
      ["Left ONE", "Right TWO"],
    );
    set.names = {};
    left.unplug();
    right.unplug();
    await until("both to be gone", () => fine() === 0);
    return `${before.join(" and ")} changed places, Left and Right did not`;
  },

  "unplugged in the middle of a scan and plugged in again, ten times": async () => {
    const before = scanners.list().length;
    for (let round = 0; round < 10; round++) {
      const scanner = keep(plugScanner("1", "SN-1"));
      await until("the scanner to be opened", () => fine() === 1);
      send(scanner, `WHOLE-${round}`);
      await until("a whole scan", () => scans.length === 1);
      scanner.report(reportsOf("H".repeat(100))[0] ?? []);
      scanner.unplug();
      await until("the scanner to be gone", () => fine() === 0);
      assert.deepEqual(takeScans(), [`WHOLE-${round}`]);
    }
    assert(scanners.list().length <= before + 1, "the list grows with each plugging in");
    return "10 of 10, no half scan, the list doesn't grow";
  },

  "a HID scale: weighed, tared, unplugged and plugged in again": async () => {
    const weigh = (scale: UhidDevice, grams: number, status: number = HID_STATUS.stable): void =>
      scale.report(hidScaleReport({ status: grams === 0 ? HID_STATUS.zero : status, unit: HID_UNIT.g, exponent: 0, weight: grams }));
    const says = (): string => `${scales.weighing().state} ${scales.weighing().kg}`;
    const scale = keep(plugScale("3"));
    await until("the scale to be opened", () => scales.list().some(({ health }) => health === "fine"));
    assert(!scales.works(), "a scale that has not said anything is waited for by nobody");
    weigh(scale, 0);
    weigh(scale, 700, HID_STATUS.moving);
    await until("a moving weight", () => says() === "moving 0.7");
    weigh(scale, 1_250);
    await until("1,250 g", () => says() === "steady 1.25");
    scales.taken("PB1");
    weigh(scale, 1_250);
    await until("the weight to be spoken for", () => says() === "earlier 1.25");
    weigh(scale, 0);
    weigh(scale, 500);
    await until("a new weight", () => says() === "steady 0.5");
    assert.equal(scales.tare().done, "tare");
    weigh(scale, 800);
    await until("a net weight", () => says() === "steady 0.3");
    scale.unplug();
    await until("the scale to be gone", () => !scales.works());
    const again = keep(plugScale("4"));
    await until("the scale to be there again", () => scales.list().some(({ health }) => health === "fine"));
    weigh(again, 0);
    weigh(again, 900);
    await until("a weight after replugging", () => scales.weighing().state === "steady");
    again.unplug();
    return "moving, steady, taken, tared; read again after it was moved to another socket";
  },

  "a USB keyboard beside a scanner: left alone, typed on, unplugged and plugged in again": async () => {
    const keys: number[] = [];
    const listen = async (path: string): Promise<() => void> => {
      // struct input_event: two longs of time, type, code, value
      const stream = createReadStream(path, { highWaterMark: 24 });
      stream.on("data", (chunk) => {
        const event = Buffer.from(chunk);
        for (let at = 0; at + 24 <= event.length; at += 24)
          if (event.readUInt16LE(at + 16) === 1 && event.readInt32LE(at + 20) === 1) keys.push(event.readUInt16LE(at + 18));
      });
      stream.on("error", () => {});
      await once(stream, "open");
      return () => void stream.destroy();
    };
    const listed = async (): Promise<number> =>
      (await hid.library.devices()).filter(({ usagePage, usage }) => usagePage === 1 && usage === 6).length;
    assert.equal(await listed(), 1, "the keyboard is there");
    const scanner = keep(plugScanner("1"));
    await until("the scanner to be opened", () => fine() === 1);
    const stop = await listen(keyboardEvents());
    say("ASK type");
    await until("seven keys", () => keys.length >= 7);
    send(scanner, "BESIDE");
    await until("a scan beside the keyboard", () => scans.length === 1);
    stop();
    assert.deepEqual(keys.splice(0), [30, 48, 46, 2, 3, 4, 28], "abc123 and Enter");
    assert.equal(scanners.list().filter(({ name }) => /keyboard/i.test(name)).length, 0);
    say("ASK unplug-keyboard");
    for (let count = 0; (await listed()) > 0; count++) {
      assert(count < 400, "the keyboard did not go");
      await pause(50);
    }
    say("ASK plug-keyboard");
    for (let count = 0; (await listed()) === 0; count++) {
      assert(count < 400, "the keyboard did not come back");
      await pause(50);
    }
    send(scanner, "AFTER");
    await until("a scan afterwards", () => scans.length === 2);
    assert.deepEqual(takeScans(), ["BESIDE", "AFTER"]);
    scanner.unplug();
    await until("the scanner to be gone", () => fine() === 0);
    return "7 of 7 keys reached the system, none of them the scanners' list";
  },

  "a scanner on a serial port": async () => {
    set.scannerPort = "/dev/ttyS1";
    await scanners.reopen();
    await until("the port to be opened", () => fine() === 1);
    say("ASK serial-scans");
    await until("200 scans", () => scans.length >= 200);
    assert.deepEqual(
      takeScans(),
      Array.from({ length: 200 }, (_, count) => `SERIAL-${count}`),
    );
    set.scannerPort = "";
    await scanners.reopen();
    return "200 of 200 in order";
  },

  "a Toledo scale on a serial port": async () => {
    set.scale = "toledo:/dev/ttyS1";
    await scales.reopen();
    say("ASK serial-weights");
    await until("the weight the indicator sends", () => scales.weighing().kg === 1.25 && scales.weighing().state === "steady");
    set.scale = "";
    await scales.reopen();
    return "1.250 kg, steady";
  },
};

let failed = 0;
for (const [name, play] of Object.entries(scenes)) {
  const from = performance.now();
  try {
    const figures = await play();
    say(`PASSED ${name} · ${figures} (${((performance.now() - from) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failed += 1;
    say(
      `FAILED ${name} · ${error instanceof Error ? error.message : String(error)} · scanners ${JSON.stringify(scanners.list())} · scans ${scans.length}`,
    );
    await tidyUp();
  }
}
await Promise.all([scanners.stop(), scales.stop()]);
say(`END ${Object.keys(scenes).length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
