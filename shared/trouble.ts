import { z } from "zod";
import { failureSchema } from "./failures.ts";
import { correctFieldSchema } from "./outbox.ts";

export const troubleActionSchema = z.enum(["retry", "reprint", "printed", "correct", "accept", "discard"]);
export type TroubleAction = z.infer<typeof troubleActionSchema>;

/** Something that needs a person, with its ways out. */
export const troubleSchema = z.object({
  /** `outbox:12`, `print:7`, `set-aside:3` */
  id: z.string(),
  source: z.enum(["outbox", "print", "set-aside", "label", "count", "stop"]),
  title: z.string(),
  /** what it is about: task, parcel, printer */
  about: z.string(),
  /** the parcel whose label is kept back: it is to be compared before it may print */
  labelOf: z.string().optional(),
  failure: failureSchema,
  at: z.number(),
  actions: z.array(troubleActionSchema),
  /** What of a refused report may be put right, as it stands. */
  fields: z.array(correctFieldSchema).optional(),
});
export type Trouble = Readonly<z.infer<typeof troubleSchema>>;
