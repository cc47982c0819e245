import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { EventEmitter } from "node:events";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { chromium, type BrowserContext } from "playwright-core";
import { CHROMIUM } from "../chromium.ts";
import { WindowDouble, type InvokeEvent, type SchemeHandler, type Surroundings } from "./window.ts";

type Handler = (event: InvokeEvent, ...values: unknown[]) => unknown;
type PermissionHandler = (contents: unknown, permission: string, answer: (granted: boolean) => void) => void;

const ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
const SECOND_START = "SIGUSR2";

/** Encrypts with a key of this user, as DPAPI does: another user's file can't be read. */
const createSafeStorage = (backend: string) => {
  const key = createHash("sha256").update(`double of ${userInfo().username}`).digest();
  return {
    isEncryptionAvailable: () => backend !== "none",
    getSelectedStorageBackend: () => backend,
    encryptString: (text: string) => {
      const salt = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", key, salt);
      return Buffer.concat([salt, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
    },
    decryptString: (bytes: Buffer) => {
      const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12));
      decipher.setAuthTag(bytes.subarray(-16));
      return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString("utf8");
    },
  };
};

/**
 * A double of the module `electron`, as far as Packbench uses it, over a real Chromium. It is strict where Electron is: schemes before
 * ready, one handler per channel, quit through before-quit.
 */
export const createElectronDouble = ({ root, backend, version }: Readonly<{ root: string; backend: string; version: string }>) => {
  const paths = new Map<string, string>();
  const schemes = new Map<string, SchemeHandler>();
  const privileged = new Set<string>();
  const handlers = new Map<string, Handler>();
  const windows = new Set<WindowDouble>();
  const blockers = new Map<number, string>();
  const errorBoxes: string[] = [];
  const permissions: { request: PermissionHandler | null; check: (() => boolean) | null; device: (() => boolean) | null } = {
    request: null,
    check: null,
    device: null,
  };
  let isReady = false;
  let isExiting = false;
  let lockFile: string | null = null;
  let lastBlocker = 0;
  let menu: unknown = "default";

  const readyBrowser = Promise.withResolvers<BrowserContext>();

  class AppDouble extends EventEmitter {
    readonly isPackaged = false;
    name = "";
    setName(name: string): void {
      this.name = name;
    }
    setPath(name: string, path: string): void {
      mkdirSync(path, { recursive: true });
      paths.set(name, path);
    }
    getPath(name: string): string {
      return paths.get(name) ?? root;
    }
    getVersion(): string {
      return version;
    }
    requestSingleInstanceLock(): boolean {
      const path = join(this.getPath("userData"), "instance.lock");
      for (;;) {
        try {
          writeFileSync(path, String(process.pid), { flag: "wx" });
          lockFile = path;
          process.on(SECOND_START, () => this.emit("second-instance", {}, [], ""));
          return true;
        } catch {
          try {
            process.kill(Number(readFileSync(path, "utf8")), SECOND_START);
            return false;
          } catch {
            rmSync(path, { force: true }); // its holder is dead
          }
        }
      }
    }
    async whenReady(): Promise<void> {
      if (isReady) return;
      const browser = await chromium.launch({
        executablePath: CHROMIUM,
        args: ARGUMENTS,
        headless: true,
        handleSIGTERM: false,
        handleSIGINT: false,
        handleSIGHUP: false,
      });
      readyBrowser.resolve(await browser.newContext());
      isReady = true;
    }
    quit(): void {
      let prevented = false;
      this.emit("before-quit", { preventDefault: () => void (prevented = true) });
      if (!prevented) this.exit(0);
    }
    exit(code: number): void {
      if (isExiting) return;
      isExiting = true;
      if (lockFile !== null) rmSync(lockFile, { force: true });
      if (!isReady) process.exit(code);
      void readyBrowser.promise.then((context) => context.browser()?.close()).finally(() => process.exit(code));
    }
  }
  const app = new AppDouble();

  const invoke = async (channel: string, event: InvokeEvent, values: readonly unknown[]): Promise<unknown> => {
    const handler = handlers.get(channel);
    if (handler === undefined) throw new Error(`No handler registered for '${channel}'`);
    return structuredClone(await handler(event, ...values));
  };
  const surroundings: Surroundings = {
    context: readyBrowser.promise,
    scheme: (name) => schemes.get(name) ?? null,
    invoke,
    created: (contents) => void app.emit("web-contents-created", {}, contents),
    gone: (window) => {
      windows.delete(window);
      if (windows.size === 0) app.emit("window-all-closed");
    },
  };

  const electron = {
    app,
    BrowserWindow: class extends WindowDouble {
      constructor(options: WindowDouble["options"]) {
        super(options, surroundings);
        if (!isReady) throw new Error("Cannot create BrowserWindow before app is ready");
        windows.add(this);
      }
    },
    ipcMain: {
      handle: (channel: string, handler: Handler) => {
        if (handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
        handlers.set(channel, handler);
      },
      removeHandler: (channel: string) => void handlers.delete(channel),
    },
    protocol: {
      registerSchemesAsPrivileged: (list: readonly { scheme: string }[]) => {
        if (isReady) throw new Error("protocol.registerSchemesAsPrivileged should be called before app is ready");
        for (const { scheme } of list) privileged.add(scheme);
      },
    },
    session: {
      defaultSession: {
        protocol: {
          handle: (scheme: string, handler: SchemeHandler) => {
            if (!privileged.has(scheme)) throw new Error(`${scheme} has no origin: it was not registered as privileged`);
            schemes.set(scheme, handler);
          },
        },
        setPermissionRequestHandler: (handler: PermissionHandler) => void (permissions.request = handler),
        setPermissionCheckHandler: (handler: () => boolean) => void (permissions.check = handler),
        setDevicePermissionHandler: (handler: () => boolean) => void (permissions.device = handler),
      },
    },
    powerSaveBlocker: {
      start: (kind: string) => {
        lastBlocker += 1;
        blockers.set(lastBlocker, kind);
        return lastBlocker;
      },
      stop: (id: number) => blockers.delete(id),
    },
    safeStorage: createSafeStorage(backend),
    dialog: {
      showErrorBox: (title: string, content: string) => {
        errorBoxes.push(`${title}\n${content}`);
        process.stderr.write(`error box: ${title}\n${content}\n`);
      },
    },
    Menu: { setApplicationMenu: (next: unknown) => void (menu = next) },
  };

  const only = (): WindowDouble => {
    const [window] = windows;
    if (window === undefined) throw new Error("There is no window.");
    return window;
  };
  /** What a test can do from outside: what a person, a page or the system would. */
  const controls = {
    facts: () => ({
      windows: [...windows].map((window) => ({ url: window.webContents.getURL(), shown: window.shown, options: { ...window.options } })),
      blockers: [...blockers.values()],
      errorBoxes,
      menu,
      name: app.name,
      userData: app.getPath("userData"),
    }),
    evaluate: (expression: string) => {
      const { page } = only().webContents;
      return page === null ? null : page.evaluate(expression);
    },
    reload: () => only().reload(),
    crash: () => only().webContents.forcefullyCrashRenderer(),
    /** A script that never ends; Electron notices after a while that the page answers no key. */
    hang: () => {
      void only()
        .webContents.page?.evaluate("for (;;);")
        .catch(() => {});
      only().emit("unresponsive");
    },
    failLoads: (count: number) => void (only().failing = count),
    minimize: () => void (only().minimized = true),
    close: () => only().close(),
    quit: () => app.quit(),
    permission: (name: string) =>
      new Promise<unknown>((resolve) => {
        if (permissions.request === null) resolve("no handler: Electron would grant it");
        else
          permissions.request(only().webContents, name, (granted) =>
            resolve({ granted, checked: permissions.check?.(), device: permissions.device?.() }),
          );
      }),
    webview: () => {
      let prevented = false;
      only().webContents.emit("will-attach-webview", { preventDefault: () => void (prevented = true) });
      return prevented;
    },
    /** A call that comes from a frame inside our window, from a foreign page in it, or from a frame that is gone. */
    invokeAs: async (url: string | null, channel: string, json: string) =>
      invoke(channel, { senderFrame: url === null ? null : { url }, sender: only().webContents }, [json]),
    /** A call from the main frame's own object, as the page that is open there now. */
    invokeAsMainFrame: async (channel: string, json: string) =>
      invoke(channel, { senderFrame: only().webContents.mainFrame, sender: only().webContents }, [json]),
    /** Puts another page into the main frame behind Electron's back, as a bug in Chromium might. */
    hijack: async () => {
      const { page } = only().webContents;
      await page?.goto("data:text/html,<title>evil</title>");
      return page?.url();
    },
  };
  return { electron, controls };
};
