import type { CommandWord } from "../../shared/scan.ts";
import type { Count, CountLook } from "./count.ts";
import { setQuantity, stay, type CountDecision } from "./decide.ts";
import { countAnswer } from "./words.ts";

/** A first DISCARD waits this long for its second: a scan by mistake must not give anything up. */
const DISCARD_AGAIN_MS = 10_000;

const undo = (count: Count, look: CountLook): CountDecision => {
  const last = look.lastStep();
  const named = last?.change.after ?? last?.change.before ?? null;
  if (last === null || named === null) return stay(count, countAnswer.nothingToUndo());
  const { before } = last.change;
  return {
    count: { ...count, marked: before?.product ?? null, pending: null, discardAsked: null },
    effects: [{ kind: "undone", step: last.step, change: { before: last.change.after, after: before } }],
    verdict: countAnswer.undone(named, before),
  };
};

const gone = (count: Count, look: CountLook): CountDecision => {
  const before = count.marked === null ? null : look.rowOf(count.marked);
  if (before === null) return stay(count, countAnswer.nothingMarked());
  if (before.qty === null && before.state === "counting") return stay(count, countAnswer.goneAlready(before));
  const after = { ...before, qty: null, state: "counting" as const, failure: null };
  return {
    count: { ...count, pending: null, discardAsked: null },
    effects: [{ kind: "row", note: "count-gone", change: { before, after }, code: null }],
    verdict: countAnswer.gone(after),
  };
};

const remove = (count: Count, look: CountLook, now: number): CountDecision => {
  const before = count.marked === null ? null : look.rowOf(count.marked);
  if (before === null) return stay(count, countAnswer.nothingMarked());
  const asked = count.discardAsked;
  if (asked === null || asked.product !== before.product || now - asked.at > DISCARD_AGAIN_MS)
    return stay({ ...count, discardAsked: { product: before.product, at: now } }, countAnswer.askRemove(before));
  return {
    count: { ...count, marked: null, pending: null, discardAsked: null },
    effects: [{ kind: "row", note: "count-removed", change: { before, after: null }, code: null }],
    verdict: countAnswer.removed(before),
  };
};

const retry = (count: Count, look: CountLook): CountDecision => {
  const marked = count.marked === null ? null : look.rowOf(count.marked);
  const products = marked?.state === "failed" ? [marked.product] : look.failed();
  if (products.length === 0) return stay(count, countAnswer.nothingToRetry());
  return { count, effects: [{ kind: "retried", products }], verdict: countAnswer.retried(products.length) };
};

const finish = (count: Count, look: CountLook): CountDecision => {
  const { counting, waiting, failed } = look.sizes();
  if (counting === 0) return stay(count, countAnswer.nothingToSend({ waiting, failed }));
  return {
    count: { ...count, marked: null, pending: null, teaching: null, discardAsked: null },
    effects: [{ kind: "finished" }],
    verdict: countAnswer.finished(counting),
  };
};

/** A command while stock is counted. Commands about the station (screens, trouble, packer) never reach it. */
export const decideCountCommand = (
  before: Count,
  { word, rest }: Readonly<{ word: CommandWord; rest: string }>,
  look: CountLook,
  now: number,
): CountDecision => {
  // Only a second DISCARD in a row removes anything
  const count: Count = word === "CMDDISCARD" ? before : { ...before, discardAsked: null };
  const teaching = count.teaching !== null;
  switch (word) {
    case "CMDQTY":
      return setQuantity(count, rest, look);
    case "CMDGONE":
      return gone(count, look);
    case "CMDUNDO":
      return teaching ? stay({ ...count, teaching: null, pending: null }, countAnswer.teachingStopped()) : undo(count, look);
    case "CMDTEACH":
      return count.pending === null
        ? stay(count, countAnswer.nothingToTeach())
        : stay({ ...count, teaching: { step: "brand", brandCode: "" } }, countAnswer.typeBrand(count.pending.code));
    case "CMDNEXT": {
      const row = look.rowBelow(count.marked);
      return row === null ? stay(count, countAnswer.nothingCounted()) : stay({ ...count, marked: row.product }, countAnswer.marked(row));
    }
    case "CMDDISCARD":
      return remove(count, look, now);
    case "CMDRETRY":
      return retry(count, look);
    case "CMDFINISH":
      return finish(count, look);
    case "CMDCLOSE":
    case "CMDCOUNT":
      if (teaching && word === "CMDCLOSE") return stay({ ...count, teaching: null, pending: null }, countAnswer.teachingStopped());
      return {
        count: { ...count, running: false, pending: null, teaching: null },
        effects: [{ kind: "left" }],
        verdict: countAnswer.left(look.sizes()),
      };
    default:
      return stay(count, countAnswer.notHere());
  }
};

/** COUNT at the ready screen. */
export const startCount = (count: Count, look: CountLook): CountDecision => ({
  count: { ...count, running: true, pending: null, teaching: null, discardAsked: null },
  effects: [{ kind: "started" }],
  verdict: countAnswer.started(look.sizes().counting),
});
