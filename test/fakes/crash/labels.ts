import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../../electron/kit/clock.ts";
import { silentLog } from "../../../electron/kit/log.ts";
import { ownLabelFacts } from "../../../electron/printer/documents.ts";
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

const words = ({ trackingNo, ftNo }: Pick<LabelOrder, "trackingNo" | "ftNo">): string => `${trackingNo} ${ftNo}`;
/** Long enough to be cut off in the middle, some of them. */
const FILLER = "^FX the carrier's small print ".repeat(150);
export const carrierLabel = {
  pdf: (order: Pick<LabelOrder, "trackingNo" | "ftNo">): Uint8Array => tinyPdf(words(order)),
  zpl: (order: Pick<LabelOrder, "trackingNo" | "ftNo">): Uint8Array =>
    new Uint8Array(Buffer.from(`^XA^FD${words(order)}^FS${order.ftNo.endsWith("7") ? FILLER : ""}^XZ\n`)),
};

const hash = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Knows which bytes must come out for a parcel, made from what OMS4 holds and not from what the station stored. */
export const createExpectations = ({ oms4, kind }: Readonly<{ oms4: TestOms4; kind: "folder" | "zpl" }>) => {
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
      // Before OMS4 has heard of the parcel, only a task of one parcel has its tracking number
      const trackingNo = oms4.core.parcel(parcel.parcel_no)?.trackingNo ?? task?.trackingNo ?? "";
      return [hash(carrierLabel[kind === "folder" ? "pdf" : "zpl"]({ trackingNo, ftNo: parcel.ft_no }))];
    },
    stop: (): Promise<void> => rasteriser.stop(),
  };
};
export type Expectations = ReturnType<typeof createExpectations>;

/** Every label that came out, whole or not: name (folder) and hash. */
export const folderLabels = (folder: string): readonly Readonly<{ name: string; hash: string }>[] =>
  existsSync(folder) ? readdirSync(folder).map((name) => ({ name, hash: hash(readFileSync(join(folder, name))) })) : [];
export const printedHashes = (printer: ZplPrinter): readonly string[] => printer.labels().map(hash);

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
    for (const { name, hash } of mine) if (!hashes.includes(hash)) found.push(`${name} is not the label of ${parcelNo}`);
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
    labels += count;
    const wanted = parcel.state === "open" ? 0 : 1;
    if (takenBack.has(parcel.ft_no) ? count > 1 : count !== wanted) found.push(`the label of ${parcel.parcel_no} came out ${count} times`);
  }
  return { found, labels };
};
