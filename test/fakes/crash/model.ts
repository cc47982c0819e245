import type { VerdictKind } from "../../../shared/scan.ts";
import type { Snapshot } from "../../../shared/station.ts";
import type { ShippingWay } from "../../../shared/task.ts";

/** A task as the packer's paper says it: what belongs into the box, by product. */
export type PaperTask = Readonly<{
  ftNo: string;
  way: ShippingWay;
  split: boolean;
  /** units by SKU; two lines of one SKU are one heap of things */
  wants: ReadonlyMap<string, number>;
  carriers: readonly string[];
  /** how many lines it has */
  lines: number;
}>;

/** One accepted scan: so many things of one kind went into the box together. */
type Handful = Readonly<{ sku: string; qty: number }>;
/** `closedOnce`: OMS4 may have heard of its content, so that opened again it is only closed again. */
export type Box = Readonly<{ handfuls: readonly Handful[]; closed: boolean; closedOnce: boolean; carton: string | null }>;
export type Progress = Readonly<{ state: "waiting" | "open" | "left" | "held" | "done"; boxes: readonly Box[]; carrier: string | null }>;

/** What a packer knows: what lies in which box. It is changed only by what the station answered or shows. */
export type Model = Readonly<{
  open: string | null;
  /** how many the next scan packs; not kept through a restart, and the screen says so */
  quantityNext: number;
  /** the task closed last, as long as UNDO would open it again */
  lastDone: string | null;
  progress: ReadonlyMap<string, Progress>;
}>;

export type Act =
  | Readonly<{ kind: "task"; ftNo: string }>
  | Readonly<{ kind: "item"; sku: string }>
  | Readonly<{ kind: "wrong"; code: string }>
  | Readonly<{ kind: "quantity"; quantity: number }>
  | Readonly<{ kind: "box"; carton: string }>
  | Readonly<{ kind: "carrier"; id: string }>
  | Readonly<{ kind: "finish" | "new-parcel" | "undo" | "hold" | "release" | "leave" }>;

/** What must be answered, and what holds then. */
type Step = Readonly<{ model: Model; verdicts: readonly VerdictKind[] }>;

export const emptyModel: Model = { open: null, quantityNext: 1, lastDone: null, progress: new Map() };
const untouched: Progress = { state: "waiting", boxes: [], carrier: null };

export const progressOf = (model: Model, ftNo: string): Progress => model.progress.get(ftNo) ?? untouched;

export const contentOf = (boxes: readonly Box[]): ReadonlyMap<string, number> => {
  const content = new Map<string, number>();
  for (const { sku, qty } of boxes.flatMap(({ handfuls }) => handfuls)) content.set(sku, (content.get(sku) ?? 0) + qty);
  return content;
};

/** Units of a SKU that are still to go in. */
export const missing = (task: PaperTask, progress: Progress, sku: string): number =>
  (task.wants.get(sku) ?? 0) - (contentOf(progress.boxes).get(sku) ?? 0);

export const isComplete = (task: PaperTask, progress: Progress): boolean =>
  [...task.wants.keys()].every((sku) => missing(task, progress, sku) === 0);

const openBox = (boxes: readonly Box[]): Box | null => boxes.findLast(({ closed }) => !closed) ?? null;
const withOpenBox = (boxes: readonly Box[]): readonly Box[] =>
  openBox(boxes) === null ? [...boxes, { handfuls: [], closed: false, closedOnce: false, carton: null }] : boxes;
const changeOpen = (boxes: readonly Box[], change: (box: Box) => Box): readonly Box[] =>
  boxes.map((box) => (box.closed ? box : change(box)));
const closeOpen = (boxes: readonly Box[]): readonly Box[] => changeOpen(boxes, (box) => ({ ...box, closed: true, closedOnce: true }));

const put = (model: Model, ftNo: string, change: Partial<Progress>, more: Partial<Omit<Model, "progress">> = {}): Model => ({
  ...model,
  ...more,
  progress: new Map(model.progress).set(ftNo, { ...progressOf(model, ftNo), ...change }),
});

const openTask = (model: Model, task: PaperTask): Step => {
  const { ftNo } = task;
  const { state } = progressOf(model, ftNo);
  if (model.open === ftNo) return { model, verdicts: ["task-opened"] };
  if (model.open !== null) return { model, verdicts: ["other-task"] };
  if (state === "done") return { model, verdicts: ["done-already"] };
  if (state === "held") return { model, verdicts: ["on-hold"] };
  return { model: put(model, ftNo, { state: "open" }, { open: ftNo, quantityNext: 1 }), verdicts: ["task-opened"] };
};

const finishTask = (model: Model, ftNo: string, boxes: readonly Box[]): Step => ({
  model: put(model, ftNo, { state: "done", boxes: closeOpen(boxes) }, { open: null, quantityNext: 1, lastDone: ftNo }),
  verdicts: ["task-done"],
});

const packItem = (model: Model, task: PaperTask, sku: string): Step => {
  const before = progressOf(model, task.ftNo);
  const qty = model.quantityNext;
  if (qty > missing(task, before, sku)) return { model: { ...model, quantityNext: 1 }, verdicts: ["over-scan"] };
  const boxes = changeOpen(withOpenBox(before.boxes), (box) => ({ ...box, handfuls: [...box.handfuls, { sku, qty }] }));
  if (!task.split && isComplete(task, { ...before, boxes })) return finishTask(model, task.ftNo, boxes);
  return { model: put(model, task.ftNo, { boxes }, { quantityNext: 1 }), verdicts: ["item-ok"] };
};

const newParcel = (model: Model, task: PaperTask): Step => {
  const { boxes, ...before } = progressOf(model, task.ftNo);
  if (!task.split || (openBox(boxes)?.handfuls.length ?? 0) === 0) return { model, verdicts: ["command-refused"] };
  if (isComplete(task, { ...before, boxes })) return finishTask(model, task.ftNo, boxes);
  return { model: put(model, task.ftNo, { boxes: closeOpen(boxes) }, { lastDone: null }), verdicts: ["parcel-closed"] };
};

/** Takes back the last handful, or opens the box again that it lies in. */
const undo = (model: Model, task: PaperTask): Step => {
  const { boxes } = progressOf(model, task.ftNo);
  const last = boxes.findLastIndex(({ handfuls }) => handfuls.length > 0);
  const box = boxes[last];
  if (box === undefined) return { model, verdicts: ["command-refused"] };
  if (model.open === null) {
    const handfuls = task.split ? box.handfuls : box.handfuls.slice(0, -1);
    const reopened = boxes.with(last, { ...box, handfuls, closed: false });
    return {
      model: put(model, task.ftNo, { state: "open", boxes: reopened }, { open: task.ftNo, lastDone: null }),
      verdicts: ["command-ok"],
    };
  }
  if (box.closed) {
    const reopened = boxes.slice(0, last + 1).with(last, { ...box, closed: false });
    return { model: put(model, task.ftNo, { boxes: reopened }, { lastDone: null }), verdicts: ["command-ok"] };
  }
  const emptied = boxes.with(last, { ...box, handfuls: box.handfuls.slice(0, -1) });
  return { model: put(model, task.ftNo, { boxes: emptied }, { quantityNext: 1 }), verdicts: ["command-ok"] };
};

/** What an act does when it is accepted, and what the station must answer to it. */
export const apply = (model: Model, act: Act, paper: (ftNo: string) => PaperTask): Step => {
  if (act.kind === "task") return openTask(model, paper(act.ftNo));
  const ftNo = model.open ?? (act.kind === "undo" ? model.lastDone : null);
  if (ftNo === null) return { model, verdicts: ["command-refused", "unknown-task", "unknown-code"] };
  const task = paper(ftNo);
  const progress = progressOf(model, ftNo);
  switch (act.kind) {
    case "item":
      return packItem(model, task, act.sku);
    case "wrong":
      return { model, verdicts: ["wrong-item", "unknown-code"] };
    case "quantity":
      return { model: { ...model, quantityNext: act.quantity }, verdicts: ["command-ok"] };
    case "box": {
      const boxes = changeOpen(withOpenBox(progress.boxes), (box) => ({ ...box, carton: act.carton }));
      return { model: put(model, ftNo, { boxes }), verdicts: ["command-ok"] };
    }
    case "carrier":
      return { model: put(model, ftNo, { carrier: act.id }), verdicts: ["command-ok"] };
    case "finish":
      return isComplete(task, progress) ? finishTask(model, ftNo, progress.boxes) : { model, verdicts: ["command-refused"] };
    case "new-parcel":
      return newParcel(model, task);
    case "undo":
      return undo(model, task);
    case "hold":
      return { model: put(model, ftNo, { state: "held" }, { open: null, quantityNext: 1 }), verdicts: ["command-ok"] };
    case "leave":
      return { model: put(model, ftNo, { state: "left" }, { open: null, quantityNext: 1 }), verdicts: ["command-ok"] };
    case "release":
      throw new Error("a release is asked of a held task, not of the open one");
  }
};

/** RELEASE right after the held task was scanned. */
export const release = (model: Model, ftNo: string): Step => ({
  model: put(model, ftNo, { state: "open" }, { open: ftNo, quantityNext: 1 }),
  verdicts: ["task-opened"],
});

/** What is not kept through a restart is gone, as the screen shows. */
export const restarted = (model: Model): Model => ({ ...model, quantityNext: 1 });

const words = (content: ReadonlyMap<string, number>): string =>
  [...content]
    .filter(([, qty]) => qty > 0)
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([sku, qty]) => `${qty}×${sku}`)
    .join(" ");

/** What the screen shows otherwise than the model has it; null when both agree. */
export const difference = (model: Model, screen: Snapshot, paper: (ftNo: string) => PaperTask): string | null => {
  const shown = screen.task;
  if ((shown?.ftNo ?? null) !== model.open)
    return `the screen shows ${shown?.ftNo ?? "no task"}, the packer has ${model.open ?? "none"} open`;
  if (shown === null || model.open === null) return null;
  const { boxes, carrier } = progressOf(model, model.open);
  const counted = new Map<string, number>();
  for (const line of shown.lines) counted.set(line.brandSkuCode, (counted.get(line.brandSkuCode) ?? 0) + line.packed);
  if (words(counted) !== words(contentOf(boxes)))
    return `${shown.ftNo}: the screen counts ${words(counted)}, the packer ${words(contentOf(boxes))}`;
  const parcels = shown.parcels
    .map(({ state, units, carton }) => `${state === "open" ? "open" : "closed"} ${units} ${carton ?? ""}`)
    .join(" | ");
  const mine = boxes
    .map(
      ({ closed, handfuls, carton }) => `${closed ? "closed" : "open"} ${handfuls.reduce((sum, { qty }) => sum + qty, 0)} ${carton ?? ""}`,
    )
    .join(" | ");
  if (parcels !== mine) return `${shown.ftNo}: the screen has parcels ${parcels}, the packer ${mine}`;
  if (shown.quantityNext !== model.quantityNext)
    return `${shown.ftNo}: the next scan packs ${shown.quantityNext}, not ${model.quantityNext}`;
  const wanted = carrier ?? paper(model.open).carriers[0] ?? null;
  return shown.carrierId === wanted ? null : `${shown.ftNo}: carrier ${shown.carrierId}, not ${wanted}`;
};
