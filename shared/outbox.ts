import { z } from "zod";
import { wordsOfReason } from "./reasons.ts";

/** The calls the station makes to tell OMS4 what happened. */
export const outboxCallSchema = z.enum(["parcel-packed", "task-activity", "parcel-activity"]);
export type OutboxCall = z.infer<typeof outboxCallSchema>;

/** `moved`: another station has it now (electron/owed/move-away.ts) and tells OMS4; this one never does. */
export const outboxStateSchema = z.enum(["pending", "sending", "done", "parked", "discarded", "moved"]);
export type OutboxState = z.infer<typeof outboxStateSchema>;

/** A label and the first report of a parcel wait at most this long for OMS4 to say whether it was cancelled; ms. A packer hardly notices it. */
export const CHECK_DEADLINE_MS = 600;

/** One thing of a refused report that a person may put right. `choices` empty: any text. `value` as it stands now. */
export const correctFieldSchema = z.object({
  name: z.string(),
  label: z.string(),
  value: z.string(),
  choices: z.array(z.string()),
});
export type CorrectField = Readonly<z.infer<typeof correctFieldSchema>>;

/** Why a report is given up, as `CMDDISCARD` and the code; any other word is taken as it stands. */
export const discardReasons = [
  { code: "HANDLED", words: "Put right in OMS4 by hand" },
  { code: "CANCELLED", words: "The order is cancelled" },
  { code: "DOUBLE", words: "OMS4 has it already" },
  { code: "MISTAKE", words: "Packed or told by mistake" },
] as const;
export const discardReason = (text: string): string => wordsOfReason(discardReasons, text);
