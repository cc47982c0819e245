import { describe, expect, it } from "vitest";
import { createTurnstile } from "../../electron/kit/turnstile.ts";

describe("the turnstile", () => {
  it("lets one piece of work in per turn of the event loop, in order", async () => {
    const { pass } = createTurnstile({ clock: { now: () => 0, after: () => () => {} }, busy: () => false });
    const done: string[] = [];
    const looked: number[] = [];
    const look = (): void => {
      looked.push(done.length);
      if (done.length < 5) setImmediate(look);
    };
    setImmediate(look);
    await Promise.all(["a", "b", "c", "d", "e"].map((name) => pass().then(() => done.push(name))));
    expect(done).toEqual(["a", "b", "c", "d", "e"]);
    // Between two looks of the loop never more than one piece was let in
    expect(looked.every((count, index) => count - (looked[index - 1] ?? 0) <= 1)).toBe(true);
  });

  it("rests between two pieces while somebody packs, and goes on by itself", async () => {
    const rests: number[] = [];
    const turnstile = createTurnstile({
      clock: { now: () => 0, after: (ms, action) => (rests.push(ms), setImmediate(action), () => {}) },
      busy: () => true,
    });
    await Promise.all([turnstile.pass(), turnstile.pass(), turnstile.pass()]);
    await turnstile.pass();
    expect(rests.length).toBeGreaterThanOrEqual(3);
    expect(Math.min(...rests)).toBeGreaterThan(0);
  });
});
