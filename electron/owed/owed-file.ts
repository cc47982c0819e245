import { createHash } from "node:crypto";
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { errorWords } from "../../shared/error-words.ts";
import { fail, succeed, type Result } from "../../shared/failures.ts";
import { ensureFolder } from "../kit/ensure-folder.ts";
import { syncFolder } from "../store/database-files.ts";
import { storageFailure } from "../store/database.ts";
import { owedTables, type OwedTable, type Row, type Work } from "./tables.ts";

/** One JSON value a line: the head, each row as `[table, row]`, the checksum of all lines before it. */
const FORMAT = "packbench-owed";
const VERSION = 1;
const OWNER_ONLY = 0o600;

const headSchema = z.object({
  format: z.literal(FORMAT),
  version: z.number(),
  mode: z.enum(["practice", "live"]),
  installId: z.string().min(1),
  stationId: z.string(),
  schema: z.int(),
  at: z.number(),
  openFtNo: z.string().nullable(),
  notWhole: z.array(z.string()),
});
const endSchema = z.object({ sha256: z.string() });
const bytesSchema = z.object({ base64: z.base64() });
const valueSchema = z.union([z.string(), z.number(), z.null(), bytesSchema.transform(({ base64 }) => Buffer.from(base64, "base64"))]);
const lineSchema = z.tuple([z.enum(owedTables), z.record(z.string().regex(/^[a-z][a-z0-9_]*$/), valueSchema)]);

export type OwedFile = Readonly<{ mode: "practice" | "live"; at: number; work: Work }>;

const encoded = (row: Row): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      column,
      value instanceof Uint8Array ? { base64: Buffer.from(value).toString("base64") } : typeof value === "bigint" ? Number(value) : value,
    ]),
  );

/**
 * Writes work as one file that another station can take over: readable by its owner only, on the disk when it returns. Failures:
 * `storage-*`.
 */
export const writeOwedFile = (path: string, { work, mode, at }: OwedFile): Result<null> => {
  const part = `${path}.part`;
  try {
    ensureFolder(dirname(path));
    rmSync(part, { force: true });
    const file = openSync(part, "wx", OWNER_ONLY);
    const hash = createHash("sha256");
    const write = (value: unknown, counted = true): void => {
      const line = Buffer.from(`${JSON.stringify(value)}\n`);
      if (counted) hash.update(line);
      for (let sent = 0; sent < line.length;) sent += writeSync(file, line, sent);
    };
    try {
      const { installId, stationId, schema, openFtNo, notWhole } = work;
      write({ format: FORMAT, version: VERSION, mode, installId, stationId, schema, at, openFtNo, notWhole });
      for (const table of owedTables) for (const row of work.rows[table]) write([table, encoded(row)]);
      write({ sha256: hash.digest("hex") }, false);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(part, path);
    syncFolder(dirname(path));
    return succeed(null);
  } catch (error) {
    rmSync(part, { force: true });
    return { ok: false, failure: storageFailure(error, path) };
  }
};

/** Reads such a file whole or not at all. Failures: `owed-file-bad` with what is wrong with it. */
export const readOwedFile = (path: string): Result<OwedFile> => {
  const bad = (why: string) => fail("owed-file-bad", `${path}: ${why}.`);
  try {
    const text = readFileSync(path, "utf8");
    const end = text.trimEnd().lastIndexOf("\n") + 1;
    const body = text.slice(0, end);
    const sealed = endSchema.safeParse(JSON.parse(text.slice(end)));
    if (!sealed.success) return bad("it breaks off before its end");
    const sum = createHash("sha256").update(body).digest("hex");
    if (sum !== sealed.data.sha256) return bad("its checksum is another: it was changed or damaged on the way");
    const [first = "", ...lines] = body.trimEnd().split("\n");
    const head = headSchema.safeParse(JSON.parse(first));
    if (!head.success) return bad("it is no list of what a station owes");
    if (head.data.version > VERSION) return bad("a newer Packbench wrote it");
    const rows = Object.fromEntries(owedTables.map((table) => [table, [] as Row[]])) as Record<OwedTable, Row[]>;
    for (const line of lines) {
      const [table, row] = lineSchema.parse(JSON.parse(line));
      rows[table].push(row);
    }
    const { mode, at, ...work } = head.data;
    return succeed({ mode, at, work: { ...work, rows, journal: [], imported: [], aliases: null, lastParcelAt: 0, packer: null } });
  } catch (error) {
    return bad(errorWords(error));
  }
};
