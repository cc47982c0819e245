import { afterAll, beforeAll, beforeEach } from "vitest";
import { startCups, type FakeCups } from "../cups.ts";

const CUPS_IS_THERE_WITHIN_MS = 180_000;

/**
 * One CUPS for all tests of a file. Once in many runs cupsd began with a job and passed nothing on for good: a test that is tried again gets
 * another one. `use` is handed each.
 */
export const cupsForFile = (use: (cups: FakeCups) => void): void => {
  let cups: FakeCups;
  const start = async (): Promise<void> => use((cups = await startCups()));
  beforeAll(start, CUPS_IS_THERE_WITHIN_MS);
  beforeEach(async ({ task }) => {
    if ((task.result?.retryCount ?? 0) === 0) return;
    await cups.stop();
    await start();
  }, CUPS_IS_THERE_WITHIN_MS);
  afterAll(() => cups.stop(), CUPS_IS_THERE_WITHIN_MS);
};
