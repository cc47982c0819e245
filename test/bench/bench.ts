import { mkdirSync, writeFileSync } from "node:fs";
import { arch, cpus, platform, release } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { commitRow } from "./commit.ts";
import { prepareGround } from "./ground.ts";
import { labelRow } from "./label.ts";
import { pullRow } from "./pull.ts";
import { pushRow } from "./push.ts";
import { rasterRow } from "./raster.ts";
import { table } from "./report.ts";
import type { Figure, Row } from "./rows.ts";
import { startRow } from "./start.ts";
import { verdictRow } from "./verdict.ts";

const rows: readonly Row[] = [verdictRow, commitRow, labelRow, pullRow, pushRow, startRow, rasterRow];

const HELP = `npm run bench [-- ROW… --strict --tasks N --quick]

Measures the station against the bare limit of the same work, side by side in one run; prints a table and writes
test-results/bench.json. Ends with 0 even when a number is missed, unless --strict.

  ROW         one or more of: ${rows.map(({ name }) => name).join(", ")}; none: all
  --tasks N   tasks stored (100000)
  --quick     a fifth of the samples: for a look, not for figures
  --strict    end with 1 when a number is missed`;

const root = join(import.meta.dirname, "../..");
const say = (words: string): void => void process.stderr.write(`bench: ${words}\n`);

const runRow = async (row: Row, ...given: Parameters<Row["run"]>): Promise<readonly Figure[]> => {
  const start = performance.now();
  say(`${row.title}…`);
  try {
    return await row.run(...given);
  } catch (error) {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    const words = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    return [
      {
        what: row.title,
        goal: "",
        measured: `broke off: ${words.slice(0, 80)}`,
        bare: "",
        ratio: "",
        ok: false,
        numbers: { error: words },
      },
    ];
  } finally {
    say(`${row.title}: ${Math.round((performance.now() - start) / 1000)} s`);
  }
};

const main = async (): Promise<number> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      strict: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      tasks: { type: "string", default: "100000" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const unknown = positionals.find((name) => !rows.some((row) => row.name === name));
  const tasks = Number(values.tasks);
  if (values.help || unknown !== undefined || !Number.isInteger(tasks) || tasks < 5_000) {
    process.stdout.write(`${unknown === undefined ? "" : `There is no row "${unknown}".\n\n`}${HELP}\n`);
    return values.help ? 0 : 2;
  }
  const chosen = positionals.length === 0 ? rows : rows.filter(({ name }) => positionals.includes(name));
  const startedAt = Date.now();
  const ground = prepareGround({ root, tasks, scale: values.quick ? 0.2 : 1, say });
  const breakOff = (): void => void ground.end().finally(() => process.exit(1));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, breakOff);
  const figures: (Figure & { row: string })[] = [];
  try {
    for (const row of chosen) figures.push(...(await runRow(row, ground)).map((figure) => ({ row: row.name, ...figure })));
  } finally {
    await ground.end();
  }
  const machine = {
    system: `${platform()} ${release()} ${arch()}`,
    processor: cpus()[0]?.model ?? "",
    cores: cpus().length,
    node: process.version,
  };
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  mkdirSync(join(root, "test-results"), { recursive: true });
  writeFileSync(
    join(root, "test-results/bench.json"),
    `${JSON.stringify({ at: new Date(startedAt).toISOString(), seconds, tasks, quick: values.quick, machine, figures }, null, 2)}\n`,
  );
  const missed = figures.filter(({ ok }) => ok === false);
  process.stdout.write(`\n${table(figures)}\n\n`);
  process.stdout.write(
    `${missed.length === 0 ? "Every number is reached" : `NOT REACHED: ${missed.map(({ what }) => what).join(" · ")}`}, ${tasks.toLocaleString("en")} tasks stored, ${seconds} s.\n`,
  );
  return missed.length > 0 && values.strict ? 1 : 0;
};

// A row that broke off may have left a browser or a server open: the bench ends all the same
process.exit(await main());
