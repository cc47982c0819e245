import { describe, expect, onTestFinished, test } from "vitest";
import { openTestSync, type TestSync } from "../fakes/oms4-sync.ts";
import { startTestOms4 } from "../fakes/oms4.ts";

const running = (sync: TestSync): TestSync => {
  sync.sync.start();
  onTestFinished(() => sync.sync.stop());
  return sync;
};
const soon = { timeout: 20_000, interval: 20 };
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

  const noApi = (path: string) =>
    ({ kind: "envelope", code: "404", message: `no API ${path.includes("get") ? "GET" : "POST"} /rest/fp_api/${path}` }) as const;

  test.each([
    ["in an envelope", noApi("fulfillment_task/update_activity")],
    [
      "with HTTP's status and an envelope",
      { kind: "status", status: 404, body: '{"code":"404","data":null,"message":"Not Found"}' } as const,
    ],
  ])("an OMS4 without task activities that says so %s parks nothing and hears of every parcel", async (_how, fault) => {
    const oms4 = await startTestOms4();
    oms4.fault(fault, { call: "updateTaskActivity", times: null });
    const ftNos = ["FT1", "FT2", "FT3", "FT4", "FT5", "FT6"];
    for (const ftNo of ftNos) oms4.addTask({ ftNo, lines: [{ sku: "A" }] });
    const sync = running(openTestSync(oms4.connection));
    await expect.poll(() => ftNos.map((ftNo) => sync.tasks.get(ftNo)?.state), soon).toEqual(ftNos.map(() => "waiting"));
    for (const ftNo of ftNos) sync.pack(ftNo, `PB${ftNo}`);
    sync.sync.kickPush();
    await expect.poll(() => sync.sync.status().refusedCalls, soon).toEqual(["Update Fulfillment Activity"]);
    await expect.poll(() => oms4.parcels().length, soon).toBe(ftNos.length);
    await expect.poll(() => sync.outbox.counts(), soon).toEqual({ waiting: ftNos.length, parked: 0 });
    expect(sync.sync.status()).toMatchObject({ online: true, failure: null });
    oms4.clearFaults();
    await expect.poll(() => sync.outbox.counts().waiting, soon).toBe(0);
    expect(sync.sync.status().refusedCalls).toEqual([]);
  });

  test("an OMS4 without cancellation tasks that says so in an envelope is pulled to the end all the same", async () => {
    const oms4 = await startTestOms4();
    oms4.fault(noApi("cancellation_task/get"), { call: "getCancellations", times: null });
    const sync = running(openTestSync(oms4.connection));
    await expect.poll(() => sync.sync.status().refusedCalls, soon).toEqual(["Get Cancellation Tasks"]);
    await expect.poll(() => sync.sync.status(), soon).toMatchObject({ online: true, failure: null });
    expect(sync.sync.status().lastSyncAt).not.toBeNull();
  });

  test.each(["fulfillment task FT1 not found", "ft_no does not exist", "unknown number FT1"])(
    "a task that OMS4 does not know (%s) is one task's trouble: its news is parked at once",
    async (message) => {
      const oms4 = await startTestOms4();
      oms4.fault({ kind: "envelope", code: "404", message }, { call: "updateTaskActivity", times: 1 });
      oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }] });
      const sync = running(openTestSync(oms4.connection));
      await expect.poll(() => sync.tasks.get("FT1")?.state, soon).toBe("waiting");
      sync.sync.kickPush();
      await expect.poll(() => sync.outbox.counts().parked, soon).toBe(1);
    },
  );

  test("words of a call that was taken before are about the news, not about the call", async () => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }] });
    const sync = running(openTestSync(oms4.connection));
    await expect.poll(() => sync.tasks.get("FT1")?.state, soon).toBe("waiting");
    sync.sync.kickPush();
    await expect.poll(() => oms4.told().some(({ call, committed }) => call === "updateTaskActivity" && committed), soon).toBe(true);
    oms4.fault({ kind: "envelope", code: "404", message: "Not Found" }, { call: "updateTaskActivity", times: 1 });
    sync.tellTask("FT1", "Packing started");
    sync.sync.kickPush();
    await expect.poll(() => sync.outbox.counts().parked, soon).toBe(1);
  });

  test("credentials that are refused for everything are still called so, and asked ever more slowly", async () => {
    const times: number[] = [];
    const oms4 = await startTestOms4({ onAsked: (call) => void (call === "getTasks" && times.push(performance.now())) });
    const sync = running(openTestSync({ ...oms4.connection, apiSecret: "wrong" }));
    await expect.poll(() => sync.sync.status().failure?.kind, soon).toBe("credentials-refused");
    await expect.poll(() => times.length, soon).toBeGreaterThanOrEqual(6);
    // 50 ms a poll, doubled each time; a timer may come a millisecond early
    times.slice(1).forEach((at, index) => expect(at - (times[index] ?? 0)).toBeGreaterThanOrEqual(50 * 2 ** index - 5));
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
