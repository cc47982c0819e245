import { describe, expect, onTestFinished, test } from "vitest";
import { openTestSync, type TestSync } from "../fakes/oms4-sync.ts";
import { detailIdOf, startTestOms4 } from "../fakes/oms4.ts";

const running = (sync: TestSync): TestSync => {
  sync.sync.start();
  onTestFinished(() => sync.sync.stop());
  return sync;
};
const soon = { timeout: 20_000, interval: 20 };

describe("the sync", () => {
  test("brings tasks and labels, tells parcels and fetches their labels, by itself", async () => {
    const oms4 = await startTestOms4({ splitLabelMs: 100 });
    const sync = running(openTestSync(oms4.connection));
    oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }] });
    oms4.addTask({ ftNo: "FT2", way: "split", lines: [{ sku: "A" }, { sku: "B" }] });
    await expect.poll(() => sync.labels.forTask("FT1")?.format, soon).toBe("pdf");
    sync.pack("FT2", "PBTEST1", [detailIdOf("FT2", 0)]);
    sync.sync.kickPush();
    await expect.poll(() => sync.labels.forParcel("PBTEST1")?.format, soon).toBe("pdf");
    expect(sync.sync.status()).toMatchObject({ online: true, failure: null });
    expect(oms4.violations()).toEqual([]);
  });

  test("says offline when the cable is pulled, and tells everything once when it is back", async () => {
    const oms4 = await startTestOms4();
    for (let index = 0; index < 5; index++) oms4.addTask({ ftNo: `FT${index}`, lines: [{ sku: "A" }] });
    const sync = running(openTestSync(oms4.connection));
    await expect.poll(() => sync.stored.length, soon).toBe(5);
    await oms4.setOnline(false);
    await expect.poll(() => sync.sync.status(), soon).toMatchObject({ online: false, failure: { kind: "offline" } });
    for (let index = 0; index < 5; index++) sync.pack(`FT${index}`, `PB${index}`);
    sync.sync.kickPush();
    await oms4.setOnline(true);
    await expect.poll(() => oms4.parcels().length, soon).toBe(5);
    await expect.poll(() => sync.outbox.counts().waiting, soon).toBe(0);
    await expect.poll(() => sync.sync.status().online, soon).toBe(true);
    expect(oms4.told().filter(({ call, committed }) => call === "setParcelPacked" && committed)).toHaveLength(5);
  });

  test("shows a wrong secret and goes on by itself once it is right", async () => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }] });
    const sync = openTestSync({ ...oms4.connection, apiSecret: "wrong" });
    running(sync);
    await expect.poll(() => sync.sync.status().failure?.kind, soon).toBe("credentials-refused");
    expect(sync.sync.status().lastSyncAt).toBeNull();
    sync.connect(oms4.connection);
    await expect.poll(() => sync.sync.status(), soon).toMatchObject({ online: true, failure: null });
    await expect.poll(() => sync.tasks.get("FT1")?.state, soon).toBe("waiting");
  });

  test("stops at once although OMS4 doesn't answer, and leaves nothing under way", async () => {
    const oms4 = await startTestOms4();
    oms4.fault({ kind: "hang" }, { call: "getTasks", times: null });
    const sync = openTestSync(oms4.connection, { timeoutMs: 60_000 });
    sync.sync.start();
    await expect.poll(() => oms4.asked()["getTasks"], soon).toBe(1);
    await sync.sync.stop();
    sync.close();
    expect(oms4.asked()["getTasks"]).toBe(1);
  });

  test("lets a report under way end when it stops", async () => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }] });
    const sync = openTestSync(oms4.connection);
    await sync.pull.run();
    await sync.push.drain();
    sync.pack("FT1", "PBTEST1");
    const answer = oms4.hold("setParcelPacked");
    sync.sync.start();
    await expect.poll(() => oms4.asked()["setParcelPacked"], soon).toBe(1);
    const stopped = sync.sync.stop();
    answer();
    await stopped;
    expect(sync.outbox.reportState("PBTEST1")).toBe("sent");
  });

  test("looks up a scanned number and fetches its label beside the packing", async () => {
    const oms4 = await startTestOms4();
    const sync = running(openTestSync(oms4.connection));
    await expect.poll(() => sync.sync.status().online, soon).toBe(true);
    oms4.addTask({ ftNo: "FT9", lines: [{ sku: "A" }] });
    expect(await sync.sync.lookUp("FT9")).toEqual({ ok: true, value: true });
    await expect.poll(() => sync.labels.forTask("FT9")?.format, soon).toBe("pdf");
  });
});
