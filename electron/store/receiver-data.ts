import { createHash } from "node:crypto";
import type { FulfillmentTask } from "../../shared/task.ts";

const BLANKED = "blanked:";

/** A task without what would say who gets it and where; the country stays for the figures. */
export const withoutReceiver = (task: FulfillmentTask): FulfillmentTask => ({
  ...task,
  deliveryInstruction: "",
  receiver: {
    name: "",
    organization: "",
    phone: "",
    email: "",
    address: "",
    district: "",
    city: "",
    state: "",
    postcode: "",
    country: task.receiver.country,
  },
});

/** What is kept of OMS4's own words: enough to know the same words again when a sweep brings them, and not to store them anew. */
export const blankedRaw = (raw: string): string => `${BLANKED}${createHash("sha256").update(raw).digest("hex")}`;
export const isBlanked = (raw: string): boolean => raw.startsWith(BLANKED);
