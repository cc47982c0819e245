import { describe, expect, test } from "vitest";
import { openUpstream, rawLine, rawTask } from "../fakes/upstream.ts";

const own = (address: string, lines = [rawLine("1", "A")]) => rawTask(lines, { delivery_carrier: "", address });
/** FT1 lies packed with its own label on it, which bears 1 Road. */
const packed = (lines = [rawLine("1", "A")]) => {
  const bench = openUpstream(own("1 Road", lines));
  bench.verdicts("FT1", ...lines.flatMap(({ qty, brand_sku_code }) => Array<string>(qty).fill(brand_sku_code)));
  bench.printed();
  const parcelNo = bench.parcelNo();
  return {
    ...bench,
    handOver: () => bench.verdicts("CMDHANDOVER", parcelNo, "CMDHANDOVER")[1],
    reprint: () => bench.trouble.act(`stop:${parcelNo}`, "reprint").ok,
    titles: () => bench.stopTroubles().map(({ title }) => title),
  };
};

describe("an own label that bears an old address", () => {
  test("is not forgotten while the buyer's request covers it: the box stays until the new label is out", () => {
    const bench = packed();
    bench.buyerAsks();
    bench.send(own("2 Lane"));
    expect(bench.titles()).toEqual(["The buyer asks to cancel"]);
    bench.requestRefused();
    expect(bench.titles()).toEqual(["New address or carrier"]);
    expect(bench.band()).toMatchObject({ tone: "stop", title: expect.stringContaining("new address") });
    expect(bench.handOver()).toBe("label-changed");
    expect(bench.reprint()).toBe(true);
    expect(bench.handOver()).toBe("label-changed");
    bench.printed();
    expect(bench.titles()).toEqual([]);
    expect(bench.handOver()).toBe("parcel-ok");
  });

  test("is said again when a request that came after it is refused", () => {
    const bench = packed();
    bench.send(own("2 Lane"));
    bench.buyerAsks();
    expect(bench.titles()).toEqual(["The buyer asks to cancel"]);
    bench.requestRefused();
    expect(bench.titles()).toEqual(["New address or carrier"]);
    expect(bench.handOver()).toBe("label-changed");
  });

  test("is said once the items are out that the same page took back", () => {
    const bench = packed([rawLine("1", "A", 2)]);
    bench.send(own("2 Lane"));
    bench.reprint();
    bench.printed();
    bench.send(own("3 Street", [rawLine("1", "A", 1)]));
    expect(bench.titles()).toEqual(["Take cancelled items out"]);
    expect(bench.verdicts("FT1", "A")).toEqual(["cancelled", "task-changed"]);
    expect(bench.titles()).toEqual(["New address or carrier"]);
    expect(bench.handOver()).toBe("label-changed");
  });

  test("is still one when the box was opened and closed again, and when its address is changed while it is open", () => {
    const opened = packed();
    opened.send(own("2 Lane"));
    expect(opened.verdicts("CMDUNDO", "A")).toEqual(["command-ok", "task-changed"]);
    expect(opened.titles()).toEqual(["New address or carrier"]);
    const changed = packed();
    changed.verdicts("CMDUNDO");
    changed.send(own("2 Lane"));
    expect(changed.verdicts("A")).toEqual(["task-changed"]);
    expect(changed.titles()).toEqual(["New address or carrier"]);
    expect(changed.handOver()).toBe("label-changed");
  });

  test("a reprint that was on its way when the address was changed once more is an old label too", () => {
    const bench = packed();
    bench.send(own("2 Lane"));
    bench.reprint();
    bench.database.exec("update print_job set state = 'sent' where state = 'queued'");
    bench.send(own("3 Street"));
    bench.printed();
    expect(bench.titles()).toEqual(["New address or carrier"]);
    expect(bench.reprint()).toBe(true);
    bench.printed();
    expect(bench.titles()).toEqual([]);
  });

  test("one that turns out not to have come out is none: it prints with the new address", () => {
    const bench = openUpstream(own("1 Road"));
    bench.verdicts("FT1", "A");
    bench.database.exec("update print_job set state = 'sent'");
    bench.send(own("2 Lane"));
    expect(bench.stopTroubles()).toHaveLength(1);
    bench.database.exec("update print_job set state = 'queued'");
    expect(bench.stopTroubles()).toEqual([]);
    bench.printed();
    expect(bench.verdicts("CMDHANDOVER", bench.parcelNo())).toEqual(["command-ok", "parcel-ok"]);
  });

  test("ends with a person's word, and with the parcel", () => {
    const vouched = packed();
    vouched.send(own("2 Lane"));
    expect(vouched.trouble.act(`stop:${vouched.parcelNo()}`, "discard").ok).toBe(true);
    vouched.buyerAsks();
    vouched.requestRefused();
    expect(vouched.titles()).toEqual([]);
    expect(vouched.handOver()).toBe("parcel-ok");
    const pulled = packed();
    pulled.send(own("2 Lane"));
    pulled.cancel();
    expect(pulled.verdicts(pulled.parcelNo())).toEqual(["command-ok"]);
    pulled.withdraw();
    expect(pulled.titles()).toEqual([]);
    expect(pulled.verdicts("FT1", "A")).toEqual(["task-opened", "task-done"]);
    pulled.printed();
    expect(pulled.verdicts("CMDHANDOVER", pulled.parcelNo(1))).toEqual(["command-ok", "parcel-ok"]);
  });

  test("is known after a restart", () => {
    const bench = packed();
    bench.buyerAsks();
    bench.send(own("2 Lane"));
    const again = openUpstream(own("2 Lane"), bench.database.path);
    again.desk.restore();
    again.requestRefused();
    expect(again.stopTroubles()).toMatchObject([{ title: "New address or carrier" }]);
  });
});
