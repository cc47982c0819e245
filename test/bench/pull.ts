import SqliteDriver from "better-sqlite3";
import { join } from "node:path";
import { systemClock } from "../../electron/kit/clock.ts";
import { silentLog } from "../../electron/kit/log.ts";
import { createPull } from "../../electron/sync/pull.ts";
import type { Connection } from "../../electron/sync/api.ts";
import { openApi, signedCall, startBenchOms4 } from "./oms4-client.ts";
import { openParts } from "./parts.ts";
import type { Row } from "./rows.ts";
import { median, perSecond, times } from "./statistics.ts";

const TASKS = 20_000;
const PAGE = 50;
/** As many as one pass of the station's pull takes, so that both sides take turns at the same pages. */
const PAGES_A_TURN = 20;
const LEAST_RATIO = 0.5;

const isPage = (data: unknown): data is { data: { ft_list: { ft_no: string }[] } } =>
  typeof data === "object" && data !== null && "data" in data;

/** fetch, JSON.parse, one insert a task of its raw text, one transaction a page, at the station's durability. */
const openBare = (path: string, connection: Connection) => {
  const driver = new SqliteDriver(path);
  driver.pragma("journal_mode = WAL");
  driver.pragma("synchronous = FULL");
  driver.exec("create table bare (ft_no text primary key, raw text not null) strict, without rowid");
  const insert = driver.prepare("insert into bare (ft_no, raw) values (?, ?)");
  const store = driver.transaction((tasks: readonly { ft_no: string }[]) => {
    for (const task of tasks) insert.run(task.ft_no, JSON.stringify(task));
  });
  return {
    pull: async (offset: number): Promise<void> => {
      for (let page = 0; page < PAGES_A_TURN; page++) {
        const { url, headers } = signedCall(connection, "getTasks", { offset: String(offset + page * PAGE), limit: String(PAGE) }, "");
        const answer: unknown = await (await fetch(url, { headers })).json();
        if (!isPage(answer)) throw new Error("OMS4 gave no page");
        store(answer.data.ft_list);
      }
    },
    count: (): number => Number(driver.prepare("select count(*) from bare").pluck().get()),
    close: () => driver.close(),
  };
};

const run: Row["run"] = async (ground) => {
  const tasks = Math.max(PAGES_A_TURN * PAGE * 4, Math.round((TASKS * ground.scale) / (PAGES_A_TURN * PAGE)) * PAGES_A_TURN * PAGE);
  const oms4 = await startBenchOms4(ground, tasks);
  const bare = openBare(join(ground.folder, "bare-pull.db"), oms4.connection);
  const { database, stores, ingest } = openParts(join(ground.folder, "pull.db"));
  const api = openApi(oms4.connection);
  const stored: string[] = [];
  const pull = createPull({
    api,
    ingest,
    tasks: stores.tasks,
    marks: stores.marks,
    clock: systemClock,
    log: silentLog,
    onTaskStored: (ftNo) => stored.push(ftNo),
    onCancellation: () => {},
    onChange: () => {},
    isScanning: () => false,
  });
  const turns: { ours: number; bare: number }[] = [];
  for (let offset = 0; offset < tasks; offset += PAGES_A_TURN * PAGE) {
    const bareStart = performance.now();
    await bare.pull(offset);
    const bareMs = performance.now() - bareStart;
    const before = stored.length;
    const start = performance.now();
    const passed = await pull.run();
    const oursMs = performance.now() - start;
    if (!passed.ok) throw new Error(passed.failure.detail);
    if (stored.length - before !== PAGES_A_TURN * PAGE) throw new Error(`the pull stored ${stored.length - before} tasks in its turn`);
    turns.push({ ours: ((stored.length - before) / oursMs) * 1000, bare: ((PAGES_A_TURN * PAGE) / bareMs) * 1000 });
  }
  const kept = bare.count();
  bare.close();
  database.close();
  await oms4.stop();
  if (kept !== stored.length) throw new Error(`the bare loop stored ${kept} tasks, the pull ${stored.length}`);
  // The first turn compiles the code of both
  const warm = turns.slice(1);
  const ratio = median(warm.map(({ ours, bare: bareRate }) => ours / bareRate));
  const [ours, bareRate] = [median(warm.map((turn) => turn.ours)), median(warm.map((turn) => turn.bare))];
  return [
    {
      what: "pull: tasks stored (read, checked, codes, outbox)",
      goal: `≥ ${LEAST_RATIO} × HTTP + insert`,
      measured: perSecond(ours),
      bare: perSecond(bareRate),
      ratio: times(ratio),
      ok: ratio >= LEAST_RATIO,
      numbers: { tasksPerSecond: ours, bareTasksPerSecond: bareRate, ratio, turns },
    },
  ];
};

export const pullRow: Row = { name: "pull", title: "pull of tasks", run };
