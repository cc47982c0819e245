import { Worker } from "node:worker_threads";
import { errorWords } from "../../shared/error-words.ts";
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

/** A worker's or a process's file lies beside this one as .ts, and beside the bundle as .cjs. */
export const fileBeside = (file: string): URL => new URL(`${file}.${import.meta.url.endsWith(".ts") ? "ts" : "cjs"}`, import.meta.url);

/** A question that a worker was lost with is asked once more: what falls ill by chance is the PC, twice is the question. */
const MOST_LOSSES = 2;

type Asked<Question> = Readonly<{ id: number; question: Question; losses: number; resolve: (answer: Result<unknown>) => void }>;

/**
 * Questions to a worker thread: what takes longer than a scan may wait is done beside the event loop. A question that makes the
 * worker hang or crash costs the worker, not the station, and not the questions behind it: they are asked of the next worker.
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
  /** The one that the worker is at: only its time runs, and only it can be to blame. */
  let inHand: (Asked<Question> & Readonly<{ takeTimer: () => void }>) | null = null;
  const waiting: Asked<Question>[] = [];

  const putDown = (): Asked<Question> | null => {
    const asked = inHand;
    inHand?.takeTimer();
    inHand = null;
    return asked;
  };
  const lose = (lost: Worker, why: string): void => {
    if (worker !== lost) return;
    worker = null;
    log.warn({ file, why }, "a label worker ended and is started again with the next label");
    const asked = putDown();
    if (asked !== null && asked.losses + 1 < MOST_LOSSES) waiting.push({ ...asked, losses: asked.losses + 1 });
    else asked?.resolve(fail("label-unreadable", `${doing} failed (${why}).`));
    next();
  };
  const hear = (reply: WorkerReply): void => {
    if ("level" in reply) return log[reply.level](reply.facts, reply.words);
    if (reply.id !== inHand?.id) return;
    putDown()?.resolve("error" in reply ? fail("label-unreadable", `${doing} failed: ${reply.error}.`) : succeed(reply.value));
    next();
  };
  const start = (): Worker => {
    if (worker !== null) return worker;
    const started = new Worker(fileBeside(file));
    started.on("message", hear);
    started.on("error", (error) => lose(started, errorWords(error)));
    started.on("exit", (code) => lose(started, `exit ${code}`));
    // Nothing waits for a label worker when the station ends
    started.unref();
    worker = started;
    return started;
  };
  const next = (): void => {
    if (inHand !== null) return;
    const asked = waiting.shift();
    if (asked === undefined) return worker?.unref();
    const given = start();
    given.ref();
    const takeTimer = clock.after(ANSWER_WITHIN_MS, () => {
      void given.terminate();
      lose(given, `no end after ${ANSWER_WITHIN_MS / 1_000} s`);
    });
    inHand = { ...asked, takeTimer };
    given.postMessage({ id: asked.id, ...asked.question });
  };

  return {
    ask: (question) =>
      new Promise((resolve) => {
        waiting.push({ id: ++lastId, question, losses: 0, resolve });
        next();
      }),
    start: () => {
      start();
    },
    tidy: () => worker?.postMessage({ note: "tidy" } satisfies WorkerNote),
    stop: async () => {
      const last = worker;
      worker = null;
      for (const one of [putDown(), ...waiting.splice(0)]) one?.resolve(fail("label-unreadable", "The station stops."));
      await last?.terminate();
    },
  };
};
