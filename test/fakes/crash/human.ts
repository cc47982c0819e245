import type { Trouble } from "../../../shared/station.ts";
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

const QUIET_WITHIN_MS = 10_000;

/** What a person does about troubles: looks whether the label is there and says so; has everything else tried again. */
export const createHuman = ({ link, notebook, printer, read, expectations }: HumanParts) => {
  const labelIsThere = async (trouble: Trouble): Promise<boolean> => {
    if (printer === null) throw new Broken(`a folder never leaves a doubt: ${trouble.title} ${trouble.about}: ${trouble.failure.detail}`);
    // Paper in, cover shut: whatever is still in the printer comes out before anyone looks
    printer.setMode("normal");
    const until = Date.now() + QUIET_WITHIN_MS;
    while (printer.busy() > 0 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 5));
    const [parcelNo = ""] = trouble.about.split(" · ");
    const hashes = await read((books) => {
      const parcel = books.parcels().find(({ parcel_no }) => parcel_no === parcelNo);
      if (parcel === undefined) throw new Broken(`the station asks about the label of ${parcelNo}, which is not stored`);
      return expectations.hashesFor(parcel, books);
    });
    return printedHashes(printer).some((one) => hashes.includes(one));
  };

  const answer = async (trouble: Trouble): Promise<void> => {
    const action =
      trouble.source === "print" && trouble.actions.includes("printed") ? ((await labelIsThere(trouble)) ? "printed" : "reprint") : "retry";
    if (!trouble.actions.includes(action))
      throw new Broken(`${trouble.title} (${trouble.about}: ${trouble.failure.detail}) has no way out by itself`);
    notebook.tally.asked += 1;
    noteStep(notebook, `${trouble.title} ${trouble.about} → ${action}`);
    const acted = await link.ask("trouble.act", { id: trouble.id, action });
    // Between looking and answering it may have gone by itself
    if (!acted.ok && acted.failure.kind !== "not-found" && acted.failure.kind !== "not-now")
      throw new Broken(`${action} of ${trouble.title} (${trouble.about}) was answered with ${acted.failure.kind}: ${acted.failure.detail}`);
  };

  return {
    /** Deals with the first thing that is in trouble; false when nothing is. */
    help: async (): Promise<boolean> => {
      // What was taken back is the bench's to put right; it waits
      const [first] = link.screen().troubles.filter(({ about }) => ![...notebook.takenBack].some((ftNo) => about.includes(ftNo)));
      if (first === undefined) return false;
      await answer(first);
      return true;
    },
  };
};
