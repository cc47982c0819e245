import { parentPort } from "node:worker_threads";
import type { LabelFormat } from "../../shared/parcel.ts";
import { createRaster } from "./raster.ts";

/** What the rasteriser asks its worker, and what comes back. */
export type RasterQuestion = Readonly<{
  id: number;
  what: "inspect" | "rasterise" | "to-pdf";
  format: LabelFormat;
  bytes: Uint8Array;
  dpi: number;
}>;
export type RasterAnswer = Readonly<{ id: number; value: unknown } | { id: number; error: string }>;

const port = parentPort;
if (port !== null) {
  const ready = createRaster();
  port.on("message", ({ id, what, format, bytes, dpi }: RasterQuestion) => {
    const work = ready.then((raster): Promise<unknown> => {
      switch (what) {
        case "inspect":
          return raster.inspect(format, bytes);
        case "rasterise":
          return raster.rasterise(format, bytes, dpi);
        case "to-pdf":
          return raster.toPdf(format, bytes);
      }
    });
    work.then(
      (value) => port.postMessage({ id, value } satisfies RasterAnswer),
      (error: unknown) => port.postMessage({ id, error: error instanceof Error ? error.message : String(error) } satisfies RasterAnswer),
    );
  });
}
