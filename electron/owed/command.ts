import { existsSync, mkdtempSync, rmSync, copyFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { errorWords } from "../../shared/error-words.ts";
import { fail, failureWords, succeed, type Failure, type Result } from "../../shared/failures.ts";
import { listBackups } from "../store/database-files.ts";
import { lockFolder, openDatabase, storageFailure, type Database } from "../store/database.ts";
import { checkFile } from "../store/file-checks.ts";
import { createJournal } from "../store/journal.ts";
import { fits, workWords } from "./carry.ts";
import { gatherWork } from "./gather.ts";
import { moveAway } from "./move-away.ts";
import { readOwedFile, writeOwedFile } from "./owed-file.ts";
import { previewTakeOver, takeOver } from "./take-over.ts";
import { takeOverWords } from "./taken-over.ts";

const OWED_USAGE = `Usage:
  npm run owed -- export --data-dir DIR --to FILE [--move]   writes what DIR's station still owes; DIR may lie on a dead PC's disk
  npm run owed -- import FILE --data-dir DIR [--yes]         says what would be taken over; with --yes takes it over
--move gives it away: DIR's station never sends it again. --practice: the practice database of DIR.`;

type Order = Readonly<{
  what: "write" | "take";
  dataFolder: string;
  file: string;
  mode: "practice" | "live";
  move: boolean;
  yes: boolean;
}>;

const orders: ReadonlyMap<string, Order["what"]> = new Map(Object.entries({ export: "write", import: "take" } as const));

const readOrder = (given: readonly string[]): Result<Order> => {
  try {
    const { values, positionals } = parseArgs({
      args: [...given],
      strict: true,
      allowPositionals: true,
      options: {
        "data-dir": { type: "string" },
        to: { type: "string" },
        move: { type: "boolean" },
        yes: { type: "boolean" },
        practice: { type: "boolean" },
      },
    });
    const [word, from] = positionals;
    const { "data-dir": folder = "", to = "", move = false, yes = false, practice = false } = values;
    const what = orders.get(word ?? "");
    const file = what === "write" ? to : (from ?? "");
    if (what === undefined || folder === "" || file === "") return fail("setting-bad", OWED_USAGE);
    const mode = practice ? "practice" : "live";
    return succeed({ what, dataFolder: resolve(folder), file: resolve(file), mode, move, yes });
  } catch (error) {
    return fail("setting-bad", `${errorWords(error)}\n${OWED_USAGE}`);
  }
};

const databaseOf = ({ dataFolder, mode }: Order): string => join(dataFolder, ...(mode === "practice" ? ["practice"] : []), "packbench.db");
const journalOf = (database: Database) => createJournal({ database, stationId: () => "owed", packer: () => null });

/** Reads from a copy: a dead PC's disk may be read-only, and must not get worse by being read. */
const withCopy = async <T>(path: string, work: (copy: string) => Promise<T> | T): Promise<T> => {
  const folder = mkdtempSync(join(tmpdir(), "packbench-owed-"));
  try {
    const copy = join(folder, "packbench.db");
    for (const suffix of ["", "-wal"]) if (existsSync(path + suffix)) copyFileSync(path + suffix, copy + suffix);
    return await work(copy);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const isSound = async (path: string): Promise<boolean> => {
  try {
    return (await checkFile(path, () => Promise.resolve())) === null;
  } catch {
    return false;
  }
};

const exportTo = async (order: Order, at: number): Promise<Result<string>> => {
  const path = databaseOf(order);
  if (!existsSync(path)) return fail("not-found", `There is no database ${path}.`);
  const work = await withCopy(path, async (copy) =>
    gatherWork(copy, { kind: "owed" }, await isSound(copy), listBackups(path)[0]?.path ?? null),
  );
  if (!work.ok) return work;
  const written = writeOwedFile(order.file, { mode: order.mode, at, work: work.value });
  if (!written.ok) return written;
  const words = `${order.file}: ${workWords(work.value)}`;
  if (!order.move) return succeed(`${words} This is a copy: if ${order.dataFolder} is ever used again, it sends them too.`);
  const opened = openDatabase(path);
  if (!opened.ok) return opened;
  const moved = moveAway({ database: opened.value, journal: journalOf(opened.value) }, work.value, order.file, at);
  opened.value.close();
  return succeed(`${words} ${moved} messages were given away: ${order.dataFolder} never sends them.`);
};

const importFrom = (order: Order, at: number): Result<string> => {
  const file = fits(readOwedFile(order.file), order.mode);
  if (!file.ok) return file;
  const path = databaseOf(order);
  const opened = openDatabase(path);
  if (!opened.ok) return opened;
  const database = opened.value;
  try {
    if (database.prepare("select 1 from identity").get() === null)
      return fail("not-now", `${order.dataFolder} has never been a station's: start it once, stop it, then import.`);
    // The station's own printer is chosen when the label goes: an empty one waits for RETRY with it
    const parts = { database, journal: journalOf(database), printer: "" };
    const from = `From ${file.value.work.stationId || "a station"}, written ${new Date(file.value.at).toISOString()}`;
    if (!order.yes) return succeed(`${from}. Would take over: ${takeOverWords(previewTakeOver(parts, file.value, at))} Do it with --yes.`);
    return succeed(`${from}. Taken over: ${takeOverWords(takeOver(parts, file.value, at))}`);
  } finally {
    database.close();
  }
};

/** Nobody may be at work in the folder; a disk that can't be written has no station on it. */
const whileHeld = async <T>(order: Order, work: () => Promise<Result<T>> | Result<T>): Promise<Result<T>> => {
  const lock = lockFolder(order.dataFolder);
  if (!lock.ok && (lock.failure.kind === "storage-in-use" || order.what === "take" || order.move)) return lock;
  try {
    return await work();
  } finally {
    if (lock.ok) lock.value.release();
  }
};

/** `npm run owed`: gives what to print, and the exit code. */
export const runOwed = async (given: readonly string[], at: number): Promise<Readonly<{ words: string; code: number }>> => {
  const failed = (failure: Failure) => ({ words: failureWords(failure), code: 1 });
  const order = readOrder(given);
  if (!order.ok) return failed(order.failure);
  if (!existsSync(order.value.dataFolder)) return failed(fail("not-found", `There is no folder ${order.value.dataFolder}.`).failure);
  try {
    const done = await whileHeld(order.value, () =>
      order.value.what === "write" ? exportTo(order.value, at) : importFrom(order.value, at),
    );
    return done.ok ? { words: done.value, code: 0 } : failed(done.failure);
  } catch (error) {
    return failed(storageFailure(error, order.value.dataFolder));
  }
};
