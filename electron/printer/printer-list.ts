import { networkInterfaces } from "node:os";
import { succeed, type Result } from "../../shared/failures.ts";
import type { Health } from "../../shared/device-view.ts";
import { createIppClient, findCupsServer, wanted } from "./cups-client.ts";
import { operations } from "./ipp.ts";
import { openPrinter, type PrinterOptions } from "./printers.ts";
import { knock, neighbours, RAW_PORT, sweep, type Address } from "./sweep.ts";
import { createWindowsSpooler, printerSight, runPowerShell } from "./windows-spooler.ts";

export type PrinterFound = Readonly<{ uri: string; name: string; health: Health; words: string }>;

export type ListWishes = Readonly<{
  /** URIs that somebody typed: those of network printers are listed too. */
  typed?: readonly string[];
  /** Knock on every address of this PC's own networks. Only ever because a person asked for it. */
  sweep?: boolean;
  /** The addresses to knock on; left out: this PC's neighbours. */
  neighbours?: () => readonly Address[];
}>;

const MOST_LISTED = 50;

const uriOf = ({ host, port }: Address): string => `zpl://${host}:${port}`;
const addressOf = (uri: string): Address | null => {
  const found = /^(?:zpl|socket):\/\/([^\s:/]+)(?::(\d{1,5}))?/i.exec(uri);
  return found?.[1] === undefined ? null : { host: found[1], port: Number(found[2] ?? RAW_PORT) };
};

type Listed = Readonly<{ printers: readonly PrinterFound[]; addresses: readonly Readonly<{ address: Address; of: string }>[] }>;

const listWindows = async (options: PrinterOptions): Promise<Result<Listed>> => {
  const { powerShell = runPowerShell } = options;
  const spooler = createWindowsSpooler(powerShell);
  const told = await spooler.printers();
  if (told.ok) {
    return succeed({
      printers: told.value.map((printer) => {
        const { health, words } = printerSight(printer);
        return { uri: `windows:${printer.name}`, name: printer.name, health, words: `${printer.name} · ${words} · ${printer.port}` };
      }),
      addresses: told.value.flatMap(({ name, address }) => (address === null ? [] : [{ address, of: name }])),
    });
  }
  const named = await spooler.papers();
  if (!named.ok) return told;
  return succeed({
    printers: named.value.map(({ name }) => ({
      uri: `windows:${name}`,
      name,
      health: "careful",
      words: `${name} · in Windows' list, its state is unknown`,
    })),
    addresses: [],
  });
};

const listCups = async (options: PrinterOptions): Promise<Result<Listed>> => {
  const client = createIppClient(findCupsServer(options.environment), "list of printers");
  const answer = await client.ask({
    operation: operations.cupsGetPrinters,
    operationAttributes: [wanted("printer-name", "printer-info", "device-uri")],
  });
  // "Not found" is CUPS' way of saying that it has no printer
  if (!answer.ok) return answer.failure.kind === "printer-missing" ? succeed({ printers: [], addresses: [] }) : answer;
  const queues = answer.value.printers
    .map((one) => ({ name: String(one["printer-name"]?.[0] ?? ""), device: String(one["device-uri"]?.[0] ?? "") }))
    .filter(({ name }) => name !== "")
    .slice(0, MOST_LISTED);
  const printers = await Promise.all(
    queues.map(async ({ name }): Promise<PrinterFound> => {
      const opened = openPrinter(`cups:${name}`, options);
      const status = opened.ok ? await opened.value.status() : ({ health: "broken", words: opened.failure.detail } as const);
      return { uri: `cups:${name}`, name, ...status };
    }),
  );
  const addresses = queues.flatMap(({ name, device }) => {
    const address = device.startsWith("socket:") ? addressOf(device) : null;
    return address === null ? [] : [{ address, of: name }];
  });
  return succeed({ printers, addresses });
};

/** Network printers: those typed, those behind this PC's queues, and, where a person asked for it, whoever answers on 9100 nearby. */
const listNetwork = async (
  known: readonly Readonly<{ address: Address; words: string }>[],
  { sweep: wide = false, neighbours: near = () => neighbours(networkInterfaces()) }: ListWishes,
): Promise<readonly PrinterFound[]> => {
  const asked = await Promise.all(
    [...new Map(known.map((one) => [uriOf(one.address), one])).values()].map(async ({ address, words }): Promise<PrinterFound> => {
      const name = `${address.host}:${address.port}`;
      return (await knock(address))
        ? { uri: uriOf(address), name, health: "fine", words: `answers · ${words}` }
        : { uri: uriOf(address), name, health: "broken", words: `can't be reached · ${words}` };
    }),
  );
  const found = wide ? await sweep(near().filter((address) => asked.every(({ uri }) => uri !== uriOf(address)))) : [];
  return [
    ...asked,
    ...found.map((address): PrinterFound => ({
      uri: uriOf(address),
      name: `${address.host}:${address.port}`,
      health: "fine",
      words: "answers on the port of label printers: try it with a test print",
    })),
  ];
};

/** Every printer that this PC can print to, with its state: CUPS' queues or Windows' printers, and network printers. */
export const listPrinters = async (options: PrinterOptions, wishes: ListWishes = {}): Promise<Result<readonly PrinterFound[]>> => {
  const { platform = process.platform } = options;
  const system = await (platform === "win32" ? listWindows(options) : listCups(options));
  const typed = (wishes.typed ?? []).flatMap((uri) => {
    const address = uri.startsWith("zpl:") ? addressOf(uri) : null;
    return address === null ? [] : [{ address, words: "typed here" }];
  });
  const behind = system.ok ? system.value.addresses.map(({ address, of }) => ({ address, words: `the printer of ${of}` })) : [];
  const network = await listNetwork([...behind, ...typed], wishes);
  if (!system.ok && network.length === 0) return system;
  if (!system.ok) options.log.warn({ failure: system.failure }, "this PC's own printers can't be listed");
  return succeed([...(system.ok ? system.value.printers : []), ...network]);
};
