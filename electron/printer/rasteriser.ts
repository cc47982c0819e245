import { succeed, type Result } from "../../shared/failures.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import type { Bitmap } from "./bitmap.ts";
import type { LabelDocument } from "./format.ts";
import type { Inspection } from "./raster.ts";
import type { RasterQuestion } from "./raster-worker.ts";
import { createWorkerClient } from "./worker-client.ts";

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

export const createRasteriser = ({ clock, log }: Readonly<{ clock: Clock; log: Log }>): Rasteriser => {
  const { ask, start, stop } = createWorkerClient<RasterQuestion>({ file: "raster-worker", doing: "Reading it", clock, log });
  return {
    // The worker is our own code: its answers have the types of raster.ts
    inspect: async ({ format, bytes }) => (await ask({ what: "inspect", format, bytes, dpi: 0 })) as Result<Inspection>,
    rasterise: async ({ format, bytes }, dpi) => (await ask({ what: "rasterise", format, bytes, dpi })) as Result<readonly Bitmap[]>,
    toPdf: async ({ format, bytes }) =>
      format === "pdf" ? succeed(bytes) : ((await ask({ what: "to-pdf", format, bytes, dpi: 0 })) as Result<Uint8Array>),
    warmUp: start,
    stop,
  };
};
