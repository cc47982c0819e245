import { numberOf, textOf, type Row, type Work } from "./tables.ts";

/** The version of the database that knows old own labels as facts of their own. */
const OLD_OWN_LABELS_SINCE = 11;
/** Own labels with an old address as an older version knew them: by their parcel's stop alone. Rows of `old_own_label`. */
export const oldLabelsByStop = ({ schema, rows }: Work): readonly Row[] =>
  rows.parcel_stop
    .filter((stop) => schema < OLD_OWN_LABELS_SINCE && stop["kind"] === "relabel" && stop["done_at"] === null)
    .map((stop) => {
      const copies = rows.print_job.filter(
        (job) => textOf(job, "parcel_no") === textOf(stop, "parcel_no") && textOf(job, "document") === "own-label",
      );
      return {
        parcel_no: textOf(stop, "parcel_no"),
        ft_no: textOf(stop, "ft_no"),
        copy: Math.max(0, ...copies.map((job) => numberOf(job, "copy"))),
        at: numberOf(stop, "at"),
      };
    });
