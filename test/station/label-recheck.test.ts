import { describe, expect, test } from "vitest";
import { openTestSync, type TestSync } from "../fakes/oms4-sync.ts";
import { detailIdOf, startTestOms4, tinyPdf } from "../fakes/oms4.ts";

const base64 = (text: string): string => Buffer.from(tinyPdf(text)).toString("base64");
const good = async (result: Promise<Readonly<{ ok: boolean }>>): Promise<void> => expect((await result).ok).toBe(true);
const twoLines = [{ sku: "A" }, { sku: "B" }];

/** A one-parcel task packed here and told to OMS4, with its label fetched ahead. */
const packed = async (sync: TestSync, ftNo: string, parcelNo: string): Promise<void> => {
  await sync.pull.run();
  await good(sync.labelPull.run());
  sync.pack(ftNo, parcelNo);
  await sync.push.drain();
};

describe("labels that are stored already", () => {
  test("are asked about again at a pace of their own, five tasks a call, and what is unchanged is no news and writes nothing", async () => {
    const oms4 = await startTestOms4();
    for (let index = 0; index < 7; index++) oms4.addTask({ ftNo: `FT${index}`, lines: [{ sku: "A" }] });
    const sync = openTestSync(oms4.connection);
    await sync.pull.run();
    await good(sync.labelPull.run());
    for (let index = 0; index < 7; index++) sync.pack(`FT${index}`, `PB${index}`);
    await sync.push.drain();
    const [asked, stored] = [oms4.asked()["getShippingInfo"] ?? 0, sync.stored.length];
    await good(sync.labelRecheck.run());
    expect(oms4.asked()["getShippingInfo"]).toBe(asked);
    const rounds = async (): Promise<void> => {
      sync.jump(6_000);
      for (let round = 0; round < 5; round++) await good(sync.labelRecheck.run());
    };
    const changes = () => sync.database.prepare<{ n: number }>("select total_changes() as n").get()?.n;
    await rounds();
    expect(oms4.asked()["getShippingInfo"]).toBe(asked + 2);
    const before = changes();
    await rounds();
    expect(oms4.asked()["getShippingInfo"]).toBe(asked + 4);
    expect(sync.stored).toHaveLength(stored);
    expect(changes()).toBe(before);
    expect(oms4.violations()).toEqual([]);
  });

  test("of a closed parcel that OMS4 made anew come as a new version", async () => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }] });
    const sync = openTestSync(oms4.connection);
    await packed(sync, "FT1", "PBTEST1");
    oms4.setLabel("FT1", base64("the new one"));
    sync.jump(6_000);
    await good(sync.labelRecheck.run());
    expect(sync.stored.at(-1)).toEqual({ ftNo: "FT1", parcelNo: "PBTEST1", labelId: 2 });
    expect(sync.labels.ofTask("FT1")).toHaveLength(2);
  });

  test("are not put back into force by an answer that was asked for earlier and comes later", async () => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }] });
    const { promise: slowly, resolve: comes } = Promise.withResolvers<null>();
    const { promise: held, resolve: isHeld } = Promise.withResolvers<null>();
    const sync = openTestSync(oms4.connection, {
      printsSame: async (_one, other) => {
        if (other.includes("the second")) {
          isHeld(null);
          await slowly;
        }
        return false;
      },
    });
    await packed(sync, "FT1", "PBTEST1");
    oms4.setLabel("FT1", base64("the second"));
    sync.jump(6_000);
    const earlier = sync.labelRecheck.run();
    await held;
    oms4.setLabel("FT1", base64("the third"));
    await good(sync.labelPull.checkAgain(["FT1"]));
    comes(null);
    await good(earlier);
    const inForce = sync.labels.forTask("FT1");
    expect(Buffer.from(sync.labels.get(inForce?.id ?? 0)?.bytes ?? []).toString()).toContain("the third");
    expect(sync.labels.ofTask("FT1")).toHaveLength(2);
  });

  test("of parcels of a split task are told apart by their numbers", async () => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT1", way: "split", lines: twoLines });
    const sync = openTestSync(oms4.connection);
    await sync.pull.run();
    sync.pack("FT1", "PBTEST1", [detailIdOf("FT1", 0)]);
    sync.pack("FT1", "PBTEST2", [detailIdOf("FT1", 1)]);
    await sync.push.drain();
    await good(sync.labelPull.run());
    for (const { labelId, parcelNo } of sync.stored) sync.labels.bind(labelId, parcelNo ?? "");
    const second = sync.labels.forParcel("PBTEST2");
    oms4.setLabel("PBTEST1", base64("another one"));
    sync.jump(6_000);
    await good(sync.labelRecheck.run());
    expect(sync.stored.slice(2)).toMatchObject([{ parcelNo: "PBTEST1" }]);
    expect(sync.labels.forParcel("PBTEST2")).toEqual(second);
  });

  test("of tasks that are packed next are looked at, too", async () => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }] });
    const sync = openTestSync(oms4.connection);
    await sync.pull.run();
    await good(sync.labelPull.run());
    oms4.setLabel("FT1", base64("the new one"));
    sync.jump(6_000);
    await good(sync.labelRecheck.run());
    expect(Buffer.from(sync.labels.get(sync.labels.forTask("FT1")?.id ?? 0)?.bytes ?? []).toString()).toContain("the new one");
  });

  test("of parcels that have left are not asked about", async () => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }] });
    const sync = openTestSync(oms4.connection);
    await packed(sync, "FT1", "PBTEST1");
    sync.parcels.setMilestone("PBTEST1", "SHIPPING");
    sync.tasks.markState("FT1", "done", 1);
    const asked = oms4.asked()["getShippingInfo"];
    sync.jump(6_000);
    await good(sync.labelRecheck.run());
    expect(oms4.asked()["getShippingInfo"]).toBe(asked);
  });

  test("that vanished at OMS4 stay in force", async () => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }] });
    const sync = openTestSync(oms4.connection);
    await packed(sync, "FT1", "PBTEST1");
    oms4.setLabel("FT1", "");
    sync.jump(6_000);
    const [stored, inForce] = [sync.stored.length, sync.labels.forParcel("PBTEST1")];
    await good(sync.labelRecheck.run());
    expect(sync.stored).toHaveLength(stored);
    expect(sync.labels.forParcel("PBTEST1")).toEqual(inForce);
    expect(sync.setAside.count()).toBe(0);
  });

  test("with other bytes that print the same are the same label", async () => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }] });
    const sync = openTestSync(oms4.connection, { printsSame: (_one, other) => other.includes("written anew") });
    await packed(sync, "FT1", "PBTEST1");
    oms4.setLabel("FT1", base64("written anew"));
    sync.jump(6_000);
    const stored = sync.stored.length;
    await good(sync.labelRecheck.run());
    expect([sync.stored.length, sync.labels.ofTask("FT1").length]).toEqual([stored, 1]);
    oms4.setLabel("FT1", base64("changed"));
    sync.jump(6_000);
    await good(sync.labelRecheck.run());
    expect(sync.labels.ofTask("FT1")).toHaveLength(2);
  });

  test("tell a tracking number that changed before the new label is there, once", async () => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }] });
    const sync = openTestSync(oms4.connection);
    await packed(sync, "FT1", "PBTEST1");
    sync.parcels.setTracking("PBTEST1", "JT-OLD");
    oms4.setLabel("FT1", "");
    sync.jump(6_000);
    await good(sync.labelRecheck.run());
    expect(sync.heard.filter((words) => words.startsWith("tracking"))).toEqual([
      `tracking ${oms4.core.parcel("PBTEST1")?.trackingNo} PBTEST1`,
    ]);
  });
});

test("one bad label is one trouble, before and after its parcel is packed", async () => {
  const oms4 = await startTestOms4();
  oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }] });
  oms4.setLabel("FT1", "<html>not yet</html>");
  const sync = openTestSync(oms4.connection);
  await sync.pull.run();
  await good(sync.labelPull.run());
  expect(sync.setAside.list(5)).toMatchObject([{ name: "FT1" }]);
  sync.pack("FT1", "PBTEST1");
  await sync.push.drain();
  sync.jump(60_000);
  await good(sync.labelPull.run());
  expect(sync.setAside.list(5)).toMatchObject([{ name: "PBTEST1" }]);
});
