import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { defaultDataFolder } from "../../electron/launch/folders.ts";
import { ownArguments, readArguments } from "../../electron/launch/arguments.ts";
import { startDisplay } from "../fakes/display.ts";
import { testFolder } from "../fakes/folder.ts";
import { launchProgram, projectRoot } from "../fakes/launched.ts";

const stationScript = join(projectRoot, "electron/launch/station.mjs");
const startScript = join(projectRoot, "electron/launch/start.mjs");
const station = (args: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
  launchProgram(process.execPath, [stationScript, ...args], environment);

const isAlive = (id: number): boolean => {
  try {
    // Zero would be the test's own group
    return id > 0 && process.kill(id, 0);
  } catch {
    return false;
  }
};
/** The processes of this machine that run our kiosk on a folder. */
const kiosksOn = (folder: string): readonly number[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const command = readFileSync(`/proc/${name}/cmdline`, "utf8");
        return /node[^\0]*\0/.test(command) && !command.includes("npm") && command.includes(folder);
      } catch {
        return false;
      }
    })
    .map(Number);

describe("the kiosk shell", () => {
  it("prints one JSON line once scans are taken, serves there, and ends with 0 on SIGTERM and SIGINT", async () => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      const launched = station(["--data-dir", testFolder()]);
      const { ready, url } = await launched.ready;
      expect(ready).toBe(true);
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/);
      expect((await fetch(url)).status).toBe(200);
      launched.child.kill(signal);
      expect(await launched.exited).toBe(0);
      expect(launched.output().trimEnd().split("\n")).toHaveLength(1);
    }
  });

  it("takes the port it is given, and names one that is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as AddressInfo;
    const refused = station(["--data-dir", testFolder(), "--port", String(port)]);
    expect(await refused.exited).toBe(1);
    expect(refused.words()).toContain(`--port ${port} is taken`);
    expect(refused.output()).toBe("");
    await new Promise((resolve) => other.close(resolve));
    const taken = station(["--data-dir", testFolder(), "--port", String(port)]);
    expect(new URL((await taken.ready).url).port).toBe(String(port));
    taken.child.kill("SIGTERM");
    await taken.exited;
  });

  const bad: readonly { what: string; args?: readonly string[]; environment?: Record<string, string>; names: string }[] = [
    { what: "an unknown argument", args: ["--printer", "x"], names: "--printer" },
    { what: "a port that is no number", args: ["--port", "many"], names: "--port" },
    { what: "a port out of range", args: ["--port", "70000"], names: "--port" },
    { what: "a data folder without a name", args: ["--data-dir"], names: "--data-dir" },
    { what: "a base URL that is none", environment: { OMS4_BASE_URL: "app.oms4" }, names: "OMS4_BASE_URL" },
    { what: "a printer of an unknown kind", environment: { LABEL_PRINTER: "fax:12" }, names: "LABEL_PRINTER" },
    { what: "a pull interval that is no number", environment: { STATION_POLL_MS: "often" }, names: "STATION_POLL_MS" },
    { what: "an unknown log level", environment: { PACKBENCH_LOG: "chatty" }, names: "PACKBENCH_LOG" },
    { what: "a station id with odd signs", environment: { STATION_ID: "???" }, names: "STATION_ID" },
  ];
  it("stops the start on a bad value, with exit code 1 and words that name it", async () => {
    for (const { what, args = [], environment = {}, names } of bad) {
      const folder = testFolder();
      const launched = station(what.startsWith("a data folder") ? args : ["--data-dir", folder, ...args], environment);
      expect(await launched.exited, what).toBe(1);
      expect(launched.words(), what).toContain(names);
      expect(launched.output(), what).toBe("");
    }
  });

  it("goes on when whoever read its words is gone", async () => {
    const launched = station(["--data-dir", testFolder()], { STATION_POLL_MS: "50" });
    const { url } = await launched.ready;
    launched.child.stderr?.destroy();
    launched.child.stdout?.destroy();
    for (let asked = 0; asked < 20; asked += 1) expect((await fetch(url)).status).toBe(200);
    launched.child.kill("SIGTERM");
    expect(await launched.exited).toBe(0);
  });

  it("names a folder that another station holds, and one that can't be made", async () => {
    const folder = testFolder();
    const first = station(["--data-dir", folder]);
    await first.ready;
    const second = station(["--data-dir", folder]);
    expect(await second.exited).toBe(1);
    expect(second.words()).toContain(folder);
    expect(second.words()).toContain("Another Packbench");
    first.child.kill("SIGTERM");
    await first.exited;

    writeFileSync(join(folder, "file"), "");
    const nowhere = station(["--data-dir", join(folder, "file/below")]);
    expect(await nowhere.exited).toBe(1);
    expect(nowhere.words()).toContain(join(folder, "file/below"));
  });

  it("waits for a station that is just going, and starts after it", async () => {
    const folder = testFolder();
    const first = station(["--data-dir", folder]);
    await first.ready;
    first.child.kill("SIGTERM");
    const second = station(["--data-dir", folder]);
    expect((await second.ready).ready).toBe(true);
    second.child.kill("SIGTERM");
    expect(await second.exited).toBe(0);
  });

  it("with a damaged database says so, takes no scans, keeps the file, and serves the trouble screen", async () => {
    const folder = testFolder();
    const first = station(["--data-dir", folder]);
    await first.ready;
    first.child.kill("SIGTERM");
    await first.exited;
    const databases = (readdirSync(folder, { recursive: true, encoding: "utf8" }) as string[]).filter((name) => name.endsWith(".db"));
    expect(databases).not.toEqual([]);
    const damage = Buffer.alloc(8_192, "this is no database ");
    for (const name of databases) writeFileSync(join(folder, name), damage);
    const launched = station(["--data-dir", folder]);
    const { ready, url, failure } = await launched.ready;
    expect(ready).toBe(false);
    expect(failure?.kind).toBe("storage-corrupt");
    expect((await fetch(url)).status).toBe(200);
    for (const name of databases) expect(readFileSync(join(folder, name)).equals(damage)).toBe(true);
    launched.child.kill("SIGTERM");
    expect(await launched.exited).toBe(0);
  });

  it("does not outlive npm: killed -9, npm leaves no station behind that holds the folder", async () => {
    const folder = testFolder();
    const npm = launchProgram("npm", ["run", "--silent", "station", "--", "--data-dir", folder]);
    await npm.ready;
    expect(kiosksOn(folder).length).toBeGreaterThan(0);
    npm.child.kill("SIGKILL");
    await expect.poll(() => kiosksOn(folder)).toEqual([]);
    const next = station(["--data-dir", folder]);
    expect((await next.ready).ready).toBe(true);
    next.child.kill("SIGTERM");
    await next.exited;
  });

  it("stops with npm, and npm's SIGTERM reaches it", async () => {
    const folder = testFolder();
    const npm = launchProgram("npm", ["run", "--silent", "station", "--", "--data-dir", folder]);
    await npm.ready;
    npm.child.kill("SIGTERM");
    await npm.exited;
    await expect.poll(() => kiosksOn(folder)).toEqual([]);
  });

  const oldNode = "/usr/bin/node";
  it.skipIf(!existsSync(oldNode))(
    "runs under whatever Node the PC has, hands signals on, and never hangs when the station is killed",
    async () => {
      const folder = testFolder();
      const launched = launchProgram(oldNode, [stationScript, "--data-dir", folder]);
      await launched.ready;
      launched.child.kill("SIGTERM");
      expect(await launched.exited).toBe(0);

      const again = launchProgram(oldNode, [stationScript, "--data-dir", folder]);
      await again.ready;
      const inner = kiosksOn(folder).find((id) => id !== again.child.pid) ?? again.child.pid ?? 0;
      process.kill(inner, "SIGKILL");
      expect([137, "SIGKILL"]).toContain(await again.exited);
    },
  );
});

describe("the window of the kiosk shell", () => {
  it("without a display says which address to open, and keeps running", async () => {
    const launched = launchProgram(process.execPath, [startScript, "--no-electron", "--data-dir", testFolder()]);
    const { url } = await launched.ready;
    await expect.poll(launched.words).toContain(`Open this address in a browser on this PC: ${url}`);
    expect((await fetch(url)).status).toBe(200);
    launched.child.kill("SIGTERM");
    expect(await launched.exited).toBe(0);
  });

  it("is one of the system's browser, and closing it stops the station; a left one is replaced", async () => {
    const display = await startDisplay();
    onTestFinished(display.stop);
    const folder = testFolder();
    const profile = join(folder, "screen");
    const browserOf = (): number => {
      try {
        return Number(readlinkSync(join(profile, "SingletonLock")).split("-").at(-1));
      } catch {
        return 0;
      }
    };
    const first = launchProgram(process.execPath, [startScript, "--no-electron", "--data-dir", folder], { DISPLAY: display.name });
    const { url } = await first.ready;
    await expect.poll(browserOf, { timeout: 20_000 }).toBeGreaterThan(0);
    const left = browserOf();
    // Every user of the PC can read that line; with its one-time address the window still shows the screen
    const command = readFileSync(`/proc/${left}/cmdline`, "utf8");
    expect(command).toContain("--app=http://127.0.0.1:");
    expect(command).not.toContain(new URL(url).searchParams.get("token"));
    await expect.poll(display.titles, { timeout: 60_000 }).toMatch(/^Packbench/m);
    first.child.kill("SIGKILL");
    await first.exited;
    expect(isAlive(left)).toBe(true);

    const second = launchProgram(process.execPath, [startScript, "--no-electron", "--data-dir", folder], { DISPLAY: display.name });
    await second.ready;
    await expect.poll(() => isAlive(left), { timeout: 20_000 }).toBe(false);
    let next = 0;
    const isThere = (): boolean => {
      next = browserOf();
      return next !== left && isAlive(next);
    };
    await expect.poll(isThere, { timeout: 20_000 }).toBe(true);
    process.kill(next, "SIGTERM");
    expect(await second.exited).toBe(0);
  }, 180_000);
});

describe("a screen that breaks down in the kiosk shell", () => {
  it("is opened anew by itself, and the station goes on", async () => {
    const display = await startDisplay();
    onTestFinished(display.stop);
    const folder = testFolder();
    const pages = (): readonly number[] =>
      spawnSync("pgrep", ["-f", "--", `--type=renderer.*${folder}`])
        .stdout.toString()
        .split("\n")
        .filter((line) => line !== "")
        .map(Number);
    const launched = launchProgram(process.execPath, [startScript, "--no-electron", "--data-dir", folder], {
      DISPLAY: display.name,
      PACKBENCH_LOG: "info",
    });
    await launched.ready;
    await expect.poll(display.titles, { timeout: 60_000 }).toMatch(/^Packbench$/m);
    await expect.poll(launched.words, { timeout: 20_000 }).toContain("Screens connected");
    for (const page of pages()) process.kill(page, "SIGKILL");
    await expect.poll(launched.words, { timeout: 30_000 }).toContain("The screen broke down");
    await expect.poll(() => pages().length > 0 && display.titles(), { timeout: 30_000 }).toMatch(/^Packbench$/m);
    launched.child.kill("SIGTERM");
    expect(await launched.exited).toBe(0);
  }, 180_000);
});

describe("the command line", () => {
  it("is read strictly, and Chromium's own switches are left to Chromium", () => {
    expect(readArguments(["--data-dir", "x", "--port=8080", "--kiosk"])).toEqual({
      ok: true,
      value: { dataFolder: "x", port: 8080, window: false, kiosk: true },
    });
    expect(ownArguments(["/app", "--no-sandbox", "--data-dir", "x", "--enable-logging=1", "--port", "5", "--kiosk"])).toEqual([
      "--data-dir",
      "x",
      "--port",
      "5",
      "--kiosk",
    ]);
  });

  it("the data folder is where each system keeps such things", () => {
    expect(defaultDataFolder("linux", {}, "/home/p")).toBe("/home/p/.local/share/packbench");
    expect(defaultDataFolder("linux", { XDG_DATA_HOME: "/data" }, "/home/p")).toBe("/data/packbench");
    expect(defaultDataFolder("darwin", {}, "/Users/p")).toBe("/Users/p/Library/Application Support/Packbench");
    expect(defaultDataFolder("win32", { LOCALAPPDATA: "C:/Local" }, "C:/Users/p")).toBe(join("C:/Local", "Packbench"));
  });

  it("the API secret of this shell is a file of its owner's only", async () => {
    const { createFileSecrets } = await import("../../electron/kit/secrets.ts");
    const folder = testFolder();
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o755);
    const secrets = createFileSecrets(folder);
    expect(secrets.read()).toEqual({ ok: true, value: null });
    expect(secrets.write("s3cret")).toEqual({ ok: true, value: null });
    const { statSync } = await import("node:fs");
    expect(statSync(join(folder, "api-secret")).mode & 0o777).toBe(0o600);
    expect(secrets.read()).toEqual({ ok: true, value: "s3cret" });
    expect(secrets.write("")).toEqual({ ok: true, value: null });
    expect(secrets.read()).toEqual({ ok: true, value: null });
  });
});
