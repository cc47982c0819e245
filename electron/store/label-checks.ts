import { z } from "zod";
import { labelOutcomeSchema, type LabelOutcome } from "../../shared/label-check.ts";
import type { Database } from "./database.ts";
import { createNumberOwners } from "./number-owners.ts";

/** A barcode as it was read from a label; `page` counts from 1. */
const codeSchema = z.object({ page: z.number(), format: z.string(), identifier: z.string(), text: z.string() });
export type KeptCode = Readonly<z.infer<typeof codeSchema>>;
const codesSchema = z.array(codeSchema);

/**
 * What reading a label back gave. `codes` null: nobody could look. `dpi` null: there are no dots (ZPL, not looked at
 * yet, or the reader failed). `released`: why a person lets it print although it is blocked.
 */
export type LabelCheck = Readonly<{
  labelId: number;
  outcome: LabelOutcome;
  words: string;
  codes: readonly KeptCode[] | null;
  dpi: number | null;
  released: string | null;
}>;

type Row = { label_id: number; outcome: string; words: string; codes: string | null; dpi: number | null; released: string | null };
const readRow = (row: Row): LabelCheck => ({
  labelId: row.label_id,
  outcome: labelOutcomeSchema.parse(row.outcome),
  words: row.words,
  codes: row.codes === null ? null : codesSchema.parse(JSON.parse(row.codes)),
  dpi: row.dpi,
  released: row.released,
});

/** More labels than lie ready for a day at one bench: about 10 MB of dots. */
const MOST_KEPT = 1_000;

/** What was read from each label, and its dots while its parcel is here. A trigger adds the row with the label. */
export const createLabelChecks = ({ database }: Readonly<{ database: Database }>) => {
  const get = database.prepare<Row>("select label_id, outcome, words, codes, dpi, released from label_check where label_id = ?");
  const outcomeOf = database.prepare<{ outcome: string }>("select outcome from label_check where label_id = ?");
  const nextWaiting = database.prepare<{ label_id: number }>(
    "select label_id from label_check where outcome = 'waiting' order by label_id limit 1",
  );
  const store = database.prepare(
    `insert into label_check (label_id, outcome, words, codes, dpi, checked_at) values (?, ?, ?, ?, ?, ?)
     on conflict (label_id) do update set outcome = excluded.outcome, words = excluded.words, codes = excluded.codes, dpi = excluded.dpi,
       checked_at = excluded.checked_at`,
  );
  const judge = database.prepare("update label_check set outcome = ?, words = ? where label_id = ?");
  const release = database.prepare("update label_check set released = ? where label_id = ?");
  const pages = database.prepare<{ png: Uint8Array }>("select png from label_raster where label_id = ? order by page");
  const keepPage = database.prepare("insert or replace into label_raster (label_id, page, png) values (?, ?, ?)");
  const dropPages = database.prepare("delete from label_raster where label_id = ?");
  const dropGone = database.prepare(
    `delete from label_raster where label_id in
       (select distinct r.label_id from label_raster r join label l on l.id = r.label_id join parcel p on p.parcel_no = l.parcel_no
        where p.state in ('handed-over','pulled'))`,
  );
  const dropOldest = database.prepare(
    "delete from label_raster where label_id <= (select label_id from label_raster where page = 1 order by label_id desc limit 1 offset ?)",
  );

  return {
    get: (labelId: number): LabelCheck | null => {
      const row = get.get(labelId);
      return row === null ? null : readRow(row);
    },
    /** Cheap enough for every picture of the screen. */
    outcomeOf: (labelId: number): LabelOutcome | null => {
      const row = outcomeOf.get(labelId);
      return row === null ? null : labelOutcomeSchema.parse(row.outcome);
    },
    /** The first label nobody has looked at yet. */
    nextWaiting: (): number | null => nextWaiting.get()?.label_id ?? null,
    /** Keeps what was read, with the label's pages as PNG. */
    store: ({ labelId, outcome, words, codes, dpi }: Omit<LabelCheck, "released">, pngs: readonly Uint8Array[], at: number): void => {
      store.run(labelId, outcome, words, codes === null ? null : JSON.stringify(codes), dpi, at);
      dropPages.run(labelId);
      for (const [index, png] of pngs.entries()) keepPage.run(labelId, index + 1, png);
    },
    /** The same codes seen in another light: a tracking number came, another parcel became known. */
    judge: (labelId: number, outcome: LabelOutcome, words: string): void => void judge.run(outcome, words, labelId),
    /** A person answers for this label: it prints whatever is read from it. */
    release: (labelId: number, reason: string): void => void release.run(reason, labelId),
    /** The label's pages as PNG of one bit a dot; none once its parcel has left. */
    pages: (labelId: number): readonly Uint8Array[] => pages.all(labelId).map(({ png }) => png),
    /** Drops the dots of what has left, and of the oldest where there are too many; they are made anew when somebody asks. */
    prune: (): void => {
      dropGone.run();
      dropOldest.run(MOST_KEPT);
    },
    ...createNumberOwners({ database }),
  };
};
export type LabelChecks = ReturnType<typeof createLabelChecks>;
