import type { Trouble, TroubleAction } from "../../../shared/trouble.ts";
import type { ZplPrinter } from "../zpl-printer.ts";
import type { Books } from "./books.ts";
import { printedHashes, type Expectations } from "./labels.ts";
import type { Link } from "./link.ts";
import { Broken, noteStep, type Notebook } from "./notebook.ts";

export type HumanParts = Readonly<{
  link: Link;
  notebook: Notebook;
  /** null: labels go into a folder, where nothing is ever in doubt */
  printer: ZplPrinter | null;
  read: <T>(look: (books: Books) => T | Promise<T>) => Promise<T>;
  expectations: Expectations;
}>;

/** The new label of a changed one is not there yet, and the parcel is: nothing to do but wait. */
const waitsForLabel = ({ source, actions, failure }: Trouble): boolean =>
  source === "label" && failure.kind !== "label-changed-left" && !actions.includes("reprint") && !actions.includes("retry");

const QUIET_WITHIN_MS = 10_000;

/** What a person does about troubles: looks whether the label is there and says so; has everything else tried again. */
export const createHuman = ({ link, notebook, printer, read, expectations }: HumanParts) => {
  const labelIsThere = async (trouble: Trouble): Promise<boolean> => {
    // Nobody can tell a slip from the dots of another; doubtful ones are half of them printed anew
    if (trouble.title.startsWith("Parking slip")) return /[02468]\b/.test(trouble.about);
    if (printer === null) throw new Broken(`a folder never leaves a doubt: ${trouble.title} ${trouble.about}: ${trouble.failure.detail}`);
    // Paper in, cover shut: whatever is still in the printer comes out before anyone looks
    printer.setMode("normal");
    const until = Date.now() + QUIET_WITHIN_MS;
    while (printer.busy() > 0 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 5));
    const [parcelNo = ""] = trouble.about.split(" · ");
    const hashes = await read((books) => {
      const parcel = books.parcels().find(({ parcel_no }) => parcel_no === parcelNo);
      if (parcel === undefined) throw new Broken(`the station asks about the label of ${parcelNo}, which is not stored`);
      const printed = books.jobs().find(({ id }) => trouble.id === `print:${id}`)?.sha256 ?? null;
      return printed === null ? expectations.hashesFor(parcel, books) : [printed];
    });
    return printedHashes(printer).some((one) => hashes.includes(one));
  };

  const actionFor = async (trouble: Trouble): Promise<TroubleAction> => {
    if (trouble.source === "label")
      return (["reprint", "retry", "discard"] as const).find((one) => trouble.actions.includes(one)) ?? "retry";
    if (trouble.source !== "print" || !trouble.actions.includes("printed")) return "retry";
    return (await labelIsThere(trouble)) ? "printed" : "reprint";
  };

  /** False when it could not be done now. */
  const answer = async (trouble: Trouble): Promise<boolean> => {
    const action = await actionFor(trouble);
    if (!trouble.actions.includes(action))
      throw new Broken(`${trouble.title} (${trouble.about}: ${trouble.failure.detail}) has no way out by itself`);
    notebook.tally.asked += 1;
    noteStep(notebook, `${trouble.title} ${trouble.about} → ${action}`);
    const acted = await link.ask("trouble.act", { id: trouble.id, action });
    // Between looking and answering it may have gone by itself
    if (!acted.ok && acted.failure.kind !== "not-found" && acted.failure.kind !== "not-now")
      throw new Broken(`${action} of ${trouble.title} (${trouble.about}) was answered with ${acted.failure.kind}: ${acted.failure.detail}`);
    if (acted.ok && trouble.source === "label") notebook.tally.alarms += 1;
    return acted.ok;
  };

  return {
    /** Deals with the first thing that is in trouble; false when nothing is. */
    help: async (): Promise<boolean> => {
      // What was taken back is the bench's to put right; it waits
      const [first] = link
        .screen()
        .troubles.filter(({ about }) => ![...notebook.takenBack].some((ftNo) => about.includes(ftNo)))
        .filter((trouble) => !waitsForLabel(trouble));
      return first === undefined ? false : await answer(first);
    },
  };
};
