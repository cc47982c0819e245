import type { TestOms4 } from "../oms4-running.ts";
import { detailIdOf } from "../oms4-tasks.ts";
import { progressOf } from "./model.ts";
import { noteStep, type Notebook } from "./notebook.ts";
import type { Random } from "./random.ts";
import type { Supply } from "./supply.ts";

export type BuyerParts = Readonly<{ oms4: TestOms4; notebook: Notebook; supply: Supply; random: Random }>;

const SHARE = 0.04;
const ANSWERS = ["REJECTED", "APPROVED"] as const;

/**
 * Takes orders back at any moment: whole, by line, or by a request that is answered later. From then on the station may learn of it with any
 * scan, so its answers about that task are no longer foretold; what comes of it is held against the books in the end.
 */
export const createBuyer = ({ oms4, notebook, supply, random }: BuyerParts) => {
  const requests: Record<string, unknown>[] = [];

  const pickTask = (): string => {
    const { model } = notebook;
    const draw = random.next();
    if (draw < 0.45 && model.open !== null) return model.open;
    const done = [...model.progress].flatMap(([ftNo, { state }]) => (state === "done" ? [ftNo] : []));
    return draw < 0.75 && done.length > 0 ? random.pick(done.slice(-6)) : supply.next();
  };

  const takeBack = (ftNo: string): void => {
    const { lines } = supply.paper(ftNo);
    const draw = random.next();
    const line = random.between(0, lines - 1);
    if (draw < 0.45) oms4.cancel(ftNo);
    else if (draw < 0.75) oms4.cancel(ftNo, [detailIdOf(ftNo, line)]);
    else {
      const request = {
        ft_no: ftNo,
        requested_Time: Math.floor(Date.now() / 1000),
        handling_Result: "",
        reply_Time: "" as string | number,
        status: "OPEN",
        items: random.chance(0.5) ? [] : [{ task_detail_id: detailIdOf(ftNo, line), qty: 1 }],
      };
      requests.push(request);
      oms4.addCancelRequest(request);
    }
    noteStep(
      notebook,
      `${ftNo} is taken back (${draw < 0.45 ? "whole" : draw < 0.75 ? "a line" : "request"}) while ${progressOf(notebook.model, ftNo).state}`,
    );
    notebook.takenBack.add(ftNo);
    notebook.touched.delete(ftNo);
    const progress = new Map(notebook.model.progress);
    progress.delete(ftNo);
    notebook.model = { ...notebook.model, progress, lastDone: notebook.model.lastDone === ftNo ? null : notebook.model.lastDone };
  };

  return {
    /** Between two scans. */
    perhaps: (): void => {
      if (!random.chance(SHARE)) return;
      const ftNo = pickTask();
      if (ftNo !== "" && !notebook.takenBack.has(ftNo)) takeBack(ftNo);
    },
    /** Every request has its answer. */
    answerAll: (): void => {
      for (const request of requests)
        Object.assign(request, { status: "CLOSE", handling_Result: random.pick(ANSWERS), reply_Time: Math.floor(Date.now() / 1000) });
    },
  };
};
export type Buyer = ReturnType<typeof createBuyer>;
