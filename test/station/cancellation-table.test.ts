import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createMayPrint } from "../../electron/packing/may-print.ts";
import type { PinCheck } from "../../electron/packing/supervisor.ts";
import { createIngest } from "../../electron/sync/ingest.ts";
import { fail, succeed } from "../../shared/failures.ts";
import { detailOf, openTestDesk, taskOf } from "../fakes/desk.ts";

/**
 * The state table of DECISIONS.md, cell by cell: what the packer hears, and what becomes of parcel, report and label, when OMS4 takes a
 * task back at each moment of its life.
 */
const raw = (split: boolean, status = "NEW") => ({
  ft_no: "FT1",
  order_no: "ORD1",
  status,
  allow_ft_split: split ? 1 : 0,
  delivery_carrier: "J&T",
  task_details: [
    { task_detail_id: "1", brand_code: "BR01", brand_sku_code: "A", sku_name: "Item A", qty: 2 },
    { task_detail_id: "2", brand_code: "BR01", brand_sku_code: "B", sku_name: "Item B", qty: 1 },
  ],
});

const noPin: PinCheck = { isSet: () => false, verify: () => fail("not-now", "No PIN.") };
const openCell = (split: boolean, pin: PinCheck = noPin) => {
  const bench = openTestDesk(undefined, { pin });
  const ingest = createIngest({ database: bench.database, ...bench.stores, stationId: () => "Bench 1" });
  const clock = { now: () => Date.UTC(2026, 10, 23, 12), after: () => () => {} };
  ingest.taskPage([raw(split)], 1);
  const heard = ({ changed, cancelled }: { changed: readonly string[]; cancelled: readonly string[] }): void => {
    for (const ftNo of [...changed, ...cancelled]) bench.desk.taskNews(ftNo);
  };
  const cancellation = (status: string, lines: readonly string[]) => ({
    ct_no: "CT1",
    ft_no: "FT1",
    status,
    task_details: lines.map((id) => ({ ft_detail_id: id })),
  });
  const request = (open: boolean, result: string) => ({
    ftNo: "FT1",
    requestedAt: 1_700_000_000_000,
    result,
    repliedAt: open ? null : Date.UTC(2030, 1, 1),
    open,
    items: [],
  });
  return {
    ...bench,
    mayPrint: createMayPrint({ ...bench.stores, clock }),
    parcel: () => bench.stores.parcels.ofTask("FT1")[0] ?? null,
    line: () => heard(ingest.cancellationPage([cancellation("NEW", ["1"])], 5)),
    whole: () => heard(ingest.cancellationPage([cancellation("NEW", [])], 5)),
    withdraw: () => heard(ingest.cancellationPage([cancellation("WITHDRAWN", [])], 6)),
    status: (status: string) => heard(ingest.taskPage([raw(split, status)], 5)),
    request: (open: boolean, result = "") => heard(ingest.cancelRequests([request(open, result)], ["FT1"], 7)),
    everythingArrives: () => {
      for (const { id } of bench.stores.outbox.openOfTask("FT1")) bench.stores.outbox.markDone(id, 3);
    },
    labelPrinted: () => bench.database.exec("update print_job set state = 'printed', settled = 1"),
    verdicts: (...scans: readonly string[]) => scans.map(bench.scan),
  };
};
type Cell = ReturnType<typeof openCell>;

const moments = {
  waiting: { split: false, until: () => {} },
  "before the first scan": { split: false, until: (cell: Cell) => void cell.verdicts("FT1") },
  "in mid-pack": { split: false, until: (cell: Cell) => void cell.verdicts("FT1", "A") },
  "all in, not closed": { split: true, until: (cell: Cell) => void cell.verdicts("FT1", "A", "A", "B") },
  "closed, report not sent": { split: false, until: (cell: Cell) => void cell.verdicts("FT1", "A", "A", "B") },
  "report sent": {
    split: false,
    until: (cell: Cell) => {
      cell.verdicts("FT1", "A", "A", "B");
      cell.everythingArrives();
    },
  },
  "label queued": {
    split: false,
    until: (cell: Cell) => {
      cell.label("FT1", "JT1");
      cell.verdicts("FT1", "A", "A", "B");
      cell.everythingArrives();
    },
  },
  "label printed": {
    split: false,
    until: (cell: Cell) => {
      cell.label("FT1", "JT1");
      cell.verdicts("FT1", "A", "A", "B");
      cell.everythingArrives();
      cell.labelPrinted();
    },
  },
  "handed over": {
    split: false,
    until: (cell: Cell) => {
      cell.label("FT1", "JT1");
      cell.verdicts("FT1", "A", "A", "B");
      cell.labelPrinted();
      cell.verdicts("CMDHANDOVER", "JT1", "CMDHANDOVER");
      cell.everythingArrives();
    },
  },
} as const;
const events = {
  "a line cancelled": (cell: Cell) => cell.line(),
  "all cancelled": (cell: Cell) => cell.whole(),
  "status cancelled": (cell: Cell) => cell.status("CANCELLED"),
  "request open": (cell: Cell) => cell.request(true),
  "request granted": (cell: Cell) => {
    cell.request(true);
    cell.request(false, "Approved");
  },
  "request refused": (cell: Cell) => {
    cell.request(true);
    cell.request(false, "REJECTED");
  },
  "cancellation withdrawn": (cell: Cell) => {
    cell.whole();
    cell.withdraw();
  },
} as const;

/**
 * What a cell comes to: the band's answer and its sound · where the task lies · the parcel · what stops it · its report · its label, then what
 * the next two scans (the task, item A) are answered. Numbers as in DECISIONS.md.
 */
const outcomes = {
  // Nothing is said: the task waits, and its scan says it
  1: "- → task-opened, cancelled",
  2: "- → cancelled, unknown-task",
  3: "- → on-hold, unknown-task",
  4: "- → task-opened, item-ok",
  // On the bench
  5: "cancelled/stop bench → task-opened, cancelled",
  6: "cancelled/stop bench → cancelled, cancelled",
  7: "on-hold/stop bench → on-hold, on-hold",
  8: "task-opened/accepted bench → task-opened, item-ok",
  9: "task-changed/over bench → task-opened, item-ok",
  10: "cancelled/stop bench open no label → task-opened, item-ok",
  11: "cancelled/stop bench open stop:pull no label → cancelled, cancelled",
  12: "on-hold/stop bench open no label → on-hold, on-hold",
  13: "task-opened/accepted bench open no label → task-opened, item-ok",
  14: "task-changed/over bench open no label → task-opened, item-ok",
  15: "task-opened/accepted bench open no label → task-opened, over-scan",
  16: "task-changed/over bench open no label → task-opened, over-scan",
  // Closed, and OMS4 has not heard of it
  17: "cancelled/stop closed stop:take-out report:discarded no label → cancelled, item-ok",
  18: "cancelled/stop closed stop:pull report:discarded no label → cancelled, cancelled",
  19: "on-hold/stop closed stop:request report:pending no label → on-hold, unknown-task",
  20: "command-ok/accepted closed report:pending → done-already, unknown-task",
  21: "command-ok/accepted closed report:discarded+pending → done-already, unknown-task",
  // OMS4 has heard of it
  22: "cancelled/stop closed stop:take-out report:done no label → cancelled, item-ok",
  23: "cancelled/stop closed stop:pull report:done no label → cancelled, cancelled",
  24: "on-hold/stop closed stop:request report:done no label → on-hold, unknown-task",
  25: "command-ok/accepted closed report:done → done-already, unknown-task",
  // Its label waits for the printer
  26: "cancelled/stop closed stop:take-out report:done print:cancelled no label → cancelled, item-ok",
  27: "cancelled/stop closed stop:pull report:done print:cancelled no label → cancelled, cancelled",
  28: "on-hold/stop closed stop:request report:done print:cancelled no label → on-hold, unknown-task",
  29: "command-ok/accepted closed report:done print:cancelled+queued → done-already, unknown-task",
  // Its label is on the box
  30: "cancelled/stop closed stop:take-out report:done print:printed no label → cancelled, item-ok",
  31: "cancelled/stop closed stop:pull report:done print:printed no label → cancelled, cancelled",
  32: "on-hold/stop closed stop:request report:done print:printed no label → on-hold, unknown-task",
  33: "command-ok/accepted closed report:done print:printed → done-already, unknown-task",
  // It has left
  34: "cancelled/stop handed-over stop:left report:done print:printed no label → done-already, unknown-task",
  35: "- handed-over report:done print:printed no label → done-already, unknown-task",
  36: "- handed-over report:done print:printed → done-already, unknown-task",
  37: "command-ok/accepted handed-over report:done print:printed → done-already, unknown-task",
} as const;

const columns = [
  "a line cancelled",
  "all cancelled",
  "status cancelled",
  "request open",
  "request granted",
  "request refused",
  "cancellation withdrawn",
] as const satisfies readonly (keyof typeof events)[];

/** The table as it stands in DECISIONS.md. */
const table: Readonly<Record<keyof typeof moments, readonly (keyof typeof outcomes)[]>> = {
  waiting: [1, 2, 2, 3, 2, 4, 4],
  "before the first scan": [5, 6, 6, 7, 6, 8, 9],
  "in mid-pack": [10, 11, 11, 12, 11, 13, 14],
  "all in, not closed": [10, 11, 11, 12, 11, 15, 16],
  "closed, report not sent": [17, 18, 18, 19, 18, 20, 21],
  "report sent": [22, 23, 23, 24, 23, 25, 25],
  "label queued": [26, 27, 27, 28, 27, 29, 29],
  "label printed": [30, 31, 31, 32, 31, 33, 33],
  "handed over": [34, 34, 34, 35, 34, 36, 37],
};

const said = (cell: Cell, before: number): string => {
  const { verdict } = cell.desk.state();
  return verdict === null || verdict.at === before ? "-" : `${verdict.kind}/${verdict.sound}`;
};
const observe = (cell: Cell, before: number): string => {
  const parcel = cell.parcel();
  const stop = parcel === null ? null : cell.stores.stops.get(parcel.parcelNo);
  const reports = cell.told().flatMap(({ call, state }) => (call === "parcel-packed" ? [state] : []));
  const prints = cell.prints().map(({ state }) => state);
  return [
    said(cell, before),
    cell.desk.state().bench.open === null ? "" : "bench",
    parcel === null ? "" : parcel.state,
    stop === null || stop.doneAt !== null ? "" : `stop:${stop.kind}`,
    reports.length === 0 ? "" : `report:${reports.join("+")}`,
    prints.length === 0 ? "" : `print:${prints.join("+")}`,
    parcel === null || cell.mayPrint({ ftNo: "FT1", parcelNo: parcel.parcelNo }).ok ? "" : "no label",
  ]
    .filter((part) => part !== "")
    .join(" ");
};

const cells = Object.entries(table).flatMap(([moment, row]) =>
  row.map((number, index) => ({ moment: moment as keyof typeof moments, event: columns[index] ?? columns[0], number })),
);

describe("the state table", () => {
  test.each(cells)("$moment, $event: outcome $number", ({ moment, event, number }) => {
    const { split, until } = moments[moment];
    const cell = openCell(split);
    until(cell);
    const before = cell.desk.state().verdict?.at ?? 0;
    events[event](cell);
    const observed = observe(cell, before);
    expect(`${observed} → ${cell.verdicts("FT1", "A").join(", ")}`).toBe(outcomes[number]);
    // Nothing is ever lost from the trouble list while a parcel is stopped, and nothing leaves that is
    const stop = cell.stores.stops.open(9)[0];
    expect(cell.trouble.list().filter(({ source }) => source === "stop")).toHaveLength(stop === undefined ? 0 : 1);
  });

  test("is the one in DECISIONS.md", () => {
    const text = readFileSync(join(import.meta.dirname, "../../DECISIONS.md"), "utf8");
    const written = Object.keys(table).map((moment) => {
      const row = text.split("\n").find((line) => line.startsWith(`| ${moment} `) || line.startsWith(`| ${moment} (`));
      return row?.split("|").slice(2, -1).map(Number);
    });
    expect(written).toEqual(Object.values(table));
  });

  test("says the same again for the same news: nobody is alarmed twice", () => {
    for (const moment of Object.keys(moments) as (keyof typeof moments)[]) {
      const cell = openCell(moments[moment].split);
      moments[moment].until(cell);
      cell.whole();
      const { verdict } = cell.desk.state();
      cell.whole();
      cell.desk.taskNews("FT1");
      expect(cell.desk.state().verdict).toEqual(verdict);
    }
  });

  test("stands after a restart: what was stopped is stopped, in the trouble list too", () => {
    for (const moment of ["in mid-pack", "closed, report not sent", "label printed"] as const) {
      const cell = openCell(moments[moment].split);
      moments[moment].until(cell);
      cell.whole();
      const again = openTestDesk(cell.database.path);
      again.desk.restore();
      expect(again.trouble.list().filter(({ source }) => source === "stop")).toHaveLength(1);
      expect(again.scan("FT1")).toBe("cancelled");
      again.database.close();
    }
  });
});

describe("what follows", () => {
  const printed = (): Cell => {
    const cell = openCell(false);
    moments["label printed"].until(cell);
    return cell;
  };

  test("the label of a cancelled parcel is scanned: it is pulled, OMS4 hears it, nothing of it goes any more", () => {
    const cell = printed();
    cell.whole();
    expect(cell.desk.state().verdict).toMatchObject({ kind: "cancelled", ftNo: "FT1" });
    expect(cell.trouble.list()).toMatchObject([{ source: "stop", title: "Pull this parcel" }]);
    expect(cell.scan("JT1")).toBe("command-ok");
    expect(cell.parcel()).toMatchObject({ state: "pulled", items: [] });
    expect(cell.trouble.list()).toEqual([]);
    expect(cell.told().at(-1)).toMatchObject({ call: "parcel-activity", state: "pending" });
    expect(cell.stores.journal.ofTask("FT1").map(({ kind }) => kind)).toContain("parcel-pulled");
    expect(cell.verdicts("CMDREPRINT", "CMDHANDOVER", "JT1", "CMDHANDOVER", "FT1", "CMDUNDO")).toEqual([
      "command-refused",
      "command-ok",
      "cancelled",
      "command-ok",
      "cancelled",
      "command-refused",
    ]);
    // Taken back after all: the task is packed anew, into a parcel of its own, and its label prints once more
    cell.withdraw();
    expect(cell.verdicts("FT1", "A", "A", "B")).toEqual(["task-opened", "item-ok", "item-ok", "task-done"]);
    const [pulled, anew] = cell.stores.parcels.ofTask("FT1");
    expect([pulled?.state, anew?.state]).toEqual(["pulled", "closed"]);
    expect(cell.prints().map(({ parcel_no, state }) => [parcel_no, state])).toEqual([
      [pulled?.parcelNo, "printed"],
      [anew?.parcelNo, "queued"],
    ]);
    // A code that carries the number among routing data is not taken for the pulled parcel's
    expect(cell.stores.labelChecks.ownerOf("JT1", { ftNo: "FT1", parcelNo: anew?.parcelNo ?? "" })).toBeNull();
    cell.labelPrinted();
    expect(cell.verdicts("CMDHANDOVER", "JT1")).toEqual(["command-ok", "parcel-ok"]);
    expect(cell.stores.parcels.ofTask("FT1").map(({ state }) => state)).toEqual(["pulled", "handed-over"]);
  });

  test("a cancelled item is scanned out of a closed parcel that nobody heard of: it closes by itself, is told as it is now, and prints", () => {
    const cell = openCell(false);
    cell.label("FT1", "JT1");
    cell.verdicts("FT1", "A", "A", "B");
    cell.line();
    expect(cell.prints().map(({ state }) => state)).toEqual(["cancelled"]);
    expect(cell.verdicts("CMDHANDOVER", cell.parcel()?.parcelNo ?? "", "CMDHANDOVER")[1]).toBe("cancelled");
    expect(cell.verdicts("FT1", "A")).toEqual(["cancelled", "item-ok"]);
    expect(cell.desk.state().verdict).toMatchObject({ sound: "out" });
    expect(cell.scan("A")).toBe("task-done");
    expect(cell.parcel()?.items).toEqual([{ detailId: "2", qty: 1 }]);
    expect(cell.told().flatMap(({ call, state }) => (call === "parcel-packed" ? [state] : []))).toEqual(["discarded", "pending"]);
    expect(cell.prints().map(({ state }) => state)).toEqual(["cancelled", "queued"]);
    expect(cell.trouble.list()).toEqual([]);
  });

  test("a cancelled item is scanned out of a parcel that OMS4 knows: told as an activity, never as a second report; the label stays", () => {
    const cell = printed();
    cell.line();
    expect(cell.verdicts("JT1", "A", "A")).toEqual(["cancelled", "item-ok", "task-done"]);
    const told = cell.told().filter(({ state }) => state === "pending");
    expect(told).toMatchObject([{ call: "parcel-activity" }]);
    expect(JSON.parse(told[0]?.body ?? "")).toMatchObject({ description: expect.stringContaining("2 x A") });
    expect(cell.prints().map(({ state }) => state)).toEqual(["printed"]);
    expect(cell.verdicts("CMDHANDOVER", "JT1")).toEqual(["command-ok", "parcel-ok"]);
  });

  test("a parcel of a split task that loses all it held is pulled, and never forgotten; the rest goes on", () => {
    const cell = openCell(true);
    cell.verdicts("FT1", "A", "A", "CMDNEWPARCEL", "B");
    cell.everythingArrives();
    cell.line();
    expect(cell.desk.state().verdict?.kind).toBe("cancelled");
    const [first, second] = cell.stores.parcels.ofTask("FT1");
    expect(cell.verdicts(first?.parcelNo ?? "", "CMDFINISH")).toEqual(["command-ok", "task-done"]);
    expect(cell.stores.parcels.ofTask("FT1").map(({ state }) => state)).toEqual(["pulled", "closed"]);
    const packed = cell
      .told()
      .flatMap(({ call, body, state }) => (call === "parcel-packed" ? [{ state, no: JSON.parse(body).parcels[0].fp_parcel_no }] : []));
    expect(packed).toEqual([
      { state: "done", no: first?.parcelNo },
      { state: "pending", no: second?.parcelNo },
    ]);
  });

  test("items of a closed parcel of the open task are scanned out one by one just as well", () => {
    const cell = openCell(true);
    cell.verdicts("FT1", "A", "A", "CMDNEWPARCEL", "B");
    cell.everythingArrives();
    cell.line();
    expect(cell.verdicts("A", "A", "CMDFINISH")).toEqual(["item-ok", "item-ok", "task-done"]);
    expect(cell.stores.parcels.ofTask("FT1").map(({ state }) => state)).toEqual(["pulled", "closed"]);
  });

  test("UNDO after taking an item out does not undo the scan before it, unless asked twice", () => {
    const cell = openCell(true);
    cell.verdicts("FT1", "A", "B");
    cell.line();
    expect(cell.verdicts("A", "CMDUNDO")).toEqual(["item-ok", "command-refused"]);
    expect(cell.parcel()?.items).toEqual([{ detailId: "2", qty: 1 }]);
    expect(cell.verdicts("CMDUNDO")).toEqual(["command-ok"]);
  });

  test("a box with cancelled items that is left stays in trouble until it is empty; no empty parcel is left behind", () => {
    const cell = openCell(false);
    cell.verdicts("FT1", "A", "A");
    cell.whole();
    expect(cell.verdicts("CMDCLOSE")).toEqual(["command-ok"]);
    expect(cell.trouble.list()).toMatchObject([{ source: "stop" }]);
    expect(cell.verdicts("FT1", "A", "A", "CMDCLOSE", "FT1")).toEqual(["cancelled", "cancelled", "cancelled", "command-ok", "cancelled"]);
    expect(cell.trouble.list()).toEqual([]);
    expect(cell.stores.parcels.ofTask("FT1")).toEqual([]);
  });

  test("the next task in place of LEAVE leaves no emptied box behind either, and OMS4 hears of a parcel it knew", () => {
    const cell = openCell(false);
    cell.store(taskOf("FT2", [detailOf("D-C", "C")]));
    cell.verdicts("FT1", "A", "A", "B");
    cell.everythingArrives();
    cell.verdicts("CMDUNDO");
    cell.whole();
    expect(cell.verdicts("A", "A")).toEqual(["cancelled", "cancelled"]);
    expect(cell.desk.state().verdict?.text).toContain("the next task");
    expect(cell.verdicts("FT2")).toEqual(["task-opened"]);
    expect(cell.parcel()).toMatchObject({ state: "pulled", items: [] });
    expect(cell.told().filter(({ call }) => call === "parcel-activity")).toMatchObject([{ body: expect.stringContaining("Pulled") }]);
    expect(cell.verdicts("C")).toEqual(["task-done"]);
  });

  test("a person vouches for a stopped parcel: pulled, taken out, noted", () => {
    const whole = printed();
    whole.whole();
    const [pull] = whole.trouble.list();
    expect(whole.trouble.act(pull?.id ?? "", "discard").ok).toBe(true);
    expect(whole.parcel()?.state).toBe("pulled");
    const line = printed();
    line.line();
    const [out] = line.trouble.list();
    expect(line.trouble.act(out?.id ?? "", "discard").ok).toBe(true);
    expect(line.parcel()?.items).toEqual([{ detailId: "2", qty: 1 }]);
    expect(line.trouble.list()).toEqual([]);
    const asked = printed();
    asked.request(true);
    expect(asked.trouble.list()).toMatchObject([{ actions: [] }]);
    const left = openCell(false);
    moments["handed over"].until(left);
    left.whole();
    expect(left.trouble.act(left.trouble.list()[0]?.id ?? "", "discard").ok).toBe(true);
    expect(left.trouble.list()).toEqual([]);
    left.desk.taskNews("FT1");
    expect(left.trouble.list()).toEqual([]);
  });

  test("a request closed with a word nobody knows holds the parcel until a person releases it; OMS4's next word counts again", () => {
    const cell = openCell(false);
    cell.label("FT1", "JT1");
    cell.verdicts("FT1", "A", "A");
    cell.request(true);
    expect(cell.verdicts("B", "CMDRELEASE", "CMDFINISH")).toEqual(["on-hold", "command-refused", "on-hold"]);
    cell.request(false, "PENDING_SELLER");
    expect(cell.desk.state().verdict).toMatchObject({ kind: "on-hold", text: expect.stringContaining("PENDING_SELLER") });
    expect(cell.verdicts("CMDRELEASE", "B")).toEqual(["task-opened", "task-done"]);
    cell.request(false, "Approved");
    expect(cell.desk.state().verdict?.kind).toBe("cancelled");
    expect(cell.prints().map(({ state }) => state)).toEqual(["cancelled"]);
  });

  test("a packed parcel held by such a word is released by scanning its task and RELEASE: its report goes and its label prints", () => {
    const cell = openCell(false);
    cell.label("FT1", "JT1");
    cell.verdicts("FT1", "A", "A", "B");
    cell.request(false, "???");
    expect(cell.prints().map(({ state }) => state)).toEqual(["cancelled"]);
    expect(cell.verdicts("FT1", "CMDRELEASE")).toEqual(["on-hold", "command-ok"]);
    expect(cell.prints().map(({ state }) => state)).toEqual(["cancelled", "queued"]);
    expect(cell.trouble.list()).toEqual([]);
  });

  test("where a supervisor's PIN is set only the badge lets such a parcel go", () => {
    const cell = openCell(false, {
      isSet: () => true,
      verify: (pin) => (pin === "4711" ? succeed(null) : fail("not-now", "That is not the PIN.")),
    });
    cell.verdicts("FT1", "A", "A", "B");
    cell.request(false, "???");
    expect(cell.verdicts("FT1", "CMDRELEASE", "CMDSUPER1", "CMDRELEASE", "CMDSUPER4711", "CMDRELEASE")).toEqual([
      "on-hold",
      "command-refused",
      "command-refused",
      "command-refused",
      "command-ok",
      "command-ok",
    ]);
    expect(cell.trouble.list()).toEqual([]);
  });

  test("a held report waits for the decision, not for a time, also through a restart", () => {
    const cell = openCell(false);
    cell.verdicts("FT1", "A", "A", "B");
    const { outbox } = cell.stores;
    for (const { id, parcelNo } of outbox.openOfTask("FT1")) if (parcelNo === null) outbox.markDone(id, 3);
    cell.request(true);
    const later = Date.UTC(2035, 0, 1);
    outbox.startAfresh(later);
    expect(outbox.due(later, 9)).toEqual([]);
    expect(outbox.nextAt()).toBeNull();
    cell.request(false, "REJECTED");
    expect(outbox.due(later, 9).map(({ call }) => call)).toEqual(["parcel-packed"]);
  });
});
