import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contentOf, packedOf, type Bench, type BenchTask } from "../../electron/packing/bench.ts";
import type { Decision, Effect } from "../../electron/packing/decision.ts";
import { isComplete } from "../../electron/packing/closing.ts";
import { decide } from "../../electron/packing/engine.ts";
import { decideNews } from "../../electron/packing/news.ts";
import { normaliseCode, readCommand, type ReadScan, type VerdictKind } from "../../shared/scan.ts";
import type { FulfillmentTask, TaskDetail } from "../../shared/task.ts";

const policy = { ownCarrier: { name: "Own fleet", type: "Standard" }, ownCarriers: [], cartons: [] };
const scanOf = (text: string, quantity: number | null = null): ReadScan => ({
  text,
  code: normaliseCode(text),
  quantity,
  batch: null,
  serial: null,
  expiry: null,
});

const detailOf = (detailId: string, sku: string, qty: number, more: Partial<TaskDetail> = {}): TaskDetail => ({
  detailId,
  name: `Item ${sku}`,
  brandCode: "BR01",
  brandSkuCode: sku,
  sellerSkuCode: "",
  barcodes: [],
  qty,
  qtyGiven: true,
  imageUrl: null,
  weightKg: null,
  ...more,
});

const benchTaskOf = (details: readonly TaskDetail[], more: Partial<FulfillmentTask> = {}, bench: Partial<BenchTask> = {}): BenchTask => ({
  task: {
    ftNo: "FT1",
    orderNo: "ORD1",
    fpName: "",
    status: "NEW",
    way: "single",
    allowSplit: false,
    salesChannel: "Shopee SG",
    salesChannelType: "Shopee",
    createdAt: 0,
    shipBy: null,
    packingInstruction: "",
    deliveryInstruction: "",
    receiver: {
      name: "",
      organization: "",
      phone: "",
      email: "",
      address: "",
      district: "",
      city: "",
      state: "",
      postcode: "",
      country: "",
    },
    carrier: "J&T",
    deliveryType: "Standard",
    availableCarriers: [],
    details: [...details],
    ...more,
  },
  state: "waiting",
  holdReason: null,
  cancellation: null,
  request: null,
  parcels: [],
  units: [],
  shared: false,
  carrierId: null,
  openedAt: 0,
  startedAt: null,
  acknowledged: false,
  quantityNext: 1,
  tookOut: false,
  ...bench,
});

/** Drives the engine with scans as the desk would, keeping what the effects add up to. */
const drive = (task: BenchTask) => {
  let bench: Bench = { open: null };
  let done: BenchTask | null = null;
  let parcels = 0;
  const effects: Effect[] = [];
  const take = (decision: Decision): VerdictKind | undefined => {
    const before = bench.open;
    bench = decision.bench;
    effects.push(...decision.effects);
    if (before !== null && decision.effects.some(({ kind }) => kind === "task-done")) {
      const open = before;
      const packed = decision.effects.flatMap((effect) => (effect.kind === "unit-packed" ? [effect.unit] : []));
      const started = decision.effects.flatMap((effect) =>
        effect.kind === "parcel-started"
          ? [{ parcelNo: effect.parcelNo, sequence: effect.sequence, state: "open" as const, carton: null, carrier: null, reported: false }]
          : [],
      );
      const closed = decision.effects.flatMap((effect) => (effect.kind === "parcel-closed" ? [effect.parcelNo] : []));
      const dropped = decision.effects.flatMap((effect) => (effect.kind === "parcel-dropped" ? [effect.parcelNo] : []));
      done = {
        ...open,
        state: "done",
        units: [...open.units, ...packed],
        parcels: [...open.parcels, ...started]
          .filter(({ parcelNo }) => !dropped.includes(parcelNo))
          .map((parcel) => (closed.includes(parcel.parcelNo) ? { ...parcel, state: "closed" as const } : parcel)),
      };
    }
    return decision.verdict?.kind;
  };
  const fresh = () => ({ nextParcelNo: `P${(parcels += 1)}`, policy });
  return {
    open: () => take(decide(bench, { kind: "tasks", found: [done ?? task], code: task.task.ftNo, ...fresh() }, 1)),
    item: (text: string, quantity: number | null = null) =>
      take(decide(bench, { kind: "item", readings: [scanOf(text, quantity)], packed: null, ...fresh() }, 1)),
    command: (text: string) => {
      const command = readCommand(text);
      if (command === null || command === "unknown") throw new Error(text);
      return take(decide(bench, { kind: "command", command, last: done, held: null, ...fresh() }, 1));
    },
    cancel: (detailIds: readonly string[], whole = false) => {
      if (bench.open === null) return undefined;
      const decision = decideNews(bench, { ...bench.open, cancellation: { ctNo: "CT1", at: 1, whole, detailIds, keeps: {} } });
      return decision === null ? undefined : take(decision);
    },
    bench: () => bench,
    done: () => done,
    effects,
  };
};

describe("the packing engine", () => {
  test("closes a task that may not be split with its last verified item", () => {
    const bench = drive(benchTaskOf([detailOf("1", "A", 2), detailOf("2", "B", 1)]));
    expect([bench.open(), bench.item("a"), bench.item("B"), bench.item("A")]).toEqual(["task-opened", "item-ok", "item-ok", "task-done"]);
    expect(bench.effects.find(({ kind }) => kind === "parcel-closed")).toMatchObject({
      items: [
        { detailId: "1", qty: 2 },
        { detailId: "2", qty: 1 },
      ],
    });
    expect(bench.bench().open).toBeNull();
  });

  test("tells wrong, too many and unknown apart", () => {
    const bench = drive(benchTaskOf([detailOf("1", "A", 1), detailOf("2", "B", 1)]));
    bench.open();
    bench.item("A");
    expect(bench.item("A")).toBe("over-scan");
    expect(decide(bench.bench(), { kind: "stranger", code: "X", itemName: "Green mug", nextParcelNo: "P9", policy }, 1).verdict?.kind).toBe(
      "wrong-item",
    );
    expect(decide(bench.bench(), { kind: "stranger", code: "X", itemName: null, nextParcelNo: "P9", policy }, 1).verdict?.kind).toBe(
      "unknown-code",
    );
  });

  test("fills several lines of one product with one case code, and undoes them together", () => {
    const bench = drive(benchTaskOf([detailOf("1", "A", 2), detailOf("2", "A", 2), detailOf("3", "B", 1)]));
    bench.open();
    expect(bench.item("A", 3)).toBe("item-ok");
    const open = bench.bench().open;
    expect(open !== null && [packedOf(open, "1"), packedOf(open, "2")]).toEqual([2, 1]);
    expect(bench.item("A", 2)).toBe("over-scan");
    expect(bench.command("CMDUNDO")).toBe("command-ok");
    expect(bench.bench().open?.units).toEqual([]);
  });

  test("never guesses when one code is on two products", () => {
    const bench = drive(benchTaskOf([detailOf("1", "A", 1, { barcodes: ["X1"] }), detailOf("2", "B", 1, { sellerSkuCode: "x1" })]));
    bench.open();
    expect(bench.item("X1")).toBe("ambiguous");
    expect(bench.bench().open?.units).toEqual([]);
  });

  test("packs CMDQTY units with the next scan only", () => {
    const bench = drive(benchTaskOf([detailOf("1", "A", 5), detailOf("2", "B", 1)]));
    bench.open();
    bench.command("CMDQTY4");
    bench.item("A");
    expect(bench.bench().open?.units.map(({ qty }) => qty)).toEqual([4]);
    bench.command("CMDQTY4");
    expect(bench.item("A")).toBe("over-scan");
    expect(bench.item("A")).toBe("item-ok");
  });

  test("splits where OMS4 allows it and refuses where it doesn't", () => {
    const one = drive(benchTaskOf([detailOf("1", "A", 2)]));
    one.open();
    one.item("A");
    expect(one.command("CMDNEWPARCEL")).toBe("command-refused");
    const split = drive(benchTaskOf([detailOf("1", "A", 2)], { way: "split", allowSplit: true }));
    split.open();
    expect(split.command("CMDNEWPARCEL")).toBe("command-refused");
    split.item("A");
    expect(split.command("CMDNEWPARCEL")).toBe("parcel-closed");
    expect(split.item("A")).toBe("item-ok");
    const open = split.bench().open;
    expect(open !== null && isComplete(open)).toBe(true);
    expect(split.command("CMDFINISH")).toBe("task-done");
    expect(split.effects.filter(({ kind }) => kind === "parcel-closed")).toHaveLength(2);
    expect(split.open()).toBe("done-already");
  });

  test("undo after a split parcel was closed opens that parcel again", () => {
    const split = drive(benchTaskOf([detailOf("1", "A", 2)], { way: "split", allowSplit: true }));
    split.open();
    split.item("A");
    split.command("CMDNEWPARCEL");
    expect(split.command("CMDUNDO")).toBe("command-ok");
    expect(split.bench().open?.parcels.map(({ state }) => state)).toEqual(["open"]);
    expect(split.bench().open?.units).toHaveLength(1);
  });

  test("undo after the last item reopens the parcel under its own number", () => {
    const bench = drive(benchTaskOf([detailOf("1", "A", 1), detailOf("2", "B", 1)]));
    bench.open();
    bench.item("A");
    bench.item("B");
    const parcelNo = bench.done()?.parcels[0]?.parcelNo;
    expect(bench.command("CMDUNDO")).toBe("command-ok");
    expect(bench.item("B")).toBe("task-done");
    expect(bench.done()?.parcels.map((parcel) => parcel.parcelNo)).toEqual([parcelNo]);
  });

  test("a cancelled line stops the packer, is scanned out, and the rest goes on", () => {
    const bench = drive(benchTaskOf([detailOf("1", "A", 1), detailOf("2", "B", 1)]));
    bench.open();
    bench.item("A");
    expect(bench.cancel(["1"])).toBe("cancelled");
    expect(bench.item("B")).toBe("item-ok");
    expect(bench.item("A")).toBe("task-done");
    expect(bench.effects.find(({ kind }) => kind === "parcel-closed")).toMatchObject({ items: [{ detailId: "2", qty: 1 }] });
  });

  test("nothing closes and nothing packs after the whole task was cancelled", () => {
    const bench = drive(benchTaskOf([detailOf("1", "A", 2)]));
    bench.open();
    bench.item("A");
    expect(bench.cancel([], true)).toBe("cancelled");
    expect(bench.command("CMDFINISH")).toBe("cancelled");
    bench.item("A");
    expect(bench.item("A")).toBe("cancelled");
    expect(bench.effects.some(({ kind }) => kind === "parcel-closed")).toBe(false);
    expect(bench.command("CMDCLOSE")).toBe("command-ok");
  });
});

const skus = ["A", "B", "C", "D"] as const;
const anyTask = fc
  .record({
    lines: fc.array(fc.record({ sku: fc.constantFrom(...skus), qty: fc.integer({ min: 1, max: 3 }) }), { minLength: 1, maxLength: 5 }),
    split: fc.boolean(),
  })
  .map(({ lines, split }) =>
    benchTaskOf(
      lines.map(({ sku, qty }, index) => detailOf(String(index), sku, qty)),
      split ? { way: "split", allowSplit: true } : {},
    ),
  );
const anyScans = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...skus, "Z") },
    fc.constantFrom("CMDUNDO", "CMDNEWPARCEL", "CMDFINISH", "CMDQTY2", "CMDBOXM", "open"),
  ),
  { maxLength: 40 },
);

const run = (bench: ReturnType<typeof drive>, scans: readonly string[]): void => {
  bench.open();
  for (const scan of scans) {
    if (scan === "open") bench.open();
    else if (scan.startsWith("CMD")) bench.command(scan);
    else bench.item(scan);
  }
};

describe("whatever is scanned", () => {
  test("a closed parcel holds only what its task orders, and all parcels together never more than ordered", () => {
    fc.assert(
      fc.property(anyTask, anyScans, (task, scans) => {
        const bench = drive(task);
        run(bench, scans);
        const end = bench.bench().open ?? bench.done() ?? task;
        for (const detail of task.task.details) expect(packedOf(end, detail.detailId)).toBeLessThanOrEqual(detail.qty);
        for (const unit of end.units) expect(task.task.details.some(({ detailId }) => detailId === unit.detailId)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test("no unit lies in two parcels, and a done task holds exactly what was ordered", () => {
    fc.assert(
      fc.property(anyTask, anyScans, (task, scans) => {
        const bench = drive(task);
        run(bench, scans);
        const done = bench.done();
        fc.pre(done !== null && bench.bench().open === null);
        if (done === null) return;
        const inParcels = done.parcels.flatMap((parcel) => contentOf(done, parcel.parcelNo));
        for (const detail of task.task.details) {
          expect(inParcels.filter(({ detailId }) => detailId === detail.detailId).reduce((sum, { qty }) => sum + qty, 0)).toBe(detail.qty);
        }
        expect(done.parcels.every((parcel) => parcel.state === "closed")).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test("every accepted scan can be undone, down to an empty bench", () => {
    fc.assert(
      fc.property(anyTask, anyScans, (task, scans) => {
        const bench = drive(task);
        run(bench, scans);
        for (let steps = 0; steps < 200; steps++) {
          const before = bench.bench().open;
          if (before !== null && before.units.length === 0) return;
          if (before === null && bench.done() === null) return;
          expect(bench.command("CMDUNDO")).toBe("command-ok");
        }
        throw new Error("undo does not come to an end");
      }),
      { numRuns: 1_000 },
    );
  });
});
