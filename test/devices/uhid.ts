import { closeSync, openSync, writeSync } from "node:fs";

/** HID devices that the kernel takes for real ones, made through /dev/uhid (Documentation/hid/uhid.rst). */

const UHID_DESTROY = 1;
const UHID_CREATE2 = 11;
const UHID_INPUT2 = 12;
const MOST_DATA = 4096;
const BUS_USB = 3;

export type UhidDevice = Readonly<{
  report: (bytes: readonly number[]) => void;
  /** Unplugged; the device is gone for the kernel when this returns. */
  unplug: () => void;
}>;

type UhidFacts = Readonly<{
  name: string;
  place: string;
  serialNumber: string;
  vendor: number;
  product: number;
  descriptor: readonly number[];
}>;

/** struct uhid_create2_req: name[128], phys[64], uniq[64], rd_size, bus, vendor, product, version, country, rd_data[4096] */
const createRequest = ({ name, place, serialNumber, vendor, product, descriptor }: UhidFacts): Buffer => {
  const request = Buffer.alloc(4 + 128 + 64 + 64 + 2 + 2 + 4 * 4 + MOST_DATA);
  request.writeUInt32LE(UHID_CREATE2, 0);
  request.write(name, 4);
  request.write(place, 4 + 128);
  request.write(serialNumber, 4 + 128 + 64);
  const rest = 4 + 128 + 64 + 64;
  request.writeUInt16LE(descriptor.length, rest);
  request.writeUInt16LE(BUS_USB, rest + 2);
  request.writeUInt32LE(vendor, rest + 4);
  request.writeUInt32LE(product, rest + 8);
  Buffer.from(descriptor).copy(request, rest + 20);
  return request;
};

export const plug = (facts: UhidFacts): UhidDevice => {
  const fd = openSync("/dev/uhid", "r+");
  writeSync(fd, createRequest(facts));
  return {
    report: (bytes) => {
      const event = Buffer.alloc(4 + 2 + MOST_DATA);
      event.writeUInt32LE(UHID_INPUT2, 0);
      event.writeUInt16LE(bytes.length, 4);
      Buffer.from(bytes).copy(event, 6);
      writeSync(fd, event);
    },
    unplug: () => {
      const event = Buffer.alloc(4);
      event.writeUInt32LE(UHID_DESTROY, 0);
      writeSync(fd, event);
      closeSync(fd);
    },
  };
};

/** Usage page 0x8C: report 2 is length, AIM identifier, 56 bytes of data, two unused, flags (HID POS Usage Tables 1.02, section 3). */
// prettier-ignore
const scannerDescriptor = [
  0x05, 0x8c, 0x09, 0x02, 0xa1, 0x01,
  0x09, 0x12, 0xa1, 0x02, 0x85, 0x02,
  0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08,
  0x95, 0x01, 0x05, 0x01, 0x09, 0x3b, 0x81, 0x02,
  0x95, 0x03, 0x05, 0x8c, 0x09, 0xfb, 0x09, 0xfc, 0x09, 0xfd, 0x81, 0x02,
  0x95, 0x38, 0x09, 0xfe, 0x82, 0x02, 0x01,
  0x95, 0x03, 0x09, 0xff, 0x81, 0x02,
  0xc0, 0xc0,
];

/** Usage page 0x8D: report 3 is status, unit, exponent and weight (section 5), as Dymo's scales describe themselves. */
// prettier-ignore
const scaleDescriptor = [
  0x05, 0x8d, 0x09, 0x20, 0xa1, 0x01,
  0x85, 0x03, 0x09, 0x32, 0xa1, 0x02,
  0x15, 0x01, 0x25, 0x08, 0x75, 0x08, 0x95, 0x01, 0x09, 0x70, 0x81, 0x02,
  0x15, 0x01, 0x25, 0x0c, 0x09, 0x50, 0x81, 0x02,
  0x15, 0x81, 0x25, 0x7f, 0x09, 0x41, 0x81, 0x02,
  0x15, 0x00, 0x27, 0xff, 0xff, 0x00, 0x00, 0x75, 0x10, 0x09, 0x40, 0x81, 0x02,
  0xc0, 0xc0,
];

export const plugScanner = (socket: string, serialNumber = ""): UhidDevice =>
  plug({
    name: "Honeywell Xenon 1900",
    place: `usb-${socket}`,
    serialNumber,
    vendor: 0x0c2e,
    product: 0x0b61,
    descriptor: scannerDescriptor,
  });

export const plugScale = (socket: string): UhidDevice =>
  plug({
    name: "DYMO M25 25 Lb Postal Scale",
    place: `usb-${socket}`,
    serialNumber: "",
    vendor: 0x0922,
    product: 0x8003,
    descriptor: scaleDescriptor,
  });
