import type { Books, ParcelRow } from "./books.ts";
import { hash } from "./labels.ts";
import type { Notebook } from "./notebook.ts";

/** What holds after every commit where labels are made anew, words for what does not. */
export const checkAlarms = (books: Books, takenBack: ReadonlySet<string>): readonly string[] =>
  books
    .silentOldLabels()
    .filter(({ ft_no }) => !takenBack.has(ft_no))
    .map(({ parcel_no }) => `${parcel_no} bears an old label, the station has the new one and raises no alarm`);

/** No old label went to the printer once the new one was here, none left with a carrier, and each alarm stood until the new one was out. */
export const checkRelabelled = (books: Books, takenBack: ReadonlySet<string>): readonly string[] => [
  ...checkAlarms(books, takenBack),
  ...books
    .oldLabelsPrinted()
    .filter(({ ft_no }) => !takenBack.has(ft_no))
    .map(
      ({ parcel_no, sent_at, known_at }) =>
        `the old label of ${parcel_no} went to the printer ${sent_at - known_at} ms after the new one was known`,
    ),
  ...books
    .printedOutOfForce()
    .filter(({ ft_no }) => !takenBack.has(ft_no))
    .map(
      ({ parcel_no, sent_at, known_at }) =>
        `a label of ${parcel_no} went to the printer ${sent_at - known_at} ms after its number was known to be another`,
    ),
  ...books
    .leftWithOldLabel()
    .filter(({ ft_no }) => !takenBack.has(ft_no))
    .map(({ parcel_no }) => `${parcel_no} was handed over with its old label, and the new one was known`),
];

/** At most one slip for each parcel unasked, and no label of a box that has one before the slip was scanned or the box opened again. */
export const checkSlips = (books: Books, { slipScans, slipScansPerhaps, tally }: Notebook): readonly string[] => {
  const found: string[] = [];
  const slips = Map.groupBy(
    books.jobs().filter(({ document, reason, state }) => document === "parking-slip" && reason === null && state !== "cancelled"),
    ({ parcel_no }) => parcel_no,
  );
  tally.slips = slips.size;
  for (const [parcelNo, jobs] of slips) if (jobs.length > 1) found.push(`${parcelNo} got ${jobs.length} parking slips by itself`);
  for (const { parcel_no } of books.labelsBeforeSlipScan())
    found.push(`the label of ${parcel_no} came out although its slip was not scanned`);
  const noted = Map.groupBy(
    books.journal().filter(({ kind }) => kind === "slip-scanned"),
    ({ parcel_no }) => parcel_no,
  );
  for (const [parcelNo, lines] of noted) {
    const most = (slipScans.get(parcelNo ?? "") ?? 0) + (slipScansPerhaps.get(parcelNo ?? "") ?? 0);
    if (lines.length > most)
      found.push(`the slip of ${parcelNo} was scanned ${lines.length} times by the journal, ${most} times by the packer`);
  }
  for (const [parcelNo, count] of slipScans)
    if ((noted.get(parcelNo) ?? []).length < count)
      found.push(`the slip of ${parcelNo} was scanned ${count} times, the journal tells less`);
  return found;
};

/** Closed parcels whose newest label the station has not heard of yet. */
export const unheardLabels = (
  books: Books,
  versionsOf: (parcel: ParcelRow) => readonly Uint8Array[],
  takenBack: ReadonlySet<string>,
): readonly string[] => {
  const known = books.labelHashes();
  return books.parcels().flatMap((parcel) => {
    const newest = versionsOf(parcel).at(-1);
    if (newest === undefined || parcel.state !== "closed" || takenBack.has(parcel.ft_no)) return [];
    return known.get(parcel.parcel_no) === hash(newest) ? [] : [`parcel ${parcel.parcel_no} has another label at OMS4`];
  });
};
