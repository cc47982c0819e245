import { words } from "./words/en.ts";

const MINUTE_MS = 60_000;
const SOON_MS = 30 * MINUTE_MS; // from here on a packer should take this task first

export type Countdown = Readonly<{ text: string; urgency: "none" | "calm" | "soon" | "late" }>;

const span = (ms: number): string => {
  const minutes = Math.floor(ms / MINUTE_MS);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${String(minutes % 60).padStart(2, "0")}`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
};

/** How long until a task must leave, in words: "12 min", "2 h 10", "late 5 min". Times in ms. */
export const countdown = (shipBy: number | null, now: number): Countdown => {
  if (shipBy === null) return { text: words.leaves.none, urgency: "none" };
  const left = shipBy - now;
  if (left < 0) return { text: words.leaves.late(span(-left)), urgency: "late" };
  return { text: span(left), urgency: left < SOON_MS ? "soon" : "calm" };
};

/** How long something has waited: "8 s", "4 min", "2 h 05". */
export const waited = (ms: number): string => (ms < 2 * MINUTE_MS ? `${Math.max(0, Math.floor(ms / 1_000))} s` : span(ms));

/** A clock time of today, else with its date, in the PC's own way of writing. */
export const clockTime = (at: number, now: number): string => {
  const sameDay = new Date(at).toDateString() === new Date(now).toDateString();
  return new Intl.DateTimeFormat(undefined, {
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
    ...(sameDay ? {} : { day: "numeric", month: "short" }),
  }).format(at);
};
