import { z } from "zod";

/** A reason as it is scanned behind its command, and in a person's words. */
export type Reason = Readonly<{ code: string; words: string }>;

/** Commands at the bench that a reason may follow: with the command itself, or in a scan behind it. */
export const reasonCommandSchema = z.enum(["CMDHOLD", "CMDREPRINT", "CMDWEIGHTOK"]);
export type ReasonCommand = z.infer<typeof reasonCommandSchema>;

/** The usual reasons; any other word is taken as it stands. No more than the number keys a gloved hand hits. */
export const benchReasons = {
  CMDHOLD: [
    { code: "DAMAGED", words: "an item is damaged" },
    { code: "MISSING", words: "an item is missing" },
    { code: "QUESTION", words: "something is to be asked" },
    { code: "OTHER", words: "the shift lead knows why" },
  ],
  CMDREPRINT: [
    { code: "TORN", words: "torn or crumpled" },
    { code: "FADED", words: "too faint to scan" },
    { code: "JAM", words: "stuck in the printer" },
    { code: "LOST", words: "it is gone" },
  ],
  CMDWEIGHTOK: [
    { code: "NEWBOX", words: "another box or filling" },
    { code: "GIFT", words: "a gift or leaflet lies in it" },
    { code: "GOODS", words: "the goods weigh otherwise now" },
    { code: "SCALE", words: "the scale weighs wrong" },
  ],
} as const satisfies Record<ReasonCommand, readonly Reason[]>;

/** The words of a scanned reason code; any other word as it was typed. */
export const wordsOfReason = (reasons: readonly Reason[], text: string): string => {
  const typed = text.trim();
  return reasons.find(({ code }) => code === typed.toUpperCase())?.words ?? typed;
};

/** A reason as it is kept and told: the code in front, so that lists can be sorted by it. "" stays "". */
export const benchReason = (command: ReasonCommand, text: string): string => {
  const typed = text.trim();
  const words = wordsOfReason(benchReasons[command], typed);
  return words === typed ? typed : `${typed.toUpperCase()} (${words})`;
};

/** "1 DAMAGED, 2 MISSING …": what the band offers. */
export const reasonChoices = (command: ReasonCommand): string =>
  benchReasons[command].map(({ code }, index) => `${index + 1} ${code}`).join(", ");
