import { expect, test } from "vitest";
import { createPace } from "../../electron/sync/pace.ts";

const HOUR_MS = 3_600_000;

test("a pace forgets what was not asked for an hour after it was due, and nothing that is still asked for", () => {
  const pace = createPace([{ until: Infinity, everyMs: 60_000 }]);
  for (let index = 0; index < 1_000; index++) pace.asked(`gone ${index}`, HOUR_MS);
  for (let at = HOUR_MS; at < 4 * HOUR_MS; at += 60_000) {
    expect(pace.isDue("wanted", at)).toBe(true);
    pace.asked("wanted", at);
  }
  expect(pace.size()).toBe(1);
  expect(pace.isDue("wanted", 4 * HOUR_MS - 60_000 + 1)).toBe(false);
});
