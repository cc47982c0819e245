import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readings } from "../../electron/scanner/read-scan.ts";
import { detailOf, openTestDesk, taskOf } from "../fakes/desk.ts";
import { testFolder } from "../fakes/folder.ts";

const GTIN = "09501101530003";
const OTHER_GTIN = "09501101530010";
const DAY_MS = 24 * 60 * 60 * 1_000;
type Bench = ReturnType<typeof openTestDesk>;
const openBench = (path = join(testFolder(), "packbench.db")): Bench => openTestDesk(path, { readings });
const order = (bench: Bench, ftNo: string, qty = 2, more = {}): void =>
  void bench.store(
    taskOf(
      ftNo,
      [detailOf(`D1-${ftNo}`, "GLOVES", qty, { barcodes: [GTIN] }), detailOf(`D2-${ftNo}`, "MUG", 1, { barcodes: [OTHER_GTIN] })],
      more,
    ),
  );
/** A GS1 code of one piece, as a scanner sends it. */
const piece = (serial: string, gtin = GTIN): string => `]d201${gtin}21${serial}`;
const verdict = (bench: Bench) => bench.desk.state().verdict;
const finish = (bench: Bench, ftNo: string, serials: readonly [string, string]): string => {
  order(bench, ftNo);
  [ftNo, piece(serials[0]), piece(serials[1]), OTHER_GTIN].forEach(bench.scan);
  return bench.stores.parcels.lastClosed(1)[0]?.parcelNo ?? "";
};

describe("a piece with a serial number", () => {
  test("packs once: the second scan is one too many, says so in its own words, and the piece beside it packs", () => {
    const bench = openBench();
    order(bench, "FT1");
    expect(["FT1", piece("S1"), piece("S1")].map(bench.scan)).toEqual(["task-opened", "item-ok", "over-scan"]);
    expect(verdict(bench)).toMatchObject({ title: "This very piece is in this box already", tone: "over", detailId: "D1-FT1" });
    expect(bench.stores.parcels.units("FT1")).toHaveLength(1);
    expect(bench.stores.journal.ofTask("FT1").at(-1)).toMatchObject({ kind: "over-scan", after: { code: piece("S1") } });
    expect([piece("S2"), OTHER_GTIN].map(bench.scan)).toEqual(["item-ok", "task-done"]);
  });

  test("keeps batch, expiry and serial number with the packed unit and in the parcel's life, also over a restart", () => {
    const path = join(testFolder(), "packbench.db");
    const bench = openBench(path);
    order(bench, "FT1");
    expect(["FT1", `]d201${GTIN}1726123110LOT7\u001d21S1`].map(bench.scan)).toEqual(["task-opened", "item-ok"]);
    const said = { batch: "LOT7", expiry: "2026-12-31", serial: "S1" };
    const [parcel] = bench.stores.parcels.ofTask("FT1");
    expect(bench.stores.journal.ofParcel(parcel?.parcelNo ?? "").findLast(({ kind }) => kind === "unit-packed")?.after).toMatchObject(said);
    const again = openBench(path);
    expect(again.stores.parcels.units("FT1")).toMatchObject([said]);
  });

  test("never packs as five by a keyed quantity, and the quantity is forgotten", () => {
    const bench = openBench();
    order(bench, "FT1");
    expect(["FT1", "CMDQTY2", piece("S1")].map(bench.scan)).toEqual(["task-opened", "command-ok", "over-scan"]);
    expect(verdict(bench)?.title).toBe("This code is one single piece");
    expect(bench.stores.parcels.units("FT1")).toEqual([]);
    expect([piece("S1"), piece("S2"), OTHER_GTIN].map(bench.scan)).toEqual(["item-ok", "item-ok", "task-done"]);
  });

  test.each([
    ["in brackets", `(01)${GTIN}(21)S1`],
    ["with a batch in front", `]C101${GTIN}10LOT7\u001d21S1`],
    ["in another symbology", `]Q301${GTIN}21S1`],
  ])("is the same piece %s", (_, text) => {
    const bench = openBench();
    order(bench, "FT1");
    ["FT1", piece("S1")].forEach(bench.scan);
    expect(bench.scan(text)).toBe("over-scan");
  });

  test("of another product with the same serial number, and one without any, are other pieces", () => {
    const bench = openBench();
    order(bench, "FT1", 3);
    expect(["FT1", piece("S1"), GTIN, GTIN, piece("S1", OTHER_GTIN)].map(bench.scan)).toEqual([
      "task-opened",
      "item-ok",
      "item-ok",
      "item-ok",
      "task-done",
    ]);
  });

  test("is found in another order's parcel, whether that is open or closed, and after a restart", () => {
    const path = join(testFolder(), "packbench.db");
    const bench = openBench(path);
    const parcelNo = finish(bench, "FT1", ["S1", "S2"]);
    order(bench, "FT2");
    expect(["FT2", piece("S2")].map(bench.scan)).toEqual(["task-opened", "over-scan"]);
    expect(verdict(bench)?.title).toContain(`${parcelNo} (FT1)`);
    bench.scan(piece("S3"));
    bench.scan("CMDCLOSE");
    const again = openBench(path);
    order(again, "FT3");
    expect(["FT3", piece("S3")].map(again.scan)).toEqual(["task-opened", "over-scan"]);
  });

  test("is free again when its scan is undone, its parcel pulled, or the piece taken out", () => {
    const bench = openBench();
    order(bench, "FT1");
    expect(["FT1", piece("S1"), "CMDUNDO", piece("S1")].map(bench.scan)).toEqual(["task-opened", "item-ok", "command-ok", "item-ok"]);
    [piece("S2"), OTHER_GTIN].forEach(bench.scan);
    bench.printed();
    bench.stores.cancellations.ingest({ ctNo: "CT1", ftNo: "FT1", status: "NEW", whole: true, detailIds: [], updatedAt: null, raw: "" }, 0);
    bench.desk.taskNews("FT1");
    order(bench, "FT2");
    expect(["FT1", piece("S1"), "CMDCLOSE", "FT2", piece("S1"), piece("S2")].map(bench.scan).slice(-3)).toEqual([
      "task-opened",
      "item-ok",
      "over-scan",
    ]);
  });

  test("that is scanned to be taken out of its box is taken out, not refused", () => {
    const bench = openBench();
    order(bench, "FT1");
    ["FT1", piece("S1")].forEach(bench.scan);
    bench.stores.cancellations.ingest(
      { ctNo: "CT1", ftNo: "FT1", status: "NEW", whole: false, detailIds: ["D1-FT1"], updatedAt: null, raw: "" },
      0,
    );
    bench.desk.taskNews("FT1");
    bench.scan(piece("S1"));
    expect(bench.stores.parcels.units("FT1")).toEqual([]);
  });

  test("that left is refused for a fortnight, unless its parcel came back; after that it was sent back by its buyer", () => {
    const bench = openBench();
    const left = finish(bench, "FT1", ["S1", "S2"]);
    const back = finish(bench, "FT2", ["S3", "S4"]);
    bench.label("FT1", "T1");
    bench.label("FT2", "T2");
    bench.printed();
    ["CMDHANDOVER", left, back, "CMDHANDOVER", "CMDRETURNED", back, "CMDRETURNED"].forEach(bench.scan);
    order(bench, "FT3", 4);
    expect(["FT3", piece("S1")].map(bench.scan)).toEqual(["task-opened", "over-scan"]);
    expect(verdict(bench)?.text).toMatch(/has left.*RETURNED/);
    expect(bench.scan(piece("S3"))).toBe("item-ok");
    bench.jump(13 * DAY_MS);
    expect(bench.scan(piece("S2"))).toBe("over-scan");
    bench.jump(2 * DAY_MS);
    expect([piece("S1"), piece("S2")].map(bench.scan)).toEqual(["item-ok", "item-ok"]);
  });

  test("is looked for by its own index, and a scan without a serial number asks nothing", () => {
    const bench = openBench();
    const plan = bench.database
      .prepare<{ detail: string }>(
        "explain query plan select 1 from packed_unit u join parcel p on p.parcel_no = u.parcel_no where u.serial = ?",
      )
      .all("S1")
      .map(({ detail }) => detail)
      .join("\n");
    expect(plan).toContain("packed_unit_by_serial");
    expect(plan).not.toContain("SCAN");
  });
});
