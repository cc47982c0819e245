import { describe, expect, test } from "vitest";
import type { ElsewhereSource } from "../../electron/packing/elsewhere.ts";
import type { ParcelAtOms4 } from "../../shared/parcel.ts";
import { fail, succeed, type Result } from "../../shared/failures.ts";
import type { FulfillmentTask } from "../../shared/task.ts";
import { detailOf, openTestDesk, taskOf } from "../fakes/desk.ts";
import { detailIdOf, startTestOms4, type TestOms4 } from "../fakes/oms4.ts";
import { openTestStation, type TestStation } from "../fakes/open-station.ts";
import { until } from "../fakes/until.ts";

/** OMS4 as the desk asks it: answers when told to. */
const openBench = () => {
  let online = true;
  const there: ParcelAtOms4[] = [];
  const asked: string[] = [];
  const waiting: ((answer: Result<readonly ParcelAtOms4[]>) => void)[] = [];
  let held = false;
  const source: ElsewhereSource = {
    reachable: () => online,
    ask: (code, ftNos) => {
      asked.push(`${code} ${ftNos.join(",")}`.trim());
      const { promise, resolve } = Promise.withResolvers<Result<readonly ParcelAtOms4[]>>();
      if (held) waiting.push(resolve);
      else resolve(succeed(there.filter(({ ftNo }) => ftNos.includes(ftNo))));
      return promise;
    },
  };
  const bench = openTestDesk(undefined, { elsewhere: source });
  const said = () => bench.desk.state().verdict;
  return {
    ...bench,
    asked,
    task: (ftNo: string, more: Partial<FulfillmentTask> = {}) => bench.store(taskOf(ftNo, [detailOf(`${ftNo}1`, `SKU${ftNo}`)], more)),
    parcel: (ftNo: string, parcelNo: string, trackingNo: string): void => {
      there.push({ ftNo, parcelNo, trackingNo, carrier: "J&T" });
      bench.database.transaction(() => bench.stores.tasks.addTrackingCode(ftNo, trackingNo));
    },
    offline: (): void => void (online = false),
    hold: (): void => void (held = true),
    answer: (result: Result<readonly ParcelAtOms4[]> = succeed(there)): void => waiting.splice(0).forEach((resolve) => resolve(result)),
    said,
    says: (title: RegExp) => until(() => title.test(said()?.title ?? ""), `the band says ${title}, not ${said()?.title}`),
    rows: () =>
      bench.desk.state().milestone?.last.map(({ code, ok, words }) => `${ok === null ? "…" : ok ? "✓" : "✕"} ${code} ${words}`) ?? [],
    milestones: () =>
      bench
        .told()
        .filter(({ call }) => call === "parcel-activity")
        .map(({ body }) => JSON.parse(body) as { ft_no: string; fp_parcel_no: string; milestone: string })
        .map(({ ft_no, fp_parcel_no, milestone }) => `${ft_no} ${fp_parcel_no} ${milestone}`),
  };
};

describe("a parcel that another station packed", () => {
  test("is asked for at OMS4, told under its own number, and once: a second scan says so without asking", async () => {
    const bench = openBench();
    bench.task("FT1", { status: "PACKED" });
    bench.parcel("FT1", "PBother1", "JT1");
    bench.scan("CMDHANDOVER");
    expect(bench.scan("JT1")).toBe("unknown-code");
    expect(bench.said()).toMatchObject({ tone: "over", title: "Asking OMS4 about JT1 …" });
    expect(bench.rows()).toEqual(["… JT1 asking OMS4 …"]);
    await bench.says(/^Handed over · FT1/);
    expect(bench.said()).toMatchObject({ kind: "parcel-ok", text: expect.stringContaining("Packed at another station.") });
    expect(bench.rows()).toEqual(["✓ PBother1 Handed over"]);
    expect(bench.work).toContain("desk");
    expect([bench.scan("JT1"), bench.scan("pbOTHER1")]).toEqual(["done-already", "done-already"]);
    expect([bench.milestones(), bench.asked]).toEqual([["FT1 PBother1 SHIPPING"], ["JT1 FT1"]]);
  });

  test("whose milestone was told here goes on offline too; after a final one a supervisor is wanted", async () => {
    const bench = openBench();
    bench.task("FT1", { status: "PACKED" });
    bench.parcel("FT1", "PBO1", "JT1");
    bench.scan("CMDHANDOVER");
    bench.scan("JT1");
    await bench.says(/^Handed over/);
    bench.offline();
    bench.scan("CMDDELIVERED");
    expect([bench.scan("PBO1"), bench.scan("PBO1")]).toEqual(["parcel-ok", "done-already"]);
    bench.scan("CMDRETURNED");
    expect([bench.scan("JT1"), bench.scan("JT1")]).toEqual(["command-refused", "parcel-ok"]);
    expect(bench.milestones()).toEqual(["FT1 PBO1 SHIPPING", "FT1 PBO1 DELIVERED", "FT1 PBO1 RETURNED TO FP"]);
  });

  test("is refused offline with what to do, and nothing of it is kept", () => {
    const bench = openBench();
    bench.task("FT1");
    bench.parcel("FT1", "PBO1", "JT1");
    bench.offline();
    bench.scan("CMDDELIVERED");
    expect(bench.scan("JT1")).toBe("unknown-code");
    expect(bench.said()?.text).toMatch(/JT1 was not packed here. Scan it again when OMS4 can be reached/);
    expect([bench.asked, bench.milestones(), bench.rows()]).toEqual([[], [], ["✕ JT1 Not told: OMS4 can't be reached"]]);
  });

  test("is told as handed over first where OMS4 does not show that it has left, and only then", async () => {
    const bench = openBench();
    bench.task("FT1", { status: "PACKED" });
    bench.task("FT2", { status: "SHIPPED" });
    bench.parcel("FT1", "PBO1", "JT1");
    bench.parcel("FT2", "PBO2", "JT2");
    bench.scan("CMDDELIVERED");
    bench.scan("JT1");
    await bench.says(/^Delivered · FT1/);
    bench.scan("JT2");
    await bench.says(/^Delivered · FT2/);
    bench.scan("CMDHANDOVER");
    expect(bench.milestones()).toEqual(["FT1 PBO1 SHIPPING", "FT1 PBO1 DELIVERED", "FT2 PBO2 DELIVERED"]);
  });

  test("that OMS4 shows as left is not handed over once more", async () => {
    const bench = openBench();
    bench.task("FT2", { status: "SHIPPED" });
    bench.parcel("FT2", "PBO2", "JT2");
    bench.scan("CMDHANDOVER");
    bench.scan("JT2");
    await bench.says(/handed over already/);
    expect([bench.said()?.text, bench.milestones()]).toEqual(["PBO2: OMS4 shows that it has left.", []]);
  });

  test("that was cancelled, or whose buyer asks to cancel, is refused at the handover; one that came back is taken", async () => {
    const bench = openBench();
    for (const number of [1, 2]) {
      bench.task(`FT${number}`, { status: "PACKED" });
      bench.parcel(`FT${number}`, `PBO${number}`, `JT${number}`);
    }
    bench.stores.cancellations.ingest({ ctNo: "CT1", ftNo: "FT1", status: "NEW", whole: true, detailIds: [], updatedAt: null, raw: "" }, 0);
    bench.stores.cancelRequests.ingest({ ftNo: "FT2", requestedAt: 1, open: true, result: "", items: [], raw: "1" }, () => null, 0);
    bench.scan("CMDHANDOVER");
    bench.scan("JT1");
    await bench.says(/STOP · FT1 was cancelled/);
    expect(bench.said()?.kind).toBe("cancelled");
    bench.scan("JT2");
    await bench.says(/HOLD · FT2/);
    expect(bench.milestones()).toEqual([]);
    bench.scan("CMDRETURNED");
    bench.scan("JT1");
    await bench.says(/^Returned · FT1/);
    expect(bench.milestones()).toEqual(["FT1 PBO1 RETURNED TO FP"]);
  });

  test("is found by its number where it was seen at OMS4 before, and by task or order only where that has no other parcel", async () => {
    const bench = openBench();
    for (const ftNo of ["FT1", "FT2"]) bench.task(ftNo, { status: "PACKED", way: "split", allowSplit: true });
    bench.parcel("FT1", "PBO1", "JT1");
    bench.parcel("FT2", "PBO2", "JT2");
    bench.parcel("FT2", "PBO3", "JT3");
    bench.stores.stops.noteElsewhere("FT2", "PBO3", 1);
    bench.scan("CMDHANDOVER");
    bench.scan("ORD-FT1");
    await bench.says(/^Handed over · FT1/);
    bench.scan("FT2");
    await bench.says(/FT2 has several parcels/);
    expect(bench.said()).toMatchObject({ kind: "ambiguous", text: "Scan the parcel's own label." });
    bench.scan("PBO3");
    await bench.says(/^Handed over · FT2/);
    expect(bench.milestones()).toEqual(["FT1 PBO1 SHIPPING", "FT2 PBO3 SHIPPING"]);
  });

  test("that nobody packed yet, that has another number now, or that nobody knows is refused in words", async () => {
    const bench = openBench();
    bench.task("FT1");
    bench.task("FT2");
    bench.parcel("FT2", "PBO2", "JT9");
    bench.database.transaction(() => bench.stores.tasks.addTrackingCode("FT2", "JT2"));
    bench.scan("CMDHANDOVER");
    bench.scan("FT1");
    await bench.says(/No parcel of FT1 yet/);
    bench.scan("JT2");
    await bench.says(/No parcel JT2 any more/);
    bench.scan("NOBODY1");
    await bench.says(/^No parcel NOBODY1$/);
    expect(bench.milestones()).toEqual([]);
  });

  test("means the parcel packed here where that is the one", async () => {
    const bench = openBench();
    bench.task("FT1", { way: "own", carrier: "" });
    ["FT1", "SKUFT1"].forEach(bench.scan);
    bench.printed();
    const parcelNo = bench.stores.parcels.ofTask("FT1")[0]?.parcelNo ?? "";
    bench.scan("CMDHANDOVER");
    bench.scan("FT1");
    await bench.says(/^Handed over · FT1/);
    expect(bench.stores.parcels.get(parcelNo)).toMatchObject({ state: "handed-over", milestone: "SHIPPING" });
    expect(bench.milestones()).toEqual([`FT1 ${parcelNo} SHIPPING`]);
  });
});

describe("an answer of OMS4", () => {
  const held = () => {
    const bench = openBench();
    bench.task("FT1", { status: "PACKED" });
    bench.task("FT2", { way: "own", carrier: "" });
    ["FT2", "SKUFT2"].forEach(bench.scan);
    bench.printed();
    bench.parcel("FT1", "PBO1", "JT1");
    bench.scan("CMDHANDOVER");
    bench.hold();
    return { ...bench, own: bench.stores.parcels.ofTask("FT2")[0]?.parcelNo ?? "" };
  };

  test("that comes after something else was scanned tells nothing, and the list says so", async () => {
    const bench = held();
    bench.scan("JT1");
    expect(bench.scan(bench.own)).toBe("parcel-ok");
    bench.answer();
    await until(() => bench.rows().includes("✕ JT1 Not told: scan it again"), "the row says what became of it");
    expect([bench.said()?.title, bench.milestones()]).toEqual(["Handed over · FT2", [`FT2 ${bench.own} SHIPPING`]]);
  });

  test("that comes after the mode was left tells nothing", async () => {
    const bench = held();
    bench.scan("JT1");
    bench.scan("CMDHANDOVER");
    bench.answer();
    bench.scan("CMDHANDOVER");
    bench.scan("JT1");
    bench.answer();
    await bench.says(/^Handed over · FT1/);
    expect(bench.milestones()).toEqual(["FT1 PBO1 SHIPPING"]);
  });

  test("that is a failure is said with what to do", async () => {
    const bench = held();
    bench.scan("JT1");
    bench.answer(fail("timeout", "It hangs."));
    await bench.says(/^Not told: no answer from OMS4/);
    expect(bench.said()?.text).toMatch(/^Scan JT1 again/);
    expect(bench.milestones()).toEqual([]);
  });
});

describe("a list with parcels of other stations", () => {
  test("tells those packed here at once and each other one as its answer comes; until then the mode stays", async () => {
    const bench = openBench();
    bench.task("FT0", { way: "own", carrier: "" });
    ["FT0", "SKUFT0"].forEach(bench.scan);
    bench.printed();
    const own = bench.stores.parcels.ofTask("FT0")[0]?.parcelNo ?? "";
    for (const number of [1, 2, 3]) {
      bench.task(`FT${number}`, { status: number === 3 ? "CANCELLED" : "PACKED" });
      bench.parcel(`FT${number}`, `PBO${number}`, `JT${number}`);
    }
    bench.hold();
    bench.scan("CMDHANDOVER");
    expect(bench.scan(`${own} JT1 JT2 JT3 !!`)).toBe("unknown-code");
    expect(bench.said()).toMatchObject({ title: "Handed over: 1 · asking OMS4 about 3", text: expect.stringContaining("Not taken: 1") });
    expect(bench.scan("CMDHANDOVER")).toBe("command-refused");
    expect(bench.desk.state().milestone?.milestone).toBe("SHIPPING");
    await until(() => {
      bench.answer();
      return !bench.rows().some((row) => row.startsWith("…"));
    }, "all are answered");
    expect(bench.rows().toSorted()).toEqual([
      "✓ PBO1 Handed over",
      "✓ PBO2 Handed over",
      `✓ ${own} Handed over`,
      "✕ !! No parcel !!",
      "✕ PBO3 STOP · FT3 was cancelled",
    ]);
    expect(bench.milestones().toSorted()).toEqual([`FT0 ${own} SHIPPING`, "FT1 PBO1 SHIPPING", "FT2 PBO2 SHIPPING"]);
    expect(bench.desk.state().milestone?.told).toBe(3);
    expect(bench.scan("CMDHANDOVER")).toBe("command-ok");
  });

  test("ends with the whole sum where nothing else was scanned, and stops asking when OMS4 gives no answer", async () => {
    const bench = openBench();
    for (const number of [1, 2, 3, 4, 5]) {
      bench.task(`FT${number}`, { status: "PACKED" });
      bench.parcel(`FT${number}`, `PBO${number}`, `JT${number}`);
    }
    bench.scan("CMDHANDOVER");
    bench.scan("JT1 JT2");
    await bench.says(/^Handed over · 2 parcels/);
    bench.hold();
    bench.scan("JT3 JT4 JT5");
    bench.answer(fail("timeout", "It hangs."));
    await bench.says(/^Handed over: 0 · not taken: 3/);
    expect(bench.asked).toEqual(["JT1 FT1", "JT2 FT2", "JT3 FT3", "JT4 FT4"]);
  });
});

/** Two stations of one fulfillment point and their OMS4; the second has never seen what the first packs. */
const twoStations = async (): Promise<Readonly<{ oms4: TestOms4; first: TestStation; second: TestStation }>> => {
  const oms4 = await startTestOms4();
  for (const ftNo of ["FT1", "FT2"]) oms4.addTask({ ftNo, lines: [{ sku: "A" }] });
  const [first, second] = [await openTestStation(oms4, { name: "Bench 1" }), await openTestStation(oms4, { name: "Bench 2" })];
  for (const bench of [first, second])
    await until(() => bench.snapshot().waiting.count === 2 && bench.snapshot().online, "the tasks are here");
  // Its tracking number is known at both once the label is stored
  await until(() => (oms4.asked()["getShippingInfo"] ?? 0) >= 2, "labels are fetched");
  expect(first.scan("FT1", "A", "FT2", "A")).toEqual(["task-opened", "task-done", "task-opened", "task-done"]);
  await until(() => oms4.parcels().length === 2 && first.snapshot().outbox.waiting === 0, "both are reported");
  return { oms4, first, second };
};
const shipped = (oms4: TestOms4) => oms4.told().filter(({ milestone, committed }) => milestone === "SHIPPING" && committed);

describe("two stations", () => {
  test("one packs, the other hands over: OMS4 hears the very parcel, once", async () => {
    const { oms4, second } = await twoStations();
    const [parcel] = oms4.parcels("FT1");
    second.scan("CMDHANDOVER", "FT1");
    await until(() => second.snapshot().verdict?.kind === "parcel-ok", "the parcel is taken");
    second.scan("FT1");
    await until(() => second.snapshot().verdict?.kind === "done-already", "a second scan is told already");
    await until(() => shipped(oms4).length === 1 && second.snapshot().outbox.waiting === 0, "OMS4 has heard it");
    expect(shipped(oms4)).toMatchObject([{ ftNo: "FT1", parcelNo: parcel?.parcelNo }]);
    expect(oms4.violations()).toEqual([]);
  });

  test("what was cancelled since the last pull is refused, because OMS4 is asked", async () => {
    const { oms4, second } = await twoStations();
    oms4.cancel("FT2", [detailIdOf("FT2", 0)]);
    second.scan("CMDHANDOVER", "FT2");
    await until(() => second.snapshot().verdict?.kind === "cancelled", "it is refused");
    expect(shipped(oms4)).toEqual([]);
  });

  test("an OMS4 that hangs is waited for four seconds, and its late answer tells nothing", async () => {
    const { oms4, second } = await twoStations();
    second.scan("CMDHANDOVER");
    oms4.fault({ kind: "hang" }, { call: "getShippingInfo", times: 1 });
    second.scan("FT1");
    await until(() => /no answer from OMS4/.test(second.snapshot().verdict?.title ?? ""), "it is said that no answer came");
    expect(second.snapshot().milestone?.told).toBe(0);
    expect(shipped(oms4)).toEqual([]);
  });
});
