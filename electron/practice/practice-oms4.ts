import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { errorWords } from "../../shared/error-words.ts";
import { fail, succeed } from "../../shared/failures.ts";
import { readStatus } from "../../shared/task.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import type { Connection } from "../sync/api.ts";
import { createOms4Core, type Oms4Core } from "./oms4-core.ts";
import { createOms4Server } from "./oms4-server.ts";
import { emptyState, textOf, wayOfRaw, type Oms4State, type RawTask } from "./oms4-state.ts";
import { createPracticeLabels } from "./practice-label.ts";
import { makeSampleTask } from "./sample-tasks.ts";
import { ensureFolder } from "../kit/ensure-folder.ts";

export type PracticeParts = Readonly<{
  /** Where the practice OMS4 keeps its state, one JSON file. */
  file: string;
  clock: Clock;
  log: Log;
}>;

/** One practice task with all that can be scanned to pack it. */
export type ScanCodes = Readonly<{
  ftNo: string;
  way: "single" | "split" | "own";
  items: readonly { code: string; name: string; qty: number }[];
}>;

const FIRST_TASKS = 40;
const FEWEST_OPEN = 10;
const TOP_UP = 20;
const SPLIT_LABEL_MS = 2_000;
/** Finished practice orders beyond these are forgotten, so that the file stays small. */
const MOST_FINISHED = 300;
const CREDENTIALS = { tenantId: "PRACTICE", apiKey: "practice", apiSecret: "practice-secret" };

const list = z.array(z.object({}).loose());
const fileSchema = z.object({
  sequence: z.int(),
  tasks: list,
  parcels: list,
  cancellations: list,
  cancelRequests: list,
  activities: list,
  inventory: z.record(z.string(), z.number()),
});

/** The state of the last time; a file that isn't ours or is damaged begins anew, because practice holds nothing of worth. */
const readState = (file: string, log: Log): Oms4State => {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return emptyState();
  }
  try {
    return fileSchema.parse(JSON.parse(text)) as unknown as Oms4State;
  } catch (error) {
    log.warn({ file, error: errorWords(error) }, "practice begins anew: its file can't be read");
    return emptyState();
  }
};

const writeState = (file: string, state: Oms4State): void => {
  ensureFolder(dirname(file));
  writeFileSync(`${file}.part`, JSON.stringify(state));
  renameSync(`${file}.part`, file);
};

const isOpen = (raw: RawTask): boolean => readStatus(raw.status) === "open" && raw.status !== "PACKING";

const addSamples = (core: Oms4Core, count: number, now: number): void => {
  for (let added = 0; added < count; added++) {
    core.state.sequence += 1;
    const { raw, trackingNo, way } = makeSampleTask(core.state.sequence, now);
    core.addTask(raw, { trackingNo, labelAt: way === "single" ? now : null });
  }
};

/** Forgets the oldest finished orders with all that belongs to them. */
const prune = (state: Oms4State): Oms4State => {
  const finished = state.tasks.filter(({ raw }) => readStatus(raw.status) !== "open");
  const gone = new Set(finished.slice(0, Math.max(0, finished.length - MOST_FINISHED)).map(({ raw }) => raw.ft_no));
  if (gone.size === 0) return state;
  return {
    ...state,
    tasks: state.tasks.filter(({ raw }) => !gone.has(raw.ft_no)),
    parcels: state.parcels.filter(({ ftNo }) => !gone.has(ftNo)),
    activities: state.activities.filter(({ ftNo }) => !gone.has(ftNo)),
  };
};

/**
 * Starts the embedded OMS4 of the practice mode: a real HTTP server on 127.0.0.1 with signed calls, sample orders of all three
 * ways and labels made on demand. It survives a restart, and adds orders when fewer than ten are left. Failure: `internal` when
 * no port is free, `storage-unwritable` when its file can't be written.
 */
export const startPracticeOms4 = async ({ file, clock, log }: PracticeParts) => {
  const state = prune(readState(file, log));
  const topUp = (): void => {
    const open = state.tasks.filter(({ raw }) => isOpen(raw)).length;
    if (state.tasks.length === 0) addSamples(core, FIRST_TASKS, clock.now());
    else if (open < FEWEST_OPEN) addSamples(core, TOP_UP, clock.now());
  };
  const core: Oms4Core = createOms4Core({
    state,
    clock,
    makeLabel: createPracticeLabels({ log }),
    splitLabelMs: () => SPLIT_LABEL_MS,
    onTold: () => {
      topUp();
      writeState(file, state);
    },
  });
  try {
    topUp();
    writeState(file, state);
  } catch (error) {
    return fail("storage-unwritable", `${file} (${errorWords(error)}).`);
  }
  const server = createOms4Server({ core, credentials: CREDENTIALS, clock, skewMs: () => 0, intercept: (_exchange, proceed) => proceed() });
  const listening = await server.listen(0);
  if (!listening.ok) return listening;
  const connection: Connection = listening.value.connection;
  return succeed({
    connection,
    /** Open practice orders with their barcodes, soonest first. */
    scanCodes: (): readonly ScanCodes[] =>
      state.tasks
        .filter(({ raw }) => isOpen(raw))
        .toSorted((a, b) => Number(a.raw["ship_by_date"]) - Number(b.raw["ship_by_date"]))
        .map(({ raw }) => ({
          ftNo: raw.ft_no,
          way: wayOfRaw(raw),
          items: raw.task_details.map((detail) => ({
            code: textOf(detail["barcode"]),
            name: textOf(detail["sku_name"]),
            qty: detail.qty ?? 1,
          })),
        })),
    close: async (): Promise<void> => {
      await server.close();
      writeState(file, state);
    },
  });
};
