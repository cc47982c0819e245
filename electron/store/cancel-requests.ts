import { z } from "zod";
import type { Database } from "./database.ts";

/**
 * What became of a buyer's request to cancel. `open`: not decided; `granted`: the goods must not go; `refused`: pack on; `unclear`: OMS4 closed
 * it with a word we can't read, so a person decides; `released`: a person has decided to pack.
 */
export type CancelRequestState = "open" | "granted" | "refused" | "unclear" | "released";

/** A buyer's request. `requestedAt` in ms, 0 where OMS4 gave no time. */
export type StoredCancelRequest = Readonly<{ ftNo: string; requestedAt: number; state: CancelRequestState; result: string }>;

/** Units of a line that a request is about; null: all of them. */
export type CancelRequestItem = Readonly<{ detailId: string; qty: number | null }>;
/** Units ordered by line when a request was first seen, or answered if that was before; a line that is missing says nothing. Null: nobody here knows. */
export type OrderedThen = Readonly<Record<string, number>> | null;

export type CancelRequestNews = Readonly<{
  ftNo: string;
  requestedAt: number;
  open: boolean;
  result: string;
  items: readonly CancelRequestItem[];
  raw: string;
}>;

/** A request that was granted; without items it is about the whole task. */
export type GrantedRequest = Readonly<{ requestedAt: number; items: readonly CancelRequestItem[]; ordered: OrderedThen }>;

/**
 * OMS4 lists the words of `handling_Result` nowhere: this is our reading (inferred), in this one place. A word that is on neither list keeps the
 * parcel here until a person decides.
 */
const GRANTED = /^(approved?|accept(ed)?|agreed?|granted?|confirm(ed)?|cancel(l?ed)?|success(ful)?|pass(ed)?|yes|y|true|1)$/i;
const REFUSED = /^(reject(ed|ion)?|refused?|declin(ed?)|den(y|ied)|disagreed?|withdrawn?|revoked?|fail(ed|ure)?|invalid|no|n|false|0)$/i;

/** Reads status and result of a request (Get Cancel Request status). */
export const readCancelRequest = ({
  open,
  result,
}: Readonly<{ open: boolean; result: string }>): Exclude<CancelRequestState, "released"> => {
  if (open) return "open";
  const word = result.trim().replaceAll(/[\s_-]+/g, " ");
  return GRANTED.test(word) ? "granted" : REFUSED.test(word) ? "refused" : "unclear";
};

const itemsSchema = z.array(z.object({ detailId: z.string(), qty: z.number().nullable() }));
const orderedSchema = z.record(z.string(), z.number()).nullable();

type Row = {
  ft_no: string;
  requested_at: number;
  state: CancelRequestState;
  result: string;
  raw: string;
  items: string | null;
  ordered: string | null;
};
const readOrdered = (ordered: string | null): OrderedThen => (ordered === null ? null : orderedSchema.parse(JSON.parse(ordered)));
const readRow = (row: Row): StoredCancelRequest => ({
  ftNo: row.ft_no,
  requestedAt: row.requested_at,
  state: row.state,
  result: row.result,
});

const COLUMNS = "ft_no, requested_at, state, result, raw, items, ordered";

/** Buyers' requests to cancel, as OMS4 tells them. Writes belong into the caller's transaction. */
export const createCancelRequestStore = ({ database }: Readonly<{ database: Database }>) => {
  const known = database.prepare<Row>(`select ${COLUMNS} from cancel_request where ft_no = ? and requested_at = ?`);
  const upsert = database.prepare(
    `insert into cancel_request (ft_no, requested_at, state, result, raw, items, ordered, first_seen_at, changed_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?)
     on conflict (ft_no, requested_at) do update set state = excluded.state, result = excluded.result, raw = excluded.raw,
       items = excluded.items, ordered = excluded.ordered, changed_at = excluded.changed_at`,
  );
  const holding = database.prepare<Row>(
    `select ${COLUMNS} from cancel_request where ft_no = ? and state in ('open','unclear') order by state, requested_at desc limit 1`,
  );
  const allHolding = database.prepare<{ ft_no: string }>(
    "select distinct ft_no from cancel_request where state in ('open','unclear') and ft_no > ? order by ft_no limit ?",
  );
  const granted = database.prepare<Row>(
    `select ${COLUMNS} from cancel_request where ft_no = ? and state = 'granted' and items is not null order by requested_at`,
  );
  const release = database.prepare("update cancel_request set state = 'released', changed_at = ? where ft_no = ? and state = 'unclear'");

  const endOpen = database.prepare(
    // Without its words: told as open once more, it is news. Its units count with the answer that ended it
    "update cancel_request set state = ?, raw = '', items = null, changed_at = ? where ft_no = ? and state = 'open'",
  );

  return {
    /** OMS4 tells of no open request of this task any more: what was open ends as the newest answer says. True when anything was open. */
    endOpen: (ftNo: string, state: Exclude<CancelRequestState, "open" | "released">, now: number): boolean =>
      endOpen.run(state, now, ftNo).changes > 0,
    /**
     * Idempotent: null when OMS4 said just this before; else how it stands now. Granted units that can be reckoned from nothing are
     * `unclear`. `orderedNow` is asked while nothing was granted yet: an answer that comes again counts from the same.
     */
    ingest: (news: CancelRequestNews, orderedNow: () => OrderedThen, now: number): CancelRequestState | null => {
      const before = known.get(news.ftNo, news.requestedAt);
      if (before?.raw === news.raw) return null;
      const ordered = readOrdered(before?.ordered ?? null) ?? (before === null || before.state === "open" ? orderedNow() : null);
      const read = readCancelRequest(news);
      const state = read === "granted" && ordered === null && news.items.some(({ qty }) => qty !== null) ? "unclear" : read;
      // What a person has decided stands until OMS4 says something else
      if (before !== null && before.state === "released" && state === "unclear" && before.result === news.result) return null;
      upsert.run(
        news.ftNo,
        news.requestedAt,
        state,
        news.result,
        news.raw,
        JSON.stringify(news.items),
        ordered === null ? null : JSON.stringify(ordered),
        now,
        now,
      );
      return state;
    },
    /** All that were granted of a task, but for those an older version saw. */
    granted: (ftNo: string): readonly GrantedRequest[] =>
      granted.all(ftNo).map((row) => ({
        requestedAt: row.requested_at,
        items: itemsSchema.parse(JSON.parse(row.items ?? "[]")),
        ordered: readOrdered(row.ordered),
      })),
    /** The request that holds a task back now, an undecided one before an unreadable one; null when none does. */
    holding: (ftNo: string): StoredCancelRequest | null => {
      const row = holding.get(ftNo);
      return row === null ? null : readRow(row);
    },
    /** Tasks held back by a request, those behind the one named; `next`: where to go on, "" for the beginning. */
    allHolding: (after: string, limit: number): Readonly<{ ftNos: readonly string[]; next: string }> => {
      const ftNos = allHolding.all(after, limit).map(({ ft_no }) => ft_no);
      return { ftNos, next: ftNos.length < limit ? "" : (ftNos.at(-1) ?? "") };
    },
    /** A person decides to pack although OMS4's word can't be read. False when there was nothing to decide. */
    release: (ftNo: string, now: number): boolean => release.run(now, ftNo).changes > 0,
  };
};
export type CancelRequestStore = ReturnType<typeof createCancelRequestStore>;
