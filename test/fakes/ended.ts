import type { ChildProcess } from "node:child_process";

/** A grandchild that outlives its parent may hold the parent's streams open: `close` never comes then, ms. */
const DRAINS_WITHIN_MS = 5_000;

/** How a child ended (exit code or signal), told once what it wrote was read to the end. Rejects when it can't be started. */
export const ended = (child: ChildProcess): Promise<number | NodeJS.Signals> =>
  new Promise((resolve, reject) => {
    // Later errors are of messages to it, and no end
    child.on("error", (error) => child.pid === undefined && reject(error));
    child.once("exit", (code, signal) => {
      const end = code ?? signal ?? -1;
      const drained = setTimeout(() => resolve(end), DRAINS_WITHIN_MS);
      child.once("close", () => {
        clearTimeout(drained);
        resolve(end);
      });
    });
  });
