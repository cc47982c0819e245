import type { Database, Statement } from "../store/database.ts";
import type { Row } from "./tables.ts";

/** What to do where a row with the same key is there already; `ignore` also leaves out what breaks a rule. */
export type Clash = "fail" | "ignore" | "replace";

/**
 * Writes rows as they were read into the table of the same name. Columns that this station does not know are left out, those that the row
 * lacks get their default. A row that breaks the table's rules (a damaged one) is not written: the answer says why.
 */
export const createRowWriter = (database: Database) => {
  const columns = new Map<string, ReadonlySet<string>>();
  const statements = new Map<string, Statement<never>>();
  const columnsOf = (table: string): ReadonlySet<string> => {
    const known =
      columns.get(table) ??
      new Set(
        database
          .prepare<{ name: string }>("select name from pragma_table_info(?)")
          .all(table)
          .map(({ name }) => name),
      );
    columns.set(table, known);
    return known;
  };
  return {
    /** `changed` false: it was there. */
    write: (table: string, row: Row, clash: Clash): Readonly<{ changed: boolean; id: number; refused: string | null }> => {
      const names = Object.keys(row).filter((name) => columnsOf(table).has(name));
      const sql = `insert or ${clash === "fail" ? "abort" : clash} into ${table} (${names.join(", ")}) values (${names.map(() => "?").join(", ")})`;
      const statement = statements.get(sql) ?? database.prepare(sql);
      statements.set(sql, statement);
      try {
        const { changes, lastId } = statement.run(...names.map((name) => row[name] ?? null));
        return { changed: changes > 0, id: lastId, refused: null };
      } catch (error) {
        if (error instanceof Error && "code" in error && String(error.code).startsWith("SQLITE_CONSTRAINT"))
          return { changed: false, id: 0, refused: error.message };
        throw error;
      }
    },
  };
};
