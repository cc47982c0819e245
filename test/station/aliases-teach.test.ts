import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { PinCheck } from "../../electron/packing/supervisor.ts";
import { readings } from "../../electron/scanner/read-scan.ts";
import { fail, succeed } from "../../shared/failures.ts";
import { openCountBench } from "../fakes/count-bench.ts";
import { detailOf, openTestDesk, taskOf } from "../fakes/desk.ts";
import { testFolder } from "../fakes/folder.ts";

const PIN: PinCheck = {
  isSet: () => true,
  verify: (pin) => (pin === "4711" ? succeed(null) : fail("not-now", "Another PIN.")),
};
const NEW = "8850001111111";

const openBench = (options: Parameters<typeof openTestDesk>[1] = {}, path = join(testFolder(), "packbench.db")) => {
  const bench = openTestDesk(path, { readings, ...options });
  bench.store(taskOf("FT1", [detailOf("1", "MUG", 24, { barcodes: ["4006381333931"] }), detailOf("2", "BAG", 2)]));
  bench.store(taskOf("FT2", [detailOf("9", "LAMP", 1)]));
  const say = (text: string) => bench.desk.scan(text).verdict;
  return {
    ...bench,
    say,
    packed: () => bench.desk.state().bench.open?.units.map(({ detailId, qty, code }) => `${detailId} ${qty} ${code}`) ?? [],
    notes: () =>
      bench.database
        .prepare<{ kind: string; ft_no: string | null; after: string | null }>(
          "select kind, ft_no, after from journal where kind like 'code-%' order by id",
        )
        .all(),
    view: () => bench.teaching.view(bench.desk.state().bench.open),
  };
};

describe("a code taught at the bench", () => {
  test("needs TEACH twice where no PIN is set, then the product's own code, and packs from its next scan on", () => {
    const bench = openBench();
    bench.scan("FT1");
    expect(bench.say(NEW)).toMatchObject({ kind: "unknown-code", text: expect.stringContaining("a supervisor can teach it: TEACH") });
    expect(bench.say("CMDTEACH")).toMatchObject({ kind: "command-ok", title: expect.stringContaining("Scan TEACH again") });
    expect(bench.view()).toBeNull();
    expect(bench.say("CMDTEACH")).toMatchObject({ title: `Teach ${NEW}`, text: expect.stringContaining("own barcode") });
    expect(bench.view()).toEqual({ code: NEW, quantity: 1 });
    expect(bench.say("4006381333931")).toMatchObject({ kind: "command-ok", title: "Taught: Item MUG" });
    expect(bench.packed()).toEqual([]);
    expect(bench.say(NEW).kind).toBe("item-ok");
    expect(bench.packed()).toEqual([`1 1 ${NEW}`]);
    const [note] = bench.notes();
    expect(note).toMatchObject({ kind: "code-taught", ft_no: "FT1" });
    expect(JSON.parse(note?.after ?? "")).toMatchObject({ code: NEW, brandCode: "BR01", brandSkuCode: "MUG", allowedBy: "second scan" });
  });

  test("needs the supervisor's badge where a PIN is set, and nothing else", () => {
    const bench = openBench({ pin: PIN });
    bench.scan("FT1");
    bench.scan(NEW);
    expect(bench.say("CMDTEACH")).toMatchObject({ kind: "command-refused", title: "Only a supervisor teaches codes" });
    expect(bench.scan("CMDTEACH")).toBe("command-refused");
    expect(bench.scan("CMDSUPER1234")).toBe("command-refused");
    expect(bench.scan("CMDTEACH")).toBe("command-refused");
    expect(bench.scan("CMDSUPER4711")).toBe("command-ok");
    expect(bench.say("CMDTEACH").title).toBe(`Teach ${NEW}`);
    bench.jump(70_000);
    expect(bench.say("BAG")).toMatchObject({ kind: "command-refused", title: "Only a supervisor teaches codes" });
    bench.scan("CMDSUPER4711");
    expect(bench.say("BAG").title).toBe("Taught: Item BAG");
    expect(bench.scan(NEW)).toBe("item-ok");
    expect(JSON.parse(bench.notes()[0]?.after ?? "")).toMatchObject({ allowedBy: "supervisor" });
  });

  test.each([
    ["before the code", ["CMDQTY12", NEW, "CMDTEACH", "CMDTEACH"]],
    ["before TEACH", [NEW, "CMDQTY12", "CMDTEACH", "CMDTEACH"]],
    ["while it is asked", [NEW, "CMDTEACH", "CMDTEACH", "CMDQTY12"]],
  ])("is a case with QTY %s; an over-scan of it is refused whole", (_when, scans) => {
    const bench = openBench();
    bench.scan("FT1");
    for (const scan of scans) bench.scan(scan);
    expect(bench.view()).toEqual({ code: NEW, quantity: 12 });
    expect(bench.scan("MUG")).toBe("command-ok");
    expect(bench.desk.state().bench.open?.quantityNext).toBe(1);
    expect([bench.scan(NEW), bench.scan("MUG"), bench.scan(NEW)]).toEqual(["item-ok", "item-ok", "over-scan"]);
    expect(bench.packed()).toEqual([`1 12 ${NEW}`, "1 1 MUG"]);
    expect(bench.scan("CMDUNDO")).toBe("command-ok");
    expect(bench.scan(NEW)).toBe("item-ok");
  });

  test("is told by a line's number as well", () => {
    const bench = openBench();
    bench.scan("FT1");
    for (const scan of [NEW, "CMDTEACH", "CMDTEACH"]) bench.scan(scan);
    expect(bench.say("7")).toMatchObject({ kind: "scan-refused", title: "Not in this task: 7" });
    expect(bench.say("2").title).toBe("Taught: Item BAG");
  });

  test.each(["CMDCLOSE", "CMDUNDO"])("is left by %s, and stays unknown", (leave) => {
    const bench = openBench();
    bench.scan("FT1");
    bench.scan("BAG");
    for (const scan of [NEW, "CMDTEACH", "CMDTEACH"]) bench.scan(scan);
    expect(bench.scan("CMDNEWPARCEL")).toBe("command-refused");
    expect(bench.say(leave)).toMatchObject({ kind: "command-ok", title: "Not taught" });
    expect(bench.desk.state().bench.open?.task.ftNo).toBe("FT1");
    expect([bench.scan(NEW), bench.scan("BAG")]).toEqual(["unknown-code", "item-ok"]);
    expect(bench.notes()).toEqual([]);
  });

  test("refuses what is no product of this task, and asks on", () => {
    const bench = openBench();
    bench.scan("FT1");
    for (const scan of [NEW, "CMDTEACH", "CMDTEACH"]) bench.scan(scan);
    expect(bench.say(NEW).title).toBe("That is the code itself");
    expect(bench.say("LAMP").title).toBe("Not in this task: LAMP");
    expect(bench.say("FT2").title).toBe("Not in this task: FT2");
    expect(bench.view()).toEqual({ code: NEW, quantity: 1 });
    expect(bench.say("MUG").title).toBe("Taught: Item MUG");
  });

  test("of another product is refused with both named, also when OMS4 said so in between", () => {
    const bench = openBench();
    bench.scan("FT1");
    expect(bench.scan("LAMP")).toBe("wrong-item");
    const known = bench.say("CMDTEACH");
    expect(known).toMatchObject({ kind: "command-refused", title: "LAMP is known: Item LAMP" });
    expect(known.text).toContain("Item MUG / Item BAG");
    for (const scan of [NEW, "CMDTEACH", "CMDTEACH"]) bench.scan(scan);
    bench.store(taskOf("FT3", [detailOf("7", "FAN", 1, { barcodes: [NEW] })]));
    const late = bench.say("MUG");
    expect(late.kind).toBe("command-refused");
    expect(late.text).toMatch(/Item FAN \(BR01 · FAN\).*Item MUG \(BR01 · MUG\)/);
    expect(bench.notes()).toEqual([]);
  });

  test("is taught by its GTIN, so that another batch is the same code", () => {
    const bench = openBench();
    bench.scan("FT1");
    for (const scan of ["(01)08850001111111(10)LOT1", "CMDTEACH", "CMDTEACH", "MUG"]) bench.scan(scan);
    expect(bench.scan("(01)08850001111111(10)LOT2")).toBe("item-ok");
    expect(bench.scan("8850001111111")).toBe("item-ok");
  });

  test("belongs to the code scanned just before: anything in between and there is nothing to teach", () => {
    const bench = openBench();
    expect(bench.scan("CMDTEACH")).toBe("command-refused");
    bench.scan("FT1");
    bench.scan(NEW);
    bench.scan("BAG");
    expect(bench.say("CMDTEACH").title).toBe("Nothing to teach");
    bench.scan(NEW);
    bench.scan("CMDTEACH");
    bench.jump(30_000);
    expect(bench.say("CMDTEACH").title).toContain("Scan TEACH again");
  });

  test("is not taught at all when the station dies before the product was scanned, and known for ever after it", () => {
    const path = join(testFolder(), "packbench.db");
    const first = openBench({}, path);
    first.scan("FT1");
    for (const scan of [NEW, "CMDTEACH", "CMDTEACH"]) first.scan(scan);
    const second = openTestDesk(path);
    second.desk.restore();
    expect(second.teaching.view(second.desk.state().bench.open)).toBeNull();
    expect(second.scan(NEW)).toBe("unknown-code");
    for (const scan of ["CMDTEACH", "CMDTEACH", "MUG"]) second.scan(scan);
    const third = openTestDesk(path);
    third.desk.restore();
    expect(third.scan(NEW)).toBe("item-ok");
  });
});

describe("one truth for packing and counting", () => {
  test("what packing taught is counted, a case as its units; what counting taught packs", () => {
    const path = join(testFolder(), "packbench.db");
    const bench = openBench({}, path);
    bench.scan("FT1");
    for (const scan of ["CMDQTY6", NEW, "CMDTEACH", "CMDTEACH", "MUG", "CMDCLOSE"]) bench.scan(scan);
    expect([bench.scan("CMDCOUNT"), bench.scan(NEW), bench.scan(NEW)]).toEqual(["command-ok", "item-ok", "item-ok"]);
    expect(bench.counting.view(0).rows).toMatchObject([{ brandSkuCode: "MUG", qty: 12 }]);
    for (const scan of ["8850002222229", "CMDTEACH", "BR01", "BAG", "CMDCOUNT", "FT1"]) bench.scan(scan);
    expect(bench.scan("8850002222229")).toBe("item-ok");
    expect(bench.packed()).toEqual(["2 1 8850002222229"]);
  });

  test("counting teaches nothing against OMS4's word, and with a PIN only with the badge", () => {
    const counter = openCountBench(undefined, undefined, PIN);
    counter.knows("/LONE");
    counter.scan("CMDCOUNT");
    expect(counter.answer("LONE").kind).toBe("unknown-code");
    expect(counter.answer("CMDTEACH")).toMatchObject({ kind: "command-refused", title: "Only a supervisor teaches codes" });
    counter.supervisor.badge("4711", counter.clock.now());
    expect(counter.scan("CMDTEACH", "BR05")).toEqual(["command-ok", "command-ok"]);
    const refused = counter.answer("OTHER");
    expect(refused).toMatchObject({ kind: "command-refused", title: "Not taught: LONE" });
    expect(refused.text).toMatch(/Item {2}LONE \(LONE\).*BR05 · OTHER/);
    expect(counter.scan("LONE", "CMDTEACH", "BR05", "LONE", "LONE")).toEqual([
      "unknown-code",
      "command-ok",
      "command-ok",
      "item-ok",
      "item-ok",
    ]);
    expect(counter.aliases.of("LONE")).toMatchObject({ brandCode: "BR05", brandSkuCode: "LONE", source: "taught", packer: "03" });
  });
});
