import { describe, expect, test } from "vitest";
import { openTestSync, type TestSync } from "../fakes/oms4-sync.ts";
import { startTestOms4, type TestOms4 } from "../fakes/oms4.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Ten packed tasks; OMS4 counts the same system time as the station, until one of them jumps. */
const tenPacked = async (oms4: TestOms4) => {
  const numbers = Array.from({ length: 10 }, (_, index) => `FT${index}`);
  for (const ftNo of numbers) oms4.addTask({ ftNo, lines: [{ sku: "A" }] });
  const sync = openTestSync(oms4.connection, { timeoutMs: 1_000 });
  await sync.pull.run();
  await sync.push.drain();
  for (const ftNo of numbers) sync.pack(ftNo, `PB${ftNo}`);
  return sync;
};
/** As the loop does: goes on as long as something may go now. No time passes. */
const drainAll = async (sync: TestSync): Promise<void> => {
  for (let round = 0; round < 5; round++) {
    const next = await sync.push.drain();
    if (next === null) return;
    expect(next).toBeLessThanOrEqual(sync.clock.now() + 100);
  }
  throw new Error("the outbox waits");
};
const committed = (oms4: TestOms4): readonly (string | null)[] =>
  oms4
    .told()
    .filter(({ call, committed: done }) => call === "setParcelPacked" && done)
    .map(({ parcelNo }) => parcelNo);

describe("a clock that jumps while the outbox drains", () => {
  for (const [what, ms] of [
    ["an hour forward", 60 * MINUTE],
    ["an hour back", -60 * MINUTE],
    ["a week forward", 7 * DAY],
    ["a week back", -7 * DAY],
  ] as const) {
    test(`the PC's, ${what}: everything is told once, signed with OMS4's time`, async () => {
      let jump = (): void => {};
      let calls = 0;
      const oms4 = await startTestOms4({
        onAsked: (call) => {
          if (call === "setParcelPacked" && (calls += 1) === 4) jump();
        },
      });
      const sync = await tenPacked(oms4);
      jump = () => sync.jump(ms);
      await drainAll(sync);
      expect(committed(oms4).toSorted()).toEqual(Array.from({ length: 10 }, (_, index) => `PBFT${index}`));
      expect(sync.outbox.counts()).toEqual({ waiting: 0, parked: 0 });
      expect(Math.abs((sync.api.skewMs() ?? 0) + ms)).toBeLessThan(2_000);
    });

    test(`OMS4's, ${what}: the same`, async () => {
      let jump = (): void => {};
      let calls = 0;
      const oms4 = await startTestOms4({
        onAsked: (call) => {
          if (call === "setParcelPacked" && (calls += 1) === 4) jump();
        },
      });
      const sync = await tenPacked(oms4);
      jump = () => oms4.setSkew(ms);
      await drainAll(sync);
      expect(committed(oms4)).toHaveLength(10);
      expect(sync.outbox.counts()).toEqual({ waiting: 0, parked: 0 });
      expect(Math.abs((sync.api.skewMs() ?? 0) - ms)).toBeLessThan(2_000);
    });
  }

  test("the PC's, back while an entry waits for its next try: it doesn't wait for the clock to come round again", async () => {
    const oms4 = await startTestOms4();
    const sync = await tenPacked(oms4);
    oms4.fault({ kind: "status", status: 500 }, { call: "setParcelPacked", times: 1 });
    const next = await sync.push.drain();
    expect(next).not.toBeNull();
    sync.jump(-DAY);
    expect(await sync.push.drain()).toBeNull();
    expect(committed(oms4)).toHaveLength(10);
  });

  test("the PC's, back while everything waits for the network: the probe goes at once", async () => {
    const oms4 = await startTestOms4();
    const sync = await tenPacked(oms4);
    await oms4.setOnline(false);
    expect(await sync.push.drain()).not.toBeNull();
    await oms4.setOnline(true);
    sync.jump(-DAY);
    expect(await sync.push.drain()).toBeNull();
    expect(committed(oms4)).toHaveLength(10);
  });

  test("the PC's, back during a pause that OMS4 asked for: the pause ends instead of lasting a day", async () => {
    const oms4 = await startTestOms4();
    const sync = await tenPacked(oms4);
    oms4.fault({ kind: "throttle", retryAfter: "90" }, { call: "setParcelPacked" });
    await sync.push.drain();
    sync.jump(-DAY);
    expect(await sync.push.drain()).toBeNull();
    expect(committed(oms4)).toHaveLength(10);
  });
});

describe("a pause that OMS4 asks for", () => {
  test("by a date is reckoned by OMS4's own clock, however wrong this PC's is", async () => {
    const oms4 = await startTestOms4();
    const sync = await tenPacked(oms4);
    oms4.setSkew(-3 * 60 * MINUTE);
    const until = new Date(Date.now() - 3 * 60 * MINUTE + 60_000).toUTCString();
    oms4.fault({ kind: "throttle", retryAfter: until }, { call: "setParcelPacked" });
    const before = sync.clock.now();
    const next = (await sync.push.drain()) ?? 0;
    expect(next - before).toBeGreaterThan(50_000);
    expect(next - before).toBeLessThan(65_000);
  });

  test("of a year is somebody's mistake: it lasts an hour", async () => {
    const oms4 = await startTestOms4();
    const sync = await tenPacked(oms4);
    oms4.fault({ kind: "throttle", retryAfter: String(365 * 86_400) }, { call: "setParcelPacked" });
    const before = sync.clock.now();
    expect(((await sync.push.drain()) ?? 0) - before).toBeLessThanOrEqual(60 * MINUTE + 5_000);
  });
});
