import { describe, expect, test } from "vitest";
import type { TestSync } from "../fakes/oms4-sync.ts";
import { detailIdOf, startTestOms4, type Fault, type TestOms4 } from "../fakes/oms4.ts";
import { PACKED_PARCEL as PARCEL, packedSync, settleOutbox } from "../fakes/packed-sync.ts";

const DUPLICATE: Fault = { kind: "envelope", code: "400", message: "duplicate parcel: fp_parcel_no already exists" };

/** An answer of OMS4's with a body of our own. */
const answer = (data: unknown): Fault => ({
  kind: "status",
  status: 200,
  body: JSON.stringify({ code: "200", message: "success", request_id: "test", data }),
});
const shipping = (parcel: Readonly<Record<string, unknown>>): Fault =>
  answer([{ ft_no: "FT1", parcels: [{ parcel_id: 1, fp_parcel_no: PARCEL, delivery_carrier: "J&T", shipping_label: "", ...parcel }] }]);

const packed = (oms4: TestOms4, way: "single" | "own" = "single"): Promise<TestSync> =>
  packedSync(oms4, { way, lines: [{ sku: "A", qty: 2 }, { sku: "B" }] });
/** The report is in doubt: an earlier try may have arrived. */
const doubt = (sync: TestSync): void => void sync.database.prepare("update outbox set ambiguous = 1 where call = 'parcel-packed'").run();
const state = (sync: TestSync) => {
  const [parked] = sync.outbox.parked(1);
  return parked === undefined ? sync.outbox.reportState(PARCEL) : `${parked.failure?.kind}: ${parked.failure?.detail}`;
};
const a = () => detailIdOf("FT1", 0);
const b = () => detailIdOf("FT1", 1);

describe("OMS4 has our parcel number already: it counts as told", () => {
  for (const [what, items] of [
    ["as parcel items", () => ({ parcel_items: [{ ft_detail_id: a(), qty: 2 }, { ft_detail_id: b() }] })],
    [
      "in another order, split over rows and with numbers for ids",
      () => ({
        items: [
          { task_detail_id: Number(b()), qty: 1 },
          { task_detail_id: Number(a()), qty: 1 },
          { task_detail_id: Number(a()), qty: "1" },
        ],
      }),
    ],
  ] as const) {
    test(`where its content is ours (${what}), also without a record of our own`, async () => {
      const oms4 = await startTestOms4();
      const sync = await packed(oms4);
      oms4.fault(DUPLICATE, { call: "setParcelPacked" });
      oms4.fault(shipping(items()), { call: "getShippingInfo" });
      await settleOutbox(sync);
      expect(state(sync)).toBe("sent");
    });
  }

  test("where the task's own lines name our parcel with what is in it", async () => {
    const oms4 = await startTestOms4();
    const sync = await packed(oms4);
    oms4.fault(DUPLICATE, { call: "setParcelPacked" });
    oms4.fault(answer([]), { call: "getShippingInfo" });
    oms4.fault(
      answer([
        {
          ft_no: "FT1",
          status: "PACKING",
          task_details: [
            { task_detail_id: a(), fp_parcel_no: PARCEL, qty: 2 },
            { task_detail_id: b(), fp_parcel_no: PARCEL },
          ],
        },
      ]),
      { call: "getTasksByNo" },
    );
    await settleOutbox(sync);
    expect(state(sync)).toBe("sent");
  });

  test("where nothing says what is in it, but this very body was sent before", async () => {
    const oms4 = await startTestOms4();
    const sync = await packed(oms4);
    doubt(sync);
    oms4.fault(shipping({}), { call: "getShippingInfo" });
    await settleOutbox(sync);
    expect(state(sync)).toBe("sent");
    expect(oms4.told().filter(({ call }) => call === "setParcelPacked")).toEqual([]);
  });
});

describe("OMS4 has our parcel number already: a person must compare", () => {
  test("where the content is another, in words that name both; also after a doubt, and nothing is sent over it", async () => {
    for (const inDoubt of [false, true]) {
      const oms4 = await startTestOms4();
      const sync = await packed(oms4);
      if (inDoubt) doubt(sync);
      else oms4.fault(DUPLICATE, { call: "setParcelPacked" });
      oms4.fault(shipping({ parcel_items: [{ ft_detail_id: a(), qty: 1 }] }), { call: "getShippingInfo" });
      await settleOutbox(sync);
      expect(state(sync)).toContain("duplicate-parcel: PBTEST1: OMS4 has 1 × A in it, this report says 2 × A, 1 × B.");
      expect(oms4.parcels("FT1")).toEqual([]);
    }
  });

  test("where its tracking number is another than ours", async () => {
    const oms4 = await startTestOms4();
    const sync = await packed(oms4, "own");
    doubt(sync);
    oms4.fault(shipping({ tracking_no: "ELSE1" }), { call: "getShippingInfo" });
    await settleOutbox(sync);
    expect(state(sync)).toContain("OMS4 has tracking number ELSE1, this report says PBTEST1");
  });

  const sentByNobodyHere = async () => {
    const oms4 = await startTestOms4();
    const sync = await packed(oms4);
    const again = async (): Promise<void> => {
      oms4.fault(DUPLICATE, { call: "setParcelPacked" });
      oms4.fault(shipping({}), { call: "getShippingInfo" });
      await settleOutbox(sync);
    };
    await again();
    const id = sync.outbox.parked(1)[0]?.id ?? 0;
    return { sync, again, id };
  };
  const NO_RECORD = "this station has no record of having told it";

  test("where nothing says what is in it and nothing here says that it was sent; RETRY takes it as told", async () => {
    const { sync, again, id } = await sentByNobodyHere();
    expect(state(sync)).toContain(NO_RECORD);
    expect(state(sync)).toContain("OMS4 says: duplicate parcel");
    sync.outbox.retry(id, sync.clock.now());
    await again();
    expect(sync.outbox.get(id)?.state).toBe("done");
  });

  test("and where such a report was corrected: RETRY's way is not the correction's", async () => {
    const { sync, again, id } = await sentByNobodyHere();
    sync.outbox.correct(id, sync.outbox.get(id)?.body ?? {}, sync.clock.now());
    await again();
    expect(sync.outbox.get(id)).toMatchObject({ state: "parked", failure: { detail: expect.stringContaining("nobody can tell") } });
  });

  test("where the report was corrected after an earlier form of it may have arrived", async () => {
    const oms4 = await startTestOms4();
    const sync = await packed(oms4);
    doubt(sync);
    const id = sync.database.prepare<{ id: number }>("select id from outbox where call = 'parcel-packed'").get()?.id ?? 0;
    sync.outbox.park(id, { kind: "oms4-refused", detail: "odd" }, true, sync.clock.now());
    sync.outbox.correct(id, sync.outbox.get(id)?.body ?? {}, sync.clock.now());
    oms4.fault(shipping({ parcel_items: [{ ft_detail_id: a(), qty: 2 }, { ft_detail_id: b() }] }), { call: "getShippingInfo" });
    await settleOutbox(sync);
    expect(state(sync)).toContain("arrived before it was corrected, or after: nobody can tell");
  });

  test("and a look that fails is tried again, without believing the duplicate meanwhile", async () => {
    const oms4 = await startTestOms4();
    const sync = await packed(oms4);
    oms4.fault(DUPLICATE, { call: "setParcelPacked", times: 3 });
    oms4.fault({ kind: "drop" }, { call: "getShippingInfo", times: 2 });
    oms4.fault(shipping({}), { call: "getShippingInfo" });
    await settleOutbox(sync);
    expect(state(sync)).toContain("no record");
  });
});
