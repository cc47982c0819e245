import { setImmediate } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { z } from "zod";
import { checkCopy, checkFile, checkpoint } from "./file-checks.ts";
import type { FileAnswer } from "./file-worker.ts";

/** The work on a database file beside the event loop (file-worker.ts); what it can't read at all it throws. */
const { job, path } = z.object({ job: z.enum(["check", "check-copy", "checkpoint"]), path: z.string() }).parse(workerData);
const answer = async (): Promise<string | null> => {
  switch (job) {
    case "check":
      return await checkFile(path, () => setImmediate());
    case "check-copy":
      return checkCopy(path);
    case "checkpoint":
      return checkpoint(path);
  }
};
void answer().then((words) => parentPort?.postMessage({ words } satisfies FileAnswer));
