import { defineConfig } from "vitest/config";

/** Two cores: what runs Chromium, CUPS or whole stations runs one file after the other, the rest side by side. */
const SIDE_BY_SIDE = 2;
const GENEROUS_MS = 60_000;

const folder = (name: string, order: number, maxWorkers: number, testTimeout: number) => ({
  extends: true as const,
  test: {
    name,
    include: [`test/${name}/**/*.test.{ts,tsx}`],
    maxWorkers,
    testTimeout,
    hookTimeout: GENEROUS_MS,
    sequence: { groupOrder: order },
    ...(["contract", "e2e"].includes(name) ? { globalSetup: ["test/tools/built.ts"] } : {}),
  },
});

const config = defineConfig({
  // The screen's own build has its own configuration; tests run the sources as Node does
  test: {
    pool: "forks",
    projects: [
      folder("unit", 0, SIDE_BY_SIDE, 20_000),
      folder("store", 0, SIDE_BY_SIDE, 20_000),
      folder("station", 1, 1, GENEROUS_MS),
      folder("contract", 2, 1, GENEROUS_MS),
      folder("e2e", 3, 1, 3 * GENEROUS_MS),
    ],
  },
});

export default config;
