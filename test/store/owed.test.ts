import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { gatherWork } from "../../electron/owed/gather.ts";
import { MOVED_REASON, moveAway } from "../../electron/owed/move-away.ts";
import { readOwedFile, writeOwedFile } from "../../electron/owed/owed-file.ts";
import { previewTakeOver, takeOver } from "../../electron/owed/take-over.ts";
import { createIngest } from "../../electron/sync/ingest.ts";
import { detailOf, openTestDesk, taskOf } from "../fakes/desk.ts";
import { testFolder } from "../fakes/folder.ts";

const AT = Date.UTC(2026, 10, 23, 12);
const PRINTER = "folder:/new";
const task = (number: number) => taskOf(`FT${number}`, [detailOf(`D${number}`, `SKU${number}`, 2)]);

const station = (installId: string, tasks: readonly number[], scanBack = false) => {
  const bench = openTestDesk(undefined, { scanBack: () => scanBack });
  bench.database.prepare("update identity set install_id = ?").run(installId);
  for (const number of tasks) bench.store(task(number));
  return bench;
};
type Station = ReturnType<typeof station>;

const rows = <Row>(bench: Station, sql: string): readonly Row[] => bench.database.prepare<Row>(sql).all();
/** Everything but the journal and times: to see that nothing changed. */
const picture = (bench: Station): string =>
  JSON.stringify(
    ["task", "parcel", "packed_unit", "outbox", "print_job", "label"].map((table) => rows(bench, `select * from ${table}`)),
    (_, value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value),
  );
const entries = (bench: Station) =>
  rows<{ ft_no: string; call: string; state: string; ambiguous: number; body: string; parcel_no: string | null }>(
    bench,
    "select ft_no, call, state, ambiguous, body, parcel_no from outbox order by id",
  );

/** FT1 packed with its label, FT2 packed and waiting for its label, FT3 begun, FT4 packed and told to OMS4. */
const worked = () => {
  const bench = station("AAAA", [1, 2, 3, 4, 5]);
  bench.label("FT1", "TRACK1");
  bench.label("FT4", "TRACK4");
  for (const scan of ["FT4", "SKU4", "SKU4"]) bench.scan(scan);
  for (const { id } of bench.stores.outbox.openOfTask("FT4")) bench.stores.outbox.markDone(id, 0);
  bench.database.exec("update print_job set state = 'printed', settled = 1");
  for (const scan of ["FT1", "SKU1", "SKU1", "FT2", "SKU2", "SKU2", "FT3", "SKU3", "CMDCLOSE"]) bench.scan(scan);
  return bench;
};

const carried = (from: Station, file = join(testFolder(), "carried")) => {
  const work = gatherWork(from.database.path, { kind: "owed" }, true);
  if (!work.ok) throw new Error(work.failure.detail);
  const written = writeOwedFile(file, { mode: "live", at: AT, work: work.value });
  if (!written.ok) throw new Error(written.failure.detail);
  const read = readOwedFile(file);
  if (!read.ok) throw new Error(read.failure.detail);
  return { file, work: work.value, read: read.value };
};
const take = (to: Station, from: ReturnType<typeof carried>) =>
  takeOver({ database: to.database, journal: to.stores.journal, printer: PRINTER }, from.read, AT);

/** An own delivery is packed and printed, and then its address changed. */
const withOldLabel = () => {
  const old = station("AAAA", []);
  old.store(taskOf("FT1", [detailOf("D1", "SKU1")], { way: "own", carrier: "" }));
  ["FT1", "SKU1"].forEach(old.scan);
  old.printed();
  const { parcelNo = "" } = old.stores.parcels.ofTask("FT1")[0] ?? {};
  old.stores.stops.markUnsettled("FT1", true);
  old.desk.taskNews("FT1");
  return { old, parcelNo, owed: carried(old) };
};

describe("what a station still owes", () => {
  it("goes to another station whole: messages in order behind a look, parcels by their own numbers, labels that did not print, what was begun", () => {
    const old = worked();
    const next = station("BBBB", [1, 2, 3, 4, 5]);
    const owed = entries(old).filter(({ state }) => state === "pending");
    const done = take(next, carried(old));
    expect(done).toMatchObject({ messages: owed.length, parcels: 3, prints: 1, both: [], refused: [] });
    const here = entries(next);
    expect(here.map(({ ft_no, call, body, parcel_no }) => [ft_no, call, body, parcel_no])).toEqual(
      owed.map(({ ft_no, call, body, parcel_no }) => [ft_no, call, body, parcel_no]),
    );
    expect(here.every(({ state, ambiguous }) => state === "pending" && ambiguous === 1)).toBe(true);
    const numbers = (bench: Station) =>
      rows<{ parcel_no: string }>(bench, "select parcel_no from parcel where ft_no <> 'FT4' order by parcel_no");
    expect(numbers(next)).toEqual(numbers(old));
    expect(rows(next, "select parcel_no, state, printer from print_job")).toEqual([
      {
        parcel_no: rows<{ parcel_no: string }>(old, "select parcel_no from parcel where ft_no = 'FT1'")[0]?.parcel_no,
        state: "queued",
        printer: PRINTER,
      },
    ]);
    // What was begun goes on, what was packed is not packed again
    expect(["FT1", "FT2", "FT3", "SKU3"].map(next.scan)).toEqual(["done-already", "done-already", "task-opened", "task-done"]);
    expect(next.stores.tasks.get("FT5")?.state).toBe("waiting");
  });

  it("changes nothing when the same file is taken over again, also after the new station went on", () => {
    const owed = carried(worked());
    const next = station("BBBB", []);
    take(next, owed);
    const before = picture(next);
    expect(take(next, owed)).toMatchObject({ messages: 0, parcels: 0, tasks: 0, prints: 0, refused: [] });
    expect(picture(next)).toBe(before);
    for (const { id } of next.stores.outbox.openOfTask("FT1")) next.stores.outbox.markDone(id, AT);
    ["FT3", "SKU3"].forEach(next.scan);
    const later = picture(next);
    expect(take(next, owed)).toMatchObject({ messages: 0, parcels: 0, prints: 0 });
    expect(picture(next)).toBe(later);
  });

  it("takes along which labels are out of force and what was told of other stations' parcels, each once", () => {
    const from = worked();
    from.database.transaction(() => {
      from.stores.labels.numberNamed({ ftNo: "FT1", parcelNo: null }, "TRACK9", AT);
      from.stores.toldElsewhere.put({ parcelNo: "PBo1", ftNo: "FT2", trackingNo: "JT1", carrier: "J&T", milestone: "SHIPPING" }, AT);
    });
    const next = station("BBBB", []);
    // Numbers of labels are each database's own
    next.store(task(9));
    next.label("FT9", "TRACK90");
    const owed = carried(from);
    take(next, owed);
    take(next, owed);
    expect(next.stores.labels.forTask("FT1")).toMatchObject({ trackingNo: "TRACK1", outOfForce: true });
    expect(next.stores.labels.forTask("FT9")?.outOfForce).toBe(false);
    expect(next.stores.toldElsewhere.get("PBO1")).toMatchObject({ parcelNo: "PBo1", ftNo: "FT2", milestone: "SHIPPING" });
    next.database.transaction(() => next.stores.labels.numberNamed({ ftNo: "FT1", parcelNo: null }, "TRACK1", AT));
    // The older file knows nothing better of a label that is here by now
    take(next, owed);
    expect(next.stores.labels.forTask("FT1")?.outOfForce).toBe(false);
  });

  it("says what it would do without doing it", () => {
    const owed = carried(worked());
    const next = station("BBBB", [1]);
    const before = picture(next);
    const said = previewTakeOver({ database: next.database, journal: next.stores.journal, printer: PRINTER }, owed.read, AT);
    expect(picture(next)).toBe(before);
    expect(take(next, owed)).toEqual(said);
  });

  it("is given away: the old station sends, prints and packs none of it, and takes it back from its own file", () => {
    const old = worked();
    const owed = carried(old);
    const before = entries(old).filter(({ state }) => state === "pending").length;
    expect(moveAway({ database: old.database, journal: old.stores.journal }, owed.work, owed.file, AT)).toBe(before);
    expect(old.stores.outbox.counts()).toEqual({ waiting: 0, parked: 0 });
    expect(old.stores.outbox.due(Number.MAX_SAFE_INTEGER, 10)).toEqual([]);
    expect(old.stores.printJobs.open()).toEqual([]);
    expect(old.stores.parcels.wantingLabel(10)).toEqual([]);
    expect(old.stores.tasks.get("FT3")).toMatchObject({ state: "held", holdReason: MOVED_REASON });
    expect(rows<{ kind: string }>(old, "select kind from journal order by id desc limit 1")).toEqual([{ kind: "work-moved-away" }]);
    expect(take(old, owed)).toMatchObject({ messages: before, refused: [] });
    expect(old.stores.outbox.counts().waiting).toBe(before);
    expect(old.stores.tasks.get("FT3")?.state).toBe("packing");
    // The label that had not come is asked for again
    expect(old.stores.parcels.waitingForLabel(10).map(({ ftNo }) => ftNo)).toEqual(["FT2"]);
  });

  it("is told by the station it was given to: OMS4's status raises no alarm at the old one", () => {
    const old = worked();
    const ingest = createIngest({ database: old.database, ...old.stores, stationId: () => "Bench 1" });
    const { parcelNo = "" } = old.stores.parcels.ofTask("FT1")[0] ?? {};
    old.printed();
    const owed = carried(old);
    moveAway({ database: old.database, journal: old.stores.journal }, owed.work, owed.file, AT);
    const lines = old.stores.tasks.get("FT1")?.task.details ?? [];
    const details = lines.map(({ detailId, brandSkuCode, qty }) => ({ task_detail_id: detailId, brand_sku_code: brandSkuCode, qty }));
    ingest.taskPage([{ ft_no: "FT1", status: "PACKED", delivery_carrier: "J&T", task_details: details }], AT + 1);
    old.desk.taskNews("FT1");
    expect(old.stores.stops.open(9)).toEqual([]);
    expect(old.stores.parcels.get(parcelNo)?.state).toBe("closed");
  });

  it("carries own labels that bear an old address: the box leaves from the new station only with the new label, also when the file comes twice", () => {
    const { old, parcelNo, owed } = withOldLabel();
    moveAway({ database: old.database, journal: old.stores.journal }, owed.work, owed.file, AT);
    expect(old.stores.stops.hasOldLabel(parcelNo)).toBe(false);
    const fresh = station("BBBB", []);
    take(fresh, owed);
    expect(["CMDHANDOVER", parcelNo, "CMDHANDOVER"].map(fresh.scan)[1]).toBe("label-changed");
    expect(fresh.trouble.act(`stop:${parcelNo}`, "reprint").ok).toBe(true);
    fresh.printed();
    take(fresh, owed);
    expect(fresh.stores.stops.hasOldLabel(parcelNo)).toBe(false);
    expect(["CMDHANDOVER", parcelNo].map(fresh.scan)).toEqual(["command-ok", "parcel-ok"]);
  });

  it("knows an own label with an old address by its stop, where an older version wrote the file", () => {
    const { parcelNo, owed } = withOldLabel();
    const { work } = owed.read;
    const asBefore = { ...owed, read: { ...owed.read, work: { ...work, schema: 10, rows: { ...work.rows, old_own_label: [] } } } };
    const fresh = station("BBBB", []);
    take(fresh, asBefore);
    expect(["CMDHANDOVER", parcelNo, "CMDHANDOVER"].map(fresh.scan)[1]).toBe("label-changed");
  });

  it("carries labels that are still to be scanned: the new station lists them, asks for none at its bench, and once scanned they stay so", () => {
    const old = station("AAAA", [1, 2], true);
    old.label("FT1", "TRACK0001");
    ["FT1", "SKU1", "SKU1"].forEach(old.scan);
    old.printed();
    const parcelNo = old.scanBack.asked()?.parcelNo ?? "";
    const owed = carried(old);
    const next = station("BBBB", [], true);
    take(next, owed);
    expect(next.scanBack.asked()).toBeNull();
    expect(next.scanBack.news().toScan).toEqual([{ parcelNo, ftNo: "FT1", trackingNo: "TRACK0001" }]);
    expect(next.scan("TRACK0001")).toBe("label-ok");
    take(next, owed);
    expect(next.scanBack.news().toScanCount).toBe(0);
    moveAway({ database: old.database, journal: old.stores.journal }, owed.work, owed.file, AT);
    expect(old.scanBack.asked()).toBeNull();
  });

  it("asks about a label that the other station's printer may have had", () => {
    const old = worked();
    old.database.exec("update print_job set state = 'sent', settled = 0, sent_at = 5 where ft_no = 'FT1'");
    const next = station("BBBB", []);
    take(next, carried(old));
    expect(next.stores.printJobs.troubles()).toMatchObject([{ state: "unknown", settled: true }]);
    expect(next.stores.printJobs.open()).toEqual([]);
  });

  it("names a task that both stations packed, and keeps both parcels", () => {
    const next = station("BBBB", [1]);
    ["FT1", "SKU1", "SKU1"].forEach(next.scan);
    expect(take(next, carried(worked())).both).toEqual(["FT1"]);
    const parcels = rows<{ parcel_no: string; sequence: number }>(
      next,
      "select parcel_no, sequence from parcel where ft_no = 'FT1' order by sequence",
    );
    expect(parcels.map(({ sequence }) => sequence)).toEqual([1, 2]);
  });

  it("keeps a correction a correction: the first report comes along as told, so that a look does not pass for the second", () => {
    const old = station("AAAA", [1]);
    ["FT1", "SKU1", "SKU1"].forEach(old.scan);
    for (const { id } of old.stores.outbox.openOfTask("FT1")) old.stores.outbox.markDone(id, 0);
    const parcelNo = rows<{ parcel_no: string }>(old, "select parcel_no from parcel")[0]?.parcel_no ?? "";
    old.stores.outbox.add({ ftNo: "FT1", parcelNo, call: "parcel-packed", body: { second: true }, urgent: true }, 1);
    const next = station("BBBB", []);
    take(next, carried(old));
    const [second] = next.stores.outbox.openOfTask("FT1");
    expect(second).toMatchObject({ parcelNo, call: "parcel-packed", body: { second: true } });
    expect(next.stores.outbox.reportedBefore(parcelNo, second?.id ?? 0)).toBe(true);
  });

  it("is readable by its owner only, and refused when a byte changed, when cut short, or when it is something else", () => {
    const { file } = carried(worked());
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const good = readFileSync(file);
    const bad = Buffer.from(good);
    const middle = Math.floor(bad.length / 2);
    bad[middle] = (bad[middle] ?? 0) ^ 1;
    for (const bytes of [bad, good.subarray(0, good.length - 200), Buffer.from("hello"), Buffer.alloc(0)]) {
      writeFileSync(file, bytes);
      expect(readOwedFile(file)).toMatchObject({ ok: false, failure: { kind: "owed-file-bad" } });
    }
  });
});
