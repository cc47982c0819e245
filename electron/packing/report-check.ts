import type { Clock } from "../kit/clock.ts";
import type { Database } from "../store/database.ts";
import type { Outbox, OutboxEntry } from "../store/outbox.ts";
import type { ParcelStore } from "../store/parcels.ts";
import type { StopStore } from "../store/stops.ts";
import type { TaskStore } from "../store/tasks.ts";
import { waitsForMore } from "./waits-for-more.ts";

export type ReportCheckParts = Readonly<{
  database: Database;
  clock: Clock;
  tasks: TaskStore;
  parcels: ParcelStore;
  outbox: Outbox;
  stops: StopStore;
  /** False when a parcel that OMS4 surely doesn't have was cancelled, or pulled. */
  isWanted: (ftNo: string, parcelNo: string, at: number) => boolean;
}>;

/**
 * The last look at a report that surely never arrived, in the moment before it goes. While it was marked as being sent nobody could take it
 * back or hold it: that is made up for here. False when it must not go.
 */
export const createReportCheck =
  ({ database, clock, tasks, parcels, outbox, stops, isWanted }: ReportCheckParts) =>
  ({ id, ftNo, parcelNo, attempts }: Pick<OutboxEntry, "id" | "ftNo" | "parcelNo" | "attempts">): boolean => {
    if (parcelNo === null) return true;
    const at = clock.now();
    const state = parcels.get(parcelNo)?.state;
    if (state === "open" || outbox.reportedAnew(parcelNo, id)) {
      database.transaction(() => {
        outbox.takeBack(id, at);
        // Closed again with the same content it is reported anew
        if (state === "open") parcels.setReported(parcelNo, outbox.reportedItems(parcelNo));
      });
      return false;
    }
    const stop = stops.get(parcelNo);
    // Nearly always: its first try, and nothing has happened to it
    if (attempts === 0 && state === "closed" && stop === null) return true;
    if (!isWanted(ftNo, parcelNo, at)) {
      database.transaction(() => outbox.drop(id, at));
      return false;
    }
    const task = tasks.get(ftNo)?.task;
    const waits =
      (stop?.kind === "request" && stop.doneAt === null) || (task !== undefined && waitsForMore({ stops, outbox }, task, parcelNo));
    if (!waits) return true;
    database.transaction(() => {
      outbox.giveBack(id, at);
      outbox.hold(parcelNo, at);
    });
    return false;
  };
