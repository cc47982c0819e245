import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { testFolder } from "../fakes/folder.ts";
import { startElectron, type ElectronApp, type Facts } from "../fakes/electron-app.ts";
import { removeFolder } from "../fakes/removal.ts";

const open = (options: Parameters<typeof startElectron>[0]): ElectronApp => {
  const app = startElectron(options);
  onTestFinished(async () => {
    await app.quit();
  });
  return app;
};
const getSettings = JSON.stringify({ id: 1, call: "settings.get", input: {} });
const untrusted = { ok: false, failure: { kind: "sender-untrusted" } };

describe("Electron's main and preload, as they ship", () => {
  const dataFolder = mkdtempSync(join(tmpdir(), "packbench-electron-"));
  let app: ElectronApp;
  beforeAll(async () => {
    app = startElectron({ args: ["--kiosk", "--data-dir", dataFolder] });
    await app.untilShown();
  });
  afterAll(async () => {
    await app.quit();
    removeFolder(dataFolder);
  });

  it("open one sandboxed, isolated window without Node, full screen when asked", async () => {
    const { windows, menu, userData } = await app.ask<Facts>("facts");
    expect(windows).toHaveLength(1);
    expect(windows[0]?.options).toMatchObject({
      kiosk: true,
      webPreferences: { sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false },
    });
    expect(menu).toBeNull();
    expect(userData).toBe(join(dataFolder, "electron"));
  });

  it("show the screen itself, which reaches `ready` over the preload", async () => {
    await expect.poll(() => app.evaluate("document.documentElement.dataset.phase")).toBe("ready");
    expect((await app.ask<Facts>("facts")).windows[0]?.url).toBe("packbench://app/");
  });

  it("give the page exactly `call` and `onEvent`, and nothing of Node or Electron", async () => {
    expect(await app.evaluate("Object.keys(window.packbench).sort()")).toEqual(["call", "onEvent"]);
    expect(await app.evaluate("[typeof require, typeof process, typeof module, typeof ipcRenderer]")).toEqual(Array(4).fill("undefined"));
  });

  it("refuse in the preload a call that the table doesn't have", async () => {
    const reply = await app.evaluate<string>(`window.packbench.call(JSON.stringify({ id: 5, call: "shell.openExternal", input: {} }))`);
    expect(JSON.parse(reply)).toMatchObject({ id: 5, ok: false, failure: { kind: "call-unknown" } });
    // Behind the preload the router says the same: neither trusts the other
    const direct = await app.ask<string>(
      "invokeAsMainFrame",
      "packbench:call",
      JSON.stringify({ id: 6, call: "shell.openExternal", input: {} }),
    );
    expect(JSON.parse(direct)).toMatchObject({ id: 6, ok: false, failure: { kind: "call-unknown" } });
  });

  it("answer the main frame of the own page only; every other sender gets a refusal", async () => {
    expect(JSON.parse(await app.ask("invokeAsMainFrame", "packbench:call", getSettings))).toMatchObject({ ok: true });
    for (const url of ["https://evil.example/", "packbench://app/", "packbench://app.evil.example/", "about:blank", null]) {
      expect(JSON.parse(await app.ask("invokeAs", url, "packbench:call", getSettings)), String(url)).toMatchObject(untrusted);
    }
  });

  it("keep the page where it is: no navigation, no new window, no webview", async () => {
    const before = app.words();
    await app.evaluate(`void (location.href = "https://evil.example/")`);
    await app.evaluate(`void window.open("https://evil.example/popup")`);
    await app.evaluate(
      `(() => { const link = document.createElement("a"); link.href = "https://evil.example/blank"; link.target = "_blank"; document.body.append(link); link.click(); link.remove(); })()`,
    );
    const words = (): string => app.words().slice(before.length);
    await expect.poll(words).toContain("https://evil.example/blank");
    expect(words()).toContain("Refused to leave the page");
    expect(words()).toContain("Refused a new window");
    expect(await app.ask("webview")).toBe(true);
    expect(await app.evaluate("document.documentElement.dataset.phase")).toBe("ready");
    expect((await app.ask<Facts>("facts")).windows.map(({ url }) => url)).toEqual(["packbench://app/"]);
  });

  it("serve the page under the strict policy: inline script and eval do not run", async () => {
    await app.evaluate(
      `(() => { const script = document.createElement("script"); script.textContent = "window.inlineRan = true"; document.body.append(script); })()`,
    );
    expect(await app.evaluate("window.inlineRan === undefined")).toBe(true);
    const policy = await app.evaluate<string>(`fetch(location.href).then((response) => response.headers.get("content-security-policy"))`);
    expect(policy).toContain("default-src 'none'");
    expect(await app.evaluate(`fetch("/../../package.json").then((response) => response.status)`)).toBe(404);
  });

  it("refuse every permission", async () => {
    for (const permission of [
      "media",
      "geolocation",
      "notifications",
      "midi",
      "hid",
      "serial",
      "usb",
      "clipboard-read",
      "fullscreen",
      "openExternal",
    ]) {
      expect(await app.ask("permission", permission), permission).toEqual({ granted: false, checked: false, device: false });
    }
  });

  it("keep the screen awake while a task is open, and not longer", async () => {
    const scan = async (text: string): Promise<string> => {
      const json = JSON.stringify({ id: 1, call: "scan", input: { text, source: "wedge" } });
      return JSON.parse(await app.evaluate<string>(`window.packbench.call(${JSON.stringify(json)})`)).value.verdict.kind;
    };
    const blockers = async (): Promise<readonly string[]> => (await app.ask<Facts>("facts")).blockers;
    // A try before this one may have left its task open
    await scan("CMDCLOSE");
    await expect.poll(blockers).toEqual([]);
    const read = async () => {
      const json = JSON.stringify({ id: 2, call: "station.snapshot", input: {} });
      return JSON.parse(await app.evaluate<string>(`window.packbench.call(${JSON.stringify(json)})`)).value;
    };
    await expect.poll(async () => (await read()).waiting.next.length).toBeGreaterThan(0);
    expect(await scan((await read()).waiting.next[0].ftNo)).toBe("task-opened");
    await expect.poll(blockers).toEqual(["prevent-display-sleep"]);
    expect(await scan("CMDCLOSE")).toBe("command-ok");
    await expect.poll(blockers).toEqual([]);
  });

  it("a second start focuses the first window and ends", async () => {
    const shown = async () => (await app.ask<Facts>("facts")).windows[0]?.shown;
    const before = await shown();
    await app.ask("minimize");
    const second = open({ args: ["--data-dir", dataFolder] });
    expect(await second.exited).toBe(0);
    await expect.poll(shown).toMatchObject({ restore: (before?.restore ?? 0) + 1, focus: (before?.focus ?? 0) + 1 });
  });

  it("give a reloaded page the snapshot again", async () => {
    await app.ask("reload");
    await expect.poll(() => app.evaluate("document.documentElement.dataset.phase")).toBe("ready");
  });

  it("refuse even the main frame once another page is in it", async () => {
    await app.ask("hijack");
    expect(JSON.parse(await app.ask("invokeAsMainFrame", "packbench:call", getSettings))).toMatchObject(untrusted);
  });

  it("stop cleanly when the window is closed, and free the data folder", async () => {
    await app.ask("close");
    expect(await app.exited).toBe(0);
    const next = open({ args: ["--data-dir", dataFolder] });
    await next.untilShown();
    expect(await next.quit()).toBe(0);
  });

  it("run `owed` and `aliases` instead of a station when the command line says so", async () => {
    const file = join(dataFolder, "codes.csv");
    expect(await open({ args: ["aliases", "export", file, "--practice", "--data-dir", dataFolder] }).exited).toBe(0);
    expect(readFileSync(file, "utf8")).toContain("barcode");
    const missing = open({ args: ["owed", "export", "--data-dir", join(dataFolder, "nowhere"), "--to", file] });
    expect(await missing.exited).toBe(1);
    expect(missing.words()).toContain("There is no folder");
  });
});

describe("a screen that breaks down in Electron", () => {
  const shown = async (): Promise<ElectronApp> => {
    const app = open({ args: ["--data-dir", testFolder()] });
    await app.untilShown();
    await expect.poll(() => phaseOf(app)).toBe("ready");
    return app;
  };
  // While it is down there is nothing to ask
  const phaseOf = (app: ElectronApp): Promise<unknown> => app.evaluate("document.documentElement.dataset.phase").catch(() => null);
  const mark = (app: ElectronApp): Promise<unknown> => app.evaluate("void (document.documentElement.dataset.before = '1')");
  const isNew = async (app: ElectronApp): Promise<void> => {
    await expect
      .poll(() => app.evaluate("document.documentElement.matches('[data-phase=ready]:not([data-before])')").catch(() => null), {
        timeout: 30_000,
      })
      .toBe(true);
  };

  it("comes back by itself, takes scans again, and says so in the log", async () => {
    const app = await shown();
    await mark(app);
    await app.ask("crash");
    await isNew(app);
    expect(app.words()).toContain("The screen broke down");
    const json = JSON.stringify({ id: 1, call: "scan", input: { text: "CMDHELP", source: "wedge" } });
    const reply = await app.evaluate<string>(`window.packbench.call(${JSON.stringify(json)})`);
    expect(JSON.parse(reply)).toMatchObject({ value: { verdict: { kind: "command-ok" } } });
    expect((await app.ask<Facts>("facts")).errorBoxes).toEqual([]);
  });

  it("comes back when it hung, and when loading it failed at first", async () => {
    const app = await shown();
    await mark(app);
    await app.ask("failLoads", 1);
    await app.ask("hang");
    await isNew(app);
    expect(app.words()).toContain("The screen still hangs");
    expect(app.words()).toContain("The screen did not load");
  });

  it("is given up after three times in a minute: the station stops, a box says why, and the data folder is free", async () => {
    const dataFolder = testFolder();
    const app = open({ args: ["--data-dir", dataFolder] });
    await app.untilShown();
    for (let time = 0; time < 3; time++) {
      await expect.poll(() => phaseOf(app)).toBe("ready");
      await mark(app);
      await app.ask("crash");
      await isNew(app);
    }
    await app.ask("crash");
    expect(await app.exited).toBe(1);
    expect(app.words()).toContain("error box: The screen breaks down again and again");
    const next = open({ args: ["--data-dir", dataFolder] });
    await next.untilShown();
    expect(await next.quit()).toBe(0);
  });
});

describe("Electron says in a box what stops the start", () => {
  const failing: readonly {
    what: string;
    args: (folder: string) => readonly string[];
    environment?: Record<string, string>;
    says: string;
  }[] = [
    { what: "a bad argument", args: (folder) => ["--data-dir", folder, "--port", "many"], says: "--port" },
    {
      what: "a bad environment value",
      args: (folder) => ["--data-dir", folder],
      environment: { LABEL_PRINTER: "fax:1" },
      says: "LABEL_PRINTER",
    },
  ];
  for (const { what, args, environment, says } of failing) {
    it(`${what} is named`, async () => {
      const app = open({ args: args(testFolder()), ...(environment === undefined ? {} : { environment }) });
      expect(await app.exited).toBe(1);
      expect(app.words()).toContain("error box");
      expect(app.words()).toContain(says);
    });
  }

  it("another station on the folder is named, and left alone", async () => {
    const folder = testFolder();
    const first = open({ args: ["--data-dir", folder] });
    await first.untilShown();
    // The first one's instance lock is gone, its hold on the data is not: as when the other station is the kiosk shell
    rmSync(join(folder, "electron/instance.lock"));
    const app = open({ args: ["--data-dir", folder] });
    expect(await app.exited).toBe(1);
    expect(app.words()).toContain(folder);
    expect(await first.quit()).toBe(0);
  });
});

describe("the API secret in Electron", () => {
  const save = async (app: ElectronApp, apiSecret: string) => {
    const json = JSON.stringify({ id: 1, call: "settings.save", input: { apiSecret } });
    return JSON.parse(await app.evaluate<string>(`window.packbench.call(${JSON.stringify(json)})`));
  };

  it("is encrypted on disk, readable for its owner only, and there again after a restart", async () => {
    const folder = testFolder();
    const app = open({ args: ["--data-dir", folder] });
    await app.untilShown();
    expect(await save(app, "very-secret-7")).toMatchObject({ ok: true, value: { secretStored: true } });
    const path = join(folder, "api-secret.encrypted");
    expect(readFileSync(path).includes("very-secret-7")).toBe(false);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await app.quit();
    const again = open({ args: ["--data-dir", folder] });
    await again.untilShown();
    expect(JSON.parse(await again.evaluate(`window.packbench.call(${JSON.stringify(getSettings)})`))).toMatchObject({
      value: { secretStored: true },
    });
  });

  it("is not stored at all where nothing can encrypt it, and the screen is told so", async () => {
    for (const keyring of ["none", "basic_text"]) {
      const folder = testFolder();
      const app = open({ args: ["--data-dir", folder], environment: { DOUBLE_KEYRING: keyring } });
      await app.untilShown();
      const saved = await save(app, "very-secret-7");
      expect(saved, keyring).toMatchObject({
        ok: false,
        failure: { kind: "setting-bad", detail: expect.stringContaining("OMS4_API_SECRET") },
      });
      expect(existsSync(join(folder, "api-secret"))).toBe(false);
      expect(existsSync(join(folder, "api-secret.encrypted"))).toBe(false);
    }
  });

  it("that the kiosk shell left in plain text is taken over, encrypted", async () => {
    const folder = testFolder();
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "api-secret"), "from-the-kiosk", { mode: 0o600 });
    chmodSync(folder, 0o700);
    const app = open({ args: ["--data-dir", folder] });
    await app.untilShown();
    expect(JSON.parse(await app.evaluate(`window.packbench.call(${JSON.stringify(getSettings)})`))).toMatchObject({
      value: { secretStored: true },
    });
    expect(existsSync(join(folder, "api-secret"))).toBe(false);
    expect(existsSync(join(folder, "api-secret.encrypted"))).toBe(true);
  });
});
