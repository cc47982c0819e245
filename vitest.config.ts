import { defineConfig } from "vitest/config";
import { compileCache } from "./test/fakes/compile-cache.ts";

/** Two cores. Chromium alone wants more than one: what draws screens runs one file after the other, all else side by side. */
const SIDE_BY_SIDE = 2;
const GENEROUS_MS = 60_000;
/** Limits are for broken tests: a loaded machine can be ten times as slow as a quiet one. */
const POLL = { timeout: 20_000, interval: 25 };

/**
 * What drives a whole browser by hand may be tried once more, and is named when it had to be (test/tools/run-tests.mjs): Chromium's own
 * start and end have hiccups on a busy machine. Everything else has one try (but what prints through CUPS, fakes/cups/for-file.ts): a fault that comes once in a hundred runs is a fault.
 */
const BY_HAND = ["contract", "e2e"];

const folder = (name: string, order: number, maxWorkers: number, testTimeout: number) => ({
  extends: true as const,
  test: {
    name,
    include: [`test/${name}/**/*.test.{ts,tsx}`],
    maxWorkers,
    testTimeout,
    hookTimeout: GENEROUS_MS,
    sequence: { groupOrder: order },
    ...(BY_HAND.includes(name) ? { globalSetup: ["test/tools/built.ts"], retry: 1 } : {}),
  },
});

const config = defineConfig({
  // The screen's own build has its own configuration; tests run the sources as Node does
  test: {
    pool: "forks",
    // Whatever program of ours a test starts
    env: { NODE_COMPILE_CACHE: compileCache },
    expect: { poll: POLL },
    projects: [
      folder("unit", 0, SIDE_BY_SIDE, 20_000),
      folder("store", 0, SIDE_BY_SIDE, GENEROUS_MS),
      folder("station", 1, SIDE_BY_SIDE, GENEROUS_MS),
      folder("contract", 2, 1, GENEROUS_MS),
      folder("e2e", 3, 1, 3 * GENEROUS_MS),
    ],
  },
});

export default config;
