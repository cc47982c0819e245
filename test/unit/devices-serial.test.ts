import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { readSerialAddress } from "../../electron/device/serial-library.ts";
import { silentLog } from "../../electron/kit/log.ts";
import { openScales } from "../../electron/scale/scales.ts";
import { emptyLines, stepLines } from "../../electron/scanner/decode-lines.ts";
import { openScanners } from "../../electron/scanner/scanners.ts";
import { createHeldClock, createHidBus } from "../fakes/hid.ts";
import { HID_STATUS, HID_UNIT, hidScaleReport, toledoFrame } from "../fakes/scale.ts";
import { createSerialPorts } from "../fakes/serial.ts";

const noHid = { ok: false, words: "no HID here" } as const;
const PORT = "/dev/serial/by-id/usb-Zebra_DS2208";

const scannerBench = async (address: string = PORT) => {
  const ports = createSerialPorts();
  const time = createHeldClock();
  const scans: string[] = [];
  const torsos: string[] = [];
  const set = { address };
  const scanners = openScanners({
    clock: time.clock,
    log: silentLog,
    hid: noHid,
    serial: async () => ({ ok: true, library: ports.library }),
    serialAddress: () => set.address,
    names: () => ({ [PORT]: "Right" }),
    onScan: (text) => scans.push(text),
    onTorso: (name) => torsos.push(name),
    onChange: () => {},
  });
  onTestFinished(() => scanners.stop());
  ports.plug(PORT);
  scanners.start();
  await time.settle();
  return { ports, time, scans, torsos, scanners, set };
};

describe("a scanner on a serial port", () => {
  it("gives each line as one scan, however the line is cut on its way and whatever ends it", async () => {
    const { ports, scans } = await scannerBench();
    for (const part of ["FT-1\r\nFT", "-2\r", "\nFT-3\r", "FT-4\n\u0002FT-5\u0003\r\n"]) ports.send(PORT, part);
    expect(scans).toEqual(["FT-1", "FT-2", "FT-3", "FT-4", "FT-5"]);
  });

  it("that ends its scans with nothing is understood by the pause, and one that ends them never gives half a scan", async () => {
    const { ports, scans, torsos, time } = await scannerBench();
    ports.send(PORT, "401234");
    await time.move(30);
    ports.send(PORT, "5678901");
    await time.move(100);
    expect(scans).toEqual(["4012345678901"]);
    ports.send(PORT, "FT-1\r");
    ports.send(PORT, "FT-2");
    await time.move(2_000);
    ports.send(PORT, "FT-3\r");
    expect(scans.slice(1)).toEqual(["FT-1", "FT-3"]);
    expect(torsos).toEqual(["Right"]);
  });

  it("is read again after its cable was pulled and put back, without half a scan", async () => {
    const { ports, scans, torsos, time, scanners } = await scannerBench();
    ports.send(PORT, "HALF");
    ports.unplug(PORT);
    expect(torsos).toEqual(["Right"]);
    await time.move(1_000);
    expect(scanners.status()).toMatchObject({ health: "broken" });
    ports.plug(PORT);
    await time.move(10_000);
    expect(ports.send(PORT, "FT-9\r")).toBe(true);
    expect(scans).toEqual(["FT-9"]);
    expect(scanners.status()).toMatchObject({ health: "fine" });
  });

  it("is changed in the settings without a restart, with its line", async () => {
    const { ports, scans, scanners, set, time } = await scannerBench("");
    expect(scanners.status()).toEqual({ health: "fine", words: "Scanner · keyboard" });
    set.address = `${PORT}@19200,7e1`;
    await scanners.reopen();
    await time.settle();
    expect(ports.lineOf(PORT)).toEqual({ baudRate: 19_200, dataBits: 7, parity: "even", stopBits: 1 });
    ports.send(PORT, "FT-1\r");
    set.address = "";
    await scanners.reopen();
    expect(ports.send(PORT, "FT-2\r")).toBe(false);
    expect(scans).toEqual(["FT-1"]);
  });

  it("loses and glues nothing of any texts in any cuts, and noise without an end is thrown away", () => {
    const code = fc.stringMatching(/^[!-~]{1,60}$/);
    fc.assert(
      fc.property(
        fc.array(code, { maxLength: 20 }),
        fc.constantFrom("\r", "\n", "\r\n", "\t"),
        fc.integer({ min: 1, max: 50 }),
        (codes, end, chunk) => {
          const bytes = new TextEncoder().encode(codes.map((one) => one + end).join(""));
          let state = emptyLines;
          const scans: string[] = [];
          for (let at = 0; at < bytes.length; at += chunk) {
            const step = stepLines(state, bytes.subarray(at, at + chunk));
            state = step.state;
            scans.push(...step.scans);
          }
          expect(scans).toEqual(codes);
        },
      ),
    );
    const noise = stepLines(emptyLines, new Uint8Array(20_000).fill(65));
    expect(noise).toMatchObject({ scans: [] });
    expect(noise.problem).toContain("does not end");
    expect(noise.state.bytes.length).toBeLessThan(16_001);
  });

  it("is named by its port, with its line where that is not the usual one", () => {
    const usual = { baudRate: 9_600, dataBits: 8, parity: "none", stopBits: 1 } as const;
    expect(readSerialAddress("COM3", usual)).toEqual({ path: "COM3", line: usual });
    expect(readSerialAddress("COM3@2400", usual)).toEqual({ path: "COM3", line: { ...usual, baudRate: 2_400 } });
    expect(readSerialAddress("COM3@2400,7o2", usual)?.line).toEqual({ baudRate: 2_400, dataBits: 7, parity: "odd", stopBits: 2 });
    for (const bad of ["", "COM 3", "COM3@fast", "COM3@9600,9n1"]) expect(readSerialAddress(bad, usual)).toBeNull();
  });
});

const scaleBench = async (setting: string) => {
  const ports = createSerialPorts();
  const bus = createHidBus();
  const time = createHeldClock();
  const set = { scale: setting };
  const news: string[] = [];
  const scales = openScales({
    setting: () => set.scale,
    hid: { ok: true, library: bus.library },
    serial: async () => ({ ok: true, library: ports.library }),
    clock: time.clock,
    log: silentLog,
    platform: "linux",
    onChange: (what) => news.push(what),
  });
  onTestFinished(() => scales.stop());
  scales.start();
  await time.settle();
  const plugScale = async (path: string, product = "M25"): Promise<void> => {
    bus.plug(path, { manufacturer: "DYMO", product, usagePage: 0x8d, usage: 0x20 });
    await time.move(2_000);
  };
  const weigh = (path: string, grams: number, status: number = HID_STATUS.stable): boolean =>
    bus.report(path, hidScaleReport({ status: grams === 0 ? HID_STATUS.zero : status, unit: HID_UNIT.g, exponent: 0, weight: grams }));
  const says = (): string => `${scales.weighing().state} ${scales.weighing().kg}`;
  return { ports, bus, time, set, news, scales, plugScale, weigh, says };
};

describe("the scale of the bench", () => {
  it("is none where none is plugged in, and nobody is told of trouble", async () => {
    const { scales, time } = await scaleBench("usb");
    await time.move(10_000);
    expect(scales.status()).toBeNull();
    expect(scales.works()).toBe(false);
  });

  it("is found when it is plugged in, read, and read again on another path after it was moved", async () => {
    const { scales, bus, plugScale, weigh, says, time } = await scaleBench("usb:/dev/hidraw3");
    await plugScale("/dev/hidraw3");
    weigh("/dev/hidraw3", 0);
    weigh("/dev/hidraw3", 1_250);
    expect(says()).toBe("steady 1.25");
    expect(scales.status()).toEqual({ health: "fine", words: "Scale · 1.250 kg" });
    bus.unplug("/dev/hidraw3");
    await time.move(2_000);
    expect(scales.works()).toBe(false);
    expect(scales.status()).toMatchObject({ health: "broken" });
    expect(says()).toBe("silent null");
    await plugScale("/dev/hidraw5");
    weigh("/dev/hidraw5", 0);
    weigh("/dev/hidraw5", 300);
    expect(says()).toBe("steady 0.3");
  });

  it("of two that are plugged in is the chosen one; without a choice neither is read, and it says so", async () => {
    const { scales, plugScale, weigh, says, set, time } = await scaleBench("usb");
    await plugScale("/dev/hidraw3");
    weigh("/dev/hidraw3", 0);
    await plugScale("/dev/hidraw4");
    weigh("/dev/hidraw4", 500);
    expect(scales.works()).toBe(false);
    expect(scales.status()).toMatchObject({ health: "careful", words: "Scale · Two scales: choose one." });
    set.scale = "usb:/dev/hidraw4";
    await scales.reopen();
    await time.move(2_000);
    weigh("/dev/hidraw3", 900);
    weigh("/dev/hidraw4", 0);
    weigh("/dev/hidraw4", 500);
    expect(says()).toBe("steady 0.5");
  });

  it("of two can be chosen whatever their paths look like; what is no USB scale is no choice", async () => {
    const { scales, plugScale, bus, set, time } = await scaleBench("usb");
    const paths = ["\\\\?\\hid#vid_0922&pid_8003#7&1b2c", "DevSrvsID:4294969381", "/dev/hidraw4"];
    for (const path of paths) await plugScale(path);
    expect(scales.list().map(({ setting }) => setting)).toEqual(paths.map((path) => `usb:${path}`));
    bus.refuseLooking(new Error("no bus"));
    await time.move(2_000);
    expect(scales.list().at(-1)).toMatchObject({ name: "USB scales", setting: null });
    set.scale = "toledo:/dev/ttyUSB0";
    await scales.reopen();
    expect(scales.list()).toMatchObject([{ path: "/dev/ttyUSB0", setting: null }]);
  });

  it("tells only what changed: a scale that repeats itself ten times a second makes no pictures", async () => {
    const { news, plugScale, weigh } = await scaleBench("usb");
    await plugScale("/dev/hidraw3");
    weigh("/dev/hidraw3", 0);
    const before = news.length;
    for (let count = 0; count < 100; count++) weigh("/dev/hidraw3", 700);
    expect(news.length - before).toBe(1);
  });

  it("on a serial line speaks Toledo; silence and wrong bytes are not taken for a weight", async () => {
    const { ports, scales, time, says } = await scaleBench("toledo:/dev/ttyUSB0");
    ports.plug("/dev/ttyUSB0");
    await time.move(10_000);
    expect(scales.status()).toMatchObject({ health: "careful", words: expect.stringContaining("says nothing") });
    ports.send("/dev/ttyUSB0", "ST,GS,+0001.250kg\r\n");
    expect(scales.works()).toBe(false);
    const frames = (digits: number): void => {
      for (let count = 0; count < 3; count++) ports.send("/dev/ttyUSB0", toledoFrame({ digits, point: 3 }));
    };
    frames(0);
    frames(1_250);
    expect(says()).toBe("steady 1.25");
    await time.move(5_000);
    expect(scales.works()).toBe(false);
    expect(says()).toBe("silent null");
    frames(0);
    frames(800);
    expect(says()).toBe("steady 0.8");
    ports.unplug("/dev/ttyUSB0");
    await time.move(1_000);
    expect(scales.status()).toMatchObject({ health: "broken" });
  });

  it("that speaks A&D only when asked is asked", async () => {
    const { ports, scales, time, says } = await scaleBench("and:/dev/ttyUSB0@4800,8n1");
    ports.plug("/dev/ttyUSB0");
    await time.move(1_000);
    expect(ports.lineOf("/dev/ttyUSB0")).toEqual({ baudRate: 4_800, dataBits: 8, parity: "none", stopBits: 1 });
    expect(ports.written).toContain("Q\r\n");
    ports.send("/dev/ttyUSB0", "ST,GS,+0000.000kg\r\n");
    ports.send("/dev/ttyUSB0", "ST,GS,+0000.450kg\r\n");
    expect(says()).toBe("steady 0.45");
    expect(scales.works()).toBe(true);
  });

  it("is closed by stop, with no timer left", async () => {
    const { ports, scales, time } = await scaleBench("and:/dev/ttyUSB0");
    ports.plug("/dev/ttyUSB0");
    await time.move(1_000);
    ports.send("/dev/ttyUSB0", "ST,GS,+0000.450kg\r\n");
    await scales.stop();
    expect(time.waiting()).toBe(0);
    expect(ports.send("/dev/ttyUSB0", "x")).toBe(false);
  });
});
