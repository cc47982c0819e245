import type { Fetch } from "../../../electron/kit/http.ts";
import type { PrinterPort } from "../../../electron/printer/port.ts";
import type { Database, Statement, Value } from "../../../electron/store/database.ts";
import { endpointNames, endpoints } from "../../../electron/sync/endpoints.ts";
import type { Ground } from "../../../electron/works.ts";
import type { CommitKind } from "./points.ts";

const WRITE = /^\s*(insert|update|delete)\s+(?:or \w+ +)?(?:into |from )?(\w+)/i;

/** `insert task`, `update outbox`, …; null for what only reads. */
const writeOf = (sql: string): string | null => {
  const found = WRITE.exec(sql);
  return found === null ? null : `${found[1] ?? ""} ${found[2] ?? ""}`.toLowerCase();
};

const kindOf = (writes: ReadonlySet<string>): CommitKind | null => {
  const touches = (...tables: readonly string[]): boolean => [...writes].some((write) => tables.includes(write.split(" ")[1] ?? ""));
  if (writes.has("insert label")) return "label";
  if (touches("packed_unit")) return writes.has("insert print_job") ? "label-queued" : "decision";
  if (touches("task_code", "cancellation", "set_aside", "sync_mark")) return "pull";
  if (writes.has("insert print_job")) return "label-queued";
  if (writes.has("insert journal") && !touches("print_job")) return "decision";
  if (touches("outbox")) return "outbox";
  if (touches("print_job")) return "print";
  return null;
};

/** Tells of each commit that writes something, right before it and right after. */
const watchDatabase = (real: Database, step: (point: string) => void): Database => {
  let depth = 0;
  let writes = new Set<string>();
  const begin =
    (transaction: Database["transaction"], ahead: boolean): Database["transaction"] =>
    (work) => {
      if (depth > 0) return transaction(work);
      depth = 1;
      writes = new Set();
      let kind: CommitKind | null = null;
      try {
        const value = transaction(() => {
          const made = work();
          kind = kindOf(writes) === null ? null : ahead ? "noted" : kindOf(writes);
          if (kind !== null) step(`commit.before.${kind}`);
          return made;
        });
        if (kind !== null) step(`commit.after.${kind as CommitKind}`);
        return value;
      } finally {
        depth = 0;
      }
    };
  return {
    ...real,
    prepare: <Row>(sql: string): Statement<Row> => {
      const statement = real.prepare<Row>(sql);
      const write = writeOf(sql);
      if (write === null) return statement;
      const alone = kindOf(new Set([write]));
      return {
        ...statement,
        run: (...values: readonly Value[]) => {
          if (depth > 0 || alone === null) {
            writes.add(write);
            return statement.run(...values);
          }
          step(`commit.before.${alone}`);
          const ran = statement.run(...values);
          step(`commit.after.${alone}`);
          return ran;
        },
      };
    },
    transaction: begin(real.transaction, false),
    transactionAhead: begin(real.transactionAhead, true),
  };
};

const callOf = (url: string, method: string): string => {
  const { pathname } = new URL(url);
  return endpointNames.find((name) => pathname.endsWith(endpoints[name].path) && endpoints[name].method === method) ?? pathname;
};

const watchHttp =
  (real: Fetch, step: (point: string) => void): Fetch =>
  async (url, asked) => {
    const call = callOf(url, asked.method);
    step(`send.before.${call}`);
    const answer = await real(url, asked);
    const text = await answer.text();
    step(`answer.before.${call}`);
    return { ...answer, text: async () => text };
  };

const watchPrinter = (real: PrinterPort, step: (point: string) => void): PrinterPort => ({
  ...real,
  prepare: async (request) => {
    step("print.before.prepare");
    const prepared = await real.prepare(request);
    step("print.after.prepare");
    if (!prepared.ok) return prepared;
    const { send, discard } = prepared.value;
    return {
      ok: true,
      value: {
        discard,
        send: async (tell, signal) => {
          step("print.before.send");
          const end = await send(tell, signal);
          step("print.after.send");
          return end;
        },
      },
    };
  },
  recover: async (job) => {
    step("print.before.recover");
    const found = await real.recover(job);
    step("print.after.recover");
    return found;
  },
});

/** A ground that tells of every step it passes, by the names in points.ts. */
export const createCrashGround = (step: (point: string) => void): Ground => ({
  http: (real) => watchHttp(real, step),
  database: (real) => watchDatabase(real, step),
  printer: (real) => watchPrinter(real, step),
});
