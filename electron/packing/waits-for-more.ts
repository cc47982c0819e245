import type { FulfillmentTask } from "../../shared/task.ts";
import type { Outbox } from "../store/outbox.ts";
import type { StopStore } from "../store/stops.ts";

/**
 * True for the box of a task that may not be split to which something is to be added, as long as OMS4 has not heard of it: it is told and
 * labelled with what is added, because no call changes a report, and does not leave before.
 */
export const waitsForMore = (
  { stops, outbox }: Readonly<{ stops: StopStore; outbox: Outbox }>,
  { allowSplit }: FulfillmentTask,
  parcelNo: string,
): boolean => {
  const stop = allowSplit ? null : stops.get(parcelNo);
  return stop?.kind === "more" && stop.doneAt === null && outbox.reportState(parcelNo) !== "sent";
};
