import SqliteDriver from "better-sqlite3";
import { join } from "node:path";
import { FIRST_FREE_TASK } from "./fill.ts";
import { openParts } from "./parts.ts";
import type { Figure, Row } from "./rows.ts";
import { median, ms, quantile, summary, times } from "./statistics.ts";
import { makeBenchTask, unitCodes } from "./tasks.ts";

const ORDERS = 400;
const MOST_RATIO = 1.5;

/** A table and a statement with nothing around them, at the station's durability. */
const openBare = (path: string) => {
  const driver = new SqliteDriver(path);
  driver.pragma("journal_mode = WAL");
  driver.pragma("synchronous = FULL");
  driver.exec("create table bare (id integer primary key, at integer not null, words text not null) strict");
  const insert = driver.prepare("insert into bare (at, words) values (?, ?)");
  return {
    insert: () => insert.run(Date.now(), "one row, about as long as a line of the journal: unit-packed, a code, a parcel, a task"),
    close: () => driver.close(),
  };
};

/**
 * A decision is journal + parcel + task + outbox + print job in one transaction; the bare limit is one row in a table without
 * an index. Both wait for the same disk, one after the other, through a shift's scans.
 */
const run: Row["run"] = async ({ filledFolder, folder, scale }) => {
  const spent = { transaction: 0 };
  const { desk, database } = openParts(join(filledFolder("commit"), "packbench.db"), (work) => {
    const start = performance.now();
    try {
      return work();
    } finally {
      spent.transaction += performance.now() - start;
    }
  });
  const bare = openBare(join(folder, "bare.db"));
  const series = { bare: [] as number[], transaction: [] as number[], scan: [] as number[] };
  const byVerdict: Record<string, number[]> = {};
  const orders = Math.max(20, Math.round(ORDERS * scale));
  for (let sequence = FIRST_FREE_TASK; sequence < FIRST_FREE_TASK + orders; sequence++) {
    const task = makeBenchTask(sequence);
    const wrong = unitCodes(makeBenchTask(sequence + 1))[0] ?? "WRONG";
    for (const code of [task.raw.ft_no, wrong, ...unitCodes(task), ...(task.way === "split" ? ["CMDFINISH"] : [])]) {
      const bareStart = performance.now();
      bare.insert();
      series.bare.push(performance.now() - bareStart);
      spent.transaction = 0;
      const start = performance.now();
      const { verdict } = desk.scan(code);
      series.scan.push(performance.now() - start);
      if (spent.transaction > 0) {
        series.transaction.push(spent.transaction);
        (byVerdict[verdict.kind] ??= []).push(spent.transaction);
      }
    }
  }
  bare.close();
  database.close();
  const figure = (what: string, numbers: readonly number[], goal: string, isGoal: boolean): Figure => {
    const ratio = median(numbers) / median(series.bare);
    return {
      what,
      goal,
      measured: `${ms(median(numbers))}, p99 ${ms(quantile(numbers, 0.99))}`,
      bare: `${ms(median(series.bare))}, p99 ${ms(quantile(series.bare, 0.99))}`,
      ratio: times(ratio),
      ok: isGoal ? ratio <= MOST_RATIO : null,
      numbers: {
        ours: summary(numbers),
        bare: summary(series.bare),
        ratio,
        ...(isGoal ? { byVerdict: Object.fromEntries(Object.entries(byVerdict).map(([kind, all]) => [kind, summary(all)])) } : {}),
      },
    };
  };
  return [
    figure("a decision's commit (its transaction)", series.transaction, `≤ ${MOST_RATIO} × a bare row`, true),
    figure("a scan at the desk, whole (read, decide, commit)", series.scan, "", false),
  ];
};

export const commitRow: Row = { name: "commit", title: "a decision's commit", run };
