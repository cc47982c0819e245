import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../electron/kit/clock.ts";
import { silentLog } from "../../electron/kit/log.ts";
import { carriesNumber } from "../../shared/carried-number.ts";
import { createRasteriser, type Rasteriser } from "../../electron/printer/rasteriser.ts";
import { bytesPerRow } from "../../electron/printer/bitmap.ts";
import { labelCorpus } from "../fakes/label-corpus.ts";
import { benchLabels } from "./labels.ts";
import type { Figure, Row } from "./rows.ts";
import { median, ms, quantile, summary, times } from "./statistics.ts";

const DPI = 203;
const MOST_MS = 150;
const ROUNDS = 20;
const CORPUS_ROUNDS = 5;

/** Width and height of a binary PBM, as pdftoppm writes it. */
const sizeOfPbm = (bytes: Buffer): readonly [number, number] => {
  const [, width, height] = /^P4\s+(?:#[^\n]*\n)?(\d+)\s+(\d+)\s/.exec(bytes.subarray(0, 64).toString("latin1")) ?? [];
  return [Number(width), Number(height)];
};

/** Labels of every make: their dots against poppler's, and what reading their barcodes back costs when they come. */
const overCorpus = async (folder: string, rasteriser: Rasteriser, rounds: number): Promise<readonly Figure[]> => {
  const labels = (await labelCorpus()).map((label, index) => {
    const path = join(folder, `corpus-${index}.pdf`);
    writeFileSync(path, label.bytes);
    return { ...label, path };
  });
  const series = { ours: [] as number[], bare: [] as number[], readBack: [] as number[] };
  let unread = 0;
  for (let round = 0; round <= rounds; round++) {
    for (const { name, path, bytes, trackingNo } of labels) {
      const document = { format: "pdf", bytes } as const;
      const start = performance.now();
      const made = await rasteriser.rasterise(document, DPI);
      const drawn = performance.now();
      const bare = spawnSync("pdftoppm", ["-r", String(DPI), "-mono", path, join(folder, "corpus")]);
      const bareDone = performance.now();
      const read = await rasteriser.preflight(document, DPI);
      const readDone = performance.now();
      if (!made.ok || !read.ok || bare.status !== 0) throw new Error(`${name} can't be drawn`);
      if (round === 0) continue;
      series.ours.push(drawn - start);
      series.bare.push(bareDone - drawn);
      series.readBack.push(readDone - bareDone);
      if (read.value.codes?.some((code) => carriesNumber(code, trackingNo) !== null) !== true) unread += 1;
    }
  }
  const ratio = median(series.ours) / median(series.bare);
  return [
    {
      what: `${labels.length} label PDFs of every make → 1-bit rasters at ${DPI} dpi`,
      goal: "no slower than pdftoppm",
      measured: `p50 ${ms(median(series.ours))}, p95 ${ms(quantile(series.ours, 0.95))}`,
      bare: `p50 ${ms(median(series.bare))} (pdftoppm)`,
      ratio: times(ratio),
      ok: ratio <= 1,
      numbers: { ours: summary(series.ours), bare: summary(series.bare), ratio },
    },
    {
      what: "the same, drawn and read back when a label comes",
      goal: "every number read",
      measured: `p50 ${ms(median(series.readBack))}, p95 ${ms(quantile(series.readBack, 0.95))}, ${unread} unread`,
      bare: `p50 ${ms(median(series.ours))} (drawn only)`,
      ratio: times(median(series.readBack) / median(series.ours)),
      ok: unread === 0,
      numbers: { readBack: summary(series.readBack), unread },
    },
  ];
};

/** Real labels by our worker, warm, against poppler's own program on the same file, in turns. */
const run: Row["run"] = async ({ folder, scale }) => {
  if (spawnSync("pdftoppm", ["-v"]).error !== undefined) throw new Error("pdftoppm is not installed (apt-get install poppler-utils)");
  const rasteriser = createRasteriser({ clock: systemClock, log: silentLog });
  const labels = Object.entries(await benchLabels()).map(([name, bytes]) => {
    const path = join(folder, `${name}.pdf`);
    writeFileSync(path, bytes);
    return { name, path, bytes };
  });
  const rasterise = async (bytes: Uint8Array) => {
    const made = await rasteriser.rasterise({ format: "pdf", bytes }, DPI);
    if (!made.ok) throw new Error(made.failure.detail);
    return made.value;
  };
  const series = { ours: [] as number[], bare: [] as number[] };
  const byLabel: Record<string, { ours: number[]; bare: number[] }> = {};
  for (let round = 0; round <= Math.max(4, ROUNDS * scale); round++) {
    for (const { name, path, bytes } of labels) {
      const start = performance.now();
      const [page] = await rasterise(bytes);
      const ours = performance.now() - start;
      const bareStart = performance.now();
      const made = spawnSync("pdftoppm", ["-r", String(DPI), "-mono", "-singlefile", path, join(folder, name)]);
      const bare = performance.now() - bareStart;
      if (made.status !== 0) throw new Error(`pdftoppm: ${made.stderr.toString()}`);
      const [width, height] = sizeOfPbm(readFileSync(join(folder, `${name}.pbm`)));
      if (page === undefined || Math.abs(page.width - width) > 1 || Math.abs(page.height - height) > 1)
        throw new Error(`${name}: ${page?.width} × ${page?.height} dots, pdftoppm makes ${width} × ${height}`);
      if (page.data.length !== bytesPerRow(page.width) * page.height) throw new Error(`${name}: the picture is cut`);
      // The first round starts the worker and compiles
      if (round === 0) continue;
      series.ours.push(ours);
      series.bare.push(bare);
      const kept = (byLabel[name] ??= { ours: [], bare: [] });
      kept.ours.push(ours);
      kept.bare.push(bare);
    }
  }
  const corpus = await overCorpus(folder, rasteriser, Math.max(1, Math.round(CORPUS_ROUNDS * scale)));
  await rasteriser.stop();
  const ratio = median(series.ours) / median(series.bare);
  const slowest = Math.max(...Object.values(byLabel).map(({ ours }) => median(ours)));
  return [
    {
      what: `PDF label → 1-bit raster at ${DPI} dpi, warm`,
      goal: `≤ ${MOST_MS} ms, no slower than pdftoppm`,
      measured: `p50 ${ms(median(series.ours))}, p95 ${ms(quantile(series.ours, 0.95))}`,
      bare: `p50 ${ms(median(series.bare))} (pdftoppm)`,
      ratio: times(ratio),
      ok: slowest <= MOST_MS && Object.values(byLabel).every(({ ours, bare }) => median(ours) <= median(bare)),
      numbers: {
        ours: summary(series.ours),
        bare: summary(series.bare),
        ratio,
        byLabel: Object.fromEntries(
          Object.entries(byLabel).map(([name, { ours, bare }]) => [name, { ours: summary(ours), bare: summary(bare) }]),
        ),
      },
    },
    ...corpus,
  ];
};

export const rasterRow: Row = { name: "raster", title: "PDF label to dots", run };
