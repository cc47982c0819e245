import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { WebSocketServer, type WebSocket } from "ws";
import { z } from "zod";
import { contract, requestSchema, type CallName, type CallOutput } from "../../shared/contract.ts";
import { fail, succeed, type Result } from "../../shared/failures.ts";
import { defaultSettings, settingsSchema, type Settings } from "../../shared/settings.ts";
import { snapshotSchema, type Snapshot } from "../../shared/station.ts";
import { encodeBitmapPng } from "../../electron/printer/bitmap-png.ts";
import { pageHeaders } from "../../electron/bridge/guards.ts";
import { receiver, screenStates, verdict } from "./screen-states.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
  ".woff": "font/woff",
};

/** A label of 100 × 150 mm at a quarter of its dots: a frame and bars. */
const SMALL_LABEL = Buffer.from(
  encodeBitmapPng({
    width: 200,
    height: 300,
    data: Uint8Array.from({ length: 25 * 300 }, (_byte, at) => {
      const y = Math.floor(at / 25);
      return y < 4 || y > 295 ? 0xff : y > 60 && y < 120 && at % 25 > 2 && at % 25 < 22 ? ([0xca, 0x35, 0x9b][at % 3] ?? 0) : 0;
    }),
  }),
).toString("base64");

/** As Windows writes it. */
export const SCALE_PATH = "\\\\?\\hid#vid_0922&pid_8003#7&1b2c&0&0000#{4d1e55b2-f16f-11cf-88cb-001111000030}";

/** What is plugged in. */
type Plugged = Pick<CallOutput<"scanner.list">, "scanners"> &
  Pick<CallOutput<"scale.list">, "scales"> &
  Pick<CallOutput<"port.list">, "ports">;

export type Call = Readonly<{ name: string; input: Record<string, unknown> }>;

/**
 * A station for the screens alone: serves a built renderer and speaks the contract with canned snapshots, so that
 * every state can be drawn and driven. Calls are kept in `calls`; commands for screens are answered with their wish.
 *
 * @param root folder of the built renderer; @param settings what the settings screen shows as stored.
 */
export const startScreenStation = async ({ root, fixed = [], port = 0 }: { root: string; fixed?: readonly string[]; port?: number }) => {
  const sockets = new Set<WebSocket>();
  const calls: Call[] = [];
  let settings: Settings = { ...defaultSettings, printer: "cups:zebra" };
  let secretStored = false;
  let supervisorPinSet = false;
  let snapshot: Snapshot = screenStates["ready"]?.(Date.now()) ?? snapshotSchema.parse({});
  let revision = 1;
  let silent = false;
  let deaf = false;

  let plugged: Plugged = {
    scanners: [{ path: "/dev/hidraw0", name: "Datalogic QuickScan QD2500", health: "fine", words: "ready" }],
    scales: [{ path: SCALE_PATH, name: "Dymo M25", health: "fine", words: "Ready", setting: `usb:${SCALE_PATH}` }],
    ports: [{ path: "/dev/ttyUSB0", name: "FTDI (/dev/ttyUSB0)" }],
  };

  const tell = (change: Partial<Snapshot>): void => {
    revision++;
    snapshot = snapshotSchema.parse({ ...snapshot, ...change, revision });
    for (const socket of sockets) socket.send(JSON.stringify({ event: "snapshot", body: snapshot }));
  };

  const show = (name: string, more: Partial<Snapshot> = {}): void => {
    const make = screenStates[name];
    if (make === undefined) throw new Error(`there is no state ${name}`);
    tell({ ...make(Date.now()), ...more });
  };

  const wishes: Readonly<Record<string, NonNullable<Snapshot["wish"]>["screen"]>> = {
    CMDTROUBLE: "trouble",
    CMDCORRECT: "correct",
    CMDSETTINGS: "settings",
    CMDDISK: "disk",
    CMDCODES: "codes",
    CMDSHEET: "sheet",
    CMDDOCTOR: "doctor",
    CMDHELP: "help",
  };

  const scan = (text: string): Result<unknown> => {
    const word = text.toUpperCase();
    const wish = wishes[word];
    const at = Date.now();
    const seq = snapshot.scanSeq + 1;
    if (wish !== undefined)
      tell({ scanSeq: seq, wish: { screen: wish, count: (snapshot.wish?.count ?? 0) + 1 }, verdict: verdict("command-ok", wish, "", at) });
    else if (word === "CMDNEXT")
      tell({
        scanSeq: seq,
        troubleMarked: (snapshot.troubleMarked + 1) % Math.max(1, snapshot.troubles.length),
        verdict: verdict("command-ok", "Next", "", at),
      });
    else if (word.startsWith("CMDSUPER"))
      tell({ scanSeq: seq, verdict: verdict("command-ok", "Supervisor", "For one minute: do what you came for.", at) });
    else tell({ scanSeq: seq, verdict: verdict("unknown-code", `Nobody knows ${text}`, "Scan again.", at) });
    return succeed({ seq, verdict: snapshot.verdict });
  };

  const answers: Readonly<Record<CallName, (input: Record<string, unknown>) => Result<unknown>>> = {
    "station.snapshot": () => succeed(snapshot),
    scan: (input) => scan(String(input["text"])),
    "screen.opened": () => succeed({}),
    "task.acknowledge": () => {
      if (snapshot.task !== null) tell({ task: { ...snapshot.task, acknowledged: true } });
      return succeed({});
    },
    "trouble.act": (input) => {
      tell({ troubles: snapshot.troubles.filter(({ id }) => id !== input["id"]), troubleMarked: 0 });
      return succeed({});
    },
    "trouble.correct": (input) => {
      tell({ troubles: snapshot.troubles.filter(({ id }) => id !== input["id"]), troubleMarked: 0 });
      return succeed({});
    },
    "parcel.label": () =>
      succeed({
        trackingNo: "SPXVN04711000000",
        outcome: "match",
        words: "its barcode says SPXVN04711000000",
        dpi: 203,
        pages: [SMALL_LABEL],
      }),
    "parcel.life": (input) =>
      succeed({
        lines: ["task-opened", "unit-packed", "unit-packed", "parcel-closed", "print-queued", "reprint", "parcel-handed-over"].map(
          (kind, index) => ({
            id: index + 1,
            at: Date.now() - (7 - index) * 40_000,
            stationId: "Bench 7",
            packer: index === 5 ? "Packer 03" : null,
            ftNo: "FT00000118",
            parcelNo: input["parcelNo"],
            kind,
            before: null,
            after:
              kind === "unit-packed"
                ? { detailId: "501", qty: 1, code: "]d201…", batch: "LOT7", serial: "S\u001d4", expiry: "2026-12-31" }
                : kind === "reprint"
                  ? { copy: 2, reason: "smudged" }
                  : { carton: "M" },
          }),
        ),
        about: {
          ftNo: "FT00000118",
          orderNo: "ORD00000118",
          salesChannel: "Shopee SG",
          receiver,
          source: "Hall 3, 5 Tuas Ave 10",
          carrier: "Own fleet",
          carrierId: "301",
          deliveryType: "Standard",
          crossBorder: true,
          status: "PACKED",
          itemStatuses: ["READY", "ON HOLD"],
        },
      }),
    "settings.get": () => succeed({ settings, fixedByEnvironment: fixed, secretStored, supervisorPinSet }),
    "settings.save": (input) => {
      const { apiSecret, supervisorPin, supervisorPinNow: _, ...change } = input;
      settings = settingsSchema.parse({ ...settings, ...change });
      secretStored ||= typeof apiSecret === "string" && apiSecret !== "";
      tell({
        theme: settings.theme,
        sound: settings.sound,
        stationId: settings.stationId,
        scannerLayout: settings.scannerLayout,
      });
      supervisorPinSet ||= typeof supervisorPin === "string" && supervisorPin !== "";
      return succeed({ settings, fixedByEnvironment: fixed, secretStored, supervisorPinSet });
    },
    "settings.test-oms4": (input) =>
      input["apiKey"] === "2001"
        ? succeed({ words: "OMS4 answers", skewMs: 65_000, tasks: 46 })
        : fail("credentials-refused", "OMS4 says: invalid api_key."),
    "printer.list": () =>
      succeed({
        printers: [
          { uri: "cups:zebra", name: "Zebra ZD421", health: "fine", words: "ready" },
          { uri: "cups:office", name: "Office laser, second floor, beside the window", health: "broken", words: "out of paper" },
        ],
      }),
    "printer.test": () => succeed({ state: "printed", words: "Printed by Zebra ZD421", code: "PBTEST41" }),
    "scale.list": () => succeed({ scales: plugged.scales }),
    "port.list": () => succeed({ ports: plugged.ports }),
    "scanner.list": () => succeed({ scanners: plugged.scanners }),
    "scanner.test": () => succeed({}),
    "scanner-sheet.print": () => succeed({ state: "sent", words: "Sent to Zebra ZD421" }),
    "scanner-sheet.pdf": () => succeed({ base64: Buffer.from("%PDF-1.4\n%%EOF\n").toString("base64") }),
    "sheet.print": () => succeed({ state: "sent", words: "Sent to Zebra ZD421" }),
    "sheet.pdf": () => succeed({ base64: Buffer.from("%PDF-1.4\n%%EOF\n").toString("base64") }),
    "disk.state": () =>
      succeed({
        level: "fine",
        freeMb: 9_120,
        databaseMb: 84.2,
        logMb: 0.3,
        checkedAt: Date.now() - 6 * 60 * 60_000,
        backups: [1, 2, 3, 4, 5, 6].map((hours) => ({
          name: `backup-${hours}.db`,
          at: Date.now() - hours * 60 * 60_000,
          bytes: 84_000_000,
        })),
        owed: { messages: 3, folder: "/home/bench/.local/share/packbench" },
        files: [{ name: "Bench-2-2026-11-23T08-12-00.packbench-owed", at: Date.now() - 20 * 60_000, bytes: 48_200 }],
      }),
    "disk.back-up": () => succeed({ name: "backup-0.db" }),
    "owed.copy": () => succeed({ path: "/home/bench/.local/share/packbench/owed/Bench-1.packbench-owed", words: "3 messages to OMS4." }),
    "owed.move": () => succeed({ path: "/home/bench/.local/share/packbench/owed/Bench-1.packbench-owed", words: "3 messages to OMS4." }),
    "owed.preview": () => succeed({ words: "12 messages to OMS4 · 5 parcels." }),
    "owed.take": () => succeed({ words: "12 messages to OMS4 · 5 parcels." }),
    "codes.state": () =>
      succeed({
        count: 12_480,
        folder: "/home/bench/.local/share/packbench/aliases",
        files: ["supplier-codes-november.csv", "codes-Bench-2-2026-11-22T08-12-00.csv"].map((name, index) => ({
          name,
          at: Date.now() - (index + 1) * 40 * 60_000,
          bytes: 480_200 - index * 90_000,
        })),
        last: [
          {
            id: 3,
            at: Date.now() - 9 * 60_000,
            packer: "03",
            kind: "code-taught",
            words: "8850001234999: 12 × BR02 · SKU-0009, was 6 × BR02 · SKU-0009",
            code: "8850001234999",
          },
          {
            id: 2,
            code: null,
            at: Date.now() - 60 * 60_000,
            packer: null,
            kind: "codes-imported",
            words: "supplier-codes-october.csv: 12,104 new, 18 changed, 302 as they were",
          },
        ],
        busy: false,
      }),
    "codes.preview": () =>
      succeed({
        rows: 12_500,
        fresh: 400,
        changed: 1,
        same: 12_096,
        conflicts: 2,
        bad: 1,
        problems: [
          {
            line: 118,
            words:
              "8884567004013: It is Green mug 350 ml (BR02 · SKU-0010) here already: it can't be Blue mug 350 ml (BR02 · SKU-0009) too.",
          },
          { line: 2_045, words: "quantity 0 is no whole number from 1 to 9,999" },
          {
            line: 9_001,
            words:
              "barcode 8.85E+12 was cut by a spreadsheet: its digits are lost. Format the column as text, enter the codes again and save",
          },
        ],
        changes: [{ line: 42, words: "18850001234996: Blue mug 350 ml (BR02 · SKU-0009), 6 → 12 a scan." }],
      }),
    "codes.take": () => succeed({ words: "12500 rows: 400 new, 1 changed, 12096 as they are, 2 in conflict, 1 bad." }),
    "codes.remove": (input) => {
      const words = "8850001234999: 12 × Blue mug 350 ml (BR02 · SKU-0009)";
      return succeed({ removed: input["sure"] === true, words });
    },
    "codes.export": () =>
      succeed({ path: "/home/bench/.local/share/packbench/aliases/codes-Bench-7-2026-11-23T09-30-00.csv", count: 12_480 }),
    "storage.restore": () => {
      tell({ ...screenStates["first"]?.(Date.now()), storage: null });
      return succeed({});
    },
  };

  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    const file = join(root, normalize(path === "/" ? "/index.html" : path));
    readFile(file).then(
      (body) => response.writeHead(200, { ...pageHeaders, "Content-Type": TYPES[extname(file)] ?? "application/octet-stream" }).end(body),
      () => response.writeHead(404).end(),
    );
  });
  const websocket = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, socket, head) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (silent || url.pathname !== "/socket" || url.searchParams.get("token") !== "secret") {
      socket.destroy();
      return;
    }
    websocket.handleUpgrade(request, socket, head, (mine) => {
      sockets.add(mine);
      mine.on("close", () => sockets.delete(mine));
      mine.on("message", (data) => {
        if (deaf) return;
        const request = requestSchema.parse(JSON.parse(String(data)));
        const name = z.enum(Object.keys(contract.calls) as [CallName, ...CallName[]]).parse(request.call);
        const input = contract.calls[name].input.parse(request.input);
        calls.push({ name, input });
        const answer = answers[name](input);
        mine.send(
          JSON.stringify(
            answer.ok
              ? { id: request.id, ok: true, value: contract.calls[name].output.parse(answer.value) }
              : { id: request.id, ok: false, failure: answer.failure },
          ),
        );
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/?token=secret`,
    calls,
    show,
    tell,
    snapshot: () => snapshot,
    /** What is plugged in from now on; the page finds out by itself. */
    plug: (change: Partial<Plugged>): void => {
      plugged = { ...plugged, ...change };
    },
    /** Sends a snapshot as it is, also one that is older than the last. */
    sendRaw: (body: Snapshot): void => {
      for (const socket of sockets) socket.send(JSON.stringify({ event: "snapshot", body }));
    },
    /** Drops every connection and refuses new ones until `speak`. The next snapshots start from revision 1, as after a restart. */
    fallSilent: (): void => {
      silent = true;
      revision = 0;
      for (const socket of sockets) socket.terminate();
    },
    /** Keeps the connection, but answers nothing: a station that hangs. */
    beDeaf: (still: boolean): void => {
      deaf = still;
    },
    speak: (): void => {
      silent = false;
    },
    stop: async (): Promise<void> => {
      for (const socket of sockets) socket.terminate();
      websocket.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
export type ScreenStation = Awaited<ReturnType<typeof startScreenStation>>;

// `node test/fakes/screen-station.ts dist/renderer ready 8123` serves one state to look at
if (process.argv[1] === import.meta.filename) {
  const [root = "dist/renderer", state = "ready", port = "0"] = process.argv.slice(2);
  const station = await startScreenStation({ root, port: Number(port) });
  station.show(state);
  process.stdout.write(`${station.url}\n`);
}
