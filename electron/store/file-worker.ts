import { Worker } from "node:worker_threads";

/**
 * What is done to a database file beside the event loop. `check`: reads a file in use from end to end; `check-copy`: the same for a
 * copy nobody uses, which is left as one file without a log beside it; `checkpoint`: folds the log back as far as its readers allow.
 */
export type FileJob = Readonly<{ job: "check" | "check-copy" | "checkpoint"; path: string }>;
export type FileAnswer = Readonly<{ words: string | null }>;

/** The worker's file lies beside this one as .ts, and beside the bundle as .cjs. */
const workerUrl = (): URL => new URL(`check-worker.${import.meta.url.endsWith(".ts") ? "ts" : "cjs"}`, import.meta.url);

/**
 * Runs one job in a thread of its own: gives null when all is well, SQLite's words about damage otherwise. Rejects where the file
 * can't be read for another reason. `stop` ends it early; the promise then gives null and means nothing.
 */
export const startFileJob = (job: FileJob): Readonly<{ done: Promise<string | null>; stop: () => Promise<void> }> => {
  const worker = new Worker(workerUrl(), { workerData: job });
  worker.unref();
  const done = new Promise<string | null>((resolve, reject) => {
    worker.on("message", ({ words }: FileAnswer) => resolve(words));
    worker.on("error", reject);
    worker.on("exit", () => resolve(null));
  });
  return { done, stop: async () => void (await worker.terminate()) };
};
