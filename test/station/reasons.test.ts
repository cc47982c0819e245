import { describe, expect, test } from "vitest";
import { benchReasons, reasonCommandSchema } from "../../shared/reasons.ts";
import { readCommand } from "../../shared/scan.ts";
import { detailOf, openTestDesk, taskOf } from "../fakes/desk.ts";

const ground = () => {
  const bench = openTestDesk();
  for (const [ftNo, sku] of [
    ["FT1", "A"],
    ["FT2", "B"],
  ] as const)
    bench.store(taskOf(ftNo, [detailOf(sku, sku)]));
  bench.label("FT1", "JT1");
  const words = () => bench.desk.state().verdict;
  const descriptions = () =>
    bench
      .told()
      .filter(({ call }) => call === "task-activity")
      .map(({ body }) => (JSON.parse(body) as { description: string }).description)
      .filter((description) => /hold/i.test(description));
  const printReasons = () =>
    bench.database
      .prepare<{ reason: string | null }>("select reason from print_job order by id")
      .all()
      .map(({ reason }) => reason);
  const now = (): number => bench.desk.state().verdict?.at ?? 0;
  return { ...bench, words, descriptions, printReasons, asked: (afterMs = 0) => bench.laterReason.view(now() + afterMs) };
};
const packedAndPrinted = () => {
  const bench = ground();
  ["FT1", "A"].forEach(bench.scan);
  bench.printed();
  return bench;
};

test("every reason can be scanned behind its command", () => {
  for (const command of reasonCommandSchema.options)
    for (const { code } of benchReasons[command]) expect(readCommand(`${command}${code}`)).toEqual({ word: command, rest: code });
});

describe("a hold", () => {
  test("without a reason is done and told at once; the reason that follows is told as news of its own", () => {
    const bench = ground();
    expect(["FT1", "CMDHOLD"].map(bench.scan)).toEqual(["task-opened", "command-ok"]);
    expect(bench.words()?.text).toContain("1 DAMAGED, 2 MISSING");
    expect(bench.descriptions()).toEqual(["Put on hold at the packing station"]);
    expect(bench.asked()).toEqual({ command: "CMDHOLD", about: "FT1" });
    expect(bench.scan("CMDHOLDMISSING")).toBe("command-ok");
    expect(bench.words()?.text).toContain("Reason: MISSING (an item is missing)");
    expect(bench.descriptions()).toEqual([
      "Put on hold at the packing station",
      "On hold at the packing station because of: MISSING (an item is missing)",
    ]);
    expect(bench.asked()).toBeNull();
    bench.scan("FT1");
    expect(bench.words()).toMatchObject({ kind: "on-hold", text: expect.stringContaining("an item is missing") });
    expect(bench.stores.journal.ofTask("FT1").map(({ kind }) => kind)).toEqual(expect.arrayContaining(["task-held", "hold-explained"]));
  });

  test("a reason is not asked for any more once something else was scanned, nor half a minute later", () => {
    const bench = ground();
    ["FT1", "CMDHOLD", "FT2"].forEach(bench.scan);
    expect(bench.asked()).toBeNull();
    // The open task is the one that is meant now
    expect(bench.scan("CMDHOLDOTHER")).toBe("command-ok");
    expect(bench.stores.tasks.get("FT1")?.holdReason).toBe("");
    expect(bench.stores.tasks.get("FT2")?.holdReason).toContain("OTHER");
    const later = ground();
    ["FT1", "CMDHOLD"].forEach(later.scan);
    later.jump(60_000);
    expect(later.scan("CMDHOLDMISSING")).toBe("command-refused");
    expect(later.descriptions()).toHaveLength(1);
  });

  test("a held task that is scanned can be given its reason later, until it is released", () => {
    const bench = ground();
    ["FT1", "CMDHOLD", "FT2", "CMDCLOSE", "FT1"].forEach(bench.scan);
    expect(bench.scan("CMDHOLDWETBOX")).toBe("command-ok");
    expect(bench.stores.tasks.get("FT1")?.holdReason).toBe("WETBOX");
    expect(["FT1", "CMDRELEASE", "CMDCLOSE", "CMDHOLDDAMAGED"].map(bench.scan)).toEqual([
      "on-hold",
      "task-opened",
      "command-ok",
      "command-refused",
    ]);
  });

  test("what was cancelled meanwhile takes no reason any more", () => {
    const bench = ground();
    ["FT1", "CMDHOLD"].forEach(bench.scan);
    bench.database.exec("update task set state = 'cancelled' where ft_no = 'FT1'");
    expect(bench.scan("CMDHOLDDAMAGED")).toBe("command-refused");
    expect(bench.descriptions()).toEqual(["Put on hold at the packing station"]);
  });
});

test("what is on hold is counted and listed with its reason, until it is released", () => {
  const bench = ground();
  const held = () => ({ count: bench.stores.tasks.heldCount(), next: bench.stores.tasks.held(3) });
  expect(held()).toEqual({ count: 0, next: [] });
  ["FT1", "CMDHOLD", "FT2", "CMDHOLDDAMAGED"].forEach(bench.scan);
  expect(held()).toEqual({
    count: 2,
    next: [
      { ftNo: "FT1", reason: "" },
      { ftNo: "FT2", reason: "DAMAGED (an item is damaged)" },
    ],
  });
  ["FT1", "CMDRELEASE"].forEach(bench.scan);
  expect(held()).toMatchObject({ count: 1, next: [{ ftNo: "FT2" }] });
});

describe("a reprint", () => {
  test("without a reason prints at once; the reason that follows is noted, and prints nothing", () => {
    const bench = packedAndPrinted();
    expect(bench.scan("CMDREPRINT")).toBe("command-ok");
    expect(bench.words()?.text).toContain("1 TORN, 2 FADED");
    expect(bench.printReasons()).toEqual([null, "asked for at the bench"]);
    bench.printed();
    expect(bench.scan("CMDREPRINTJAM")).toBe("command-ok");
    expect(bench.printReasons()).toEqual([null, "JAM (stuck in the printer)"]);
    const [parcel] = bench.stores.parcels.lastClosed(1);
    const noted = bench.stores.journal.ofParcel(parcel?.parcelNo ?? "").find(({ kind }) => kind === "reprint-reason");
    expect(noted).toMatchObject({ after: { copy: 2, reason: "JAM (stuck in the printer)" } });
  });

  test("once it has its reason, or after a while, the next reason prints again", () => {
    const bench = packedAndPrinted();
    bench.scan("CMDREPRINT");
    bench.printed();
    bench.scan("CMDREPRINTJAM");
    bench.scan("CMDREPRINTTORN");
    expect(bench.prints()).toHaveLength(3);
    bench.printed();
    bench.scan("CMDREPRINT");
    bench.printed();
    bench.jump(60_000);
    expect(bench.asked(60_000)).toBeNull();
    bench.scan("CMDREPRINTLOST");
    expect(bench.printReasons().slice(2)).toEqual(["TORN (torn or crumpled)", "asked for at the bench", "LOST (it is gone)"]);
  });
});
