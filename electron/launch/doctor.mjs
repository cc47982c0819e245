// `npm run doctor -- [--data-dir DIR] [--port N]`: what this PC has and lacks for a packing station, each with its way out.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { install, modules, root, underGoodNode } from "./ground.mjs";

install();
await underGoodNode(fileURLToPath(import.meta.url));

const { defaultDataFolder } = await import("./folders.ts");
const { findBrowser, hasDisplay } = await import("./browser.ts");
const { readArguments } = await import("./arguments.ts");

const NETWORK_PATIENCE_MS = 8_000;
/** OMS4's own tolerance isn't documented; the station corrects for what it measures, but a clock this wrong deserves a look. */
const WORST_SKEW_MS = 60_000;

const fine = (words) => ({ mark: "ok  ", words });
/** careful: the station runs, something is missing for it */
const careful = (words, wayOut) => ({ mark: "look", words, wayOut });
const broken = (words, wayOut) => ({ mark: "FAIL", words, wayOut });
const say = (error) => (error instanceof Error ? error.message : String(error));
const run = (command, args) => spawnSync(command, args, { encoding: "utf8", timeout: NETWORK_PATIENCE_MS });

const read = readArguments(process.argv.slice(2));
if (!read.ok) {
  process.stderr.write(`packbench: ${read.failure.detail}\n`);
  process.exit(1);
}
const dataFolder = read.value.dataFolder ?? defaultDataFolder(process.platform, process.env, homedir());
const settingsPath = join(dataFolder, "settings.json");
const readSettings = () => {
  if (!existsSync(settingsPath)) return { stored: {} };
  try {
    return { stored: JSON.parse(readFileSync(settingsPath, "utf8")) };
  } catch (error) {
    return { stored: {}, why: say(error) };
  }
};
const settings = readSettings();
const ownBaseUrl = process.env.OMS4_BASE_URL ?? settings.stored.baseUrl;
const baseUrl = ownBaseUrl ?? "https://app.oms4.com/openapi/";

/** The time difference that the answer of any web server shows, or why there was no answer. */
const askOms4 = async () => {
  try {
    const response = await fetch(baseUrl, { method: "HEAD", signal: AbortSignal.timeout(NETWORK_PATIENCE_MS) });
    const date = Date.parse(response.headers.get("date") ?? "");
    return { status: response.status, skewMs: Number.isNaN(date) ? null : Date.now() - date };
  } catch (error) {
    return { why: say(error instanceof Error && error.cause !== undefined ? error.cause : error) };
  }
};
const oms4 = await askOms4();

const checks = {
  Node: () => fine(`${process.versions.node} at ${process.execPath}`),
  "better-sqlite3": async () => {
    const { default: Driver } = await import("better-sqlite3");
    const driver = new Driver(":memory:");
    const version = driver.prepare("select sqlite_version() as version").get().version;
    driver.close();
    return fine(`loads, SQLite ${version}`);
  },
  "node-hid": async () => {
    try {
      const hid = await import("node-hid");
      const pages = hid.default.devices().map(({ usagePage }) => usagePage);
      const count = (page) => pages.filter((one) => one === page).length;
      const scanners =
        count(0x8c) === 0 ? "no HID-POS scanner is plugged in (a keyboard-mode scanner needs none)" : `${count(0x8c)} HID-POS scanner(s)`;
      return fine(`loads; ${scanners}; ${count(0x8d) === 0 ? "no HID scale" : `${count(0x8d)} HID scale(s)`}`);
    } catch (error) {
      return careful(
        `does not load (${say(error)})`,
        "HID-POS scanners won't be read; keyboard-mode scanners still are. On Debian: apt-get install libusb-1.0-0 libudev1",
      );
    }
  },
  serialport: async () => {
    try {
      const { SerialPort } = await import("serialport");
      const ports = (await SerialPort.list()).filter(({ vendorId }) => vendorId !== undefined);
      return fine(ports.length === 0 ? "loads; nothing is on a USB serial port" : `loads; ${ports.map(({ path }) => path).join(", ")}`);
    } catch (error) {
      return careful(`does not load (${say(error)})`, "Scanners and scales on a serial port won't be read; all others still are.");
    }
  },
  "data folder": () => {
    try {
      mkdirSync(dataFolder, { recursive: true });
      const probe = join(dataFolder, `.doctor-${process.pid}`);
      writeFileSync(probe, "can be written");
      rmSync(probe);
      return fine(dataFolder);
    } catch (error) {
      return broken(
        `${dataFolder} can't be written (${say(error)})`,
        "Give the station's user write access, or name another folder with --data-dir DIR.",
      );
    }
  },
  port: () =>
    new Promise((resolve) => {
      const { port } = read.value;
      const server = createServer();
      server.once("error", (error) =>
        resolve(broken(`127.0.0.1:${port} can't be used (${say(error)})`, "Name another with --port N, or none for a free one.")),
      );
      server.listen(port, "127.0.0.1", () => {
        const got = server.address().port;
        server.close(() => resolve(fine(port === 0 ? `any free one, such as ${got}` : `${port} is free`)));
      });
    }),
  "the screen's build": () =>
    existsSync(join(root, "dist/renderer/index.html"))
      ? fine("dist/renderer")
      : careful("not there yet", "npm start builds it, or: npm run build"),
  Electron: () => {
    const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(modules, "electron/dist");
    return existsSync(folder) ? fine(folder) : fine("no binary here: npm start uses the system's browser instead");
  },
  browser: () => {
    const browser = findBrowser(process.platform, process.env);
    if (browser === null)
      return careful(
        "no Chromium, Chrome or Edge is installed",
        "Install one (Debian: apt-get install chromium), or open the printed address yourself.",
      );
    return hasDisplay(process.platform, process.env)
      ? fine(browser)
      : careful(`${browser}, but there is no display here`, "Start in a graphical session, or open the printed address yourself.");
  },
  CUPS: () => {
    if (process.platform === "win32") return fine("not needed on Windows: print with windows:NAME");
    const queues = run("lpstat", ["-e"]);
    if (queues.error !== undefined)
      return careful(
        "lpstat is not installed",
        "For cups: printers install it (Debian: apt-get install cups cups-client); zpl:// and folder: work without.",
      );
    const names = queues.stdout.split("\n").filter((name) => name !== "");
    if (queues.status !== 0 || names.length === 0)
      return careful(
        "no print queue is set up, or cupsd is not running",
        "Set one up at http://127.0.0.1:631, or print with zpl://HOST:PORT.",
      );
    return fine(`queues: ${names.map((name) => `cups:${name}`).join(", ")}`);
  },
  "udev rule": () => {
    if (process.platform !== "linux") return fine("not needed on this system");
    const folders = ["/etc/udev/rules.d", "/usr/lib/udev/rules.d", "/lib/udev/rules.d"];
    const there = folders.some((folder) => existsSync(folder) && readdirSync(folder).some((name) => name.includes("packbench")));
    if (there) return fine("installed");
    const rule = join(root, "resources/70-packbench-scanner.rules");
    return careful(
      "not installed: only root can read HID-POS scanners",
      `sudo cp ${rule} /etc/udev/rules.d/ && sudo udevadm control --reload && sudo udevadm trigger (keyboard-mode scanners need none)`,
    );
  },
  settings: () => {
    if (settings.why !== undefined)
      return broken(`${settingsPath} can't be read (${settings.why})`, "Put the file right, or move it away and enter the settings again.");
    return fine(existsSync(settingsPath) ? settingsPath : "none stored yet");
  },
  OMS4: () => {
    if (oms4.why !== undefined) {
      const words = `${baseUrl} can't be reached (${oms4.why})`;
      return ownBaseUrl === undefined
        ? careful(words, "Practice mode needs no OMS4. For live work check the network, a proxy, or a sign-in page.")
        : broken(
            words,
            "Check the address (in the settings, or OMS4_BASE_URL), the network, a proxy, or a sign-in page. Packing goes on offline meanwhile.",
          );
    }
    return oms4.status >= 500
      ? careful(`${baseUrl} answers ${oms4.status}`, "OMS4 has trouble of its own: packing goes on offline.")
      : fine(`${baseUrl} answers ${oms4.status}`);
  },
  clock: () => {
    if (typeof oms4.skewMs !== "number")
      return careful("can't be compared: no server answered", "Check it by eye; OMS4 refuses signatures of another time.");
    const seconds = Math.round(oms4.skewMs / 1000);
    return Math.abs(oms4.skewMs) > WORST_SKEW_MS
      ? broken(
          `${Math.abs(seconds)} s ${seconds > 0 ? "ahead of" : "behind"} OMS4's`,
          "Set the PC's clock, best by NTP (Debian: timedatectl set-ntp true).",
        )
      : fine(`within ${Math.max(1, Math.abs(seconds))} s of OMS4's`);
  },
};

let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  let result;
  try {
    result = await check();
  } catch (error) {
    result = broken(say(error), "Delete node_modules and run: npm ci");
  }
  if (result.mark === "FAIL") failed += 1;
  process.stdout.write(`${result.mark}  ${name.padEnd(18)}  ${result.words}\n`);
  if (result.wayOut !== undefined) process.stdout.write(`      ${"".padEnd(18)}  → ${result.wayOut}\n`);
}
process.stdout.write(failed === 0 ? "This PC is ready for a packing station.\n" : `${failed} thing(s) must be put right first.\n`);
process.exit(failed === 0 ? 0 : 1);
