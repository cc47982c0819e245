import { describe, expect, test } from "vitest";
import { parcelActivityBody, parcelPackedBody, taskActivityBody } from "../../electron/sync/bodies.ts";
import { readTask } from "../../electron/sync/read-task.ts";
import type { FulfillmentTask } from "../../shared/task.ts";

const detail = (more: Record<string, unknown> = {}) => ({ task_detail_id: 11, brand_code: "BR01", brand_sku_code: "SKU-1", ...more });
const raw = (more: Record<string, unknown> = {}) => ({
  ft_no: "FT1",
  status: "NEW",
  delivery_carrier: "J&T",
  task_details: [detail()],
  ...more,
});

const good = (value: unknown): FulfillmentTask => {
  const read = readTask(value);
  if (!read.ok) throw new Error(read.reason);
  return read.task;
};

describe("a fulfillment task", () => {
  test("is read with next to nothing on it", () => {
    expect(good(raw())).toMatchObject({
      ftNo: "FT1",
      way: "single",
      shipBy: null,
      orderNo: "",
      details: [{ detailId: "11", qty: 1, qtyGiven: false, barcodes: [] }],
    });
  });

  test.each([
    [1, true],
    ["1", true],
    [0, undefined],
    [undefined, undefined],
  ])("with cross_border %o leaves the country: %o", (cross_border, crossBorder) => {
    expect(good(raw({ cross_border })).crossBorder).toBe(crossBorder);
  });

  test.each([
    ["single", {}],
    ["split", { allow_ft_split: 1 }],
    ["split", { allow_ft_split: "1" }],
    ["split", { allow_ft_split: true }],
    ["single", { allow_ft_split: 0 }],
    ["single", { allow_ft_split: null }],
    ["own", { delivery_carrier: null }],
    ["own", { delivery_carrier: "" }],
    ["own", { delivery_carrier: "  " }],
    ["own", { delivery_carrier: "null" }],
    ["own", { delivery_carrier: undefined, allow_ft_split: 1 }],
  ])("ships %s with %o", (way, fields) => {
    expect(good(raw(fields)).way).toBe(way);
  });

  test.each([
    [1_727_338_566_755, 1_727_338_566_755],
    ["1727338566755", 1_727_338_566_755],
    [1_727_338_566, 1_727_338_566_000],
    ["1727338566", 1_727_338_566_000],
    ["2024-09-26T08:16:06.755Z", 1_727_338_566_755],
    ["", null],
    [null, null],
    [0, null],
    ["soon", null],
  ])("has the ship-by date %o as %o: below 10^11 is seconds", (given, wanted) => {
    expect(good(raw({ ship_by_date: given })).shipBy).toBe(wanted);
  });

  test("may call a detail's id and a carrier's id by either name, as number or text", () => {
    const task = good(
      raw({
        task_details: [{ ...detail(), task_detail_id: undefined, ft_detail_id: "D-9" }],
        avail_delivery_carrier: [{ name: "A", id: 7 }, { name: "B", value: "8" }, "C"],
      }),
    );
    expect(task.details[0]?.detailId).toBe("D-9");
    expect(task.availableCarriers).toEqual([
      { id: "7", name: "A" },
      { id: "8", name: "B" },
      { id: "C", name: "C" },
    ]);
  });

  test("may carry one barcode or several, quantity as text", () => {
    const task = good(raw({ task_details: [detail({ barcode: "111", barcodes: ["222", 333, "111", ""], qty: "3" })] }));
    expect(task.details[0]).toMatchObject({ barcodes: ["111", "222", "333"], qty: 3, qtyGiven: true });
  });

  test("names the lines that its own item status cancels", () => {
    const read = readTask(raw({ task_details: [detail(), detail({ task_detail_id: 12, order_item_status: "Cancelled" })] }));
    expect(read).toMatchObject({ ok: true, cancelledDetailIds: ["12"] });
  });

  test.each([
    ["nothing at all", null, /./],
    ["a text", "FT1", /./],
    ["no number", raw({ ft_no: " " }), /ft_no/],
    ["no lines", raw({ task_details: undefined }), /task_details/],
    ["an empty list of lines", raw({ task_details: [] }), /no lines/],
    ["a line without id", raw({ task_details: [detail({ task_detail_id: null })] }), /task_detail_id/],
    ["two lines of one id", raw({ task_details: [detail(), detail()] }), /two lines/],
    ["half a unit", raw({ task_details: [detail({ qty: 1.5 })] }), /quantity/],
    ["less than no unit", raw({ task_details: [detail({ qty: -1 })] }), /quantity/],
    ["no unit of anything although it is packed", raw({ status: "PACKED", task_details: [detail({ qty: 0 })] }), /quantity/],
    ["a quantity in words", raw({ task_details: [detail({ qty: "two" })] }), /qty/],
  ])("with %s comes back with its reason", (_what, value, reason) => {
    const read = readTask(value);
    expect(read.ok).toBe(false);
    expect(read.ok ? "" : read.reason).toMatch(reason);
  });

  test("has no line that was cut to nothing, and is cancelled when none is left", () => {
    const [cut, whole] = [detail({ qty: 0 }), detail({ task_detail_id: 12, qty: 2 })];
    expect(readTask(raw({ task_details: [cut, whole] }))).toMatchObject({
      ok: true,
      allCancelled: false,
      task: { details: [{ detailId: "12" }] },
    });
    expect(readTask(raw({ task_details: [cut] }))).toMatchObject({ ok: true, allCancelled: true, task: { details: [] } });
    expect(readTask(raw({ status: "CANCELLED", task_details: [cut] }))).toMatchObject({ ok: true, allCancelled: true });
  });

  test("without lines is still heard when it is over: its cancellation must reach the bench", () => {
    expect(good(raw({ status: "CANCELLED", task_details: [] })).status).toBe("CANCELLED");
  });
});

describe("what OMS4 is told", () => {
  const parcel = {
    parcelNo: "PBTEST1",
    ftNo: "FT1",
    sequence: 1,
    state: "closed",
    items: [{ detailId: "11", qty: 2 }],
    carton: null,
    carrier: null,
    closedAt: 5,
    weightG: null,
    costCents: null,
  } as const;

  test("of a parcel with an integrated carrier leaves the tracking number blank and sends a quantity only where OMS4 did", () => {
    const withQty = good(raw({ order_no: "O1", sales_channel: "Shopee SG", task_details: [detail({ qty: 2, seller_sku_code: "S1" })] }));
    const body = parcelPackedBody({ task: withQty, parcel, packedAt: 1_727_338_566_755, sourceLocation: "Hall 3" });
    expect(body).toEqual({
      ft_no: "FT1",
      order_no: "O1",
      sales_channel: "Shopee SG",
      parcels: [
        {
          fp_parcel_no: "PBTEST1",
          parcel_packed_time: 1_727_338_566_755,
          tracking_no: "",
          source_location: "Hall 3",
          dest_location: "",
          parcel_items: [{ ft_detail_id: "11", seller_sku_code: "S1", brand_code: "BR01", brand_sku_code: "SKU-1", qty: 2 }],
        },
      ],
    });
    const without = parcelPackedBody({ task: good(raw()), parcel, packedAt: 1, sourceLocation: "" });
    expect(JSON.stringify(without)).not.toContain("qty");
  });

  test("of an own delivery names the carrier under both spellings, its id, and our number as tracking number", () => {
    const offered = [{ name: "Own fleet", id: 301 }];
    const task = good(raw({ delivery_carrier: null, address: "1 Road", city: "Singapore", avail_delivery_carrier: offered }));
    const own = { ...parcel, carrier: { id: "301", name: "Own fleet", type: "economic" } };
    expect(parcelPackedBody({ task, parcel: own, packedAt: 1, sourceLocation: "" })["parcels"]).toMatchObject([
      {
        actual_delivery_partner: "Own fleet",
        actual_delivery_carrier: "Own fleet",
        actual_delivery_type: "Economic",
        delivery_carrier_id: "301",
        tracking_no: "PBTEST1",
        dest_location: "1 Road, Singapore",
      },
    ]);
  });

  test("of an activity names a milestone only where there is one", () => {
    expect(taskActivityBody({ ftNo: "FT1", description: "Packed", at: 5 })).toEqual({ ft_no: "FT1", description: "Packed", event_time: 5 });
    expect(parcelActivityBody({ ftNo: "FT1", parcelNo: "P", milestone: "SHIPPING", description: "Handed over", at: 5 })).toEqual({
      ft_no: "FT1",
      fp_parcel_no: "P",
      milestone: "SHIPPING",
      description: "Handed over",
      event_time: 5,
    });
  });
});
