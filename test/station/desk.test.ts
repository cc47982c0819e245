import { describe, expect, test } from "vitest";
import { detailOf, openTestDesk, taskOf } from "../fakes/desk.ts";
import { join } from "node:path";
import { testFolder } from "../fakes/folder.ts";

const item = (sku: string, qty = 1) => detailOf(`D-${sku}`, sku, qty);

describe("the desk", () => {
  test("a one-parcel order: the last scan closes, reports and prints in one commit", () => {
    const bench = openTestDesk();
    bench.store(taskOf("FT1", [item("A", 2), item("B")]));
    bench.label("FT1", "JT1");
    expect(["ft1", "a", "B", "A"].map(bench.scan)).toEqual(["task-opened", "item-ok", "item-ok", "task-done"]);
    expect(bench.told().map(({ call }) => call)).toEqual(["task-activity", "parcel-packed", "task-activity"]);
    expect(bench.prints()).toMatchObject([{ document: "shipping-label", copy: 1, state: "queued" }]);
    const [parcel] = bench.stores.parcels.lastClosed(1);
    expect(parcel).toMatchObject({
      trackingNo: "JT1",
      items: [
        { detailId: "D-A", qty: 2 },
        { detailId: "D-B", qty: 1 },
      ],
    });
    expect(bench.scan("FT1")).toBe("done-already");
    expect(bench.scan("JT1")).toBe("done-already");
  });

  test("a label that comes after packing prints once, however often it comes", () => {
    const bench = openTestDesk();
    bench.store(taskOf("FT1", [item("A")]));
    ["FT1", "A"].forEach(bench.scan);
    expect(bench.prints()).toEqual([]);
    bench.label("FT1", "JT1");
    bench.label("FT1", "JT1");
    expect(bench.prints()).toHaveLength(1);
  });

  test("a split order reports each parcel with its own content, and a label goes to its own parcel only", () => {
    const bench = openTestDesk();
    bench.store(taskOf("FT2", [item("A", 2), item("B")], { way: "split", allowSplit: true }));
    expect(["FT2", "A", "CMDNEWPARCEL", "A", "B", "CMDFINISH"].map(bench.scan)).toEqual([
      "task-opened",
      "item-ok",
      "parcel-closed",
      "item-ok",
      "item-ok",
      "task-done",
    ]);
    const packed = bench
      .told()
      .filter(({ call }) => call === "parcel-packed")
      .map(({ body }) => JSON.parse(body).parcels[0].parcel_items);
    expect(packed).toMatchObject([
      [{ ft_detail_id: "D-A", qty: 1 }],
      [
        { ft_detail_id: "D-A", qty: 1 },
        { ft_detail_id: "D-B", qty: 1 },
      ],
    ]);
    const [first, second] = bench.stores.parcels.ofTask("FT2");
    bench.label("FT2", "T2", second?.parcelNo);
    expect(bench.prints()).toMatchObject([{ parcel_no: second?.parcelNo }]);
    bench.label("FT2", "T1", first?.parcelNo);
    expect(bench.prints().map(({ parcel_no }) => parcel_no)).toEqual([second?.parcelNo, first?.parcelNo]);
  });

  test("an own delivery gets our label and reports carrier and our number as tracking number", () => {
    const bench = openTestDesk();
    bench.store(
      taskOf("FT3", [item("A")], {
        way: "own",
        carrier: "",
        availableCarriers: [
          { id: "7", name: "City bikes" },
          { id: "8", name: "Van" },
        ],
      }),
    );
    expect(["FT3", "CMDCARRIER8", "A"].map(bench.scan)).toEqual(["task-opened", "command-ok", "task-done"]);
    expect(bench.prints()).toMatchObject([{ document: "own-label" }]);
    const [parcel] = bench.stores.parcels.lastClosed(1);
    const body = JSON.parse(bench.told().find(({ call }) => call === "parcel-packed")?.body ?? "").parcels[0];
    expect(body).toMatchObject({
      actual_delivery_partner: "Van",
      actual_delivery_carrier: "Van",
      actual_delivery_type: "Standard",
      delivery_carrier_id: "8",
      tracking_no: parcel?.parcelNo,
    });
  });

  test("undo before OMS4 heard of it takes everything back, and closing again reports and prints once", () => {
    const bench = openTestDesk();
    bench.store(taskOf("FT1", [item("A"), item("B")]));
    bench.label("FT1", "JT1");
    ["FT1", "A", "B"].forEach(bench.scan);
    const parcelNo = bench.stores.parcels.lastClosed(1)[0]?.parcelNo;
    expect(bench.scan("CMDUNDO")).toBe("command-ok");
    expect(bench.prints().map(({ state }) => state)).toEqual(["cancelled"]);
    expect(bench.scan("B")).toBe("task-done");
    expect(bench.stores.parcels.lastClosed(1)[0]?.parcelNo).toBe(parcelNo);
    expect(bench.told().filter(({ call, state }) => call === "parcel-packed" && state === "pending")).toHaveLength(1);
    expect(bench.prints().filter(({ state }) => state === "queued")).toHaveLength(1);
  });

  test("undo after OMS4 heard of it reports nothing twice", () => {
    const bench = openTestDesk();
    bench.store(taskOf("FT1", [item("A"), item("B")]));
    ["FT1", "A", "B"].forEach(bench.scan);
    bench.database.exec("update outbox set state = 'done'");
    ["CMDUNDO", "B"].forEach(bench.scan);
    expect(bench.told().filter(({ call }) => call === "parcel-packed")).toHaveLength(1);
    expect(bench.told()).toHaveLength(3);
  });

  test("goes on after a restart just where it was", () => {
    const path = join(testFolder(), "packbench.db");
    const first = openTestDesk(path);
    first.store(taskOf("FT1", [item("A", 2), item("B")]));
    ["FT1", "A"].forEach(first.scan);
    const second = openTestDesk(path);
    second.desk.restore();
    expect(second.desk.state().bench.open?.units).toHaveLength(1);
    expect(["A", "B"].map(second.scan)).toEqual(["item-ok", "task-done"]);
  });

  test("answers what it can't take with words, and counts every answer", () => {
    const bench = openTestDesk();
    bench.store(taskOf("FT1", [item("A")]));
    bench.store(taskOf("FT2", [item("B"), item("C")], { orderNo: "ORD-FT1" }));
    bench.store(taskOf("FT3", [item("A")], { status: "SHIPPED" }));
    bench.store(taskOf("FT4", [item("A")], { status: "CANCELLED" }));
    expect(["nothing", "A", "ORD-FT1", "FT3", "FT4", "CMDDANCE", "CMDFINISH", "", "x".repeat(5_000), "📦📦"].map(bench.scan)).toEqual([
      "unknown-task",
      "unknown-task",
      "ambiguous",
      "done-already",
      "cancelled",
      "command-refused",
      "command-refused",
      "scan-refused",
      "scan-refused",
      "unknown-task",
    ]);
    expect(bench.desk.state().scanSeq).toBe(10);
    expect(bench.asked).toEqual(["NOTHING"]);
    ["FT2", "B"].forEach(bench.scan);
    expect(["A", "Z", "FT1", "B"].map(bench.scan)).toEqual(["wrong-item", "unknown-code", "other-task", "over-scan"]);
  });

  test("hold, release and leave keep what is packed", () => {
    const bench = openTestDesk();
    bench.store(taskOf("FT1", [item("A"), item("B")]));
    expect(["FT1", "A", "CMDHOLDDAMAGED", "FT1", "CMDRELEASE", "CMDCLOSE", "FT1", "B"].map(bench.scan)).toEqual([
      "task-opened",
      "item-ok",
      "command-ok",
      "on-hold",
      "task-opened",
      "command-ok",
      "task-opened",
      "task-done",
    ]);
    const descriptions = bench
      .told()
      .filter(({ call }) => call === "task-activity")
      .map(({ body }) => JSON.parse(body).description);
    expect(descriptions).toEqual([
      "Packing started",
      "Put on hold at the packing station: DAMAGED (an item is damaged)",
      "Released from hold at the packing station",
      "Packed: 1 parcel",
    ]);
  });

  test("handover reports SHIPPING once per parcel and keeps a reopened or cancelled one here", () => {
    const bench = openTestDesk();
    bench.store(taskOf("FT1", [item("A")]));
    bench.store(taskOf("FT2", [item("B")]));
    bench.label("FT1", "JT1");
    ["FT1", "A", "FT2", "B"].forEach(bench.scan);
    const second = bench.stores.parcels.lastClosed(1)[0]?.parcelNo ?? "";
    bench.stores.cancellations.ingest(
      { ctNo: "CT1", ftNo: "FT2", status: "OPEN", whole: true, detailIds: [], updatedAt: null, raw: "{}" },
      1,
    );
    expect(["CMDHANDOVER", "jt1", "JT1", second, "NIX", "CMDHANDOVER"].map(bench.scan)).toEqual([
      "command-ok",
      "parcel-ok",
      "done-already",
      "cancelled",
      "unknown-code",
      "command-ok",
    ]);
    expect(
      bench
        .told()
        .filter(({ call }) => call === "parcel-activity")
        .map(({ body }) => JSON.parse(body).milestone),
    ).toEqual(["SHIPPING"]);
    expect(bench.scan("CMDUNDO")).not.toBe("task-opened");
  });

  test("a parcel whose label has not come yet is not handed over", () => {
    const bench = openTestDesk();
    bench.store(taskOf("FT1", [item("A")]));
    ["FT1", "A"].forEach(bench.scan);
    const parcelNo = bench.stores.parcels.lastClosed(1)[0]?.parcelNo ?? "";
    expect(["CMDHANDOVER", parcelNo].map(bench.scan)).toEqual(["command-ok", "command-refused"]);
    bench.label("FT1", "JT1");
    expect(bench.scan("JT1")).toBe("parcel-ok");
  });

  test("a cancellation that arrives in mid-pack is said at once", () => {
    const bench = openTestDesk();
    bench.store(taskOf("FT1", [item("A"), item("B")]));
    ["FT1", "A"].forEach(bench.scan);
    bench.stores.cancellations.ingest(
      { ctNo: "CT1", ftNo: "FT1", status: "OPEN", whole: false, detailIds: ["D-A"], updatedAt: null, raw: "{}" },
      1,
    );
    bench.desk.taskNews("FT1");
    expect(bench.desk.state().verdict?.kind).toBe("cancelled");
    expect(bench.scan("B")).toBe("item-ok");
    expect(bench.scan("A")).toBe("task-done");
    expect(bench.stores.parcels.lastClosed(1)[0]?.items).toEqual([{ detailId: "D-B", qty: 1 }]);
  });

  test("a task that another bench packed meanwhile leaves this one, and isn't packed twice", () => {
    const bench = openTestDesk();
    const task = taskOf("FT1", [item("A"), item("B")]);
    bench.store(task);
    ["FT1", "A"].forEach(bench.scan);
    bench.store({ ...task, status: "PACKED" });
    bench.desk.taskNews("FT1");
    expect(bench.desk.state().verdict).toMatchObject({ kind: "done-already", ftNo: "FT1", tone: "stop", sound: "stop" });
    // What lies in the box has to come out again
    expect(["B", "CMDFINISH", "A", "CMDCLOSE", "B", "FT1"].map(bench.scan)).toEqual([
      "done-already",
      "done-already",
      "done-already",
      "command-ok",
      "unknown-task",
      "done-already",
    ]);
    expect(bench.stores.parcels.ofTask("FT1")).toEqual([]);
    expect(bench.stores.outbox.openOfTask("FT1").map(({ call }) => call)).not.toContain("parcel-packed");
  });

  test("every item scan into a cancelled task says so, also one that lies in the box already", () => {
    const bench = openTestDesk();
    bench.store(taskOf("FT1", [item("A", 2)]));
    ["FT1", "A"].forEach(bench.scan);
    bench.stores.cancellations.ingest(
      { ctNo: "CT1", ftNo: "FT1", status: "OPEN", whole: true, detailIds: [], updatedAt: null, raw: "{}" },
      1,
    );
    bench.desk.taskNews("FT1");
    expect(bench.scan("A")).toBe("cancelled");
    expect(bench.scan("A")).toBe("cancelled");
    expect(bench.prints()).toEqual([]);
  });

  test("a label that can't be printed is asked for again with RETRY, and the new one prints in its place, once", () => {
    const bench = openTestDesk();
    bench.store(taskOf("FT1", [item("A")]));
    bench.label("FT1", "JT1");
    ["FT1", "A"].forEach(bench.scan);
    const fails = (): void =>
      bench.database.exec(
        `update print_job set state = 'failed', settled = 1, failure = '{"kind":"label-unreadable","detail":"cut short"}'`,
      );
    fails();
    const parcelNo = bench.stores.parcels.lastClosed(1)[0]?.parcelNo ?? "";
    expect(bench.scan("CMDRETRY")).toBe("command-ok");
    expect(bench.stores.parcels.wantingLabel(5).map((parcel) => parcel.parcelNo)).toEqual([parcelNo]);
    fails();
    bench.label("FT1", "JT2", parcelNo);
    expect(bench.prints().map(({ state }) => state)).toEqual(["queued"]);
    expect(bench.stores.printJobs.latestForParcel(parcelNo)?.labelId).toBe(bench.stores.labels.forParcel(parcelNo)?.id);
  });

  test("a cancellation of a packed parcel is said at once, and its label isn't promised again", () => {
    const bench = openTestDesk();
    bench.store(taskOf("FT1", [item("A")]));
    bench.store(taskOf("FT2", [item("B")]));
    bench.label("FT1", "JT1");
    ["FT1", "A", "FT2"].forEach(bench.scan);
    bench.database.exec("update print_job set state = 'printed', settled = 1");
    bench.stores.cancellations.ingest(
      { ctNo: "CT1", ftNo: "FT1", status: "OPEN", whole: true, detailIds: [], updatedAt: null, raw: "{}" },
      1,
    );
    bench.desk.taskNews("FT1");
    expect(bench.desk.state().verdict).toMatchObject({ kind: "cancelled", ftNo: "FT1" });
    // The task on the bench stays there
    expect(bench.scan("B")).toBe("task-done");
    bench.scan("CMDUNDO");
    bench.scan("CMDCLOSE");
    bench.database.exec("update print_job set state = 'printed', settled = 1");
    const printed = bench.prints().length;
    expect(bench.stores.parcels.lastClosed(1)[0]?.ftNo).toBe("FT1");
    expect(bench.scan("CMDREPRINT")).toBe("command-refused");
    expect(bench.prints()).toHaveLength(printed);
  });

  test("a reprint is asked for, counted and has its reason; a label under way is not doubled", () => {
    const bench = openTestDesk();
    bench.store(taskOf("FT1", [item("A")]));
    bench.label("FT1", "JT1");
    ["FT1", "A"].forEach(bench.scan);
    expect(bench.scan("CMDREPRINT")).toBe("command-refused");
    bench.database.exec(`update print_job set state = 'sent', failure = '{"kind":"printer-out-of-paper","detail":"Zebra."}'`);
    expect(bench.scan("CMDREPRINT")).toBe("command-refused");
    expect(bench.desk.state().verdict?.text).toContain("waits in the printer");
    bench.database.exec("update print_job set state = 'printed', settled = 1, failure = null");
    expect(bench.scan("CMDREPRINTTORN")).toBe("command-ok");
    expect(bench.prints()).toMatchObject([{ copy: 1 }, { copy: 2, state: "queued" }]);
    expect(bench.database.prepare<{ reason: string }>("select reason from print_job where copy = 2").get()?.reason).toBe(
      "TORN (torn or crumpled)",
    );
  });

  test("a reprint of a label that never came out speaks of no paper", () => {
    const bench = openTestDesk();
    bench.store(taskOf("FT1", [item("A")]));
    bench.label("FT1", "JT1");
    ["FT1", "A"].forEach(bench.scan);
    bench.printed("failed");
    const { parcelNo } = bench.stores.parcels.ofTask("FT1")[0] ?? { parcelNo: "" };
    bench.scan(parcelNo);
    expect(bench.desk.scan("CMDREPRINT").verdict).toMatchObject({
      title: "Label: one more try",
      text: `Parcel ${parcelNo}. None of it has come out so far.`,
    });
  });

  test("nobody knows whether a label came out: it is asked, and PRINTED or REPRINT settles it", () => {
    const bench = openTestDesk();
    bench.store(taskOf("FT1", [item("A")]));
    bench.label("FT1", "JT1");
    ["FT1", "A"].forEach(bench.scan);
    bench.database.exec(`update print_job set state = 'unknown', settled = 1, failure = '{"kind":"print-unknown","detail":"crash"}'`);
    expect(bench.trouble.list()).toMatchObject([{ source: "print", actions: ["printed", "reprint", "discard"] }]);
    expect(bench.scan("CMDPRINTED")).toBe("command-ok");
    expect(bench.prints()).toMatchObject([{ state: "printed" }]);
    expect(bench.trouble.list()).toEqual([]);
  });

  test("a badge says who packs, and the journal keeps it", () => {
    const bench = openTestDesk();
    bench.store(taskOf("FT1", [item("A")]));
    expect(["cmdpacker03", "FT1"].map(bench.scan)).toEqual(["command-ok", "task-opened"]);
    expect(bench.stores.journal.ofTask("FT1").map(({ packer }) => packer)).toEqual(["03"]);
  });

  test("a full disk refuses the scan in words and counts nothing", () => {
    const bench = openTestDesk();
    bench.store(taskOf("FT1", [item("A"), item("B")]));
    bench.scan("FT1");
    const pages = Object.values(bench.database.prepare<Record<string, number>>("pragma page_count").get() ?? {})[0];
    bench.database.exec(`pragma max_page_count = ${pages}`);
    bench.database.exec("create table filler (x) strict".replace("(x)", "(x blob)").concat("; drop table filler"));
    const filled = () => {
      for (let i = 0; i < 10_000; i++) if (bench.scan("Z") === "scan-refused") return true;
      return false;
    };
    expect(filled()).toBe(true);
    expect(bench.scan("A")).toBe("scan-refused");
    expect(bench.desk.state().bench.open?.units).toEqual([]);
    expect(bench.desk.state().verdict?.title).toBe("The disk is full");
    bench.database.exec("pragma max_page_count = 1000000");
    expect(bench.scan("A")).toBe("item-ok");
  });
});
