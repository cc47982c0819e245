import type { Database } from "./database.ts";

/** Whether this bench prints its labels on the spare printer; it stays so through restarts. */
export const createPrinterSwitch = ({ database }: Readonly<{ database: Database }>) => {
  const get = database.prepare<{ on_spare: number }>("select on_spare from printer_switch where one = 1");
  const set = database.prepare(
    "insert into printer_switch (one, on_spare, at) values (1, ?, ?) on conflict (one) do update set on_spare = excluded.on_spare, at = excluded.at",
  );
  // Asked for with every parcel: read once
  let onSpare = get.get()?.on_spare === 1;
  return {
    onSpare: (): boolean => onSpare,
    /** Switches and does `more` with it, in one transaction; what could not be kept leaves it where it was. */
    to: <T>(spare: boolean, now: number, more: () => T): T => {
      const before = onSpare;
      try {
        return database.transaction(() => {
          set.run(spare ? 1 : 0, now);
          onSpare = spare;
          return more();
        });
      } catch (error) {
        onSpare = before;
        throw error;
      }
    },
  };
};
