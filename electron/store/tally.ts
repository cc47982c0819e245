import type { Database } from "./database.ts";

/**
 * Keeps counts of one table's states, exact in every moment and free to ask for: counting a hundred thousand rows costs
 * milliseconds that a scan doesn't have. Temporary triggers count along in memory, within each transaction and undone
 * with it, so nothing of it is written to the file and no write can be forgotten. Counted whole once, when it is made.
 *
 * @param columns what each count counts: a name, and the states whose rows it counts. All are our own words, not data.
 */
export const createTally = <Name extends string>(
  database: Database,
  table: "task" | "outbox" | "count_row",
  columns: Readonly<Record<Name, readonly string[]>>,
): (() => Readonly<Record<Name, number>>) => {
  const tally = `${table}_tally`;
  const names = Object.keys(columns) as Name[];
  const within = (name: Name, row: string): string => `(${row}state in (${columns[name].map((state) => `'${state}'`).join(", ")}))`;
  const counted = names.map((name) => `(select count(*) from main.${table} where ${within(name, "")})`);
  const change = (terms: (name: Name) => string): string =>
    `update ${tally} set ${names.map((name) => `${name} = ${name} ${terms(name)}`).join(", ")}`;
  database.exec(`
    create temp table if not exists ${tally} (one integer primary key, ${names.map((name) => `${name} integer not null`).join(", ")}) strict;
    insert or ignore into ${tally} values (1, ${counted.join(", ")});
    create temp trigger if not exists ${tally}_insert after insert on main.${table}
      begin ${change((name) => `+ ${within(name, "new.")}`)}; end;
    create temp trigger if not exists ${tally}_update after update of state on main.${table} when new.state <> old.state
      begin ${change((name) => `+ ${within(name, "new.")} - ${within(name, "old.")}`)}; end;
    create temp trigger if not exists ${tally}_delete after delete on main.${table}
      begin ${change((name) => `- ${within(name, "old.")}`)}; end;
  `);
  const read = database.prepare<Record<Name, number>>(`select ${names.join(", ")} from ${tally}`);
  return () => {
    const counts = read.get();
    if (counts === null) throw new Error(`the counts of ${table} are gone`);
    return counts;
  };
};
