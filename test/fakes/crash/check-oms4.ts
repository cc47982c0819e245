import type { TestOms4, Told } from "../oms4-running.ts";
import { boxWords, skusOf } from "./check-books.ts";
import type { Books } from "./books.ts";
import { progressOf, type Model, type PaperTask } from "./model.ts";

type Heard = Readonly<{ found: readonly string[]; toldTwice: number }>;

const CALL_OF: Readonly<Record<string, string>> = {
  setParcelPacked: "parcel-packed",
  updateTaskActivity: "task-activity",
  updateParcelActivity: "parcel-activity",
};

/** Held and released: that may happen again after the task was opened once more. */
const PUT_ASIDE = 2;
/** Where in a task's life a call belongs. */
const rankOf = ({ call, description }: Told): number => {
  if (call === "setParcelPacked") return 3;
  if (call === "updateParcelActivity") return 5;
  const words = description ?? "";
  if (words.startsWith("Received")) return 0;
  if (words === "Packing started") return 1;
  return words.startsWith("Packed:") ? 4 : PUT_ASIDE;
};

/** Parcels at OMS4: each box once, under one number, with exactly what was put in; none of a task that was never closed. */
const checkParcels = (oms4: TestOms4, books: Books, model: Model, tasks: readonly PaperTask[]): string[] => {
  const found: string[] = [];
  for (const task of tasks) {
    const { ftNo } = task;
    const row = books.task(ftNo);
    const skus = row === null ? new Map<string, string>() : skusOf(row.task);
    const held = new Map(oms4.parcels(ftNo).map((parcel) => [parcel.parcelNo, parcel]));
    const { boxes } = progressOf(model, ftNo);
    const mine = boxes.filter(({ closed }) => closed);
    if (held.size !== mine.length) found.push(`OMS4 holds ${held.size} parcels of ${ftNo}, ${mine.length} boxes were closed`);
    const numbers = books.parcelsOf(ftNo).filter(({ state }) => state !== "open");
    boxes.forEach((box, index) => {
      if (!box.closed) return;
      const parcelNo = numbers[index]?.parcel_no ?? "no number";
      const at4 = held.get(parcelNo);
      const handfuls = Object.entries(at4?.units ?? {}).map(([detailId, qty]) => ({ sku: skus.get(detailId) ?? `?${detailId}`, qty }));
      const words = boxWords({ ...box, handfuls });
      if (words !== boxWords(box))
        found.push(`${ftNo} box ${index + 1} (${parcelNo}) holds ${boxWords(box)}, OMS4 has ${words === "" ? "nothing" : words}`);
    });
  }
  return found;
};

/** One number, one effect, and one content for each time that its box was closed: what OMS4 never took is told anew when the box was opened again. */
const checkNumbers = (told: readonly Told[], books: Books, takenBack: ReadonlySet<string>): string[] => {
  const found: string[] = [];
  const contents = new Map<string, Set<string>>();
  const effects = new Map<string, number>();
  const taken = new Map<string, string>();
  for (const { call, ftNo, parcelNo, body, committed } of told) {
    if (call !== "setParcelPacked" || parcelNo === null) continue;
    // What was taken back before OMS4 heard of it is reported as it is then
    if (takenBack.has(ftNo) && !committed) continue;
    const content = JSON.stringify(body);
    contents.set(parcelNo, (contents.get(parcelNo) ?? new Set()).add(content));
    if ((taken.get(parcelNo) ?? content) !== content) found.push(`${parcelNo} was told with another content after OMS4 had taken it`);
    if (committed && !taken.has(parcelNo)) taken.set(parcelNo, content);
    if (committed) effects.set(parcelNo, (effects.get(parcelNo) ?? 0) + 1);
  }
  for (const [parcelNo, { size }] of contents) {
    const closed = Math.max(1, books.closings(parcelNo).length);
    if (size > closed) found.push(`${parcelNo} was told with ${size} contents, and closed ${closed} times`);
  }
  for (const [parcelNo, count] of effects) if (count !== 1) found.push(`Packing Finished of ${parcelNo} took effect ${count} times`);
  return found;
};

/** Per task: in the order it happened, each thing told; told again only word for word, right after itself, where an answer was lost. */
const checkOrder = (told: readonly Told[], books: Books, takenBack: ReadonlySet<string>): Heard => {
  const found: string[] = [];
  let toldTwice = 0;
  const outbox = Map.groupBy(
    books.outbox().filter(({ state }) => state !== "discarded"),
    ({ ft_no }) => ft_no,
  );
  const byTask = Map.groupBy(
    told.filter(({ committed }) => committed),
    ({ ftNo }) => ftNo,
  );
  for (const ftNo of new Set([...byTask.keys(), ...outbox.keys()])) {
    if (takenBack.has(ftNo)) continue;
    const heard: string[] = [];
    let rank = 0;
    for (const one of byTask.get(ftNo) ?? []) {
      const words = `${CALL_OF[one.call] ?? one.call} ${JSON.stringify(one.body)}`;
      if (heard.at(-1) === words) toldTwice += 1;
      else heard.push(words);
      const now = rankOf(one);
      if (now === PUT_ASIDE) continue;
      if (now < rank) found.push(`${ftNo}: ${one.call} (${one.description ?? one.parcelNo ?? ""}) came too late`);
      rank = Math.max(rank, now);
    }
    const meant = (outbox.get(ftNo) ?? []).map(({ call, body }) => `${call} ${body}`);
    if (heard.join("\n") !== meant.join("\n"))
      found.push(`${ftNo}: OMS4 heard\n    ${heard.join("\n    ")}\n  and the station had to tell\n    ${meant.join("\n    ")}`);
    for (const [what, count] of [
      ["Packing started", meant.filter((words) => words.includes('"Packing started"')).length],
      ["Packed", meant.filter((words) => words.includes('"Packed: ')).length],
      ["Received", meant.filter((words) => words.includes('"Received at')).length],
    ] as const)
      if (count > 1) found.push(`${ftNo}: ${what} is told ${count} times`);
  }
  return { found, toldTwice };
};

/** Everything OMS4 may hold against the station. `toldTwice`: activities told again after a lost answer; they have no key in OMS4. */
export const checkOms4 = (
  oms4: TestOms4,
  books: Books,
  model: Model,
  tasks: readonly PaperTask[],
  takenBack: ReadonlySet<string> = new Set(),
): Heard => {
  const told = oms4.told();
  const order = checkOrder(told, books, takenBack);
  return {
    found: [
      ...oms4.violations(),
      ...checkParcels(
        oms4,
        books,
        model,
        tasks.filter(({ ftNo }) => !takenBack.has(ftNo)),
      ),
      ...checkNumbers(told, books, takenBack),
      ...order.found,
    ],
    toldTwice: order.toldTwice,
  };
};
