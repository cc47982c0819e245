import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { catchUp } from "../../electron/owed/catch-up.ts";
import { gatherWork } from "../../electron/owed/gather.ts";
import { restoreWithWork } from "../../electron/owed/restore.ts";
import { takeOver } from "../../electron/owed/take-over.ts";
import type { TakenOver } from "../../electron/owed/taken-over.ts";
import { backupPath, listBackups } from "../../electron/store/database-files.ts";
import { detailOf, openTestDesk, taskOf } from "../fakes/desk.ts";
import { testFolder } from "../fakes/folder.ts";

const MADE_AT = Date.UTC(2026, 10, 23, 13);
const TAKEN_AT = Date.UTC(2026, 10, 23, 14);
const AT = Date.UTC(2026, 10, 23, 15);

type Bench = ReturnType<typeof openTestDesk>;
const told = (bench: Bench) => bench.database.prepare("select ft_no, call, parcel_no, body from outbox order by id").all();
const packed = (bench: Bench) => bench.database.prepare("select parcel_no, ft_no, state from parcel order by parcel_no").all();

/** Another station's work: FT1 and FT2 packed in the morning, FT3 begun, and shelf counts. */
const otherWork = () => {
  const bench = openTestDesk();
  bench.database.prepare("update identity set install_id = 'AAAA'").run();
  for (const number of [1, 2, 3]) bench.store(taskOf(`FT${number}`, [detailOf(`D${number}`, `SKU${number}`, 2)]));
  for (const scan of ["FT1", "SKU1", "SKU1", "FT2", "SKU2", "SKU2", "FT3", "SKU3", "CMDCLOSE"]) bench.scan(scan);
  const work = gatherWork(bench.database.path, { kind: "owed" }, true);
  if (!work.ok) throw new Error(work.failure.detail);
  return { mode: "live" as const, at: MADE_AT, work: work.value };
};

/** A station whose backup was made before it took that work over, and its database restored from it. */
const restoredAfterTaking = async (spoil: (path: string) => void) => {
  const path = join(testFolder(), "packbench.db");
  const file = otherWork();
  const take = (bench: Bench): TakenOver =>
    takeOver({ database: bench.database, journal: bench.stores.journal, printer: "folder:/new" }, file, TAKEN_AT);
  const bench = openTestDesk(path);
  expect((await bench.database.backup(backupPath(path, MADE_AT))).ok).toBe(true);
  const first = take(bench);
  const before = { told: told(bench), packed: packed(bench) };
  bench.database.close();
  spoil(path);
  const restored = restoreWithWork(path, { name: listBackups(path)[0]?.name ?? "", at: AT, why: "damaged", stationId: "Bench 2" });
  if (!restored.ok) throw new Error(restored.failure.detail);
  return { bench: openTestDesk(path), take, first, before };
};

describe("work that was taken over after the backup from which a station is restored", () => {
  it("is still there, however old its messages are, and the same file again doubles none of them", async () => {
    const { bench, take, before } = await restoredAfterTaking(() => {});
    expect({ told: told(bench), packed: packed(bench) }).toEqual(before);
    expect(take(bench)).toMatchObject({ tasks: 0, messages: 0, parcels: 0, prints: 0, refused: [] });
    expect({ told: told(bench), packed: packed(bench) }).toEqual(before);
  });

  it("comes whole from the same file where nothing of the replaced database can be read", async () => {
    const { bench, take, first, before } = await restoredAfterTaking((path) => writeFileSync(path, "no database any more ".repeat(2_000)));
    expect(told(bench)).toEqual([]);
    expect(take(bench)).toEqual(first);
    expect({ told: told(bench), packed: packed(bench) }).toEqual(before);
  });

  it("comes again from that file as far as its messages were lost with the replaced database", () => {
    const file = otherWork();
    const [old, restored] = [openTestDesk(), openTestDesk()];
    const take = (bench: Bench): TakenOver =>
      takeOver({ database: bench.database, journal: bench.stores.journal, printer: "folder:/new" }, file, TAKEN_AT);
    const { messages } = take(old);
    const later = gatherWork(old.database.path, { kind: "since", at: MADE_AT }, true);
    if (!later.ok) throw new Error(later.failure.detail);
    catchUp(restored.database, { ...later.value, rows: { ...later.value.rows, outbox: [] }, notWhole: ["outbox"] }, AT);
    expect(take(restored)).toMatchObject({ messages, parcels: 0 });
    expect(told(restored)).toEqual(told(old));
  });
});
