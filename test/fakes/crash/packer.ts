import type { Hands } from "./hands.ts";
import type { Link } from "./link.ts";
import type { Neighbour, NeighbourParcel } from "./neighbour.ts";
import { missing, progressOf, type Act, type PaperTask } from "./model.ts";
import { Broken, noteStep, type Notebook } from "./notebook.ts";
import type { Random } from "./random.ts";
import type { Supply } from "./supply.ts";

export type PackerParts = Readonly<{
  link: Link;
  hands: Hands;
  notebook: Notebook;
  supply: Supply;
  neighbour?: Neighbour;
  random: Random;
  /** A person may ask for a label once more: only where the printer keeps every print apart. */
  mayReprint: boolean;
  /** Parcels leave as soon as they can. */
  eagerHandover?: boolean;
}>;

/** What may be answered to a slip: the label came out meanwhile, or is not the one in force. */
const FETCHED: readonly string[] = ["parcel-ok", "label-waiting", "done-already", "label-changed", "tracking-changed"];

/** What is answered to another bench's parcel itself. */
const ABOUT_IT: readonly string[] = ["parcel-ok", "done-already", "unknown-code", "command-refused"];

/** OMS4 is asked about another bench's parcel for four seconds at most. */
const ASKED_WITHIN_MS = 8_000;

/** Decides what a packer does next: mostly the work, now and then everything else that happens at a bench. */
export const createPacker = ({ link, hands, notebook, supply, neighbour, random, mayReprint, eagerHandover = false }: PackerParts) => {
  const missingSkus = (task: PaperTask): readonly string[] => {
    const progress = progressOf(notebook.model, task.ftNo);
    return [...task.wants.keys()].filter((sku) => missing(task, progress, sku) > 0);
  };

  const drawAct = (task: PaperTask, mischief: boolean): Act => {
    const progress = progressOf(notebook.model, task.ftNo);
    const box = progress.boxes.findLast(({ closed }) => !closed);
    if (hands.isComplete(task)) return { kind: random.chance(0.8) ? "finish" : "new-parcel" };
    if (task.split && box?.closedOnce === true) return { kind: "new-parcel" };
    const sku = random.pick(missingSkus(task));
    const draw = mischief ? random.next() : 1;
    if (draw < 0.03) return { kind: "wrong", code: supply.foreign(task) };
    if (draw < 0.05) return { kind: "quantity", quantity: 99 };
    if (draw < 0.1) return { kind: "undo" };
    if (draw < 0.11) return { kind: "hold" };
    if (draw < 0.13) return { kind: "leave" };
    if (draw < 0.18) return { kind: "box", carton: random.pick(["S1", "M2", "L3"]) };
    if (draw < 0.22 && task.carriers.length > 0 && box?.closedOnce !== true) return { kind: "carrier", id: random.pick(task.carriers) };
    if (draw < 0.24) return { kind: "finish" };
    if (draw < 0.36 && task.split && (box?.handfuls.length ?? 0) > 0) return { kind: "new-parcel" };
    if (draw < 0.5 && notebook.model.quantityNext === 1) {
      const most = missing(task, progress, sku);
      if (most > 1) return { kind: "quantity", quantity: random.between(2, most) };
    }
    return { kind: "item", sku };
  };

  const packOn = async (task: PaperTask, mischief: boolean): Promise<void> => {
    if (link.screen().task?.packingInstruction !== "" && link.screen().task?.acknowledged === false && random.chance(0.5))
      await link.ask("task.acknowledge", { ftNo: task.ftNo });
    const over = notebook.model.quantityNext > Math.max(0, ...task.wants.values());
    // A quantity typed for the next scan belongs to one product; too many of anything is refused and forgotten
    const [sku] = over
      ? [...task.wants.keys()]
      : missingSkus(task).filter((one) => missing(task, progressOf(notebook.model, task.ftNo), one) >= notebook.model.quantityNext);
    const act = notebook.model.quantityNext > 1 && sku !== undefined ? ({ kind: "item", sku } as const) : drawAct(task, mischief);
    await hands.act(act);
  };

  const handoverMode = async (): Promise<void> => {
    const { kind, title } = await hands.scan("CMDHANDOVER");
    if (kind !== "command-ok") throw new Broken(`CMDHANDOVER was answered with ${kind}: ${title}`);
  };

  /** One of another bench's parcels leaves: OMS4 is asked about it, unless it was told here before. */
  const handOverNeighbours = async (parcels: readonly NeighbourParcel[]): Promise<void> => {
    const { ftNo, parcelNo, trackingNo } = random.pick(parcels);
    await handoverMode();
    notebook.model = { ...notebook.model, lastDone: null };
    const before = notebook.neighbourTold.has(parcelNo);
    // A refusal now says nothing about an earlier scan whose answer was lost
    const wasInDoubt = notebook.neighbourPerhaps.has(parcelNo);
    if (!before) notebook.neighbourPerhaps.add(parcelNo);
    await hands.scan(random.pick([ftNo, ftNo, ftNo, trackingNo, parcelNo]));
    const asking = (): boolean => link.screen().verdict?.title.startsWith("Asking OMS4") === true;
    if (!(await link.shows(() => !asking(), ASKED_WITHIN_MS))) throw new Broken(`OMS4 is asked about ${parcelNo} for ever`);
    const { kind, title } = link.screen().verdict ?? { kind: "none", title: "" };
    noteStep(notebook, `${parcelNo} of another bench → ${kind} ${title}`);
    if (before && kind === "parcel-ok") throw new Broken(`${parcelNo} was handed over, and is handed over again: ${title}`);
    // Anything else is a refusal in words: this station doesn't know the number, or OMS4 gave no answer
    if (kind === "parcel-ok" || kind === "done-already") {
      if (!before) notebook.tally.elsewhere += 1;
      notebook.neighbourTold.add(parcelNo);
    }
    // An alarm about another parcel may have been shouted over it: then nobody knows yet what became of this one
    if (ABOUT_IT.includes(kind) && !wasInDoubt) notebook.neighbourPerhaps.delete(parcelNo);
    await handoverMode();
  };

  /** Parcels leave with the carrier: each closed one once. */
  const handOver = async (): Promise<void> => {
    const ready = link
      .screen()
      .lastParcels.filter(
        ({ ftNo, state, print }) => state === "closed" && print !== null && progressOf(notebook.model, ftNo).state === "done",
      )
      .slice(0, random.between(1, 3));
    if (ready.length === 0) return;
    await handoverMode();
    for (const { parcelNo, ftNo } of ready) {
      // Once it may have left, nobody opens its task again
      notebook.model = { ...notebook.model, lastDone: null };
      notebook.handedOverPerhaps.add(parcelNo);
      const { kind, title } = await hands.scan(parcelNo);
      const mayBeOld = notebook.relabelled.has(ftNo) || notebook.relabelled.has(parcelNo);
      // An old label doesn't leave, and a box whose label is being made anew has none yet
      if (mayBeOld && (kind === "label-changed" || (kind === "command-refused" && title.includes("no label yet")))) {
        notebook.handedOverPerhaps.delete(parcelNo);
        continue;
      }
      // Its report or its label is in trouble: a person deals with that first
      if (kind === "command-refused" && (title.includes("has not taken its report") || title.includes("did not come out"))) {
        notebook.handedOverPerhaps.delete(parcelNo);
        continue;
      }
      // Whether the label in force was out by then, the books tell in the end: it may have come out since the screen was looked at
      if (kind !== "parcel-ok") throw new Broken(`the handover of ${parcelNo} was answered with ${kind}: ${title}`);
      notebook.handedOver.add(parcelNo);
      notebook.handedOverPerhaps.delete(parcelNo);
    }
    await handoverMode();
  };

  /** A box is fetched from where it was put; its label prints, or it is said how long it has waited. */
  const fetchParked = async (parcelNo: string): Promise<void> => {
    const count = (sums: Map<string, number>, by: number): void => void sums.set(parcelNo, (sums.get(parcelNo) ?? 0) + by);
    count(notebook.slipScansPerhaps, 1);
    const { kind, title } = await hands.scan(parcelNo);
    if (!FETCHED.includes(kind) && notebook.takenBack.size === 0)
      throw new Broken(`the slip of ${parcelNo} was answered with ${kind}: ${title}`);
    count(notebook.slipScansPerhaps, -1);
    // What has to come out of a packed box brings its task back to the bench
    if (!FETCHED.includes(kind)) hands.followScreen();
    if (kind !== "parcel-ok" && kind !== "label-waiting") return;
    count(notebook.slipScans, 1);
    notebook.tally.slipsScanned += 1;
  };
  const parked = (): readonly string[] => {
    const { labels, lastParcels } = link.screen();
    return [...labels.ready, ...lastParcels.filter(({ words }) => words.startsWith("parked")).map(({ parcelNo }) => parcelNo)];
  };

  const reprint = async (): Promise<void> => {
    notebook.reprintsPerhaps += 1;
    const { kind, text } = await hands.scan("CMDREPRINT");
    notebook.reprintsPerhaps -= 1;
    if (kind !== "command-ok") return;
    const parcelNo = /Parcel (\S+)\./.exec(text)?.[1] ?? "";
    notebook.reprints.set(parcelNo, (notebook.reprints.get(parcelNo) ?? 0) + 1);
  };

  const putAside = (): readonly string[] =>
    [...notebook.model.progress].filter(([, { state }]) => state === "left" || state === "held").map(([ftNo]) => ftNo);

  const betweenTasks = async (): Promise<void> => {
    const draw = random.next();
    if (draw < 0.06 && notebook.model.lastDone !== null) return void (await hands.act({ kind: "undo" }));
    if (draw < (eagerHandover ? 0.7 : 0.12)) return handOver();
    if (draw < 0.15 && mayReprint) return reprint();
    const others = neighbour?.parcels() ?? [];
    if (others.length > 0 && random.chance(0.4)) return handOverNeighbours(others);
    const boxes = parked();
    if (boxes.length > 0 && random.chance(0.35)) return fetchParked(random.pick(boxes));
    const aside = putAside();
    await hands.openTask(aside.length > 0 && random.chance(0.4) ? random.pick(aside) : supply.next());
  };

  /** Packs on as long as nobody says otherwise; told, or tired of it, puts it aside. */
  const withTakenBack = async (task: PaperTask): Promise<void> => {
    const draw = random.next();
    if (draw < 0.5) await hands.act({ kind: "item", sku: random.pick([...task.wants.keys()]) });
    else if (draw < 0.6) await hands.act({ kind: "finish" });
    else if (draw < 0.7) await hands.act({ kind: "new-parcel" });
    else if (draw < 0.75) await hands.act({ kind: "undo" });
    else await hands.act({ kind: "leave" });
  };
  const putAwayTakenBack = async (): Promise<void> => {
    for (let tries = 0; hands.isTakenBack(notebook.model.open); tries++) {
      if (tries > 3) throw new Broken(`${notebook.model.open} was taken back and can't be put aside`);
      await hands.act({ kind: "leave" });
    }
  };

  return {
    /** One thing done. */
    step: async (): Promise<void> => {
      const task = hands.openPaper();
      if (task !== null && hands.isTakenBack(task.ftNo)) return withTakenBack(task);
      await (task === null ? betweenTasks() : packOn(task, true));
    },
    fetchParked,
    /** Finishes whatever was begun, straight on. */
    finishAll: async (): Promise<void> => {
      for (;;) {
        await putAwayTakenBack();
        const task = hands.openPaper();
        const [aside] = putAside();
        if (task !== null) await packOn(task, false);
        else if (aside === undefined) return noteStep(notebook, "all finished");
        else if (!(await hands.openTask(aside))) throw new Broken(`${aside} was put aside and doesn't open any more`);
      }
    },
  };
};
export type Packer = ReturnType<typeof createPacker>;
