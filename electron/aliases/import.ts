import { aliasFacts, type CodesPreview } from "../../shared/alias.ts";
import { fail, succeed, type Result } from "../../shared/failures.ts";
import type { Alias, AliasStore } from "../store/aliases.ts";
import type { Database } from "../store/database.ts";
import type { Journal } from "../store/journal.ts";
import { csvLine, CSV_HEADER, readAliasCsv } from "./csv.ts";
import { planImport, planWords, type Plan } from "./plan.ts";

/** Rows written in one bite: milliseconds, so that a scan that comes in between is not kept waiting. */
const ROWS_A_BITE = 250;
const ROWS_A_PAGE = 500;
/** Changes told in one line of the journal. */
const CHANGES_A_LINE = 500;
const PROBLEMS_SHOWN = 12;

export type ImportParts = Readonly<{
  database: Database;
  aliases: AliasStore;
  journal: Journal;
  packer: () => string | null;
  now: () => number;
  /** Lets everything else have its turn. */
  breathe: () => Promise<void>;
}>;

/** `file`: how the journal calls it. `goodOnly`: takes the good rows although others are not. */
export type ImportOrder = Readonly<{ file: string; content: Uint8Array | string; goodOnly: boolean }>;

const bites = <T>(all: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_one, index) => all.slice(index * size, (index + 1) * size));

export const previewOf = (plan: Plan): CodesPreview => ({
  rows: plan.rows,
  fresh: plan.fresh.length,
  changed: plan.changed.length,
  same: plan.same,
  conflicts: plan.conflicts,
  bad: plan.bad,
  problems: plan.problems.slice(0, PROBLEMS_SHOWN),
  changes: plan.changes.slice(0, PROBLEMS_SHOWN),
});

/**
 * Takes lists of codes over and writes them out, bite by bite beside the scans. An import counts from one commit on, whole; a crash before
 * it leaves nothing that means anything.
 */
export const createAliasImport = ({ database, aliases, journal, packer, now, breathe }: ImportParts) => {
  let running = false;
  /** One at a time; while it runs nobody teaches a code either. */
  const alone = async <T>(work: () => Promise<Result<T>>): Promise<Result<T>> => {
    if (running) return fail("not-now", "A list of codes is being read.");
    running = true;
    try {
      return await work();
    } finally {
      running = false;
    }
  };

  const plan = async (content: Uint8Array | string): Promise<Result<Plan>> => {
    const lines = await readAliasCsv(content, breathe);
    return lines.ok ? succeed(await planImport(lines.value, aliases, breathe)) : lines;
  };

  const dropLeftOvers = async (): Promise<void> => {
    for (let after: string | null = ""; after !== null && aliases.hasLeftOvers(); await breathe()) {
      const from: string = after;
      after = database.transactionAhead(() => aliases.dropLeftOvers(from));
    }
  };

  const write = async (planned: Plan, file: string): Promise<void> => {
    const at = now();
    const by = { source: "imported" as const, packer: packer(), at };
    await dropLeftOvers();
    const rows = [...planned.fresh, ...planned.changed.map(({ row }) => row)];
    for (const some of bites(rows, ROWS_A_BITE)) {
      // Ahead: a power cut may take these back, as they mean nothing yet; the commit that brings them in waits for all of them
      database.transactionAhead(() => aliases.writeComing(some, by));
      await breathe();
    }
    database.transaction(() => {
      aliases.bringIn();
      const { fresh, changed, same, conflicts, bad } = planned;
      const [told = [], ...more] = bites(
        changed.map(({ row, before }) => ({ before: aliasFacts(before), after: aliasFacts(row) })),
        CHANGES_A_LINE,
      );
      const note = (some: typeof told, counts: object): void =>
        journal.add(
          {
            kind: "codes-imported",
            ftNo: null,
            parcelNo: null,
            before: some.map(({ before }) => before),
            after: { file, ...counts, ...(some.length === 0 ? {} : { changes: some.map(({ after }) => after) }) },
          },
          at,
        );
      for (const some of more) note(some, { goesOn: true });
      note(told, { fresh: fresh.length, changed: changed.length, same, conflicts, bad });
    });
    aliases.inForce();
    for (const some of bites(
      planned.changed.map(({ row }) => row.barcode),
      ROWS_A_BITE,
    )) {
      database.transactionAhead(() => aliases.dropOlder(some));
      await breathe();
    }
  };

  return {
    running: (): boolean => running,
    /** What taking the file over would do. Failures: `codes-bad`, `not-now`. */
    preview: (content: Uint8Array | string): Promise<Result<Plan>> => alone(() => plan(content)),
    /** Takes all of it, or nothing; with `goodOnly` what is good of it. Failures: `codes-bad`, `not-now`. */
    take: ({ file, content, goodOnly }: ImportOrder): Promise<Result<Plan>> =>
      alone(async () => {
        const planned = await plan(content);
        if (!planned.ok) return planned;
        const { fresh, changed, conflicts, bad, problems } = planned.value;
        if (conflicts + bad > 0 && !goodOnly) {
          const [first] = problems;
          return fail("codes-bad", `${planWords(planned.value)} Nothing was taken. Line ${first?.line ?? 1}: ${first?.words ?? ""}`);
        }
        if (fresh.length + changed.length > 0) await write(planned.value, file);
        return planned;
      }),
    /** Everything known, in the format that `take` reads. */
    exportText: async (): Promise<string> => {
      const parts = [CSV_HEADER];
      let after = "";
      for (;;) {
        const page: readonly Alias[] = aliases.page(after, ROWS_A_PAGE);
        parts.push(...page.map(csvLine));
        const last = page.at(-1);
        if (last === undefined) return parts.join("");
        after = last.code;
        await breathe();
      }
    },
    /** Makes a code unknown again; null when nobody knew it. `allowedBy`: what stood for a supervisor's word. */
    remove: (code: string, allowedBy: string): Alias | null => {
      const at = now();
      return database.transaction(() => {
        const alias = aliases.remove(code);
        if (alias !== null)
          journal.add({ kind: "code-removed", ftNo: null, parcelNo: null, before: aliasFacts(alias), after: { allowedBy } }, at);
        return alias;
      });
    },
  };
};
export type AliasImport = ReturnType<typeof createAliasImport>;
