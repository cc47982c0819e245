import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../../electron/kit/clock.ts";
import { silentLog } from "../../../electron/kit/log.ts";
import { ownLabelFacts } from "../../../electron/printer/document-facts.ts";
import { createLabelMaker } from "../../../electron/printer/label-maker.ts";
import { LABEL } from "../../../electron/printer/own-label.ts";
import { createRasteriser } from "../../../electron/printer/rasteriser.ts";
import { encodeZpl } from "../../../electron/printer/zpl.ts";
import { readTask } from "../../../electron/sync/read-task.ts";
import { defaultSettings } from "../../../shared/settings.ts";
import type { LabelOrder } from "../../../electron/practice/oms4-core.ts";
import type { TestOms4 } from "../oms4-running.ts";
import { tinyPdf } from "../oms4-tasks.ts";
import type { ZplPrinter } from "../zpl-printer.ts";
import type { Books, ParcelRow } from "./books.ts";

type LabelWords = Pick<LabelOrder, "trackingNo" | "ftNo"> & Readonly<{ version?: number }>;
const words = ({ trackingNo, ftNo, version }: LabelWords): string => `${trackingNo} ${ftNo}${version === undefined ? "" : ` v${version}`}`;
/** Long enough to be cut off in the middle, some of them. */
const FILLER = "^FX the carrier's small print ".repeat(150);
export const carrierLabel = {
  pdf: (order: LabelWords): Uint8Array => tinyPdf(words(order)),
  zpl: (order: LabelWords): Uint8Array =>
    new Uint8Array(Buffer.from(`^XA^FD${words(order)}^FS${order.ftNo.endsWith("7") ? FILLER : ""}^XZ\n`)),
};

export const hash = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Knows which bytes must come out for a parcel, made from what OMS4 holds and not from what the station stored. */
export const createExpectations = ({
  oms4,
  kind,
  versionsOf = () => [],
}: Readonly<{
  oms4: TestOms4;
  kind: "folder" | "zpl";
  /** Every label the carrier made for a parcel, the one in force last; empty where it made only one. */
  versionsOf?: (parcel: ParcelRow) => readonly Uint8Array[];
}>) => {
  const maker = createLabelMaker({ clock: systemClock, log: silentLog });
  const rasteriser = createRasteriser({ clock: systemClock, log: silentLog });

  const ownLabels = async (parcel: ParcelRow, books: Books): Promise<readonly string[]> => {
    const order = oms4.core.task(parcel.ft_no);
    const read = readTask(order?.raw);
    if (!read.ok) throw new Error(read.reason);
    const { task } = read;
    const name = task.availableCarriers.find(({ id }) => id === parcel.carrier_id)?.name ?? "";
    const carrier = { id: parcel.carrier_id, name, type: defaultSettings.ownCarrier.type };
    const count = books.parcelsOf(parcel.ft_no).length;
    // Opened again it is closed again later; a label that was out by then bears the earlier time, and the count of then
    const times = books.closings(parcel.parcel_no);
    // Of a task that was taken back a parcel may have been pulled and another one packed
    const anyCount = task.allowSplit || books.parcelsOf(parcel.ft_no).length > 1;
    const totals = anyCount ? [null, ...Array.from({ length: count }, (_one, index) => index + 1)] : [count];
    const hashes: string[] = [];
    for (const packedAt of times) {
      for (const total of totals) {
        const made = await maker.ownLabel(
          ownLabelFacts({
            task,
            parcel: { parcelNo: parcel.parcel_no, sequence: parcel.sequence, carrier },
            total,
            packedAt,
            settings: defaultSettings,
          }),
          { dpi: defaultSettings.printerDpi, paper: LABEL },
        );
        if (!made.ok) throw new Error(made.failure.detail);
        if (kind === "folder") hashes.push(hash(made.value.bytes));
        else {
          const pages = await rasteriser.rasterise(made.value, defaultSettings.printerDpi);
          if (!pages.ok) throw new Error(pages.failure.detail);
          hashes.push(hash(encodeZpl(pages.value)));
        }
      }
    }
    return hashes;
  };

  return {
    /** Hashes of what may come out for a parcel: one, except where its label tells when or which of how many it is. */
    hashesFor: async (parcel: ParcelRow, books: Books): Promise<readonly string[]> => {
      const task = oms4.core.task(parcel.ft_no);
      const carrier = task?.raw["delivery_carrier"] ?? "";
      if (carrier === "") return ownLabels(parcel, books);
      const newest = versionsOf(parcel).at(-1);
      if (newest !== undefined) return [hash(newest)];
      // Before OMS4 has heard of the parcel, only a task of one parcel has its tracking number
      const trackingNo = oms4.core.parcel(parcel.parcel_no)?.trackingNo ?? task?.trackingNo ?? "";
      return [hash(carrierLabel[kind === "folder" ? "pdf" : "zpl"]({ trackingNo, ftNo: parcel.ft_no }))];
    },
    /** Hashes of labels that were in force before; nothing says that any of them came out. */
    olderHashes: (parcel: ParcelRow): readonly string[] => versionsOf(parcel).slice(0, -1).map(hash),
    stop: (): Promise<void> => rasteriser.stop(),
  };
};
export type Expectations = ReturnType<typeof createExpectations>;

/** Every label that came out, whole or not: name (folder) and hash. */
export const folderLabels = (folder: string): readonly Readonly<{ name: string; hash: string }>[] =>
  existsSync(folder) ? readdirSync(folder).map((name) => ({ name, hash: hash(readFileSync(join(folder, name))) })) : [];
export const printedHashes = (printer: ZplPrinter): readonly string[] => printer.labels().map(hash);

const copyOf = (name: string): number => Number(name.split(".")[2] ?? 0);

/** In the folder each closed parcel has one file for each print of it, with its own label in it, and nothing else lies there. */
export const checkFolder = async (
  folder: string,
  books: Books,
  expectations: Expectations,
  takenBack: ReadonlySet<string> = new Set(),
): Promise<Readonly<{ found: readonly string[]; labels: number }>> => {
  const found: string[] = [];
  // A parking slip is no label
  const all = folderLabels(folder).filter(({ name }) => !name.includes(".parking-slip."));
  const files = new Map(all.map(({ name, hash }) => [name, hash]));
  const filesOf = Map.groupBy(all, ({ name }) => name.slice(0, name.indexOf(".")));
  const labels = files.size;
  const jobs = books.jobs().filter(({ document }) => document !== "parking-slip");
  const jobsOf = Map.groupBy(jobs, ({ parcel_no }) => parcel_no);
  for (const parcel of books.parcels()) {
    const { parcel_no: parcelNo } = parcel;
    const mine = filesOf.get(parcelNo) ?? [];
    for (const { name } of mine) files.delete(name);
    // Asked for by a person (unless the parcel was opened again before it came), or the one that comes by itself
    const asked = (jobsOf.get(parcelNo) ?? []).filter(({ reason, state }) => reason !== null && state !== "cancelled").length;
    const wanted = parcel.state === "open" ? 0 : 1 + asked;
    if (takenBack.has(parcel.ft_no) ? mine.length > 1 + asked : mine.length !== wanted)
      found.push(`${parcelNo} has ${mine.length} labels (${mine.map(({ name }) => name).join(", ")}), ${wanted} were asked for`);
    const hashes = await expectations.hashesFor(parcel, books);
    const older = expectations.olderHashes(parcel);
    for (const { name, hash } of mine)
      if (!hashes.includes(hash) && !older.includes(hash)) found.push(`${name} is not the label of ${parcelNo}`);
    for (const job of jobsOf.get(parcelNo) ?? []) {
      const file = mine.find(({ name }) => name.startsWith(`${parcelNo}.${job.document}.${job.copy}.`));
      if (file !== undefined && job.sha256 !== null && job.sha256 !== file.hash)
        found.push(`${file.name} is not what the station says it printed`);
    }
    // What left before the station heard of its new label left with the old one
    const last = mine.toSorted((a, b) => copyOf(a.name) - copyOf(b.name)).at(-1);
    if (parcel.state === "closed" && !takenBack.has(parcel.ft_no) && last !== undefined && !hashes.includes(last.hash))
      found.push(`${parcelNo} ends with ${last.name}, which is not its label in force`);
  }
  // A label that was made ready and then taken back leaves its hidden file when the station dies in between; it was never printed
  const withdrawn = new Set(
    jobs.flatMap((job) => (job.state === "cancelled" ? [`.${job.parcel_no}.${job.document}.${job.copy}.pdf.part`] : [])),
  );
  for (const name of files.keys()) if (!withdrawn.has(name)) found.push(`${name} lies in the printer's folder and belongs to no parcel`);
  return { found, labels };
};

/** At the network printer each closed parcel's label came out once, whole. */
export const checkPrinter = async (
  printer: ZplPrinter,
  books: Books,
  expectations: Expectations,
  takenBack: ReadonlySet<string> = new Set(),
): Promise<Readonly<{ found: readonly string[]; labels: number }>> => {
  const found: string[] = [];
  const printed = printedHashes(printer);
  let labels = 0;
  for (const parcel of books.parcels()) {
    const hashes = await expectations.hashesFor(parcel, books);
    const count = printed.filter((one) => hashes.includes(one)).length;
    const older = expectations.olderHashes(parcel).map((one) => printed.filter((other) => other === one).length);
    labels += count + older.reduce((sum, each) => sum + each, 0);
    if (older.some((each) => each > 1)) found.push(`an old label of ${parcel.parcel_no} came out more than once`);
    // What left before the station heard of its new label left with the old one
    const leftEarlier = parcel.state === "handed-over" && older.includes(1);
    const isOpenAgain = parcel.state === "open" && older.length > 0;
    const wanted = parcel.state === "open" ? 0 : 1;
    if (takenBack.has(parcel.ft_no) || leftEarlier || isOpenAgain ? count > 1 : count !== wanted)
      found.push(`the label of ${parcel.parcel_no} came out ${count} times`);
  }
  return { found, labels };
};
