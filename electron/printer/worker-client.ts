import { Worker } from "node:worker_threads";
import { fail, succeed, type Result } from "../../shared/failures.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";

/** What comes back from a worker: an answer to a question of that number, or words for the log. */
export type WorkerReply = Readonly<
  | { id: number; value: unknown }
  | { id: number; error: string }
  | { level: keyof Log; facts: Readonly<Record<string, unknown>>; words: string }
>;

/** What a worker may be told without being asked anything: give back what memory it can. */
export type WorkerNote = Readonly<{ note: "tidy" }>;

export type WorkerClient<Question> = Readonly<{
  /** The answer has the type that the worker's own code gives to this question. Failures: `label-unreadable`. */
  ask: (question: Question) => Promise<Result<unknown>>;
  /** Starts the worker before it is needed. */
  start: () => void;
  /** Has it give back memory; one that isn't running has none. */
  tidy: () => void;
  stop: () => Promise<void>;
}>;

/** A sane label takes a few ms; whatever takes this long is damage or an attack. */
const ANSWER_WITHIN_MS = 15_000;

/** The worker's file lies beside this one as .ts, and beside the bundle as .cjs. */
const urlOf = (file: string): URL => new URL(`${file}.${import.meta.url.endsWith(".ts") ? "ts" : "cjs"}`, import.meta.url);

type Waiting = Readonly<{ settle: (answer: Result<unknown>) => void; takeTimer: () => void }>;

/**
 * Questions to a worker thread: what takes longer than a scan may wait is done beside the event loop. A question that makes the
 * worker hang or crash costs the worker, not the station: the next question starts another one.
 *
 * @param file the worker's file in this folder, without its ending
 * @param doing what it does, in words: "Reading it"
 */
export const createWorkerClient = <Question extends object>({
  file,
  doing,
  clock,
  log,
}: Readonly<{ file: string; doing: string; clock: Clock; log: Log }>): WorkerClient<Question> => {
  let worker: Worker | null = null;
  let lastId = 0;
  const waiting = new Map<number, Waiting>();

  const settle = (id: number, answer: Result<unknown>): void => {
    const one = waiting.get(id);
    waiting.delete(id);
    one?.takeTimer();
    one?.settle(answer);
  };
  const lose = (lost: Worker, why: string): void => {
    if (worker !== lost) return;
    worker = null;
    log.warn({ file, why }, "a label worker ended and is started again with the next label");
    for (const id of [...waiting.keys()]) settle(id, fail("label-unreadable", `${doing} failed (${why}).`));
  };
  const hear = (reply: WorkerReply): void => {
    if ("level" in reply) log[reply.level](reply.facts, reply.words);
    else settle(reply.id, "error" in reply ? fail("label-unreadable", `${doing} failed: ${reply.error}.`) : succeed(reply.value));
  };
  const start = (): Worker => {
    if (worker !== null) return worker;
    const started = new Worker(urlOf(file));
    started.on("message", hear);
    started.on("error", (error) => lose(started, error instanceof Error ? error.message : String(error)));
    started.on("exit", (code) => lose(started, `exit ${code}`));
    // Nothing waits for a label worker when the station ends
    started.unref();
    worker = started;
    return started;
  };

  return {
    ask: (question) =>
      new Promise((resolve) => {
        const asked = start();
        const id = ++lastId;
        asked.ref();
        const takeTimer = clock.after(ANSWER_WITHIN_MS, () => {
          void asked.terminate();
          lose(asked, `no end after ${ANSWER_WITHIN_MS / 1_000} s`);
        });
        waiting.set(id, {
          takeTimer,
          settle: (answer) => {
            if (waiting.size === 0) asked.unref();
            resolve(answer);
          },
        });
        asked.postMessage({ id, ...question });
      }),
    start: () => {
      start();
    },
    tidy: () => worker?.postMessage({ note: "tidy" } satisfies WorkerNote),
    stop: async () => {
      const last = worker;
      worker = null;
      for (const id of [...waiting.keys()]) settle(id, fail("label-unreadable", "The station stops."));
      await last?.terminate();
    },
  };
};
