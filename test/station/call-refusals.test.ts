import { describe, expect, onTestFinished, test } from "vitest";
import { openTestSync, type TestSync } from "../fakes/oms4-sync.ts";
import { startTestOms4 } from "../fakes/oms4.ts";

const running = (sync: TestSync): TestSync => {
  sync.sync.start();
  onTestFinished(() => sync.sync.stop());
  return sync;
};
const soon = { timeout: 10_000, interval: 20 };
const FORBIDDEN = { kind: "status", status: 403, body: "forbidden" } as const;
const NOT_THERE = { kind: "status", status: 404, body: "<html>Not found</html>" } as const;

describe("an OMS4 that refuses one kind of call for ever", () => {
  test("is named with the call, not with the credentials, and parcels are reported all the same", async () => {
    const oms4 = await startTestOms4();
    oms4.fault(FORBIDDEN, { call: "updateTaskActivity", times: null });
    oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }] });
    const sync = running(openTestSync(oms4.connection));
    await expect.poll(() => sync.tasks.get("FT1")?.state, soon).toBe("waiting");
    sync.pack("FT1", "PBTEST1");
    sync.sync.kickPush();
    await expect.poll(() => sync.outbox.reportState("PBTEST1"), soon).toBe("sent");
    await expect
      .poll(() => sync.sync.status(), soon)
      .toMatchObject({
        online: true,
        failure: null,
        refusedCalls: ["Update Fulfillment Activity"],
      });
    expect(oms4.parcels().map(({ parcelNo }) => parcelNo)).toEqual(["PBTEST1"]);
  });

  test("its news go by themselves, in order, once it takes them", async () => {
    const oms4 = await startTestOms4();
    oms4.fault(FORBIDDEN, { call: "updateTaskActivity", times: null });
    oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }] });
    const sync = running(openTestSync(oms4.connection));
    await expect.poll(() => sync.tasks.get("FT1")?.state, soon).toBe("waiting");
    sync.sync.kickPush();
    await expect.poll(() => sync.sync.status().refusedCalls, soon).toEqual(["Update Fulfillment Activity"]);
    oms4.clearFaults();
    await expect.poll(() => oms4.told().filter(({ call, committed }) => call === "updateTaskActivity" && committed), soon).toHaveLength(1);
    await expect.poll(() => sync.sync.status().refusedCalls, soon).toEqual([]);
    await expect.poll(() => sync.outbox.counts().waiting, soon).toBe(0);
  });

  test("an OMS4 without cancellation tasks still gives its tasks and labels", async () => {
    const oms4 = await startTestOms4();
    oms4.fault(NOT_THERE, { call: "getCancellations", times: null });
    const sync = running(openTestSync(oms4.connection));
    await expect.poll(() => sync.sync.status().refusedCalls, soon).toEqual(["Get Cancellation Tasks"]);
    oms4.addTask({ ftNo: "FT2", lines: [{ sku: "A" }] });
    await expect.poll(() => sync.labels.forTask("FT2")?.format, soon).toBe("pdf");
    await expect.poll(() => sync.sync.status(), soon).toMatchObject({ online: true, failure: null });
    expect(sync.sync.status().lastSyncAt).not.toBeNull();
  });

  test("credentials that are refused for everything are still called so, and asked ever more slowly", async () => {
    const oms4 = await startTestOms4();
    const sync = running(openTestSync({ ...oms4.connection, apiSecret: "wrong" }));
    await expect.poll(() => sync.sync.status().failure?.kind, soon).toBe("credentials-refused");
    await expect.poll(() => oms4.asked()["getTasks"] ?? 0, soon).toBeGreaterThanOrEqual(4);
    // At 50 ms a poll, doubling: the fifth question comes 800 ms after the fourth
    const [asked, at] = [oms4.asked()["getTasks"] ?? 0, performance.now()];
    await expect.poll(() => oms4.asked()["getTasks"] ?? 0, soon).toBeGreaterThan(asked);
    expect(performance.now() - at).toBeGreaterThan(300);
    expect(sync.sync.status().refusedCalls).toEqual([]);
  });
});

describe("a task's parcel passes its news only where the call itself is refused", () => {
  const SIGN_IN = { kind: "html" } as const;
  test("not where a sign-in page stood before one call again and again: then everything goes in its order", async () => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }] });
    oms4.fault(SIGN_IN, { call: "updateTaskActivity", times: 4 });
    const sync = running(openTestSync(oms4.connection));
    await expect.poll(() => sync.tasks.get("FT1")?.state, soon).toBe("waiting");
    sync.pack("FT1", "PBTEST1");
    sync.sync.kickPush();
    await expect.poll(() => sync.outbox.reportState("PBTEST1"), { timeout: 30_000, interval: 20 }).toBe("sent");
    expect(oms4.told().flatMap(({ call, committed }) => (committed ? [call] : []))).toEqual(["updateTaskActivity", "setParcelPacked"]);
    expect(sync.sync.status().refusedCalls).toEqual([]);
  });
});
