import { EventEmitter } from "node:events";
import type { BrowserContext, CDPSession, Frame, Page, Request as PageRequest, Route } from "playwright-core";
import { runPreload, type PreloadWorld } from "./preload-world.ts";

export type FrameDouble = Readonly<{ url: string }>;
export type InvokeEvent = Readonly<{ senderFrame: FrameDouble | null; sender: unknown }>;
export type SchemeHandler = (request: Request) => Response | Promise<Response>;

/** What windows share: the browser, the app's schemes, the way to main's handlers. */
export type Surroundings = Readonly<{
  context: Promise<BrowserContext>;
  scheme: (name: string) => SchemeHandler | null;
  invoke: (channel: string, event: InvokeEvent, values: readonly unknown[]) => Promise<unknown>;
  created: (contents: WebContentsDouble) => void;
  gone: (window: WindowDouble) => void;
}>;

type WindowOptions = Readonly<{ kiosk?: boolean; show?: boolean; webPreferences: Readonly<Record<string, unknown> & { preload: string }> }>;
type OpenHandler = (details: Readonly<{ url: string }>) => Readonly<{ action: string }>;

/** Chromium knows no scheme of ours: `packbench://app/x` is `http://app.packbench.localhost/x` inside the double's browser. */
const inside = (address: string): string =>
  address.replace(/^([a-z]+):\/\/([^/]+)/, (whole, scheme: string, host: string) =>
    scheme.startsWith("http") ? whole : `http://${host}.${scheme}.localhost`,
  );
const outside = (address: string): string => address.replace(/^http:\/\/([^/.]+)\.([^/.]+)\.localhost/, "$2://$1");

/** A page that is just being opened has no frame yet; Playwright throws then. */
const frameOf = (request: PageRequest): Frame | null => {
  try {
    return request.frame();
  } catch {
    return null;
  }
};

type PageApi = Readonly<Record<string, readonly string[]>>;

/** Runs in the page before its own scripts: what contextBridge would have put there. A function argument makes the call a subscription. */
const installApi = (api: PageApi): void => {
  const call = (globalThis as unknown as { packbenchDoubleCall: (...values: unknown[]) => Promise<unknown> }).packbenchDoubleCall;
  const callbacks = new Map<number, (...values: unknown[]) => void>();
  Object.assign(globalThis, { packbenchDoubleCallback: (id: number, values: unknown[]) => callbacks.get(id)?.(...values) });
  for (const [name, functions] of Object.entries(api)) {
    const exposed = functions.map((key) => [
      key,
      (...values: unknown[]) => {
        const listener = values.find((value) => typeof value === "function");
        if (listener === undefined) return call(name, key, 0, values);
        const id = callbacks.size + 1;
        callbacks.set(id, listener as (...values: unknown[]) => void);
        void call(name, key, id, []);
        return () => void callbacks.delete(id);
      },
    ]);
    Object.defineProperty(globalThis, name, { value: Object.freeze(Object.fromEntries(exposed)), writable: false, configurable: false });
  }
};

export class WebContentsDouble extends EventEmitter {
  openHandler: OpenHandler | null = null;
  world: PreloadWorld | null = null;
  page: Page | null = null;
  /** this page's own line to the browser; open before the page hangs */
  devTools: CDPSession | null = null;
  /** one object for the frame's whole life, as in Electron: main compares it */
  readonly mainFrame: FrameDouble = Object.defineProperty({ url: "" }, "url", { get: () => this.getURL() });

  getURL(): string {
    return this.page === null ? "" : outside(this.page.url());
  }
  setWindowOpenHandler(handler: OpenHandler): void {
    this.openHandler = handler;
  }
  send(channel: string, ...values: unknown[]): void {
    this.world?.deliver(channel, values);
  }
  /** Really ends this page's process (and no other: Chromium keeps a spare one for the next page), also one that hangs. */
  forcefullyCrashRenderer(): void {
    // Never answered: who would answer is gone
    this.devTools?.send("Page.crash").catch(() => {});
  }
}

export class WindowDouble extends EventEmitter {
  readonly webContents = new WebContentsDouble();
  readonly options: WindowOptions;
  readonly surroundings: Surroundings;
  readonly shown = { show: 0, focus: 0, restore: 0, maximize: 0 };
  minimized = false;
  destroyed = false;
  /** so many loadings fail before one goes well again */
  failing = 0;
  private opened: Promise<Page>;
  private expected: string | null = null;

  constructor(options: WindowOptions, surroundings: Surroundings) {
    super();
    this.options = options;
    this.surroundings = surroundings;
    surroundings.created(this.webContents);
    this.opened = this.open();
  }
  private newWorld(frame: () => FrameDouble): PreloadWorld {
    return runPreload(this.options.webPreferences.preload, (channel, values) =>
      this.surroundings.invoke(channel, { senderFrame: frame(), sender: this.webContents }, values),
    );
  }
  private async open(): Promise<Page> {
    const context = await this.surroundings.context;
    context.off("page", this.refusePopup);
    const page = await context.newPage();
    const contents = this.webContents;
    contents.page = page;
    context.on("page", this.refusePopup);
    const first = this.newWorld(() => contents.mainFrame);
    const api = Object.fromEntries([...first.exposed].map(([name, functions]) => [name, Object.keys(functions)]));
    await page.exposeBinding("packbenchDoubleCall", async (_, name: string, key: string, callback: number, values: unknown[]) => {
      const run = contents.world?.exposed.get(name)?.[key];
      if (run === undefined) throw new Error(`${name}.${key} is not exposed`);
      if (callback === 0) return await run(...values);
      run((...told: unknown[]) => {
        // A page that is just being left can't be told any more; Electron drops the message too
        page
          .evaluate(
            ([id, list]) =>
              (globalThis as unknown as { packbenchDoubleCallback: (id: unknown, list: unknown) => void }).packbenchDoubleCallback(
                id,
                list,
              ),
            [callback, told] as const,
          )
          .catch(() => {});
      });
      return null;
    });
    await page.addInitScript(installApi, api);
    page.on("domcontentloaded", () => contents.emit("dom-ready"));
    page.on("load", () => {
      contents.emit("did-finish-load");
      if (this.listenerCount("ready-to-show") > 0) this.emit("ready-to-show");
    });
    page.on("close", () => {
      if (contents.page === page) this.destroy();
    });
    page.on("crash", () => void this.breakDown(page));
    contents.devTools = await context.newCDPSession(page);
    await context.unroute("**/*");
    await context.route("**/*", (route) => this.answer(route, page));
    return page;
  }
  /** Electron's window goes on with a new process; Playwright's page is spent, so another takes its place. */
  private async breakDown(page: Page): Promise<void> {
    this.webContents.page = null;
    this.opened = page.close().then(() => this.open());
    await this.opened;
    this.webContents.emit("render-process-gone", {}, { reason: "killed", exitCode: 9 });
  }
  private readonly refusePopup = (other: Page): void => {
    const decision = this.webContents.openHandler?.({ url: outside(other.url()) }) ?? { action: "allow" };
    if (decision.action === "deny") void other.close();
  };
  private async answer(route: Route, page: Page): Promise<void> {
    const request = route.request();
    const address = outside(request.url());
    if (request.isNavigationRequest()) {
      const frame = frameOf(request);
      if (frame?.page() !== page) {
        // A new window's first page: Electron asks before there is a window at all
        if (this.webContents.openHandler?.({ url: address }).action === "deny") return route.abort("aborted");
        throw new Error(`The double shows no second window (${address}).`);
      }
      if (address !== this.expected && this.isPrevented(frame, page, address)) return route.abort("aborted");
      this.expected = null;
      if (this.failing > 0) {
        this.failing -= 1;
        return route.abort("failed");
      }
      if (frame === page.mainFrame()) this.webContents.world = this.newWorld(() => this.webContents.mainFrame);
    }
    const handler = this.surroundings.scheme(address.split(":")[0] ?? "");
    if (handler === null) return route.abort("internetdisconnected");
    const response = await handler(new Request(address, { method: request.method() }));
    await route.fulfill({
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()),
    });
  }
  private isPrevented(frame: Frame, page: Page, url: string): boolean {
    let prevented = false;
    const event = { url, preventDefault: () => void (prevented = true) };
    this.webContents.emit("will-frame-navigate", event);
    if (frame === page.mainFrame()) this.webContents.emit("will-navigate", event);
    return prevented;
  }
  async loadURL(address: string): Promise<void> {
    const page = await this.opened;
    this.expected = address;
    try {
      await page.goto(inside(address));
    } catch (error) {
      this.webContents.emit("did-fail-load", {}, -2, "ERR_FAILED", address, true);
      throw error;
    }
  }
  async reload(): Promise<void> {
    const page = await this.opened;
    this.expected = this.webContents.getURL();
    await page.reload();
  }
  show(): void {
    this.shown.show += 1;
  }
  focus(): void {
    this.shown.focus += 1;
  }
  restore(): void {
    this.minimized = false;
    this.shown.restore += 1;
  }
  maximize(): void {
    this.shown.maximize += 1;
  }
  isMinimized(): boolean {
    return this.minimized;
  }
  isDestroyed(): boolean {
    return this.destroyed;
  }
  close(): void {
    void this.webContents.page?.close();
  }
  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.emit("closed");
    this.surroundings.gone(this);
  }
}
