import type { Result } from "../../shared/failures.ts";
import type { PaperSize } from "../../shared/printers.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import type { Bitmap } from "./bitmap.ts";
import type { LabelDocument } from "./format.ts";
import type { Inspection, Preflighted } from "./raster.ts";
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
  /**
   * Rasterises and reads the barcodes back, in 30 to 60 ms at 203 dpi. `quickFor`: where a quick look finds that number, 10 ms do; "" looks
   * for everything. `paper`: pages are turned where only so they fit it; left out or null: they stay as they are.
   */
  preflight: (document: LabelDocument, dpi: number, quickFor?: string, paper?: PaperSize | null) => Promise<Result<Preflighted>>;
  /**
   * A picture as a one-page PDF of its own size; a PDF as it is, or made anew from its dots at `dpi` where a page is turned, cropped or
   * blank: spoolers differ about those.
   */
  toPdf: (document: LabelDocument, dpi: number) => Promise<Result<Uint8Array>>;
  /** Starts the worker before it is needed. */
  warmUp: () => void;
  /** Has the worker give back memory. */
  tidy: () => void;
  stop: () => Promise<void>;
}>;

export const createRasteriser = ({ clock, log }: Readonly<{ clock: Clock; log: Log }>): Rasteriser => {
  const { ask, start, tidy, stop } = createWorkerClient<RasterQuestion>({ file: "raster-worker", doing: "Reading it", clock, log });
  const answer = (
    what: RasterQuestion["what"],
    { format, bytes }: LabelDocument,
    dpi: number,
    quickFor = "",
    paper: PaperSize | null = null,
  ): Promise<Result<unknown>> => ask({ what, format, bytes, dpi, quickFor, paper });
  return {
    // The worker is our own code: its answers have the types of raster.ts
    inspect: async (document) => (await answer("inspect", document, 0)) as Result<Inspection>,
    rasterise: async (document, dpi) => (await answer("rasterise", document, dpi)) as Result<readonly Bitmap[]>,
    preflight: async (document, dpi, quickFor, paper) => (await answer("preflight", document, dpi, quickFor, paper)) as Result<Preflighted>,
    toPdf: async (document, dpi) => (await answer("to-pdf", document, dpi)) as Result<Uint8Array>,
    warmUp: start,
    tidy,
    stop,
  };
};
