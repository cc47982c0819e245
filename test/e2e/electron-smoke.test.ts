import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { _electron } from "playwright-core";
import { describe, expect, it, onTestFinished } from "vitest";
import { testFolder } from "../fakes/folder.ts";

const root = join(import.meta.dirname, "../..");

/** Electron's binary where it is installed. Asking the package itself would start a download. */
const findElectron = (): string | null => {
  const note = join(root, "node_modules/electron/path.txt");
  const name = existsSync(note) ? readFileSync(note, "utf8") : "electron";
  const path = join(process.env["ELECTRON_OVERRIDE_DIST_PATH"] ?? join(root, "node_modules/electron/dist"), name);
  return existsSync(path) ? path : null;
};

const binary = findElectron();
if (binary === null) {
  process.stderr.write(
    "\nSKIPPED: no Electron binary is installed here, so the app ran only with the double of electron over Chromium.\n\n",
  );
}

describe("the real Electron", () => {
  it.skipIf(binary === null)("opens the screen, takes a scan and keeps the page to itself", async () => {
    const app = await _electron.launch({
      ...(binary === null ? {} : { executablePath: binary }),
      args: [root, ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []), "--data-dir", testFolder()],
    });
    onTestFinished(() => app.close());
    const window = await app.firstWindow();
    await expect.poll(() => window.locator("html").getAttribute("data-phase")).toBe("ready");
    await window.keyboard.type("NO-SUCH-CODE\n");
    await expect.poll(() => window.locator("html").getAttribute("data-scan-seq")).toBe("1");
    expect(await window.evaluate(() => [typeof globalThis.require, Object.keys(globalThis.window.packbench ?? {}).toSorted()])).toEqual([
      "undefined",
      ["call", "onEvent"],
    ]);
    await window.evaluate(() => void (location.href = "https://example.invalid/"));
    expect(window.url()).toBe("packbench://app/");
  });
});
