import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { productWords } from "../../shared/alias.ts";
import { errorWords } from "../../shared/error-words.ts";
import { fail, failureWords, succeed, type Failure, type Result } from "../../shared/failures.ts";
import { createAliasStore, type AliasStore } from "../store/aliases.ts";
import { lockFolder, openDatabase, storageFailure } from "../store/database.ts";
import { createJournal } from "../store/journal.ts";
import { auditReport } from "./audit.ts";
import { readCodeFile, writeCodeFile } from "./files.ts";
import { createAliasImport, type AliasImport } from "./import.ts";
import { planWords, type Plan } from "./plan.ts";

const ALIASES_USAGE = `Usage, while the station is stopped:
  npm run aliases -- import FILE [--yes] [--good-rows]   says what the list would change; with --yes takes it over, all of it or nothing
  npm run aliases -- export FILE                         writes every code, in the same format
  npm run aliases -- list                                the codes and what they mean
  npm run aliases -- remove CODE                         makes a code unknown again
  npm run aliases -- audit                               every change: when, who, what, and what it was before
FILE: barcode, brand_code, brand_sku_code, quantity. --good-rows: also where some rows are bad or in conflict, without those.
--data-dir DIR: the station's data folder, where it is not the usual one. --practice: the practice database of it.`;

const orders = new Map(Object.entries({ import: "take", export: "write", list: "list", remove: "remove", audit: "audit" } as const));
type Order = Readonly<{
  what: "take" | "write" | "list" | "remove" | "audit";
  target: string;
  dataFolder: string;
  practice: boolean;
  yes: boolean;
  goodOnly: boolean;
}>;

const ROWS_A_PAGE = 500;

const readOrder = (given: readonly string[], usualFolder: string): Result<Order> => {
  try {
    const { values, positionals } = parseArgs({
      args: [...given],
      strict: true,
      allowPositionals: true,
      options: {
        "data-dir": { type: "string" },
        yes: { type: "boolean" },
        "good-rows": { type: "boolean" },
        practice: { type: "boolean" },
      },
    });
    const [word, target = "", ...more] = positionals;
    const what = orders.get(word ?? "");
    if (what === undefined || more.length > 0 || (target === "") !== (what === "list" || what === "audit"))
      return fail("setting-bad", ALIASES_USAGE);
    const { "data-dir": folder = usualFolder, yes = false, "good-rows": goodOnly = false, practice = false } = values;
    return succeed({ what, target, dataFolder: resolve(folder), practice, yes, goodOnly });
  } catch (error) {
    return fail("setting-bad", `${errorWords(error)}\n${ALIASES_USAGE}`);
  }
};

const planLines = (plan: Plan): string =>
  [...plan.problems, ...plan.changes].map(({ line, words }) => `\n  line ${line}: ${words}`).join("");

const takeIn = async (order: Order, lists: AliasImport): Promise<Result<string>> => {
  const path = resolve(order.target);
  const content = readCodeFile(path);
  if (!content.ok) return content;
  if (order.yes) {
    const taken = await lists.take({ file: path, content: content.value, goodOnly: order.goodOnly });
    return taken.ok ? succeed(`Taken over. ${planWords(taken.value)}${planLines(taken.value)}`) : taken;
  }
  const plan = await lists.preview(content.value);
  if (!plan.ok) return plan;
  const { conflicts, bad } = plan.value;
  const how = conflicts + bad === 0 ? "Take it over with --yes." : "Put it right, or take the good rows with --yes --good-rows.";
  return succeed(`${planWords(plan.value)}${planLines(plan.value)}\n${how}`);
};

const listed = (aliases: AliasStore): string => {
  const lines: string[] = [];
  let after = "";
  for (;;) {
    const page = aliases.page(after, ROWS_A_PAGE);
    const last = page.at(-1);
    if (last === undefined) return lines.length === 0 ? "No code is known beside those that orders give." : lines.join("\n");
    for (const { barcode, quantity, source, packer, at, ...product } of page) {
      const who = [source, ...(packer === null ? [] : [`packer ${packer}`]), ...(at === 0 ? [] : [new Date(at).toISOString()])].join(", ");
      lines.push(`${barcode}: ${quantity} × ${productWords(product)} (${who})`);
    }
    after = last.code;
  }
};

const run = async (order: Order, now: () => number): Promise<Result<string>> => {
  const path = join(order.dataFolder, ...(order.practice ? ["practice"] : []), "packbench.db");
  if (!existsSync(path)) return fail("not-found", `There is no database ${path}: start the station once, stop it, then come back.`);
  const opened = openDatabase(path);
  if (!opened.ok) return opened;
  const database = opened.value;
  try {
    const aliases = createAliasStore({ database });
    const journal = createJournal({ database, stationId: () => "aliases", packer: () => null });
    // Nobody else wants a turn
    const lists = createAliasImport({ database, aliases, journal, packer: () => null, now, breathe: () => Promise.resolve() });
    switch (order.what) {
      case "take":
        return await takeIn(order, lists);
      case "write": {
        const written = writeCodeFile(resolve(order.target), await lists.exportText());
        return written.ok ? succeed(`${resolve(order.target)}: ${aliases.count()} codes.`) : written;
      }
      case "list":
        return succeed(listed(aliases));
      case "audit":
        return succeed(auditReport(aliases));
      case "remove": {
        const removed = lists.remove(order.target, "command line");
        return removed === null
          ? fail("not-found", `${order.target} is no code that a list or a person gave.`)
          : succeed(`${removed.barcode} is unknown again. It was ${removed.quantity} × ${productWords(removed)}.`);
      }
    }
  } finally {
    database.close();
  }
};

/** `npm run aliases`: gives what to print, and the exit code. */
export const runAliases = async (
  given: readonly string[],
  { now, dataFolder }: Readonly<{ now: () => number; dataFolder: string }>,
): Promise<Readonly<{ words: string; code: number }>> => {
  const failed = (failure: Failure) => ({ words: failureWords(failure), code: 1 });
  const order = readOrder(given, dataFolder);
  if (!order.ok) return failed(order.failure);
  if (!existsSync(order.value.dataFolder)) return failed(fail("not-found", `There is no folder ${order.value.dataFolder}.`).failure);
  const lock = lockFolder(order.value.dataFolder);
  if (!lock.ok) return failed(lock.failure);
  try {
    const done = await run(order.value, now);
    return done.ok ? { words: done.value, code: 0 } : failed(done.failure);
  } catch (error) {
    return failed(storageFailure(error, order.value.dataFolder));
  } finally {
    lock.value.release();
  }
};
