import { describe, expect, test } from "vitest";
import type { Carton, OwnCarrier } from "../../shared/settings.ts";
import type { RawTask } from "../../electron/practice/oms4-state.ts";
import { readTask } from "../../electron/sync/read-task.ts";
import { parcelAbout } from "../../shared/parcel-about.ts";
import { openTestDesk } from "../fakes/desk.ts";
import { openTestSync } from "../fakes/oms4-sync.ts";
import { detailIdOf, startTestOms4, type TestOms4 } from "../fakes/oms4.ts";
import { makeTestTask, type TestTask } from "../fakes/oms4-tasks.ts";

const cartons: readonly Carton[] = [{ code: "M", lengthCm: 30, widthCm: 20.5, heightCm: 15, tareKg: 0.12 }];
const ownCarriers: readonly OwnCarrier[] = [
  { id: "302", name: "GoGo Courier", type: "Premium", cost: 7.9 },
  { id: "", name: "Own van", type: "Economic", cost: 2 },
];

/** The task with the weight of each line, kg, as far as OMS4 knows it. */
const weighed = (raw: RawTask, weights: readonly (number | undefined)[]): RawTask => ({
  ...raw,
  task_details: raw.task_details.map((detail, index) => ({
    ...detail,
    ...(weights[index] === undefined ? {} : { weight: weights[index] }),
  })),
});

/** A task both OMS4 and a desk have; the desk packs it by `scans`, and OMS4 hears the report over HTTP with its strict checks. */
const reported = async (task: TestTask, weights: readonly (number | undefined)[], scans: readonly string[]) => {
  const oms4: TestOms4 = await startTestOms4();
  const raw = weighed(makeTestTask(task, Date.now()).raw, weights);
  oms4.core.addTask(raw);
  const bench = openTestDesk(undefined, { cartons, ownCarriers });
  const read = readTask(raw);
  if (!read.ok) throw new Error(read.reason);
  bench.store(read.task);
  for (const text of scans) bench.scan(text);
  const sync = openTestSync(oms4.connection);
  for (const { call, body } of bench.told()) {
    const sent = JSON.parse(body) as Record<string, unknown>;
    const parcelNo = call === "task-activity" ? null : "P";
    sync.outbox.add({ ftNo: task.ftNo, parcelNo, call: call as "parcel-packed", body: sent, urgent: true }, sync.clock.now());
  }
  expect(await sync.push.drain()).toBeNull();
  expect(oms4.violations()).toEqual([]);
  const told = oms4.told();
  const packed = told.find(({ call }) => call === "setParcelPacked")?.body ?? {};
  const [parcel = {}] = (packed["parcels"] ?? []) as Record<string, unknown>[];
  return { oms4, told, packed, parcel };
};

const own: TestTask = {
  ftNo: "FT1",
  way: "own",
  lines: [{ sku: "A", qty: 2, seller: "SELL-A" }, { sku: "B" }],
};
const integrated: TestTask = { ...own, way: "single" };
const items = ["A", "A", "B"];

describe("Parcel Packing Finished says every documented field", () => {
  const cases: readonly Readonly<{
    what: string;
    task: TestTask;
    weights: readonly (number | undefined)[];
    scans: readonly string[];
    parcel: Readonly<Record<string, unknown>>;
    without: readonly string[];
  }>[] = [
    {
      what: "of an own delivery with a carton the settings know and lines of known weight",
      task: own,
      weights: [0.25, 0.1],
      scans: ["FT1", "CMDBOXM", ...items],
      parcel: {
        weight: 0.72,
        length: 30,
        width: 20.5,
        height: 15,
        actual_delivery_partner: "Own fleet",
        actual_delivery_carrier: "Own fleet",
        actual_delivery_type: "Standard",
        delivery_carrier_id: "301",
        dest_location: "Blk 121 Bedok North Ave 3 #08-212, Bedok, Singapore, 460121, SG",
      },
      without: ["actual_delivery_cost"],
    },
    {
      what: "of a carrier chosen at the bench, with its type and cost from the settings",
      task: own,
      weights: [],
      scans: ["FT1", "CMDCARRIER302", ...items],
      parcel: {
        actual_delivery_partner: "GoGo Courier",
        actual_delivery_carrier: "GoGo Courier",
        actual_delivery_type: "Premium",
        delivery_carrier_id: "302",
        actual_delivery_cost: 7.9,
      },
      without: ["weight", "length", "width", "height"],
    },
    {
      what: "of a carrier that OMS4 offers by name only: a name is no id",
      task: { ...own, raw: { avail_delivery_carrier: ["City Bikes"] } },
      weights: [],
      scans: ["FT1", "CMDCARRIERCity Bikes", ...items],
      parcel: { actual_delivery_partner: "City Bikes", actual_delivery_carrier: "City Bikes" },
      without: ["delivery_carrier_id"],
    },
    {
      what: "with weight and cost keyed at the bench over what is known",
      task: own,
      weights: [0.25, 0.1],
      scans: ["FT1", "CMDCARRIER302", "CMDBOXM", "CMDWEIGHT1234", "CMDCOST1250", ...items],
      parcel: { weight: 1.234, actual_delivery_cost: 12.5, length: 30 },
      without: [],
    },
    {
      what: "with a carrier of the settings where OMS4 offers none",
      task: { ...own, raw: { avail_delivery_carrier: [] } },
      weights: [],
      scans: ["FT1", "CMDCARRIEROWNVAN", ...items],
      parcel: { actual_delivery_partner: "Own van", actual_delivery_type: "Economic", actual_delivery_cost: 2 },
      without: [],
    },
    {
      what: "with a carrier of the settings that OMS4 has an id for but doesn't offer here: only an offered id is said",
      task: { ...own, raw: { avail_delivery_carrier: [] } },
      weights: [],
      scans: ["FT1", "CMDCARRIER302", ...items],
      parcel: { actual_delivery_partner: "GoGo Courier", actual_delivery_type: "Premium", actual_delivery_cost: 7.9 },
      without: ["delivery_carrier_id"],
    },
    {
      what: "of an integrated carrier: weight and size, no carrier, cost or number of ours",
      task: integrated,
      weights: [0.25, 0.1],
      scans: ["FT1", "CMDBOXM", ...items],
      parcel: { weight: 0.72, length: 30, width: 20.5, height: 15, tracking_no: "" },
      without: [
        "actual_delivery_partner",
        "actual_delivery_carrier",
        "actual_delivery_type",
        "actual_delivery_cost",
        "delivery_carrier_id",
      ],
    },
    {
      what: "and no weight where one line's isn't known: it would be a wrong one",
      task: own,
      weights: [0.25],
      scans: ["FT1", "CMDBOXM", ...items],
      parcel: { length: 30 },
      without: ["weight"],
    },
  ];
  for (const { what, task, weights, scans, parcel: wanted, without } of cases) {
    test(what, async () => {
      const { packed, parcel, oms4 } = await reported(task, weights, scans);
      expect(packed).toMatchObject({ ft_no: "FT1", order_no: "ORD-FT1", sales_channel: "Shopee SG" });
      expect(parcel).toMatchObject(wanted);
      for (const name of without) expect(parcel).not.toHaveProperty(name);
      expect(parcel["fp_parcel_no"]).toMatch(/^PB/);
      expect(parcel["parcel_packed_time"]).toBeGreaterThan(1e12);
      expect(parcel["source_location"]).toBe("Test fulfillment point");
      if (task.way === "own") expect(parcel["tracking_no"]).toBe(parcel["fp_parcel_no"]);
      expect(parcel["parcel_items"]).toEqual([
        { ft_detail_id: detailIdOf("FT1", 0), seller_sku_code: "SELL-A", brand_code: "BR01", brand_sku_code: "A", qty: 2 },
        { ft_detail_id: detailIdOf("FT1", 1), seller_sku_code: "", brand_code: "BR01", brand_sku_code: "B" },
      ]);
      expect(oms4.parcels("FT1")).toHaveLength(1);
    });
  }
});

describe("at the bench", () => {
  const open = () => {
    const bench = openTestDesk(undefined, { cartons, ownCarriers });
    const read = readTask(makeTestTask(own, Date.now()).raw);
    if (!read.ok) throw new Error(read.reason);
    bench.store(read.task);
    bench.scan("FT1");
    return bench;
  };

  test("a box the settings don't know is refused and the known ones are named; its case doesn't matter", () => {
    const bench = open();
    expect(bench.desk.scan("CMDBOXXXL").verdict).toMatchObject({ kind: "command-refused", text: "The settings know: M." });
    expect(bench.desk.scan("cmdboxm").verdict).toMatchObject({ kind: "command-ok", text: "30 × 20.5 × 15 cm. Go on scanning items." });
  });

  test("a weight of nothing, and a cost of what OMS4 ships itself, are refused", () => {
    const bench = open();
    expect(bench.scan("CMDWEIGHT0")).toBe("command-refused");
    bench.scan("CMDCLOSE");
    const read = readTask(makeTestTask({ ...integrated, ftNo: "FT2" }, Date.now()).raw);
    if (!read.ok) throw new Error(read.reason);
    bench.store(read.task);
    bench.scan("FT2");
    expect(bench.desk.scan("CMDCOST500").verdict).toMatchObject({ kind: "command-refused", title: "The cost is not ours to say" });
  });
});

test("what OMS4 says of an order can be shown: receiver, places, carrier with its id, its words for task and lines", () => {
  const { raw } = makeTestTask(own, Date.now());
  const more = { cross_border: 1, state: "North", organization: "Tan Trading", fp_name: "Jurong" };
  const [first, second] = raw.task_details;
  const lines = [first, { ...second, order_item_status: "ON HOLD" }];
  const read = readTask({ ...raw, ...more, task_details: lines });
  if (!read.ok) throw new Error(read.reason);
  const carrier = { id: "301", name: "Own fleet", type: "Economic" };
  expect(parcelAbout(read.task, carrier, "")).toEqual({
    ftNo: "FT1",
    orderNo: "ORD-FT1",
    salesChannel: "Shopee SG",
    receiver: {
      name: "Tan Wei Ling",
      organization: "Tan Trading",
      phone: "+65 8123 4501",
      address: "Blk 121 Bedok North Ave 3 #08-212",
      district: "Bedok",
      city: "Singapore",
      state: "North",
      postcode: "460121",
      country: "SG",
    },
    source: "Jurong",
    carrier: "Own fleet",
    carrierId: "301",
    deliveryType: "Economic",
    crossBorder: true,
    status: "NEW",
    itemStatuses: ["READY", "ON HOLD"],
  });
  expect(parcelAbout(read.task, null, "Hall 3")).toMatchObject({ source: "Hall 3", carrier: "", carrierId: "" });
});

describe("the two activities", () => {
  test("say task, parcel, milestone, words and time", async () => {
    const { told } = await reported(own, [], ["FT1", ...items]);
    expect(told.filter(({ call }) => call === "updateTaskActivity").map(({ body }) => Object.keys(body).toSorted())).toEqual([
      ["description", "event_time", "ft_no"],
      ["description", "event_time", "ft_no"],
    ]);
    const oms4 = await startTestOms4();
    oms4.addTask(own);
    const sync = openTestSync(oms4.connection);
    await sync.pull.run();
    sync.pack("FT1", "PB1");
    sync.handOver("FT1", "PB1");
    await sync.push.drain();
    expect(oms4.violations()).toEqual([]);
    expect(oms4.told().find(({ call }) => call === "updateParcelActivity")?.body).toEqual({
      ft_no: "FT1",
      fp_parcel_no: "PB1",
      milestone: "SHIPPING",
      description: "Handed over",
      event_time: expect.any(Number) as number,
    });
  });
});
