import { z } from "zod";

/** The calls the station makes to tell OMS4 what happened. */
export const outboxCallSchema = z.enum(["parcel-packed", "task-activity", "parcel-activity"]);
export type OutboxCall = z.infer<typeof outboxCallSchema>;

export const outboxStateSchema = z.enum(["pending", "sending", "done", "parked", "discarded"]);
export type OutboxState = z.infer<typeof outboxStateSchema>;
