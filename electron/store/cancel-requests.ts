import type { Database } from "./database.ts";

/**
 * What became of a buyer's request to cancel. `open`: not decided; `granted`: the goods must not go; `refused`: pack on; `unclear`: OMS4 closed
 * it with a word we can't read, so a person decides; `released`: a person has decided to pack.
 */
export type CancelRequestState = "open" | "granted" | "refused" | "unclear" | "released";

/** A buyer's request. `requestedAt` in ms, 0 where OMS4 gave no time. */
export type StoredCancelRequest = Readonly<{ ftNo: string; requestedAt: number; state: CancelRequestState; result: string }>;

export type CancelRequestNews = Readonly<{ ftNo: string; requestedAt: number; open: boolean; result: string; raw: string }>;

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

type Row = { ft_no: string; requested_at: number; state: CancelRequestState; result: string; raw: string };
const readRow = (row: Row): StoredCancelRequest => ({
  ftNo: row.ft_no,
  requestedAt: row.requested_at,
  state: row.state,
  result: row.result,
});

const COLUMNS = "ft_no, requested_at, state, result, raw";

/** Buyers' requests to cancel, as OMS4 tells them. Writes belong into the caller's transaction. */
export const createCancelRequestStore = ({ database }: Readonly<{ database: Database }>) => {
  const known = database.prepare<Row>(`select ${COLUMNS} from cancel_request where ft_no = ? and requested_at = ?`);
  const upsert = database.prepare(
    `insert into cancel_request (ft_no, requested_at, state, result, raw, first_seen_at, changed_at) values (?, ?, ?, ?, ?, ?, ?)
     on conflict (ft_no, requested_at) do update set state = excluded.state, result = excluded.result, raw = excluded.raw, changed_at = excluded.changed_at`,
  );
  const holding = database.prepare<Row>(
    `select ${COLUMNS} from cancel_request where ft_no = ? and state in ('open','unclear') order by state, requested_at desc limit 1`,
  );
  const allHolding = database.prepare<{ ft_no: string }>(
    "select distinct ft_no from cancel_request where state in ('open','unclear') order by ft_no limit ?",
  );
  const release = database.prepare("update cancel_request set state = 'released', changed_at = ? where ft_no = ? and state = 'unclear'");

  const endOpen = database.prepare(
    // Without its words: told as open once more, it is news
    "update cancel_request set state = ?, raw = '', changed_at = ? where ft_no = ? and state = 'open'",
  );

  return {
    /** OMS4 tells of no open request of this task any more: what was open ends as the newest answer says. True when anything was open. */
    endOpen: (ftNo: string, state: Exclude<CancelRequestState, "open" | "released">, now: number): boolean =>
      endOpen.run(state, now, ftNo).changes > 0,
    /** Idempotent: null when OMS4 said just this before; else how it stands now, and whether it was seen for the first time. */
    ingest: (news: CancelRequestNews, now: number): Readonly<{ state: CancelRequestState; first: boolean }> | null => {
      const before = known.get(news.ftNo, news.requestedAt);
      if (before?.raw === news.raw) return null;
      const state = readCancelRequest(news);
      // What a person has decided stands until OMS4 says something else
      if (before !== null && before.state === "released" && state === "unclear" && before.result === news.result) return null;
      upsert.run(news.ftNo, news.requestedAt, state, news.result, news.raw, now, now);
      return { state, first: before === null };
    },
    /** The request that holds a task back now, an undecided one before an unreadable one; null when none does. */
    holding: (ftNo: string): StoredCancelRequest | null => {
      const row = holding.get(ftNo);
      return row === null ? null : readRow(row);
    },
    /** Tasks held back by a request: these are asked about first. */
    allHolding: (limit: number): readonly string[] => allHolding.all(limit).map(({ ft_no }) => ft_no),
    /** A person decides to pack although OMS4's word can't be read. False when there was nothing to decide. */
    release: (ftNo: string, now: number): boolean => release.run(now, ftNo).changes > 0,
  };
};
export type CancelRequestStore = ReturnType<typeof createCancelRequestStore>;
