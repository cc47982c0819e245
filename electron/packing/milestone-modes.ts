import type { Milestone } from "../../shared/parcel.ts";
import type { CommandWord } from "../../shared/scan.ts";

type Mode = Readonly<{ command: CommandWord; title: string; done: string; description: string; scan: string }>;

/** The five milestones as modes: the command that starts and ends each, and its words. */
export const milestoneModes = {
  SHIPPING: {
    command: "CMDHANDOVER",
    title: "Handover",
    done: "Handed over",
    description: "Handed over",
    scan: "each parcel that leaves",
  },
  DELIVERED: {
    command: "CMDDELIVERED",
    title: "Delivered",
    done: "Delivered",
    description: "Delivered to the receiver",
    scan: "each parcel that was delivered",
  },
  "PENDING DELIVERY": {
    command: "CMDPENDING",
    title: "Pending delivery",
    done: "Pending",
    description: "Delivery is pending",
    scan: "each parcel that could not be delivered yet",
  },
  "RETURNED TO FP": {
    command: "CMDRETURNED",
    title: "Returned",
    done: "Returned",
    description: "Returned to the fulfillment point",
    scan: "each parcel that came back",
  },
  LOST: { command: "CMDLOST", title: "Lost", done: "Lost", description: "Lost", scan: "each parcel that is lost, or type its number" },
} as const satisfies Record<Milestone, Mode>;

const milestones = Object.keys(milestoneModes) as readonly Milestone[];
export const milestoneOf = (word: CommandWord): Milestone | null =>
  milestones.find((each) => milestoneModes[each].command === word) ?? null;
