import { join, resolve } from "node:path";
import { homedir } from "node:os";
import { app, dialog, Menu, session, type BrowserWindow } from "electron";
import { failureKinds, type Failure } from "../shared/failures.ts";
import { createAssets } from "./bridge/assets.ts";
import { createRouter } from "./bridge/router.ts";
import { systemClock } from "./kit/clock.ts";
import { createLog } from "./kit/log.ts";
import { ownArguments, readArguments } from "./launch/arguments.ts";
import { runCommand } from "./launch/commands.ts";
import { defaultDataFolder } from "./launch/folders.ts";
import { watchParents } from "./launch/parents.ts";
import { guardEveryPage, refusePermissions } from "./shell/guards.ts";
import { connectWindow } from "./shell/ipc.ts";
import { keepPage } from "./shell/keep-page.ts";
import { announceScheme, servePage } from "./shell/page.ts";
import { keepAwakeWhilePacking } from "./shell/power.ts";
import { createEncryptedSecrets } from "./shell/secrets.ts";
import { openWindow } from "./shell/window.ts";
import { openStation } from "./station.ts";

// This file runs as the bundle dist/main/main.cjs; the screen and the preload lie beside it
const built = join(import.meta.dirname, "..");

const refuse = (failure: Failure): void => {
  const { title, wayOut } = failureKinds[failure.kind];
  dialog.showErrorBox(title, `${failure.detail}\n\n${wayOut}`);
  app.exit(1);
};

const run = async (): Promise<void> => {
  const ran = await runCommand(process.argv.slice(1));
  if (ran !== null) {
    // Written before the process ends: a pipe may take its time
    await new Promise((resolve) => (ran.code === 0 ? process.stdout : process.stderr).write(`${ran.words}\n`, resolve));
    return app.exit(ran.code);
  }
  const read = readArguments(ownArguments(process.argv.slice(1)));
  if (!read.ok) return refuse(read.failure);
  const { kiosk } = read.value;
  const dataFolder = resolve(read.value.dataFolder ?? defaultDataFolder(process.platform, process.env, homedir()));
  const log = createLog();

  app.setName("Packbench");
  // Chromium's own files lie inside the data folder: one folder is one station, and one lock
  app.setPath("userData", join(dataFolder, "electron"));
  if (!app.requestSingleInstanceLock()) return app.quit();

  let window: BrowserWindow | null = null;
  app.on("second-instance", () => {
    if (window === null || window.isDestroyed()) return;
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  });
  announceScheme();
  guardEveryPage({ app, log });
  await app.whenReady();
  Menu.setApplicationMenu(null);
  refusePermissions({ session: session.defaultSession, log });

  const opened = await openStation({
    dataFolder,
    environment: process.env,
    secrets: createEncryptedSecrets(dataFolder),
    clock: systemClock,
    log,
    version: app.getVersion(),
  });
  if (!opened.ok) return refuse(opened.failure);
  const station = opened.value;

  let stopped = false;
  const undo: (() => void)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) step();
    await station.stop().finally(() => (stopped = true));
  };
  app.on("before-quit", (event) => {
    if (stopped) return;
    // Electron would end the process at once: first everything that was accepted is on its way to disk and the folder is free
    event.preventDefault();
    void stop().finally(() => app.quit());
  });
  app.on("window-all-closed", () => app.quit());
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => app.quit());

  servePage({ session: session.defaultSession, assets: createAssets(join(built, "renderer")), log });
  await station.ready;
  window = openWindow({
    preload: join(built, "preload/preload.cjs"),
    kiosk,
    theme: station.snapshot().theme,
    icon: join(built, "../resources/icons/packbench.png"),
  });
  // Stopped first: no scan is taken while the box stands there
  const giveUp = (): void =>
    void stop().finally(() => {
      dialog.showErrorBox(
        "The screen breaks down again and again",
        "Packbench closes, so that nobody packs without seeing the answers. Nothing is lost. Start it again; if this comes back, restart the PC and look whether its memory is full.",
      );
      app.exit(1);
    });
  undo.push(
    keepPage({ window, clock: systemClock, log, giveUp }),
    connectWindow({ window, station, router: createRouter({ handlers: station.handlers, log }), log }),
    keepAwakeWhilePacking(station),
    watchParents({ environment: process.env, gone: () => app.quit() }),
  );
};

run().catch((error: unknown) => {
  dialog.showErrorBox("Packbench can't start", error instanceof Error ? (error.stack ?? error.message) : String(error));
  app.exit(1);
});
