import { fail, succeed, type Result } from "../../shared/failures.ts";
import { LABEL_OVERDUE_MS } from "../../shared/label-wait.ts";
import type { Trouble, TroubleAction } from "../../shared/trouble.ts";
import type { Clock } from "../kit/clock.ts";
import type { Database } from "../store/database.ts";
import type { Journal } from "../store/journal.ts";
import type { LabelChange, LabelChanges } from "../store/label-changes.ts";
import type { ParcelStore } from "../store/parcels.ts";
import type { PrintJobs } from "../store/print-jobs.ts";
import { changeFacts, isOtherNumber, waitedWords } from "./label-answers.ts";
import { troubleOf } from "./trouble-ways.ts";

export type LabelTroubleParts = Readonly<{
  database: Database;
  clock: Clock;
  journal: Journal;
  parcels: ParcelStore;
  labelChanges: LabelChanges;
  printJobs: PrintJobs;
  /** OMS4 is asked for this parcel's label at once. */
  askLabel: (parcelNo: string) => void;
}>;

const MOST_SHOWN = 50;

/** Labels that need a person: those that never came, and printed ones that are not in force any more. Ids: `late:…` and `changed:…`. */
export const createLabelTroubles = ({ database, clock, journal, parcels, labelChanges, printJobs, askLabel }: LabelTroubleParts) => {
  /** The new label went to the printer, and nobody knows whether it came out: that is asked first, one more could be a double. */
  const isInDoubt = ({ parcelNo, labelId }: LabelChange): boolean => {
    const job = labelId === null ? null : printJobs.latestForParcel(parcelNo);
    return job !== null && job.state === "unknown" && job.labelId === labelId;
  };

  const changed = (change: LabelChange): Trouble => {
    const { parcelNo, ftNo, at } = change;
    const hasLeft = parcels.get(parcelNo)?.state === "handed-over";
    const other = isOtherNumber(change);
    const inDoubt = isInDoubt(change);
    const facts = `${changeFacts(change)}${inDoubt ? " Say first whether the new one came out." : ""}`;
    const kind = hasLeft
      ? "label-changed-left"
      : change.labelId === null
        ? "label-changed-to-come"
        : inDoubt
          ? "label-changed-in-doubt"
          : "label-changed";
    return troubleOf(kind, {
      id: `changed:${parcelNo}`,
      source: "label",
      title: other ? "Another tracking number: wrong label on the box" : "Another label: wrong one on the box",
      about: `${parcelNo} · ${ftNo}`,
      failure: fail(hasLeft ? "label-changed-left" : other ? "tracking-changed" : "label-changed", facts).failure,
      at,
    });
  };

  const list = (): readonly Trouble[] => {
    const now = clock.now();
    return [
      ...labelChanges.list(MOST_SHOWN).map(changed),
      ...parcels
        .overdueLabels(LABEL_OVERDUE_MS, MOST_SHOWN)
        // A changed one is listed above
        .filter(({ parcelNo }) => labelChanges.get(parcelNo) === null)
        .map(({ parcelNo, ftNo, closedAt }) =>
          troubleOf("label-late", {
            id: `late:${parcelNo}`,
            source: "label",
            title: "The label does not come",
            about: `${parcelNo} · ${ftNo}`,
            failure: fail("label-late", `${parcelNo} has waited for ${waitedWords(now - closedAt)}.`).failure,
            at: closedAt,
          }),
        ),
    ];
  };

  /** The reprint of a changed label is the trouble list's own: it counts prints. */
  const act = (id: string, action: TroubleAction): Result<null> => {
    const [source, parcelNo = ""] = id.split(":");
    const at = clock.now();
    const parcel = parcels.get(parcelNo);
    if (parcel === null) return fail("not-found", parcelNo);
    const { ftNo } = parcel;
    if (source === "late" && action === "retry") {
      askLabel(parcelNo);
      return succeed(null);
    }
    if (action !== "discard") return fail("not-now", `${parcelNo}: this is not one of the ways out.`);
    const known = source === "late" ? parcels.wantsLabel(parcelNo) : labelChanges.get(parcelNo) !== null;
    if (!known) return fail("not-found", parcelNo);
    database.transaction(() => {
      if (source === "late") parcels.markLabelChecked(parcelNo, at, false);
      else labelChanges.remove(parcelNo);
      const kind = source === "late" ? "label-given-up" : "label-change-given-up";
      journal.add({ kind, ftNo, parcelNo, before: null, after: null }, at);
    });
    return succeed(null);
  };

  return { list, act, isInDoubt };
};
