import { failureSchema, type Failure } from "../../shared/failures.ts";
import type { Database } from "./database.ts";

export type SetAsideSource = "task" | "cancellation" | "label";

/** A record of OMS4 that can't be used as it is. `name`: the ft_no, ct_no or parcel number it is about. */
export type SetAsideRecord = Readonly<{
  id: number;
  source: SetAsideSource;
  name: string;
  failure: Failure;
  /** the failure's own words */
  reason: string;
  raw: string;
  at: number;
}>;

type Row = { id: number; source: SetAsideSource; name: string; reason: string; raw: string; at: number };

/** Enough to show what came, without keeping megabytes of a bad label for each poll. */
const LONGEST_RAW = 65_536;

const readRow = (row: Row): SetAsideRecord => {
  const failure = failureSchema.parse(JSON.parse(row.reason));
  return { ...row, failure, reason: failure.detail };
};

/** Bad records, kept with their reason and shown as trouble, so that one of them stops no other. */
export const createSetAsideStore = ({ database }: Readonly<{ database: Database }>) => {
  const known = database.prepare<{ raw: string; reason: string }>("select raw, reason from set_aside where source = ? and name = ?");
  const reasonOf = database.prepare<{ reason: string }>("select reason from set_aside where source = ? and name = ? and dismissed = 0");
  const upsert = database.prepare(
    `insert into set_aside (source, name, reason, raw, at) values (?, ?, ?, ?, ?)
     on conflict (source, name) do update set reason = excluded.reason, raw = excluded.raw, at = excluded.at, dismissed = 0`,
  );
  const clear = database.prepare("delete from set_aside where source = ? and name = ?");
  const dismiss = database.prepare("update set_aside set dismissed = 1 where id = ? and dismissed = 0");
  const list = database.prepare<Row>("select id, source, name, reason, raw, at from set_aside where dismissed = 0 order by id limit ?");
  const some = database.prepare<{ id: number }>("select id from set_aside limit 1");
  const count = database.prepare<{ n: number }>("select count(*) as n from set_aside where dismissed = 0");

  return {
    /** True when this is news: the same record with the same reason again changes nothing, dismissed or not. */
    add: (source: SetAsideSource, name: string, failure: Failure, raw: string, now: number): boolean => {
      const kept = raw.slice(0, LONGEST_RAW);
      const reason = JSON.stringify(failure);
      const before = known.get(source, name);
      if (before !== null && before.raw === kept && before.reason === reason) return false;
      upsert.run(source, name, reason, kept, now);
      return true;
    },
    /** Why a record can't be used; null when none of this name stands here. */
    reasonOf: (source: SetAsideSource, name: string): Failure | null => {
      const row = reasonOf.get(source, name);
      return row === null ? null : failureSchema.parse(JSON.parse(row.reason));
    },
    /** True when there is any, given up or not. */
    some: (): boolean => some.get() !== null,
    /** A good record came in its place. True when there was one to clear. */
    clear: (source: SetAsideSource, name: string): boolean => clear.run(source, name).changes > 0,
    /** A person gives it up; it comes back only when OMS4 sends something else. */
    discard: (id: number): boolean => dismiss.run(id).changes === 1,
    list: (limit: number): readonly SetAsideRecord[] => list.all(limit).map(readRow),
    count: (): number => count.get()?.n ?? 0,
  };
};
export type SetAside = ReturnType<typeof createSetAsideStore>;
