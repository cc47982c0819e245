import { parentPort } from "node:worker_threads";
import { errorWords } from "../../shared/error-words.ts";
import type { LabelFormat } from "../../shared/parcel.ts";
import type { PaperSize } from "../../shared/printers.ts";
import { collectGarbage } from "../kit/memory.ts";
import { createRaster } from "./raster.ts";
import type { WorkerNote, WorkerReply } from "./worker-client.ts";

/** What the rasteriser asks its worker. */
export type RasterQuestion = Readonly<{
  what: "inspect" | "rasterise" | "preflight" | "to-pdf";
  format: LabelFormat;
  bytes: Uint8Array;
  dpi: number;
  /** a quick look is enough when it finds this number */
  quickFor: string;
  /** pages are turned to fit it; null: they stay as they are */
  paper: PaperSize | null;
}>;

const port = parentPort;
if (port !== null) {
  const ready = createRaster();
  port.on("message", (message: (RasterQuestion & { id: number }) | WorkerNote) => {
    if ("note" in message) return collectGarbage();
    const { id, what, format, bytes, dpi, quickFor, paper } = message;
    const work = ready.then((raster): Promise<unknown> => {
      switch (what) {
        case "inspect":
          return raster.inspect(format, bytes);
        case "rasterise":
          return raster.rasterise(format, bytes, dpi);
        case "preflight":
          return raster.preflight(format, bytes, dpi, quickFor, paper);
        case "to-pdf":
          return raster.toPdf(format, bytes, dpi);
      }
    });
    work.then(
      (value) => port.postMessage({ id, value } satisfies WorkerReply),
      (error: unknown) => port.postMessage({ id, error: errorWords(error) } satisfies WorkerReply),
    );
  });
}
