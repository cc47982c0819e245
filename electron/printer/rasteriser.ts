import { Worker } from "node:worker_threads";
import { fail, succeed, type Result } from "../../shared/failures.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import type { Bitmap } from "./bitmap.ts";
import type { LabelDocument } from "./format.ts";
import type { Inspection } from "./raster.ts";
import type { RasterAnswer, RasterQuestion } from "./raster-worker.ts";

/**
 * Reads and rasterises documents beside the event loop: a PNG of 4×6 inch takes 50 ms and more to decode, and the
 * scanner's reports are lost when the loop stands still. A document that makes the reader hang or crash costs the
 * worker, not the station. Failures: `label-unreadable`.
 */
export type Rasteriser = Readonly<{
  inspect: (document: LabelDocument) => Promise<Result<Inspection>>;
  /** One picture per page that holds anything, in order. */
  rasterise: (document: LabelDocument, dpi: number) => Promise<Result<readonly Bitmap[]>>;
  /** A picture as a one-page PDF of its own size; a PDF as it is. */
  toPdf: (document: LabelDocument) => Promise<Result<Uint8Array>>;
  /** Starts the worker before it is needed. */
  warmUp: () => void;
  stop: () => Promise<void>;
}>;

/** A sane label takes a few ms; whatever takes this long is damage or an attack. */
const ANSWER_WITHIN_MS = 15_000;

/** The worker's file lies beside this one as .ts, and beside the bundle as raster-worker.cjs. */
const workerUrl = (): URL => {
  const here = import.meta.url;
  return new URL(here.endsWith(".ts") ? "raster-worker.ts" : "raster-worker.cjs", here);
};

type Waiting = Readonly<{ settle: (answer: Result<unknown>) => void; takeTimer: () => void }>;

export const createRasteriser = ({ clock, log }: Readonly<{ clock: Clock; log: Log }>): Rasteriser => {
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
    log.warn({ why }, "the label reader ended and is started again with the next label");
    for (const id of [...waiting.keys()]) settle(id, fail("label-unreadable", `Reading it failed (${why}).`));
  };
  const start = (): Worker => {
    if (worker !== null) return worker;
    const started = new Worker(workerUrl());
    started.on("message", (answer: RasterAnswer) =>
      settle(answer.id, "error" in answer ? fail("label-unreadable", `Reading it failed: ${answer.error}.`) : succeed(answer.value)),
    );
    started.on("error", (error) => lose(started, error instanceof Error ? error.message : String(error)));
    started.on("exit", (code) => lose(started, `exit ${code}`));
    // Nothing waits for the label reader when the station ends
    started.unref();
    worker = started;
    return started;
  };
  const ask = (question: Omit<RasterQuestion, "id">): Promise<Result<unknown>> =>
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
      asked.postMessage({ id, ...question } satisfies RasterQuestion);
    });

  return {
    // The worker is our own code: its answers have the types of raster.ts
    inspect: async ({ format, bytes }) => (await ask({ what: "inspect", format, bytes, dpi: 0 })) as Result<Inspection>,
    rasterise: async ({ format, bytes }, dpi) => (await ask({ what: "rasterise", format, bytes, dpi })) as Result<readonly Bitmap[]>,
    toPdf: async ({ format, bytes }) =>
      format === "pdf" ? succeed(bytes) : ((await ask({ what: "to-pdf", format, bytes, dpi: 0 })) as Result<Uint8Array>),
    warmUp: () => {
      start();
    },
    stop: async () => {
      const last = worker;
      worker = null;
      for (const id of [...waiting.keys()]) settle(id, fail("label-unreadable", "The station stops."));
      await last?.terminate();
    },
  };
};
