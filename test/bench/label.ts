import { connect } from "node:net";
import { join } from "node:path";
import type { Ground } from "./ground.ts";
import { LABEL_KINDS, planLabels, type LabelKind, type Planned } from "./label-plan.ts";
import { startBenchOms4 } from "./oms4-client.ts";
import { openParts } from "./parts.ts";
import type { Figure, Row } from "./rows.ts";
import { openScreen } from "./screen.ts";
import { startBenchStation } from "./station.ts";
import { median, ms, quantile, summary, times } from "./statistics.ts";
import { makeBenchTask, unitCodes } from "./tasks.ts";
import { epochNow, startTimedPrinter, type TimedPrinter } from "./timed-printer.ts";

const LABELS_A_KIND = 40;
const MOST_P95_MS = 300;
const PRINTED_WITHIN_MS = 20_000;

const words: Readonly<Record<LabelKind, string>> = {
  zpl: "ZPL label",
  pdf: "PDF label, rasterised",
  own: "own label, drawn and rasterised",
};

/** Stores the labels as the station's own fetch ahead stores them. */
const prefetch = (folder: string, planned: readonly Planned[]): void => {
  const { database, stores, clock } = openParts(join(folder, "packbench.db"));
  for (const { kind, sequence, bytes } of planned) {
    if (kind === "own" || bytes === null) continue;
    const { raw, trackingNo } = makeBenchTask(sequence);
    const at = clock.now();
    database.transaction(() => {
      const facts = { ftNo: raw.ft_no, parcelNo: null, trackingNo, carrier: "", deliveryType: "Standard" };
      stores.labels.add({ ...facts, format: kind, bytes, fetchedAt: at });
      stores.tasks.markLabelChecked(raw.ft_no, at, false);
    });
  }
  database.close();
};

const soon = <T>(promise: Promise<T>, what: string): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>(
    (_, reject) =>
      (timer = setTimeout(() => reject(new Error(`${what} did not print within ${PRINTED_WITHIN_MS / 1000} s`)), PRINTED_WITHIN_MS)),
  );
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
};

/** The same bytes over a connection of one's own: from connecting to the last byte read. */
const sendBare = async (printer: TimedPrinter, bytes: Buffer): Promise<Readonly<{ first: number; last: number }>> => {
  const start = epochNow();
  const socket = connect({ host: "127.0.0.1", port: printer.port, allowHalfOpen: true });
  socket.on("error", () => {});
  socket.resume();
  socket.end(bytes);
  const { firstAt, lastAt } = await printer.next();
  socket.destroy();
  return { first: firstAt - start, last: lastAt - start };
};

type Series = { first: number[]; last: number[]; bareLast: number[]; bytes: number[] };

const figureOf = (kind: LabelKind, { first, last, bareLast, bytes }: Series): Figure => ({
  what: `last scan → bytes at the printer: ${words[kind]}`,
  goal: `p95 ≤ ${MOST_P95_MS} ms`,
  measured: `p95 ${ms(quantile(last, 0.95))} (first byte p50 ${ms(median(first))}, last p50 ${ms(median(last))})`,
  bare: `p50 ${ms(median(bareLast))} (TCP, ${Math.round(median(bytes) / 1024)} KB)`,
  ratio: times(median(last) / median(bareLast)),
  ok: quantile(last, 0.95) <= MOST_P95_MS,
  numbers: { toFirstByte: summary(first), toLastByte: summary(last), bareToLastByte: summary(bareLast), bytes: median(bytes) },
});

const measure = async (ground: Ground, count: number): Promise<Readonly<Record<LabelKind, Series>>> => {
  const printer = await startTimedPrinter();
  const bareSink = await startTimedPrinter();
  const dataFolder = ground.filledFolder("label");
  const planned = await planLabels(count + 1);
  prefetch(dataFolder, planned);
  const oms4 = await startBenchOms4(ground, ground.tasks, { labels: count + 1 });
  const station = await startBenchStation(ground, dataFolder, { LABEL_PRINTER: printer.uri, STATION_POLL_MS: "1000", ...oms4.environment });
  const screen = await openScreen(station.url);
  const series: Record<LabelKind, Series> = {
    zpl: { first: [], last: [], bareLast: [], bytes: [] },
    pdf: { first: [], last: [], bareLast: [], bytes: [] },
    own: { first: [], last: [], bareLast: [], bytes: [] },
  };
  try {
    const offset = await screen.clockOffset(epochNow);
    const origin = await screen.origin();
    for (const [index, { kind, sequence, bytes: label }] of planned.entries()) {
      const task = makeBenchTask(sequence);
      const codes = unitCodes(task);
      for (const code of [task.raw.ft_no, ...codes.slice(0, -1)]) await screen.scan(code);
      const { enterAt, verdict } = await screen.scan(codes.at(-1) ?? "");
      if (verdict !== "task-done") throw new Error(`${task.raw.ft_no} ended with ${verdict}`);
      const scannedAt = origin + enterAt - offset;
      const { firstAt, lastAt, bytes } = await soon(printer.next(), `the label of ${task.raw.ft_no}`);
      const isZpl = bytes.subarray(0, 3).toString() === "^XA";
      if (!isZpl || (kind === "zpl" && !bytes.equals(Buffer.from(label ?? []))))
        throw new Error(`what printed for ${task.raw.ft_no} is not its label: ${bytes.subarray(0, 80).toString("latin1")}`);
      const bare = await sendBare(bareSink, bytes);
      // The first of each kind starts what the later ones find warm: it is shown by the start's own figures
      if (index < LABEL_KINDS.length) continue;
      series[kind].first.push(firstAt - scannedAt);
      series[kind].last.push(lastAt - scannedAt);
      series[kind].bareLast.push(bare.last);
      series[kind].bytes.push(bytes.length);
    }
    return series;
  } finally {
    await screen.close();
    await station.stop();
    await oms4.stop();
    await printer.stop();
    await bareSink.stop();
  }
};

const run: Row["run"] = async (ground) => {
  const series = await measure(ground, Math.max(8, Math.round(LABELS_A_KIND * ground.scale)));
  return LABEL_KINDS.map((kind) => figureOf(kind, series[kind]));
};

export const labelRow: Row = { name: "label", title: "last scan to label bytes", run };
