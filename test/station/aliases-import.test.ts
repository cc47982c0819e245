import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { detailOf, openTestDesk, taskOf } from "../fakes/desk.ts";
import { aliasListsOf, LIST_HEADER } from "../fakes/alias-lists.ts";
import { testFolder } from "../fakes/folder.ts";

const MANY = 100_000;
/** Limits far above what it takes, for machines under load. */
const LONGEST_BITE_MS = 60;
const LONGEST_IMPORT_MS = 30_000;
const LONGEST_TEST_MS = 180_000;

const openBench = (path = join(testFolder(), "packbench.db")) => {
  const bench = openTestDesk(path);
  bench.store(taskOf("FT1", [detailOf("1", "MUG", 24, { barcodes: ["777"] }), detailOf("2", "BAG", 2)]));
  return { ...bench, lists: aliasListsOf(bench) };
};
const list = (...rows: readonly string[]): string => LIST_HEADER + rows.map((row) => `${row}\r\n`).join("");

describe("a list of codes", () => {
  test("is new, the same, changed, in conflict or bad, each with its line and both products named", async () => {
    const { lists, stores } = openBench();
    expect(await lists.take(list("C1,BR01,MUG,12", "C2,BR01,BAG,", "C3,BR09,FAN,2"))).toMatchObject({ ok: true });
    const file = list(
      "C1,BR01,MUG,12",
      "C2,BR01,BAG,3",
      "C4,BR01,MUG,1",
      "C3,BR01,MUG,2",
      "777,BR01,BAG,1",
      "777,BR01,MUG,6",
      "FT1,BR01,MUG,1",
      "C5,BR01,MUG,1",
      "c5,BR01,BAG,1",
      "8.85E+12,BR01,MUG,1",
      "C4,BR01,MUG,1",
      "777,BR01,MUG,1",
    );
    const looked = await lists.preview(file);
    if (!looked.ok) throw new Error(looked.failure.detail);
    expect(looked.value).toMatchObject({ rows: 12, same: 2, conflicts: 7, bad: 1 });
    expect(looked.value.fresh.map(({ barcode }) => barcode)).toEqual(["C4"]);
    expect(looked.value.changed.map(({ row, before }) => `${row.barcode} ${before.quantity} ${row.quantity}`)).toEqual(["C2 1 3"]);
    const words = new Map(looked.value.problems.map(({ line, words: what }) => [line, what]));
    expect(words.get(5)).toBe("C3: It is BR09 · FAN here already: it can't be Item MUG (BR01 · MUG) too.");
    expect(words.get(9)).toBe("C5: 1 × Item MUG (BR01 · MUG) here, 1 × Item BAG (BR01 · BAG) in line 10.");
    expect(words.get(10)).toBe("c5: 1 × Item BAG (BR01 · BAG) here, 1 × Item MUG (BR01 · MUG) in line 9.");
    expect(words.get(11)).toMatch(/8\.85E\+12 was cut/);
    expect(words.get(8)).toBe("FT1: It opens task FT1: it can't be Item MUG (BR01 · MUG).");
    expect(stores.aliases.count()).toBe(3);
  });

  test("with anything wrong in it is refused whole; the good rows are taken only when that is asked for", async () => {
    const { lists, stores } = openBench();
    const file = list("C1,BR01,MUG,12", "777,BR01,BAG,1", "C2,BR01,BAG,0");
    const refused = await lists.take(file);
    expect(refused).toMatchObject({
      ok: false,
      failure: { kind: "codes-bad", detail: expect.stringContaining("Nothing was taken. Line 3:") },
    });
    expect([stores.aliases.count(), stores.aliases.of("C1")]).toEqual([0, null]);
    expect(await lists.take(file, true)).toMatchObject({ ok: true });
    expect(stores.aliases.of("c1")).toMatchObject({
      brandCode: "BR01",
      brandSkuCode: "MUG",
      quantity: 12,
      source: "imported",
      packer: "03",
    });
    expect(stores.aliases.count()).toBe(1);
  });

  test("of OMS4's code for a single unit can't make a case of it", async () => {
    const { lists } = openBench();
    const refused = await lists.take(list("777,BR01,MUG,6"));
    expect(refused).toMatchObject({ ok: false, failure: { detail: expect.stringContaining("OMS4's code for one unit of Item MUG") } });
  });

  test("packs at once, and a code that OMS4 gives to another product later is ambiguous, with both named", async () => {
    const { lists, scan, desk, store } = openBench();
    await lists.take(list("CASE,BR01,MUG,12", "OTHER,BR01,LAMP,1"));
    expect([scan("FT1"), scan("case"), scan("CASE"), scan("CASE")]).toEqual(["task-opened", "item-ok", "item-ok", "over-scan"]);
    expect(desk.scan("OTHER").verdict).toMatchObject({ kind: "wrong-item", title: "Wrong item: LAMP" });
    scan("CMDCLOSE");
    store(taskOf("FT2", [detailOf("5", "FAN", 2, { barcodes: ["OTHER"] })]));
    scan("FT2");
    expect(desk.scan("OTHER").verdict).toMatchObject({ kind: "ambiguous", text: expect.stringContaining("Item FAN / LAMP") });
    expect(scan("FAN")).toBe("item-ok");
  });

  test("is written out as it was read: exported, imported, exported it is the same to the byte", async () => {
    const { lists } = openBench();
    await lists.take(list("0012345678905,BR01,MUG,12", 'C-"x", y').replace('C-"x", y', '"C-""x"", y","B;1",é漢,3'));
    const first = await lists.exportText();
    const other = openBench();
    expect(await other.lists.take(first)).toMatchObject({ ok: true, value: { same: 0, bad: 0, conflicts: 0 } });
    expect(await other.lists.exportText()).toBe(first);
    expect(await lists.take(first)).toMatchObject({ ok: true, value: { rows: 2, same: 2 } });
    expect(first).toContain("0012345678905,BR01,MUG,12\r\n");
  });

  test("leaves in the journal who took it over, and every change with its before and after", async () => {
    const { lists, database, stores } = openBench();
    await lists.take(list("C1,BR01,MUG,12"));
    await lists.take(list("C1,BR01,MUG,24", "C2,BR01,BAG,1"));
    lists.remove("c2", "a test");
    const notes = database
      .prepare<{ kind: string; before: string | null; after: string | null }>(
        "select kind, before, after from journal where kind like 'code%'",
      )
      .all();
    expect(notes.map(({ kind }) => kind)).toEqual(["codes-imported", "codes-imported", "code-removed"]);
    expect(JSON.parse(notes[1]?.before ?? "")).toMatchObject([{ barcode: "C1", quantity: 12 }]);
    expect(JSON.parse(notes[1]?.after ?? "")).toMatchObject({
      file: "list.csv",
      fresh: 1,
      changed: 1,
      changes: [{ barcode: "C1", quantity: 24 }],
    });
    expect(stores.aliases.audit(10)).toHaveLength(3);
    expect([stores.aliases.of("C1")?.quantity, stores.aliases.of("C2")]).toEqual([24, null]);
  });

  test("that was half written when the station died means nothing, and is cleared away by the next one", async () => {
    const path = join(testFolder(), "packbench.db");
    const first = openBench(path);
    await first.lists.take(list("C1,BR01,MUG,12"));
    const by = { source: "imported" as const, packer: null, at: 1 };
    first.database.transaction(() =>
      first.stores.aliases.writeComing(
        Array.from({ length: 1_200 }, (_one, index) => ({ barcode: `H${index}`, brandCode: "BR01", brandSkuCode: "MUG", quantity: 2 })),
        by,
      ),
    );
    first.database.transaction(() =>
      first.stores.aliases.writeComing([{ barcode: "C1", brandCode: "BR01", brandSkuCode: "BAG", quantity: 1 }], by),
    );
    const second = openBench(path);
    expect([second.stores.aliases.count(), second.stores.aliases.of("H1"), second.stores.aliases.of("C1")?.quantity]).toEqual([
      1,
      null,
      12,
    ]);
    expect(await second.lists.take(list("C2,BR01,BAG,1"))).toMatchObject({ ok: true });
    expect([second.stores.aliases.count(), second.stores.aliases.of("H1"), second.stores.aliases.of("C1")?.brandSkuCode]).toEqual([
      2,
      null,
      "MUG",
    ]);
    expect(second.database.prepare<{ n: number }>("select count(*) as n from alias").get()?.n).toBe(2);
    expect(second.database.check()).toBeNull();
  });

  test("is the only one that is read at a time", async () => {
    const { lists } = openBench();
    const [one, other] = await Promise.all([lists.take(list("C1,BR01,MUG,12")), lists.take(list("C2,BR01,BAG,1"))]);
    expect([one.ok, other.ok]).toEqual([true, false]);
  });

  test(
    `of ${MANY.toLocaleString("en")} codes comes in within seconds, and scans in between wait for milliseconds`,
    async () => {
      const bench = openTestDesk();
      bench.store(taskOf("FT1", [detailOf("1", "MUG", 9_999), detailOf("2", "BAG", 2)]));
      bench.scan("FT1");
      // The processor's time, not the wall's: other tests run beside this one
      const spentMs = (): number => {
        const { user, system } = process.cpuUsage();
        return (user + system) / 1_000;
      };
      let scans = 0;
      const bites: number[] = [];
      let last = spentMs();
      const breathe = async (): Promise<void> => {
        bites.push(spentMs() - last);
        // Somebody goes on packing meanwhile
        if (bites.length % 10 === 0) {
          const kind = bench.scan("MUG");
          scans += 1;
          if (kind !== "item-ok") throw new Error(`the scan was answered with ${kind}`);
        }
        await new Promise((resolve) => setImmediate(resolve));
        last = spentMs();
      };
      const lists = aliasListsOf(bench, breathe);
      const codeOf = (index: number): string => String(index * 7_919).padStart(13, "0");
      const file = list(
        ...Array.from({ length: MANY }, (_one, index) => `${codeOf(index)},BR${index % 50},SKU-${index % 20_000},${(index % 24) + 1}`),
      );
      const from = spentMs();
      last = from;
      expect(await lists.take(file)).toMatchObject({ ok: true, value: { conflicts: 0, bad: 0 } });
      const took = spentMs() - from;
      expect(bench.stores.aliases.count()).toBe(MANY);
      const sorted = bites.toSorted((a, b) => a - b);
      const at = (part: number): string => (sorted[Math.floor((sorted.length - 1) * part)] ?? 0).toFixed(1);
      process.stderr.write(
        `${MANY} codes: ${Math.round(took)} ms of the processor with ${scans} scans; a bite p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms\n`,
      );
      expect(scans).toBeGreaterThan(50);
      expect(took).toBeLessThan(LONGEST_IMPORT_MS);
      expect(Number(at(0.99))).toBeLessThan(LONGEST_BITE_MS);
      for (const index of [0, 1, MANY - 1]) expect(bench.stores.aliases.of(codeOf(index))).toMatchObject({ brandCode: `BR${index % 50}` });
      expect((await lists.exportText()).length).toBeGreaterThan(MANY * 20);
    },
    LONGEST_TEST_MS,
  );
});
