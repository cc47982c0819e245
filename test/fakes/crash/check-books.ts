import { z } from "zod";
import { contentOf, progressOf, type Box, type Model, type PaperTask } from "./model.ts";
import type { Books, JournalRow, UnitRow } from "./books.ts";
import { isNeighbours } from "./neighbour.ts";
import type { Notebook } from "./notebook.ts";

const detailsSchema = z.object({ details: z.array(z.object({ detailId: z.string(), brandSkuCode: z.string() })) });

/** Which SKU a line of a task is about. */
export const skusOf = (taskJson: string): ReadonlyMap<string, string> =>
  new Map(detailsSchema.parse(JSON.parse(taskJson)).details.map(({ detailId, brandSkuCode }) => [detailId, brandSkuCode]));

const sumWords = (entries: Iterable<readonly [string, number]>): string => {
  const sum = new Map<string, number>();
  for (const [sku, qty] of entries) sum.set(sku, (sum.get(sku) ?? 0) + qty);
  return [...sum]
    .filter(([, qty]) => qty !== 0)
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([sku, qty]) => `${qty}×${sku}`)
    .join(" ");
};
export const boxWords = (box: Box): string => sumWords(contentOf([box]));
export const unitWords = (units: readonly Pick<UnitRow, "detail_id" | "qty">[], skus: ReadonlyMap<string, string>): string =>
  sumWords(units.map(({ detail_id, qty }) => [skus.get(detail_id) ?? `?${detail_id}`, qty]));

const STATES = { waiting: ["waiting"], open: ["packing"], left: ["packing", "waiting"], held: ["held"], done: ["done"] } as const;

/** Is one task in the database as the packer has it? Words for everything that differs. */
export const checkTask = (books: Books, model: Model, task: PaperTask): readonly string[] => {
  const { ftNo } = task;
  const row = books.task(ftNo);
  if (row === null) return [`${ftNo} was packed and is not stored`];
  const { state, boxes } = progressOf(model, ftNo);
  const skus = skusOf(row.task);
  const units = books.unitsOf(ftNo);
  const parcels = books.parcelsOf(ftNo);
  const stored = parcels.map(
    (parcel) =>
      `${parcel.state === "open" ? "open" : "closed"} ${unitWords(
        units.filter(({ parcel_no }) => parcel_no === parcel.parcel_no),
        skus,
      )} ${parcel.carton ?? ""}`,
  );
  const mine = boxes.map((box) => `${box.closed ? "closed" : "open"} ${boxWords(box)} ${box.carton ?? ""}`);
  const allowed: readonly string[] = STATES[state];
  return [
    ...(allowed.includes(row.state) ? [] : [`${ftNo} is ${row.state}, the packer has it ${state}`]),
    ...(stored.join(" | ") === mine.join(" | ") ? [] : [`${ftNo} has the boxes ${stored.join(" | ")}, the packer ${mine.join(" | ")}`]),
  ];
};

const unitsSchema = z.array(z.object({ detailId: z.string(), qty: z.number() }));
const unitSchema = z.object({ detailId: z.string(), qty: z.number() });
const closedSchema = z.object({ items: unitsSchema });

/** Tells a parcel's life from the journal alone. */
const tellLives = (journal: readonly JournalRow[], takenBack: ReadonlySet<string>) => {
  const lives = new Map<
    string,
    { ftNo: string; content: Map<string, number>; state: "open" | "closed" | "dropped"; closings: string[]; prints: string[] }
  >();
  const odd: string[] = [];
  for (const line of journal) {
    const { parcel_no: parcelNo, ft_no: ftNo } = line;
    if (parcelNo === null || ftNo === null) continue;
    const parsed = (text: string | null): unknown => (text === null ? null : JSON.parse(text));
    if (line.kind === "parcel-started") {
      if (lives.has(parcelNo)) odd.push(`the journal starts ${parcelNo} twice`);
      lives.set(parcelNo, { ftNo, content: new Map(), state: "open", closings: [], prints: [] });
      continue;
    }
    if (isNeighbours(parcelNo)) continue;
    const life = lives.get(parcelNo);
    if (life === undefined) {
      odd.push(`the journal has ${line.kind} of ${parcelNo} before its start`);
      continue;
    }
    const add = (detailId: string, qty: number): void => void life.content.set(detailId, (life.content.get(detailId) ?? 0) + qty);
    const isOpen = life.state === "open";
    if (takenBack.has(ftNo)) {
      // What was taken back of a closed parcel leaves it without opening it
      if (line.kind === "parcel-closed" || line.kind === "parcel-resumed")
        life.closings.push(sumWords(closedSchema.parse(parsed(line.after)).items.map(({ detailId, qty }) => [detailId, qty])));
      continue;
    }
    if (["unit-packed", "scan-undone", "parcel-closed", "parcel-dropped"].includes(line.kind) && !isOpen)
      odd.push(`the journal has ${line.kind} of ${parcelNo}, which is ${life.state}`);
    switch (line.kind) {
      case "unit-packed": {
        const { detailId, qty } = unitSchema.parse(parsed(line.after));
        add(detailId, qty);
        break;
      }
      case "scan-undone":
        for (const { detailId, qty } of unitsSchema.parse(parsed(line.before))) add(detailId, -qty);
        break;
      case "parcel-closed": {
        const told = sumWords(closedSchema.parse(parsed(line.after)).items.map(({ detailId, qty }) => [detailId, qty]));
        if (told !== sumWords(life.content))
          odd.push(`the journal closes ${parcelNo} with ${told}, and had put ${sumWords(life.content)} into it`);
        life.state = "closed";
        life.closings.push(told);
        break;
      }
      case "parcel-reopened":
        if (life.state !== "closed") odd.push(`the journal reopens ${parcelNo}, which is ${life.state}`);
        life.state = "open";
        break;
      case "parcel-dropped":
        life.state = "dropped";
        break;
      default:
        if (line.kind.startsWith("print") || line.kind === "reprint") life.prints.push(line.kind);
    }
  }
  return { lives, odd };
};

const NONE: ReadonlySet<string> = new Set();

/** Each parcel's life by the journal alone; `closings`: what was in it each time it was closed, or went on after a stop. */
export const parcelLives = (books: Books, takenBack: ReadonlySet<string>) => tellLives(books.journal(), takenBack).lives;

/** Does the journal tell each parcel's life, and the same as the tables? Not asked of tasks that were taken back: their parcels may be emptied and pulled. */
export const checkJournal = (books: Books, takenBack: ReadonlySet<string> = NONE): readonly string[] => {
  const { lives, odd } = tellLives(books.journal(), takenBack);
  const found = [...odd];
  const unitsOf = Map.groupBy(books.units(), ({ parcel_no }) => parcel_no);
  const parcels = books.parcels();
  const jobsOf = Map.groupBy(books.jobs(), ({ parcel_no }) => parcel_no);
  for (const parcel of parcels) {
    if (takenBack.has(parcel.ft_no)) continue;
    const life = lives.get(parcel.parcel_no);
    if (life === undefined) {
      found.push(`the journal doesn't know ${parcel.parcel_no}`);
      continue;
    }
    const jobs = jobsOf.get(parcel.parcel_no) ?? [];
    const stored = sumWords((unitsOf.get(parcel.parcel_no) ?? []).map(({ detail_id, qty }) => [detail_id, qty]));
    if (stored !== sumWords(life.content)) found.push(`${parcel.parcel_no} holds ${stored}, by the journal ${sumWords(life.content)}`);
    const state = parcel.state === "open" ? "open" : "closed";
    if (life.state !== state) found.push(`${parcel.parcel_no} is ${state}, by the journal ${life.state}`);
    const queued = jobs.filter(({ reason }) => reason === null).length;
    const told = life.prints.filter((kind) => kind === "print-queued").length;
    if (queued !== told) found.push(`${parcel.parcel_no} was queued for printing ${queued} times by itself, by the journal ${told}`);
    const again = jobs.filter(({ reason }) => reason !== null).length;
    const toldAgain = life.prints.filter((kind) => kind === "reprint").length;
    if (again !== toldAgain) found.push(`${parcel.parcel_no} has ${again} reprints, by the journal ${toldAgain}`);
    // Each print that came to its end is told with it
    const ended = jobs.filter(({ state }) => ["printed", "sent", "accepted"].includes(state)).length;
    const toldEnds = life.prints.filter((kind) =>
      ["print-printed", "print-sent", "print-accepted", "print-confirmed"].includes(kind),
    ).length;
    if (ended !== toldEnds) found.push(`${parcel.parcel_no} has ${ended} prints that ended, by the journal ${toldEnds}`);
  }
  const known = new Set(parcels.map(({ parcel_no }) => parcel_no));
  for (const [parcelNo, life] of lives)
    if (life.state !== "dropped" && !takenBack.has(life.ftNo) && !known.has(parcelNo))
      found.push(`the journal has ${parcelNo}, which is not stored`);
  return found;
};

/** Parcels that left, and labels asked for once more: as often as the packer was told, and never oftener. */
export const checkAsked = (books: Books, notebook: Notebook): readonly string[] => {
  const found: string[] = [];
  const gone = new Set(books.parcels().flatMap(({ parcel_no, state }) => (state === "handed-over" ? [parcel_no] : [])));
  for (const parcelNo of notebook.handedOver) if (!gone.has(parcelNo)) found.push(`${parcelNo} was handed over, and is not`);
  for (const parcelNo of gone)
    if (!notebook.handedOver.has(parcelNo) && !notebook.handedOverPerhaps.has(parcelNo)) found.push(`nobody handed ${parcelNo} over`);
  const asked = [...notebook.reprints.values()].reduce((sum, count) => sum + count, 0);
  const byPerson = books.jobs().filter(({ reason }) => reason === "asked for at the bench");
  for (const [parcelNo, count] of notebook.reprints) {
    const stored = byPerson.filter(({ parcel_no }) => parcel_no === parcelNo).length;
    if (stored < count) found.push(`${parcelNo} was asked for ${count} times more, only ${stored} are stored`);
  }
  if (byPerson.length > asked + notebook.reprintsPerhaps)
    found.push(`${byPerson.length} reprints are stored, ${asked} were asked for and ${notebook.reprintsPerhaps} perhaps`);
  return found;
};
