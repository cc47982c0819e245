import { storageFailure } from "../store/database.ts";
import type { Decision } from "./decision.ts";
import type { DeskParts } from "./desk-parts.ts";
import type { DeskState } from "./desk-state.ts";
import { loadByNumber } from "./load.ts";
import { decideNews } from "./news.ts";
import type { Perform } from "./perform.ts";
import type { Settled, Stops } from "./stops.ts";
import { answer } from "./verdicts.ts";

/** Something of a task changed at OMS4: packed parcels are stopped or go on, and the packer hears what matters. Call after the commit. */
export const createDeskNews = (
  parts: DeskParts,
  { state, perform: { perform }, stops }: Readonly<{ state: DeskState; perform: Perform; stops: Stops }>,
) => {
  const { database, clock, log } = parts;

  return (ftNo: string): void => {
    const at = clock.now();
    const changed = loadByNumber(parts, ftNo, at);
    if (changed === null) return;
    const bench = state.bench();
    const isOpen = bench.open?.task.ftNo === ftNo;
    if (!isOpen && changed.parcels.length === 0 && parts.stops.elsewhere(ftNo).length === 0) return;
    let settled: Settled = { raised: [], freed: false };
    let decision: Decision | null = null;
    try {
      database.transaction(() => {
        settled = stops.settle(ftNo, at);
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
    const { raised, freed } = settled;
    // That a parcel is free again is worth interrupting only the alarm about it
    const besides =
      raised.length > 0 ? answer.parcelsStopped(ftNo, raised) : freed && state.verdict()?.ftNo === ftNo ? answer.parcelsFree(ftNo) : null;
    const words = news?.verdict ?? (isOpen ? null : besides);
    const [stopped, ...others] = raised;
    if (words === besides && stopped !== undefined && others.length === 0) parts.onParcelSeen(stopped.parcelNo);
    if (words !== null) state.announce(words);
    else if (isOpen || raised.length > 0 || freed) parts.onChange();
  };
};
