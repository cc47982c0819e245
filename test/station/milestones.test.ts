import { describe, expect, test } from "vitest";
import { succeed, fail } from "../../shared/failures.ts";
import { detailOf, openTestDesk, taskOf } from "../fakes/desk.ts";

type Desk = ReturnType<typeof openTestDesk>;

/** Packs a task of one item with our own carrier: its label is there at once, and comes out. */
const packed = (bench: Desk, ftNo: string): string => {
  bench.store(taskOf(ftNo, [detailOf(`${ftNo}1`, `SKU${ftNo}`)], { way: "own", carrier: "" }));
  expect([bench.scan(ftNo), bench.scan(`SKU${ftNo}`)]).toEqual(["task-opened", "task-done"]);
  bench.printed();
  return bench.stores.parcels.ofTask(ftNo)[0]?.parcelNo ?? "";
};
/** Milestones OMS4 is to hear of a parcel, in order. */
const told = (bench: Desk, parcelNo: string): readonly string[] =>
  bench
    .told()
    .filter(({ call }) => call === "parcel-activity")
    .map(({ body }) => JSON.parse(body) as { fp_parcel_no: string; milestone: string })
    .filter((body) => body.fp_parcel_no === parcelNo)
    .map(({ milestone }) => milestone);
const say = (bench: Desk, text: string) => bench.desk.scan(text).verdict;

describe("a milestone's mode", () => {
  for (const [command, milestone] of [
    ["CMDHANDOVER", "SHIPPING"],
    ["CMDDELIVERED", "DELIVERED"],
    ["CMDPENDING", "PENDING DELIVERY"],
    ["CMDRETURNED", "RETURNED TO FP"],
    ["CMDLOST", "LOST"],
  ] as const) {
    test(`${command} tells ${milestone} of each scanned parcel once, and the same command ends it`, () => {
      const bench = openTestDesk();
      const numbers = ["FT1", "FT2"].map((ftNo) => packed(bench, ftNo));
      if (milestone !== "SHIPPING") {
        bench.scan("CMDHANDOVER");
        for (const parcelNo of numbers) bench.scan(parcelNo);
      }
      expect(bench.scan(command)).toBe("command-ok");
      expect(bench.desk.state()).toMatchObject({ milestone: { milestone, told: 0 } });
      expect(numbers.map((parcelNo) => bench.scan(parcelNo))).toEqual(["parcel-ok", "parcel-ok"]);
      expect(numbers.map((parcelNo) => bench.scan(parcelNo))).toEqual(["done-already", "done-already"]);
      expect(bench.desk.state().milestone).toMatchObject({ told: 2, last: [{ ok: false }, { ok: false }, { ok: true }, { ok: true }] });
      for (const parcelNo of numbers)
        expect(told(bench, parcelNo)).toEqual(milestone === "SHIPPING" ? ["SHIPPING"] : ["SHIPPING", milestone]);
      expect(bench.scan(command)).toBe("command-ok");
      expect(bench.desk.state()).toMatchObject({ activity: "packing", milestone: null });
    });
  }

  test("takes a tracking number that OMS4 spells with spaces as the label's barcode gives it", () => {
    const bench = openTestDesk();
    bench.store(taskOf("FT1", [detailOf("11", "ONE")]));
    bench.label("FT1", "1Z 999 AA1 01 2345 6784");
    ["FT1", "ONE"].forEach(bench.scan);
    bench.printed();
    bench.scan("CMDHANDOVER");
    expect(bench.scan("1Z999AA10123456784")).toBe("parcel-ok");
  });

  test("takes a label by its carrier's barcode, which has routing data around the number", () => {
    const bench = openTestDesk();
    bench.store(taskOf("FT1", [detailOf("11", "ONE")]));
    bench.label("FT1", "152152152012");
    ["FT1", "ONE"].forEach(bench.scan);
    bench.printed();
    bench.scan("CMDHANDOVER");
    expect(bench.scan("9632001960000000000400152152152999")).toBe("unknown-code");
    expect(bench.scan("9632001960000000000400152152152012")).toBe("parcel-ok");
  });

  test("gives way to another milestone's command, and ends with LEAVE too", () => {
    const bench = openTestDesk();
    const parcelNo = packed(bench, "FT1");
    bench.scan("CMDHANDOVER");
    bench.scan(parcelNo);
    expect(bench.scan("CMDPENDING")).toBe("command-ok");
    expect(bench.desk.state()).toMatchObject({ activity: "milestone", milestone: { command: "CMDPENDING" } });
    expect(bench.scan(parcelNo)).toBe("parcel-ok");
    bench.scan("CMDCLOSE");
    expect(bench.desk.state().activity).toBe("packing");
    expect(told(bench, parcelNo)).toEqual(["SHIPPING", "PENDING DELIVERY"]);
  });

  test("is refused while a task is open, and takes no other command", () => {
    const bench = openTestDesk();
    bench.store(taskOf("FT9", [detailOf("91", "NINE", 2)]));
    bench.scan("FT9");
    expect(bench.scan("CMDDELIVERED")).toBe("command-refused");
    bench.scan("CMDCLOSE");
    bench.scan("CMDDELIVERED");
    expect(say(bench, "CMDFINISH")).toMatchObject({ kind: "command-refused", title: "DELIVERED is running" });
  });

  test("takes a parcel that was never scanned out as handed over, and says so to OMS4 first; of a lost one nobody knows that", () => {
    const bench = openTestDesk();
    const [delivered, lost] = ["FT1", "FT2"].map((ftNo) => packed(bench, ftNo));
    bench.scan("CMDDELIVERED");
    expect(bench.scan(delivered ?? "")).toBe("parcel-ok");
    bench.scan("CMDLOST");
    expect(bench.scan(lost ?? "")).toBe("parcel-ok");
    expect(told(bench, delivered ?? "")).toEqual(["SHIPPING", "DELIVERED"]);
    expect(told(bench, lost ?? "")).toEqual(["LOST"]);
    expect(bench.stores.parcels.get(lost ?? "")).toMatchObject({ state: "handed-over", milestone: "LOST" });
  });

  test("lets no parcel go that is open, cancelled or without a label, whatever the milestone", () => {
    const bench = openTestDesk();
    bench.store(taskOf("FT5", [detailOf("51", "FIVE", 2)]));
    bench.scan("FT5");
    bench.scan("FIVE");
    const open = bench.stores.parcels.ofTask("FT5")[0]?.parcelNo ?? "";
    bench.scan("CMDCLOSE");
    bench.store(taskOf("FT6", [detailOf("61", "SIX")]));
    bench.scan("FT6");
    bench.scan("SIX");
    const unlabelled = bench.stores.parcels.ofTask("FT6")[0]?.parcelNo ?? "";
    for (const command of ["CMDHANDOVER", "CMDDELIVERED", "CMDRETURNED"]) {
      bench.scan(command);
      expect([bench.scan(open), bench.scan(unlabelled), bench.scan("NOBODY1")]).toEqual([
        "command-refused",
        "command-refused",
        "unknown-code",
      ]);
    }
    expect([...told(bench, open), ...told(bench, unlabelled)]).toEqual([]);
  });

  test("lets no parcel go whose label did not come out, but by its tracking number, and then none comes out any more", () => {
    const bench = openTestDesk();
    bench.store(taskOf("FT1", [detailOf("11", "ONE")]));
    bench.label("FT1", "JT1");
    for (const code of ["FT1", "ONE", "CMDHANDOVER"]) bench.scan(code);
    const { parcelNo } = bench.stores.parcels.ofTask("FT1")[0] ?? { parcelNo: "" };
    for (const state of ["queued", "failed"]) {
      bench.database.exec(`update print_job set state = '${state}', failure = '{"kind":"printer-out-of-paper","detail":"Zebra."}'`);
      expect(say(bench, parcelNo)).toMatchObject({
        kind: "command-refused",
        title: "STOP · its label did not come out",
        text: expect.stringContaining("TROUBLE"),
      });
    }
    expect(told(bench, parcelNo)).toEqual([]);
    expect([bench.scan("JT1"), bench.prints().map(({ state }) => state)]).toEqual(["parcel-ok", ["cancelled"]]);
  });

  test.each(["queued", "sent", "accepted", "unknown", "scanned"] as const)(
    "lets a parcel go whose label is %s: it comes, or may be on the box",
    (state) => {
      const bench = openTestDesk();
      const parcelNo = packed(bench, "FT1");
      bench.database.exec(`update print_job set state = '${state}'`);
      bench.scan("CMDHANDOVER");
      expect(bench.scan(parcelNo)).toBe("parcel-ok");
    },
  );

  test("lets no parcel go whose report OMS4 refuses, until it is sent again or given up", () => {
    const bench = openTestDesk();
    const { outbox } = bench.stores;
    const [again, givenUp] = [packed(bench, "FT1"), packed(bench, "FT2")];
    const refused = ["FT1", "FT2"].flatMap((ftNo) => outbox.openOfTask(ftNo).filter(({ call }) => call === "parcel-packed"));
    for (const { id } of refused) outbox.park(id, fail("oms4-refused", "FT1 may not be split").failure, false, 1);
    bench.scan("CMDHANDOVER");
    for (const parcelNo of [again, givenUp]) {
      expect(say(bench, parcelNo)).toMatchObject({ kind: "command-refused", title: "STOP · OMS4 has not taken its report" });
      expect(told(bench, parcelNo)).toEqual([]);
    }
    const [first, second] = refused.map(({ id }) => id);
    outbox.retry(first ?? 0, 2);
    outbox.discard(second ?? 0, 2);
    expect([bench.scan(again), bench.scan(givenUp)]).toEqual(["parcel-ok", "parcel-ok"]);
  });
});

describe("after DELIVERED, RETURNED TO FP or LOST", () => {
  const delivered = (bench: Desk): string => {
    const parcelNo = packed(bench, "FT1");
    bench.scan("CMDDELIVERED");
    bench.scan(parcelNo);
    bench.scan("CMDRETURNED");
    return parcelNo;
  };

  test("nothing follows by one scan; without a PIN the same parcel scanned again does it", () => {
    const bench = openTestDesk();
    const parcelNo = delivered(bench);
    const other = packed2(bench);
    expect(say(bench, parcelNo)).toMatchObject({ kind: "command-refused", title: "Told before: delivered" });
    // Another parcel in between: the question is over
    expect(bench.scan(other)).toBe("parcel-ok");
    expect(bench.scan(parcelNo)).toBe("command-refused");
    expect(bench.scan(parcelNo)).toBe("parcel-ok");
    expect(told(bench, parcelNo)).toEqual(["SHIPPING", "DELIVERED", "RETURNED TO FP"]);
  });

  test("a supervisor's badge is wanted where a PIN is set, and is good for a minute", () => {
    const bench = openTestDesk(undefined, {
      pin: { isSet: () => true, verify: (pin) => (pin === "4711" ? succeed(null) : fail("not-now", "This is not the supervisor's PIN.")) },
    });
    const parcelNo = delivered(bench);
    expect([bench.scan(parcelNo), bench.scan(parcelNo)]).toEqual(["command-refused", "command-refused"]);
    expect(bench.scan("CMDSUPER1111")).toBe("command-refused");
    expect(bench.scan(parcelNo)).toBe("command-refused");
    expect(bench.scan("CMDSUPER4711")).toBe("command-ok");
    expect(bench.scan(parcelNo)).toBe("parcel-ok");
    expect(told(bench, parcelNo)).toEqual(["SHIPPING", "DELIVERED", "RETURNED TO FP"]);
    expect(JSON.stringify(bench.database.prepare("select * from journal").all())).not.toContain("4711");
  });
});

/** A second parcel, packed while a milestone's mode runs: the mode is left and entered again. */
const packed2 = (bench: Desk): string => {
  bench.scan("CMDRETURNED");
  const parcelNo = packed(bench, "FT2");
  bench.scan("CMDRETURNED");
  return parcelNo;
};

describe("a whole list", () => {
  test("separated by spaces, commas or line breaks is told as one, each parcel once, and what is wrong is named", () => {
    const bench = openTestDesk();
    const numbers = Array.from({ length: 40 }, (_, index) => packed(bench, `FT${index}`));
    bench.scan("CMDHANDOVER");
    bench.scan(numbers[0] ?? "");
    const [first, second, third, ...rest] = numbers;
    const answer = say(bench, `${first} ${second},${third};NOBODY1\n${rest.join("\r\n")}\n${second}`);
    expect(answer).toMatchObject({ kind: "parcel-ok", tone: "over", title: "Handed over: 39 · not taken: 2" });
    for (const parcelNo of numbers) expect(told(bench, parcelNo)).toEqual(["SHIPPING"]);
    expect(bench.desk.state().milestone).toMatchObject({ told: 40 });
    expect(bench.desk.state().milestone?.last).toHaveLength(8);
  });

  test("of more than a thousand numbers is refused whole, with its length, and nothing of it is told", () => {
    const bench = openTestDesk();
    const parcelNo = packed(bench, "FT1");
    bench.scan("CMDHANDOVER");
    const others = Array.from({ length: 1_000 }, (_, index) => `SPXVN${index}`);
    expect(say(bench, [parcelNo, ...others].join("\n"))).toMatchObject({
      kind: "scan-refused",
      text: expect.stringContaining("1,001 numbers"),
    });
    expect(told(bench, parcelNo)).toEqual([]);
  });

  test("in which nothing may go is refused as a whole, and a tracking number with spaces is one number", () => {
    const bench = openTestDesk();
    const parcelNo = packed(bench, "FT1");
    bench.database.transaction(() => {
      bench.stores.parcels.setTracking(parcelNo, "1Z 999 AA1");
      bench.stores.tasks.addTrackingCode("FT1", "1Z 999 AA1");
    });
    bench.scan("CMDHANDOVER");
    expect(bench.scan("NOBODY1 NOBODY2")).toBe("command-refused");
    expect(bench.scan("1Z 999 AA1")).toBe("parcel-ok");
    expect(told(bench, parcelNo)).toEqual(["SHIPPING"]);
  });
});

describe("what OMS4 hears of a task", () => {
  const activities = (bench: Desk): readonly string[] =>
    bench
      .told()
      .filter(({ call, state }) => call !== "parcel-activity" && state !== "discarded")
      .map(({ call, body }) => (call === "parcel-packed" ? "PACKED" : String((JSON.parse(body) as { description: string }).description)));

  test("is each activity once and in order, through hold, release, undo and packing on", () => {
    const bench = openTestDesk();
    bench.store(taskOf("FT1", [detailOf("1", "ONE", 2)]));
    bench.label("FT1", "TRK1");
    for (const text of ["FT1", "ONE", "CMDHOLDDAMAGED"]) bench.scan(text);
    expect(bench.scan("CMDRELEASE")).toBe("command-refused");
    expect(bench.scan("FT1")).toBe("on-hold");
    expect(bench.scan("CMDRELEASE")).toBe("task-opened");
    expect([bench.scan("ONE"), bench.scan("CMDUNDO"), bench.scan("ONE")]).toEqual(["task-done", "command-ok", "task-done"]);
    expect(activities(bench)).toEqual([
      "Packing started",
      "Put on hold at the packing station: DAMAGED (an item is damaged)",
      "Released from hold at the packing station",
      "PACKED",
      "Packed: 1 parcel",
    ]);
  });

  test("is not told again when a reopened task is closed with the same content after OMS4 heard it", () => {
    const bench = openTestDesk();
    bench.store(taskOf("FT1", [detailOf("1", "ONE")]));
    bench.label("FT1", "TRK1");
    bench.scan("FT1");
    bench.scan("ONE");
    bench.database.prepare("update outbox set state = 'done'").run();
    expect([bench.scan("CMDUNDO"), bench.scan("ONE")]).toEqual(["command-ok", "task-done"]);
    expect(activities(bench)).toEqual(["Packing started", "PACKED", "Packed: 1 parcel"]);
  });

  test("tells a held task how it goes on when RELEASE comes too late", () => {
    const bench = openTestDesk();
    bench.store(taskOf("FT1", [detailOf("1", "ONE")]));
    bench.scan("FT1");
    bench.scan("CMDHOLD");
    bench.scan("FT1");
    bench.scan("CMDHELP");
    expect(say(bench, "CMDRELEASE")).toMatchObject({ kind: "command-refused", text: "Scan the held task first, then RELEASE." });
  });
});
