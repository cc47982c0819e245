import { parentPort } from "node:worker_threads";
import type { LabelFormat } from "../../shared/parcel.ts";
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
}>;

const port = parentPort;
if (port !== null) {
  const ready = createRaster();
  port.on("message", (message: (RasterQuestion & { id: number }) | WorkerNote) => {
    if ("note" in message) return collectGarbage();
    const { id, what, format, bytes, dpi, quickFor } = message;
    const work = ready.then((raster): Promise<unknown> => {
      switch (what) {
        case "inspect":
          return raster.inspect(format, bytes);
        case "rasterise":
          return raster.rasterise(format, bytes, dpi);
        case "preflight":
          return raster.preflight(format, bytes, dpi, quickFor);
        case "to-pdf":
          return raster.toPdf(format, bytes, dpi);
      }
    });
    work.then(
      (value) => port.postMessage({ id, value } satisfies WorkerReply),
      (error: unknown) => port.postMessage({ id, error: error instanceof Error ? error.message : String(error) } satisfies WorkerReply),
    );
  });
}
