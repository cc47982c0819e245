import { parentPort } from "node:worker_threads";
import { ready } from "zpl-renderer-js";
import { errorWords } from "../../shared/error-words.ts";
import type { WorkerNote, WorkerReply } from "./worker-client.ts";

export type ZplQuestion = Readonly<{ zpl: string; widthMm: number; heightMm: number; dotsPerMm: number }>;

const port = parentPort;
if (port !== null) {
  port.on("message", (message: (ZplQuestion & { id: number }) | WorkerNote) => {
    if ("note" in message) return;
    const { id, zpl, widthMm, heightMm, dotsPerMm } = message;
    ready
      .then(({ api }) => api.zplToBase64MultipleAsync(zpl, widthMm, heightMm, dotsPerMm))
      .then(
        (value) => port.postMessage({ id, value } satisfies WorkerReply),
        (error: unknown) => port.postMessage({ id, error: errorWords(error) } satisfies WorkerReply),
      );
  });
}
