import type { Verdict } from "../../../shared/scan.ts";
import type { Killer } from "./killer.ts";
import type { Link } from "./link.ts";
import { apply, difference, isComplete, progressOf, release, restarted, type Act, type Model, type PaperTask } from "./model.ts";
import { Broken, noteStep, type Notebook } from "./notebook.ts";
import type { Random } from "./random.ts";
import type { Supply } from "./supply.ts";

export type HandsParts = Readonly<{ link: Link; notebook: Notebook; supply: Supply; killer: Killer; random: Random }>;

const texts: Readonly<Record<string, string>> = {
  finish: "CMDFINISH",
  "new-parcel": "CMDNEWPARCEL",
  undo: "CMDUNDO",
  hold: "CMDHOLD",
  release: "CMDRELEASE",
  leave: "CMDCLOSE",
};

const ALARMS: readonly string[] = ["label-changed", "tracking-changed"];

const textOf = (act: Act): string => {
  switch (act.kind) {
    case "task":
      return act.ftNo;
    case "item":
      return act.sku;
    case "wrong":
      return act.code;
    case "quantity":
      return `CMDQTY${act.quantity}`;
    case "box":
      return `CMDBOX${act.carton}`;
    case "carrier":
      return `CMDCARRIER${act.id}`;
    default:
      return texts[act.kind] ?? "";
  }
};

/** A task nobody here knows yet is looked up at OMS4 and may open by itself for so long. */
const LOOK_UP_MS = 1_500;

/**
 * The packer's hands: one scan at a time, the answer held against what must be answered, the screen held against what lies
 * in the boxes. After a restart the screen decides what became of a scan whose answer was lost.
 */
export const createHands = ({ link, notebook, supply, killer, random }: HandsParts) => {
  const { tally } = notebook;
  const paper = (ftNo: string): PaperTask => supply.paper(ftNo);

  const adopt = (after: Model): void => {
    const before = notebook.model;
    for (const [ftNo, progress] of after.progress) {
      const was = progressOf(before, ftNo);
      if (was === progress) continue;
      notebook.touched.add(ftNo);
      if (was.state === "waiting") supply.take(ftNo);
      if (progress.state === "done" && was.state !== "done") tally.tasksDone += 1;
    }
    notebook.model = after;
  };

  const holdAgainstScreen = (what: string): void => {
    const odd = difference(notebook.model, link.screen(), paper);
    if (odd !== null) throw new Broken(`after ${what}: ${odd}`);
  };

  /** Any scan; what it means is the caller's. */
  const scan = async (text: string): Promise<Verdict> => {
    tally.scans += 1;
    killer.saw("scan");
    const answer = await link.ask("scan", { text, source: random.pick(["wedge", "hid", "pad"] as const) });
    if (!answer.ok) throw new Broken(`${text} was answered with ${answer.failure.kind}: ${answer.failure.detail}`);
    noteStep(notebook, `${text} → ${answer.value.verdict.kind}`);
    return answer.value.verdict;
  };

  const closes = (after: Model): boolean =>
    [...after.progress].some(([ftNo, { boxes }]) => {
      const before = progressOf(notebook.model, ftNo).boxes;
      return boxes !== before && boxes.filter(({ closed }) => closed).length > before.filter(({ closed }) => closed).length;
    });

  const attempt = async (act: Act, step: ReturnType<typeof apply>): Promise<Verdict> => {
    const text = textOf(act);
    notebook.pending = { what: text, before: notebook.model, after: step.model };
    if (closes(step.model)) killer.saw("close");
    const verdict = await scan(act.kind === "item" && random.chance(0.2) ? text.toLowerCase() : text);
    if (act.kind === "task" && verdict.kind === "unknown-task") return verdict;
    notebook.pending = null;
    // A label just found to be the wrong one is shouted about over any other answer; what was taken stands on the screen
    const isAlarm = ALARMS.includes(verdict.kind) && notebook.relabelled.size > 0;
    if (!step.verdicts.includes(verdict.kind) && !isAlarm)
      throw new Broken(
        `${text} was answered with ${verdict.kind} (${verdict.title}: ${verdict.text}), expected ${step.verdicts.join(" or ")}`,
      );
    adopt(step.model);
    holdAgainstScreen(text);
    return verdict;
  };

  const isTakenBack = (ftNo: string | null): boolean => ftNo !== null && notebook.takenBack.has(ftNo);

  /** What becomes of a task that was taken back, the screen says. */
  const followScreen = (): void => {
    const { task } = link.screen();
    if (task !== null && !isTakenBack(task.ftNo)) throw new Broken(`${task.ftNo} lies on the bench, and nobody opened it`);
    notebook.model = { ...notebook.model, open: task?.ftNo ?? null, quantityNext: task?.quantityNext ?? 1, lastDone: null };
  };

  const attemptTakenBack = async (text: string): Promise<Verdict> => {
    notebook.pending = { what: text, before: notebook.model, after: notebook.model };
    const verdict = await scan(text);
    if (verdict.kind === "unknown-task") await link.shows((screen) => screen.task !== null, LOOK_UP_MS);
    notebook.pending = null;
    followScreen();
    return verdict;
  };

  const act = (given: Act): Promise<Verdict> =>
    isTakenBack(notebook.model.open) ? attemptTakenBack(textOf(given)) : attempt(given, apply(notebook.model, given, paper));

  return {
    scan,
    act,
    /** A scan may have brought a task that was taken back to the bench. */
    followScreen,
    /** Scans a task; releases it where it is held; waits a moment where OMS4 is asked for it. True when it lies on the bench. */
    openTask: async (ftNo: string): Promise<boolean> => {
      if (isTakenBack(ftNo)) {
        await attemptTakenBack(ftNo);
        supply.take(ftNo);
        return notebook.model.open === ftNo;
      }
      const verdict = await act({ kind: "task", ftNo });
      if (verdict.kind === "on-hold") await attempt({ kind: "release" }, release(notebook.model, ftNo));
      if (verdict.kind === "unknown-task") {
        const opened = await link.shows((screen) => screen.task !== null, LOOK_UP_MS);
        const { pending } = notebook;
        notebook.pending = null;
        if (opened && pending !== null) adopt(pending.after);
        holdAgainstScreen(`the look-up of ${ftNo}`);
      }
      return notebook.model.open === ftNo;
    },
    /** After a restart: everything that was answered is there, and what was not answered is there whole or not at all. */
    lookAtScreen: (): void => {
      const { pending } = notebook;
      if (isTakenBack(notebook.model.open) || isTakenBack(link.screen().task?.ftNo ?? null)) {
        if (pending !== null) tally.answersLost += 1;
        notebook.pending = null;
        return followScreen();
      }
      const known = pending === null ? [notebook.model] : [pending.before, pending.after];
      const differences = known.map((model) => difference(restarted(model), link.screen(), paper));
      const at = differences.indexOf(null);
      const found = known[at];
      const asked = pending === null ? "" : ` (the answer to ${pending.what} was lost)`;
      if (found === undefined) throw new Broken(`after a restart${asked}: ${differences.join(", or ")}`);
      if (pending !== null) {
        tally.answersLost += 1;
        noteStep(notebook, `${pending.what} → answer lost; it ${at === 0 ? "had no effect" : "was taken"}`);
      }
      notebook.pending = null;
      adopt(restarted(found));
    },
    openPaper: (): PaperTask | null => (notebook.model.open === null ? null : paper(notebook.model.open)),
    isTakenBack,
    isComplete: (task: PaperTask): boolean => isComplete(task, progressOf(notebook.model, task.ftNo)),
  };
};
export type Hands = ReturnType<typeof createHands>;
