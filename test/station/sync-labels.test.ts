import { describe, expect, test } from "vitest";
import { openTestSync, type TestSync } from "../fakes/oms4-sync.ts";
import { detailIdOf, startTestOms4, tinyPdf, type Fault } from "../fakes/oms4.ts";

const run = async (sync: TestSync): Promise<void> => {
  const result = await sync.labelPull.run();
  if (!result.ok) throw new Error(result.failure.detail);
};
const base64 = (text: string): string => Buffer.from(tinyPdf(text)).toString("base64");
/** OMS4's next answer about FT1, word for word. */
const parcelsOfFt1 = (parcels: readonly unknown[]): Fault => {
  const answer = { code: "200", message: "success", request_id: "r", data: [{ ft_no: "FT1", parcels }] };
  return { kind: "status", status: 200, body: JSON.stringify(answer) };
};
const twoLines = [{ sku: "A" }, { sku: "B" }];

describe("a box packed anew after one was pulled", () => {
  test.each([
    ["no parcel", ""],
    ["the pulled one", "PBTEST1"],
    ["the new one", "PBTEST2"],
  ])("gets the label that the pulled one had; OMS4 names %s", async (_name, named) => {
    const oms4 = await startTestOms4();
    const { trackingNo } = oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }] });
    const sync = openTestSync(oms4.connection);
    await sync.pull.run();
    await run(sync);
    sync.pack("FT1", "PBTEST1");
    sync.parcels.setTracking("PBTEST1", trackingNo);
    sync.parcels.pull("PBTEST1", "FT1", sync.clock.now());
    sync.pack("FT1", "PBTEST2");
    // As an older version left it: the pulled one still has the label
    sync.database.exec("update label set parcel_no = 'PBTEST1'");
    sync.parcels.markLabelChecked("PBTEST2", 0, true);
    const shipping_label = base64(`${trackingNo} FT1`);
    const parcel = {
      parcel_id: "1",
      fp_parcel_no: named,
      delivery_carrier: "J&T",
      delivery_type: "",
      tracking_no: trackingNo,
      shipping_label,
    };
    oms4.fault(parcelsOfFt1([parcel]), { call: "getShippingInfo" });
    await run(sync);
    expect(sync.stored.at(-1)).toMatchObject({ ftNo: "FT1", parcelNo: "PBTEST2" });
    expect([sync.setAside.count(), sync.parcels.wantsLabel("PBTEST2")]).toEqual([0, false]);
  });
});

describe("labels ahead", () => {
  test("are stored before packing, five tasks a call, for tasks that ship in one parcel only", async () => {
    const oms4 = await startTestOms4();
    for (let index = 0; index < 11; index++) oms4.addTask({ ftNo: `FT${index}`, lines: [{ sku: "A" }] });
    oms4.addTask({ ftNo: "SPLIT", way: "split", lines: twoLines });
    oms4.addTask({ ftNo: "OWN", way: "own", lines: [{ sku: "A" }] });
    const sync = openTestSync(oms4.connection);
    await sync.pull.run();
    await run(sync);
    expect(oms4.asked()["getShippingInfo"]).toBe(3);
    expect(sync.stored).toHaveLength(11);
    expect(sync.labels.forTask("FT3")).toMatchObject({ parcelNo: null, format: "pdf" });
    expect(sync.tasks.byCode(sync.labels.forTask("FT3")?.trackingNo ?? "").map(({ task }) => task.ftNo)).toEqual(["FT3"]);
    expect(sync.labelPull.nextAt()).toBeNull();
    expect(oms4.violations()).toEqual([]);
  });

  test("that aren't made yet are asked for again, and bring their tracking number before", async () => {
    const oms4 = await startTestOms4();
    const { trackingNo } = oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }], labelAfterMs: null });
    const sync = openTestSync(oms4.connection);
    await sync.pull.run();
    await run(sync);
    expect(sync.labels.forTask("FT1")).toBeNull();
    expect(sync.tasks.byCode(trackingNo)).toHaveLength(1);
    oms4.setLabelAt("FT1", 0);
    await run(sync);
    expect(sync.labels.forTask("FT1")).toBeNull();
    sync.jump(11_000);
    await run(sync);
    expect(sync.labels.forTask("FT1")).toMatchObject({ trackingNo });
  });

  test("that one refused number spoils for five are asked for one by one", async () => {
    const oms4 = await startTestOms4();
    for (let index = 0; index < 5; index++) oms4.addTask({ ftNo: `FT${index}`, lines: [{ sku: "A" }] });
    const sync = openTestSync(oms4.connection);
    await sync.pull.run();
    oms4.fault({ kind: "envelope", code: "400", message: "FT2 has no shipment" });
    await run(sync);
    expect(sync.stored).toHaveLength(5);
  });

  test("that OMS4 changed later are kept beside the old one, the newest in force", async () => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }] });
    const sync = openTestSync(oms4.connection);
    await sync.pull.run();
    await run(sync);
    const old = sync.labels.forTask("FT1");
    oms4.setLabel("FT1", base64("the new one"));
    sync.jump(1_000);
    sync.labelPull.askAgain(["FT1"]);
    await run(sync);
    const now = sync.labels.forTask("FT1");
    expect(now?.id).not.toBe(old?.id);
    expect(sync.labels.ofTask("FT1")).toHaveLength(2);
    expect(Buffer.from(sync.labels.get(now?.id ?? 0)?.bytes ?? []).toString()).toContain("the new one");
  });

  test("are looked at once more when their task is nearly packed, unless that was a moment ago", async () => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }] });
    const sync = openTestSync(oms4.connection);
    await sync.pull.run();
    await run(sync);
    sync.labelPull.askAgain(["FT1"], { unlessYoung: true });
    await run(sync);
    expect(oms4.asked()["getShippingInfo"]).toBe(1);
    sync.jump(6_000);
    sync.labelPull.askAgain(["FT1"], { unlessYoung: true });
    await run(sync);
    expect(oms4.asked()["getShippingInfo"]).toBe(2);
  });

  test("come one call a pass while somebody scans, and all at once when nobody does", async () => {
    const oms4 = await startTestOms4();
    for (let index = 0; index < 23; index++) oms4.addTask({ ftNo: `FT${index}`, lines: [{ sku: "A" }] });
    const sync = openTestSync(oms4.connection, { stands: true });
    await sync.pull.run();
    sync.scanned();
    await run(sync);
    expect(sync.stored).toHaveLength(5);
    expect(sync.labelPull.nextAt()).toBe(sync.clock.now());
    await run(sync);
    expect(sync.stored).toHaveLength(10);
    sync.jump(3_001);
    await run(sync);
    expect(sync.stored).toHaveLength(23);
  });

  test("that are good at last clear what was set aside before the parcel was packed, too", async () => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }] });
    oms4.setLabel("FT1", "<html>not yet</html>");
    const sync = openTestSync(oms4.connection);
    await sync.pull.run();
    await sync.labelPull.run();
    sync.pack("FT1", "PBTEST1");
    await sync.push.drain();
    oms4.setLabel("FT1", Buffer.from("^XA^FDgood^FS^XZ").toString("base64"));
    for (let round = 0; round < 20 && sync.labels.forTask("FT1") === null; round++) {
      sync.jump(5_000);
      await sync.labelPull.run();
    }
    expect(sync.labels.forTask("FT1")?.format).toBe("zpl");
    expect(sync.setAside.list(5)).toEqual([]);
  });

  test("that are no label are set aside with words, and a good one clears that", async () => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }] });
    oms4.setLabel("FT1", Buffer.from("<html>error</html>").toString("base64"));
    const sync = openTestSync(oms4.connection);
    await sync.pull.run();
    await run(sync);
    expect(sync.setAside.list(5)).toMatchObject([{ source: "label", name: "FT1", failure: { kind: "label-unreadable" } }]);
    oms4.setLabel("FT1", base64("good"));
    sync.jump(11_000);
    await run(sync);
    expect([sync.setAside.count(), sync.labels.forTask("FT1")?.format]).toEqual([0, "pdf"]);
  });
});

describe("labels of closed parcels", () => {
  test("of a split task are asked for by parcel, only once OMS4 knows the parcel, until they are there", async () => {
    const oms4 = await startTestOms4({ splitLabelMs: 3_600_000 });
    oms4.addTask({ ftNo: "FT1", way: "split", lines: twoLines });
    const sync = openTestSync(oms4.connection);
    await sync.pull.run();
    sync.pack("FT1", "PBTEST1", [detailIdOf("FT1", 0)]);
    await run(sync);
    expect(oms4.asked()["getShippingInfo"]).toBeUndefined();
    await sync.push.drain();
    await run(sync);
    expect(sync.stored).toEqual([]);
    const parcel = oms4.core.parcel("PBTEST1");
    if (parcel !== null) parcel.labelAt = 0;
    sync.jump(1_000);
    await run(sync);
    expect(sync.stored).toEqual([{ ftNo: "FT1", parcelNo: "PBTEST1", labelId: 1 }]);
    expect(sync.parcels.get("PBTEST1")?.trackingNo).toBe(parcel?.trackingNo);
    expect(sync.labelPull.nextAt()).toBeNull();
  });

  test("are never another parcel's: the same bytes or tracking number again are refused and shown", async () => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT1", way: "split", lines: twoLines });
    const sync = openTestSync(oms4.connection);
    await sync.pull.run();
    sync.pack("FT1", "PBTEST1", [detailIdOf("FT1", 0)]);
    await sync.push.drain();
    await run(sync);
    sync.pack("FT1", "PBTEST2", [detailIdOf("FT1", 1)]);
    await sync.push.drain();
    const first = sync.labels.forParcel("PBTEST1");
    oms4.setLabel("PBTEST2", Buffer.from(sync.labels.get(first?.id ?? 0)?.bytes ?? []).toString("base64"));
    await run(sync);
    expect(sync.labels.forParcel("PBTEST2")).toBeNull();
    expect(sync.setAside.list(5)).toMatchObject([{ source: "label", name: "PBTEST2", failure: { kind: "label-of-other-parcel" } }]);
    expect(sync.setAside.list(5)[0]?.reason).toContain("PBTEST1");
    oms4.setLabel("PBTEST2", base64("its own"));
    sync.jump(1_000);
    await run(sync);
    expect(sync.labels.forParcel("PBTEST2")?.parcelNo).toBe("PBTEST2");
    expect(sync.setAside.count()).toBe(0);
  });

  test("of a task that ships in one parcel come by its number when they weren't there before", async () => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }], labelAfterMs: null });
    const sync = openTestSync(oms4.connection);
    await sync.pull.run();
    await run(sync);
    sync.pack("FT1", "PBTEST1");
    await sync.push.drain();
    const parcel = oms4.core.parcel("PBTEST1");
    if (parcel !== null) parcel.labelAt = 0;
    sync.jump(11_000);
    await run(sync);
    expect(sync.stored).toEqual([{ ftNo: "FT1", parcelNo: "PBTEST1", labelId: 1 }]);
  });

  test("that are several for one box, none of which bears its number, print none and are a trouble until one is left", async () => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }], labelAfterMs: null });
    const sync = openTestSync(oms4.connection);
    await sync.pull.run();
    const of = (trackingNo: string) => ({ fp_parcel_no: "", tracking_no: trackingNo, shipping_label: base64(`label ${trackingNo}`) });
    const gives = async (...numbers: readonly string[]): Promise<void> => {
      oms4.fault(parcelsOfFt1(numbers.map(of)), { call: "getShippingInfo" });
      sync.jump(11_000);
      await run(sync);
    };
    await gives("T1", "T2");
    expect([sync.stored, sync.setAside.count()]).toEqual([[], 0]);
    sync.pack("FT1", "PBTEST1");
    await sync.push.drain();
    await gives("T1", "T2");
    expect(sync.stored).toEqual([]);
    expect(sync.setAside.list(5)).toMatchObject([
      { source: "label", name: "PBTEST1", failure: { kind: "label-several", detail: "PBTEST1: 2 labels, tracking numbers T1, T2." } },
    ]);
    await gives("T2");
    expect([sync.labels.forParcel("PBTEST1")?.trackingNo, sync.setAside.count()]).toEqual(["T2", 0]);
  });

  test("don't come for a parcel that was opened again meanwhile", async () => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT1", way: "split", lines: twoLines });
    const sync = openTestSync(oms4.connection);
    await sync.pull.run();
    sync.pack("FT1", "PBTEST1", [detailIdOf("FT1", 0)]);
    await sync.push.drain();
    const answer = oms4.hold("getShippingInfo");
    const fetching = run(sync);
    await expect.poll(() => oms4.asked()["getShippingInfo"]).toBe(1);
    sync.parcels.reopen("PBTEST1");
    answer();
    await fetching;
    expect(sync.stored).toEqual([]);
  });
});
