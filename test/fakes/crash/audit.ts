import type { TestOms4 } from "../oms4-running.ts";
import type { ZplPrinter } from "../zpl-printer.ts";
import type { Books } from "./books.ts";
import { checkAsked, checkJournal, checkTask } from "./check-books.ts";
import { checkOms4 } from "./check-oms4.ts";
import { checkRelabelled, checkSlips } from "./check-relabelled.ts";
import { checkTakenBack } from "./check-taken-back.ts";
import { checkFolder, checkPrinter, type Expectations } from "./labels.ts";
import { checkNeighbour, type Neighbour } from "./neighbour.ts";
import type { Notebook } from "./notebook.ts";
import type { Supply } from "./supply.ts";

export type AuditParts = Readonly<{
  oms4: TestOms4;
  notebook: Notebook;
  supply: Supply;
  neighbour?: Neighbour;
  expectations: Expectations;
  /** null: labels go into the folder */
  printer: ZplPrinter | null;
  labelFolder: string;
}>;

/** Everything against everything: the packer's memory, the database, the journal, OMS4 and the labels that came out. Words for what differs. */
export const audit = async (
  books: Books,
  { oms4, notebook, supply, neighbour, expectations, printer, labelFolder }: AuditParts,
): Promise<readonly string[]> => {
  const { model, takenBack, tally } = notebook;
  const tasks = supply.all();
  const oms4Side = checkOms4(oms4, books, model, tasks, takenBack);
  const labels =
    printer === null
      ? await checkFolder(labelFolder, books, expectations, takenBack)
      : await checkPrinter(printer, books, expectations, takenBack);
  tally.toldTwice = oms4Side.toldTwice;
  tally.labels = labels.labels;
  tally.takenBack = takenBack.size;
  tally.closedBetween = books.closedBetween();
  tally.parcelsClosed = books.parcels().filter(({ state, ft_no }) => state !== "open" && !takenBack.has(ft_no)).length;
  const checked = books.check();
  return [
    ...(checked === "ok" ? [] : [`the database: ${checked}`]),
    ...tasks.filter(({ ftNo }) => model.progress.has(ftNo)).flatMap((task) => checkTask(books, model, task)),
    ...checkAsked(books, notebook),
    ...checkJournal(books, takenBack),
    ...checkTakenBack(oms4, books, takenBack),
    ...checkRelabelled(books, takenBack),
    ...checkSlips(books, notebook),
    ...(neighbour === undefined ? [] : checkNeighbour(oms4, neighbour, notebook)),
    ...oms4Side.found,
    ...labels.found,
  ];
};
