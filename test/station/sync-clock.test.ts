import { describe, expect, test } from "vitest";
import { environmentOf, openStation } from "../fakes/bench-ground.ts";
import { testFolder } from "../fakes/folder.ts";
import { openTestSync, type TestSync } from "../fakes/oms4-sync.ts";
import { startTestOms4, type TestOms4 } from "../fakes/oms4.ts";
import { connectStation, type StationClient } from "../fakes/station-process.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Ten packed tasks; OMS4 counts the same system time as the station, until one of them jumps. */
const tenPacked = async (oms4: TestOms4) => {
  const numbers = Array.from({ length: 10 }, (_, index) => `FT${index}`);
  for (const ftNo of numbers) oms4.addTask({ ftNo, lines: [{ sku: "A" }] });
  const sync = openTestSync(oms4.connection);
  expect((await sync.pull.run()).ok).toBe(true);
  expect(await sync.push.drain()).toBeNull();
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
      expect(Math.abs((sync.api.skewMs() ?? 0) + ms)).toBeLessThan(10_000);
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
      expect(Math.abs((sync.api.skewMs() ?? 0) - ms)).toBeLessThan(10_000);
    });
  }

  test("the PC's, back while an entry waits for its next try: it doesn't wait for the clock to come round again", async () => {
    const oms4 = await startTestOms4();
    const sync = await tenPacked(oms4);
    oms4.fault({ kind: "status", status: 500 }, { call: "setParcelPacked", times: 1, skip: 9 });
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

describe("a PC whose clock is wrong all the time", () => {
  const HOUR = 60 * MINUTE;
  const NEAR_MS = 10 * MINUTE;
  const eventTimes = (oms4: TestOms4, call: string): readonly (number | null)[] =>
    oms4.told().flatMap((told) => (told.call === call && told.committed ? [told.eventTime] : []));

  test.each([3 * HOUR, -3 * HOUR])("by %i ms: every time it tells is OMS4's, the receiving too", async (aheadMs) => {
    const oms4 = await startTestOms4();
    oms4.setTimesWithin(NEAR_MS);
    oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }] });
    const sync = openTestSync(oms4.connection, { aheadMs });
    await sync.pull.run();
    sync.tellTask("FT1", "Packing started");
    sync.pack("FT1", "PB1");
    await sync.push.drain();
    const [received, started] = eventTimes(oms4, "updateTaskActivity");
    expect(Math.abs((received ?? 0) - Date.now())).toBeLessThan(MINUTE);
    expect(received ?? 0).toBeLessThanOrEqual(started ?? 0);
    expect(oms4.parcels()).toHaveLength(1);
    expect(oms4.violations()).toEqual([]);
  });

  /** A station whose clock is three hours ahead has pulled FT1 and was closed; OMS4 can't be reached any more. */
  const pulledAndOffline = async (): Promise<Readonly<{ oms4: TestOms4; path: string }>> => {
    const oms4 = await startTestOms4();
    oms4.setTimesWithin(NEAR_MS);
    oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }] });
    const { path, pull, close } = openTestSync(oms4.connection, { aheadMs: 3 * HOUR });
    await pull.run();
    close();
    await oms4.setOnline(false);
    return { oms4, path };
  };

  test("and that starts again offline still tells OMS4's time", async () => {
    const { oms4, path } = await pulledAndOffline();
    const again = openTestSync(oms4.connection, { aheadMs: 3 * HOUR, path });
    again.pack("FT1", "PB1");
    await oms4.setOnline(true);
    await drainAll(again);
    expect(oms4.parcels().map(({ parcelNo }) => parcelNo)).toEqual(["PB1"]);
    expect(oms4.violations()).toEqual([]);
  });

  test("but not after somebody has set it: OMS4's time never goes back", async () => {
    const { oms4, path } = await pulledAndOffline();
    const again = openTestSync(oms4.connection, { path });
    expect(again.api.skewMs()).toBeNull();
    again.pack("FT1", "PB1");
    await oms4.setOnline(true);
    await drainAll(again);
    expect(oms4.violations()).toEqual([]);
  });
});

test("a station whose clock is three hours fast tells the right times, also after a start without OMS4", { timeout: 180_000 }, async () => {
  const oms4 = await startTestOms4();
  oms4.setSkew(-180 * MINUTE);
  oms4.setTimesWithin(10 * MINUTE);
  for (const ftNo of ["FT1", "FT2"]) oms4.addTask({ ftNo, lines: [{ sku: "A" }] });
  const environment = environmentOf(oms4, `folder:${testFolder()}`);
  const folder = testFolder();
  const packs = async (client: StationClient, ftNo: string): Promise<void> => {
    await client.call("scan", { text: ftNo, source: "wedge" });
    expect((await client.call("scan", { text: "A", source: "wedge" })).verdict.kind).toBe("task-done");
  };
  const first = await openStation(environment, folder);
  const client = await connectStation(first.url);
  await client.until(({ waiting, oms4: pill }) => waiting.count === 2 && pill.lastSyncAt !== null, "both tasks and a whole pull");
  await packs(client, "FT1");
  await expect.poll(() => oms4.parcels().length, { timeout: 30_000 }).toBe(1);
  client.close();
  await first.stop();
  await oms4.setOnline(false);
  const second = await openStation(environment, folder);
  const again = await connectStation(second.url);
  await packs(again, "FT2");
  await oms4.setOnline(true);
  await expect.poll(() => oms4.parcels().length, { timeout: 40_000 }).toBe(2);
  expect(oms4.violations()).toEqual([]);
  again.close();
  await second.stop();
});
