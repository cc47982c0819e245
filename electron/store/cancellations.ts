import { z } from "zod";
import type { Database } from "./database.ts";

/** What OMS4 took back: the whole task or some lines. `at`: when this station learned of it, ms. */
export type StoredCancellation = Readonly<{
  ctNo: string;
  ftNo: string;
  status: string;
  whole: boolean;
  detailIds: readonly string[];
  /** Units still wanted of lines that are cancelled in part. */
  keeps: Readonly<Record<string, number>>;
  at: number;
  updatedAt: number | null;
}>;

export type CancellationAddition = Omit<StoredCancellation, "at" | "keeps"> &
  Readonly<{ raw: string; keeps?: StoredCancellation["keeps"] }>;

type Row = {
  ct_no: string;
  ft_no: string;
  status: string;
  whole: number;
  details: string;
  keeps: string | null;
  first_seen_at: number;
  updated_at: number | null;
};

/** OMS4 lists these statuses nowhere: our reading of "this cancellation does not hold" (inferred). Any other holds. */
const NOT_IN_FORCE = ["REJECTED", "REJECT", "WITHDRAWN", "REVOKED", "DECLINED", "INVALID"];
const inForce = (status: string): boolean => !NOT_IN_FORCE.includes(status.trim().toUpperCase());

const detailsSchema = z.array(z.string());
const keepsSchema = z.record(z.string(), z.int().nonnegative());
const readRow = (row: Row): StoredCancellation => ({
  ctNo: row.ct_no,
  ftNo: row.ft_no,
  status: row.status,
  whole: row.whole === 1,
  detailIds: detailsSchema.parse(JSON.parse(row.details)),
  keeps: row.keeps === null ? {} : keepsSchema.parse(JSON.parse(row.keeps)),
  at: row.first_seen_at,
  updatedAt: row.updated_at,
});

/** Cancellation tasks as OMS4 sent them. Writes belong into the caller's transaction. */
export const createCancellationStore = ({ database }: Readonly<{ database: Database }>) => {
  const known = database.prepare<{ raw: string }>("select raw from cancellation where ct_no = ?");
  const upsert = database.prepare(
    `insert into cancellation (ct_no, ft_no, status, whole, details, keeps, raw, first_seen_at, updated_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?)
     on conflict (ct_no) do update set ft_no = excluded.ft_no, status = excluded.status, whole = excluded.whole, details = excluded.details,
       keeps = excluded.keeps, raw = excluded.raw, updated_at = excluded.updated_at`,
  );
  const ofTask = database.prepare<Row>(
    "select ct_no, ft_no, status, whole, details, keeps, first_seen_at, updated_at from cancellation where ft_no = ? order by first_seen_at, ct_no",
  );

  const among = database.prepare<{ ft_no: string }>("select ft_no from cancellation where ft_no in (select value from json_each(?))");

  const inForceOf = (ftNo: string): readonly StoredCancellation[] =>
    ofTask
      .all(ftNo)
      .map(readRow)
      .filter(({ status, whole, detailIds, keeps }) => inForce(status) && (whole || detailIds.length > 0 || Object.keys(keeps).length > 0));

  return {
    /** Idempotent: `same` when OMS4 sent just this before. */
    ingest: (addition: CancellationAddition, now: number): "new" | "changed" | "same" => {
      const { ctNo, ftNo, status, whole, detailIds, keeps, updatedAt, raw } = addition;
      const before = known.get(ctNo);
      if (before?.raw === raw) return "same";
      upsert.run(
        ctNo,
        ftNo,
        status,
        whole ? 1 : 0,
        JSON.stringify(detailIds),
        keeps === undefined ? null : JSON.stringify(keeps),
        raw,
        now,
        updatedAt,
      );
      return before === null ? "new" : "changed";
    },
    /** Which of these tasks any cancellation is about, in force or not. */
    tasksAmong: (ftNos: readonly string[]): ReadonlySet<string> => new Set(among.all(JSON.stringify(ftNos)).map(({ ft_no }) => ft_no)),
    has: (ctNo: string): boolean => known.get(ctNo) !== null,
    /** All that holds of a task as one: null when nothing was cancelled. */
    ofTask: (
      ftNo: string,
    ): Readonly<{
      ctNo: string;
      at: number;
      whole: boolean;
      detailIds: readonly string[];
      keeps: Readonly<Record<string, number>>;
    }> | null => {
      const all = inForceOf(ftNo);
      const [first] = all;
      if (first === undefined) return null;
      return {
        ctNo: first.ctNo,
        at: first.at,
        whole: all.some(({ whole }) => whole),
        detailIds: [...new Set(all.flatMap(({ detailIds }) => detailIds))],
        keeps: all.reduce<Record<string, number>>((merged, { keeps }) => {
          for (const [detailId, qty] of Object.entries(keeps)) merged[detailId] = Math.min(qty, merged[detailId] ?? qty);
          return merged;
        }, {}),
      };
    },
  };
};
export type CancellationStore = ReturnType<typeof createCancellationStore>;
