import { spawn } from "node:child_process";
import { rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { silentLog } from "../../electron/kit/log.ts";
import { endLeftWindow } from "../../electron/launch/browser.ts";
import { testFolder } from "../fakes/folder.ts";

const start = (...words: readonly string[]) => {
  const child = spawn("sh", ["-c", "read line", ...words], { stdio: ["pipe", "ignore", "ignore"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
};

test.runIf(process.platform === "linux")("only the window of this very profile is ended, not whoever has its number now", async () => {
  const profile = testFolder();
  const [stranger, window] = [start(), start(`--user-data-dir=${profile}`)];
  const ended = new Promise((resolve) => window.once("exit", (_code, signal) => resolve(signal)));
  const lock = join(profile, "SingletonLock");
  symlinkSync(`host-${stranger.pid}`, lock);
  await endLeftWindow(profile, silentLog);
  rmSync(lock);
  symlinkSync(`host-${window.pid}`, lock);
  await endLeftWindow(profile, silentLog);
  expect(await ended).toBe("SIGTERM");
  expect([stranger.exitCode, stranger.signalCode]).toEqual([null, null]);
});
