import { storageFailure } from "../store/database.ts";
import { wantsNewParcel } from "./bench.ts";
import type { Answer, Decision } from "./decision.ts";
import type { DeskParts } from "./desk-parts.ts";
import type { DeskState } from "./desk-state.ts";
import { loadByNumber } from "./load.ts";
import { decideNews } from "./news.ts";
import type { Perform } from "./perform.ts";
import { grownUnits, stopUnitsOf } from "./stop-kinds.ts";
import { NOTHING_NEW, type Settled, type Stops } from "./stops.ts";
import { answer } from "./verdicts.ts";

/** Something of a task changed at OMS4: packed parcels are stopped or go on, and the packer hears what matters. Call after the commit. */
export const createDeskNews = (
  parts: DeskParts,
  { state, perform: { perform }, stops }: Readonly<{ state: DeskState; perform: Perform; stops: Stops }>,
) => {
  const { database, clock, log, tasks, journal } = parts;

  /** A finished task that wants a parcel of its own is among those to pack again; gives its words. Inside the caller's transaction. */
  const listAnew = (ftNo: string, at: number): Answer | null => {
    const task = loadByNumber(parts, ftNo, at);
    if (task === null || !wantsNewParcel(task)) return null;
    // What a person let go as it is stays so
    const letGo = parts.stops.ofTask(ftNo).findLast(({ kind, doneAt }) => kind === "more" && doneAt !== null);
    if (letGo !== undefined && Object.keys(grownUnits(letGo.units, stopUnitsOf(task, letGo.parcelNo, "more"))).length === 0) return null;
    tasks.markReopened(ftNo, at);
    journal.add({ kind: "task-reopened", ftNo, parcelNo: null, before: null, after: null }, at);
    return answer.packAnew(task);
  };

  return (ftNo: string): void => {
    const at = clock.now();
    const changed = loadByNumber(parts, ftNo, at);
    if (changed === null) return;
    const bench = state.bench();
    const isOpen = bench.open?.task.ftNo === ftNo;
    if (!isOpen && changed.parcels.length === 0 && parts.stops.elsewhere(ftNo).length === 0) return;
    let settled: Settled = NOTHING_NEW;
    let decision: Decision | null = null;
    let anew: Answer | null = null;
    try {
      database.transaction(() => {
        settled = stops.settle(ftNo, at);
        anew = isOpen ? null : listAnew(ftNo, at);
        decision = decideNews(bench, loadByNumber(parts, ftNo, at) ?? changed);
        for (const effect of decision?.effects ?? []) perform(effect, at);
      });
    } catch (error) {
      // The journal's note can wait for the disk; the packer must hear of a cancellation now
      log.error({ ftNo, failure: storageFailure(error, database.path) }, "what changed of a packed task could not be noted");
      decision = decideNews(bench, changed);
    }
    const news: Decision | null = decision;
    if (news !== null) state.put(news.bench);
    parts.onWork();
    const { raised, freed, elsewhere } = settled;
    // That a parcel is free again is worth interrupting only the alarm about it
    const besides =
      raised.length > 0
        ? answer.parcelsStopped(ftNo, raised, elsewhere)
        : (anew ?? (freed && state.verdict()?.ftNo === ftNo ? answer.parcelsFree(ftNo) : null));
    const words = news?.verdict ?? (isOpen ? null : besides);
    const [stopped, ...others] = raised;
    if (words === besides && stopped !== undefined && others.length === 0) parts.onParcelSeen(stopped.parcelNo);
    if (words !== null) state.announce(words);
    else if (isOpen || raised.length > 0 || freed) parts.onChange();
  };
};
