import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as { packages: Record<string, { dev?: boolean }> };
const natives = Object.keys(packages).filter((path) => path !== "" && existsSync(join(root, path, "binding.gyp")));

test("a PC without a compiler can install it: packages run no scripts, and every native is there prebuilt", () => {
  expect(readFileSync(join(root, ".npmrc"), "utf8")).toContain("ignore-scripts=true");
  expect(natives.length).toBeGreaterThan(0);
  for (const path of natives) {
    const prebuilds = readdirSync(join(root, path, "prebuilds")).join(" ");
    for (const system of ["win32", "linux", "darwin"]) expect(prebuilds, path).toContain(system);
  }
});
