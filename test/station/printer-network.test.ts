import { networkInterfaces } from "node:os";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../electron/kit/clock.ts";
import { silentLog } from "../../electron/kit/log.ts";
import { listPrinters } from "../../electron/printer/printer-list.ts";
import { createRasteriser } from "../../electron/printer/rasteriser.ts";
import { neighbours, sweep } from "../../electron/printer/sweep.ts";
import { freePort } from "../fakes/free-port.ts";
import { startZplPrinter } from "../fakes/zpl-printer.ts";

const HERE = "127.0.0.1";
const printerHere = async () => {
  const printer = await startZplPrinter();
  onTestFinished(() => printer.close());
  return printer;
};

test("a sweep finds who listens, in order, with connections that carry not a byte", async () => {
  const [one, two] = [await printerHere(), await printerHere()];
  const silent = await freePort();
  const asked = [one.port, silent, two.port].map((port) => ({ host: HERE, port }));
  expect(await sweep(asked, 2)).toEqual([asked[0], asked[2]]);
  expect([one.connections(), two.connections()]).toEqual([1, 1]);
  expect([...one.labels(), ...two.labels()]).toEqual([]);
});

test("the neighbours are this PC's own networks, without itself, links that lead nowhere and loopback", () => {
  const at = (address: string, internal = false) => ({ address, internal, family: "IPv4", netmask: "", mac: "", cidr: null }) as const;
  const found = neighbours({ lo: [at(HERE, true)], eth0: [at("10.1.2.30")], wifi: [at("10.1.2.31")], none: [at("169.254.3.4")] });
  expect(found).toHaveLength(252);
  expect(found.every(({ host, port }) => host.startsWith("10.1.2.") && port === 9_100)).toBe(true);
  expect(found.some(({ host }) => host === "10.1.2.30" || host === "10.1.2.31")).toBe(false);
  expect(neighbours({ lo: networkInterfaces()["lo"] ?? [] })).toEqual([]);
});

test("the list has typed network printers with their state, and the sweep's finds once, only where it was asked for", async () => {
  const [typed, near] = [await printerHere(), await printerHere()];
  const gone = await freePort();
  const options = {
    dpi: 203,
    clock: systemClock,
    log: silentLog,
    rasteriser: createRasteriser({ clock: systemClock, log: silentLog }),
    // No CUPS there
    environment: { CUPS_SERVER: `${HERE}:${await freePort()}` },
  } as const;
  const wishes = {
    typed: [typed.uri, `zpl://${HERE}:${gone}`, "folder:/labels", ""],
    neighbours: () => [typed.port, near.port].map((port) => ({ host: HERE, port })),
  };
  const quiet = await listPrinters(options, wishes);
  expect(quiet.ok && quiet.value.map(({ uri, health }) => `${uri} ${health}`)).toEqual([
    `${typed.uri} fine`,
    `zpl://${HERE}:${gone} broken`,
  ]);
  expect(near.connections()).toBe(0);
  const wide = await listPrinters(options, { ...wishes, sweep: true });
  expect(wide.ok && wide.value.map(({ uri }) => uri)).toEqual([typed.uri, `zpl://${HERE}:${gone}`, near.uri]);
  expect([...typed.labels(), ...near.labels()]).toEqual([]);
});
