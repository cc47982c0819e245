import type { Database } from "./database.ts";

/** How far a pull came. Values are ms since epoch. */
export const createSyncMarks = ({ database }: Readonly<{ database: Database }>) => {
  const get = database.prepare<{ value: string }>("select value from sync_mark where name = ?");
  const set = database.prepare("insert into sync_mark (name, value) values (?, ?) on conflict (name) do update set value = excluded.value");
  return {
    get: (name: string): number | null => {
      const value = Number(get.get(name)?.value ?? Number.NaN);
      return Number.isFinite(value) ? value : null;
    },
    set: (name: string, value: number): void => void set.run(name, String(value)),
  };
};
export type SyncMarks = ReturnType<typeof createSyncMarks>;
