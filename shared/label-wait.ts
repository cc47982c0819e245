/** From here on a label is late: amber. Most are there within seconds of the report. */
const LABEL_LATE_MS = 2 * 60_000;
/** From here on nobody should go on waiting without asking: trouble. */
export const LABEL_OVERDUE_MS = 10 * 60_000;

export type LabelWait = "waiting" | "late" | "overdue";

/** How alarming it is that a closed parcel has waited so long for its label, ms. */
export const labelWait = (waitedMs: number): LabelWait =>
  waitedMs >= LABEL_OVERDUE_MS ? "overdue" : waitedMs >= LABEL_LATE_MS ? "late" : "waiting";
