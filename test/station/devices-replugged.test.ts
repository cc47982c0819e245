import { expect, it, onTestFinished, vi } from "vitest";
import { detailIdOf, startTestOms4, tinyPdf } from "../fakes/oms4.ts";
import { createHidBus, reportsOf } from "../fakes/hid.ts";
import { openTestStation } from "../fakes/open-station.ts";
import { HID_STATUS, HID_UNIT, hidScaleReport } from "../fakes/scale.ts";
import { createSerialPorts } from "../fakes/serial.ts";
import { startZplPrinter } from "../fakes/zpl-printer.ts";

const [SCANNER, SCALE] = ["usb-0000:00:14.0-1/input0", "usb-0000:00:14.0-2/input0"];
const PORT = "/dev/serial/by-id/usb-Zebra_DS2208";
const FT = "FT1";

/** A live station with a HID scanner, a scanner on a serial port, a HID scale and a network printer, all plugged in. */
const openBench = async () => {
  const oms4 = await startTestOms4({ labels: ({ trackingNo }) => tinyPdf(trackingNo) });
  oms4.addTask({
    ftNo: FT,
    lines: [
      { sku: "MUG", qty: 4 },
      { sku: "GLOVES", qty: 2 },
    ],
  });
  const zpl = await startZplPrinter();
  zpl.setHost({});
  onTestFinished(() => zpl.close());
  const bus = createHidBus();
  const ports = createSerialPorts();
  const plug = {
    scanner: (path: string) => bus.plug(path, { place: SCANNER }),
    scale: (path: string) => bus.plug(path, { place: SCALE, manufacturer: "DYMO", product: "M25", usagePage: 0x8d, usage: 0x20 }),
  };
  plug.scanner("/dev/hidraw0");
  plug.scale("/dev/hidraw1");
  ports.plug(PORT);
  const bench = await openTestStation(oms4, {
    pollMs: 300,
    devices: { hid: async () => ({ ok: true, library: bus.library }), serial: async () => ({ ok: true, library: ports.library }) },
    environment: { LABEL_PRINTER: zpl.uri, SCANNER_PORT: PORT, LABEL_RULES: "*: off" },
  });
  const { snapshot } = bench;
  const says = (what: () => unknown, wanted: unknown): Promise<void> =>
    vi.waitFor(() => expect(what()).toEqual(wanted), { timeout: 15_000 });
  const pill = (name: "scanner" | "printer" | "scale") => (): unknown => snapshot()[name];
  const packed = (): number => snapshot().task?.lines.reduce((sum, line) => sum + line.packed, 0) ?? 0;
  const byHid = (path: string, text: string): void => reportsOf(text).forEach((report) => void bus.report(path, report));
  const weigh = (path: string, grams: number, status: number = HID_STATUS.stable): boolean =>
    bus.report(path, hidScaleReport({ status: grams === 0 ? HID_STATUS.zero : status, unit: HID_UNIT.g, exponent: 0, weight: grams }));
  return { ...bench, oms4, zpl, bus, ports, plug, says, pill, packed, byHid, weigh };
};

it("every device may be pulled and put back in the middle of a pack: the pills say so, nothing restarts, the parcel ends right", async () => {
  const { oms4, zpl, bus, ports, plug, says, pill, packed, byHid, weigh, snapshot, station } = await openBench();
  await says(pill("scanner"), { health: "fine", words: "2 scanners" });
  await says(() => snapshot().printer.health, "fine");
  await says(() => snapshot().waiting.count, 1);
  weigh("/dev/hidraw1", 0);
  byHid("/dev/hidraw0", FT);
  byHid("/dev/hidraw0", "MUG");
  expect(packed()).toBe(1);

  // The HID scanner, in the middle of a scan; the other one packs on
  bus.report("/dev/hidraw0", reportsOf(`MUG${"X".repeat(80)}`)[0] ?? []);
  bus.unplug("/dev/hidraw0");
  await says(() => snapshot().verdict?.title, "Scan it again");
  expect(snapshot().verdict).toMatchObject({ kind: "scan-refused", tone: "wrong", text: expect.stringContaining("Honeywell 1900") });
  await says(pill("scanner"), { health: "careful", words: "Scanner · Honeywell 1900: It is unplugged." });
  ports.send(PORT, "MUG\r");
  expect(packed()).toBe(2);
  plug.scanner("/dev/hidraw7");
  await says(pill("scanner"), { health: "fine", words: "2 scanners" });
  byHid("/dev/hidraw7", "MUG");
  expect(packed()).toBe(3);

  // The serial one, in the middle of a scan
  ports.send(PORT, "GLO");
  ports.unplug(PORT);
  await says(() => snapshot().scanner.health, "careful");
  expect(snapshot().scanner.words).toContain("put its cable back");
  byHid("/dev/hidraw7", "GLOVES");
  expect(packed()).toBe(4);
  ports.plug(PORT);
  await says(pill("scanner"), { health: "fine", words: "2 scanners" });
  ports.send(PORT, "GLOVES\r");
  expect(packed()).toBe(5);

  // The scale, with something on it
  weigh("/dev/hidraw1", 640);
  await says(() => snapshot().scale?.words, "Scale · 640 g");
  bus.unplug("/dev/hidraw1");
  await says(() => snapshot().scale?.words, "Scale · It is unplugged.");
  plug.scale("/dev/hidraw9");
  await says(() => snapshot().scale?.words, "Scale · no weight yet");
  weigh("/dev/hidraw9", 0);

  // The printer is gone when the parcel closes: its label waits, and comes once
  await zpl.close();
  await says(() => snapshot().printer.health, "broken");
  expect(snapshot().printer.words).toContain("can't be reached");
  byHid("/dev/hidraw7", "MUG");
  expect(packed()).toBe(6);
  expect(snapshot().task?.ftNo).toBe(FT);
  weigh("/dev/hidraw9", 700, HID_STATUS.moving);
  weigh("/dev/hidraw9", 1_250);
  await says(() => snapshot().verdict?.kind, "task-done");
  await zpl.listen();
  await says(() => snapshot().printer.health, "fine");
  await says(() => zpl.labels().length, 1);

  await says(() => oms4.parcels(FT).length, 1);
  const [body] = oms4
    .told()
    .filter(({ call }) => call === "setParcelPacked")
    .map(({ body: sent }) => sent);
  expect(body).toMatchObject({
    parcels: [
      {
        weight: 1.25,
        parcel_items: [
          { ft_detail_id: detailIdOf(FT, 0), qty: 4 },
          { ft_detail_id: detailIdOf(FT, 1), qty: 2 },
        ],
      },
    ],
  });
  await says(() => snapshot().troubles, []);
  expect(zpl.labels()).toHaveLength(1);
  expect(snapshot().scanSeq).toBe(7);
  expect(oms4.violations()).toEqual([]);
  expect(station.failure()).toBeNull();
}, 90_000);
