import { fail, type Failure } from "../../shared/failures.ts";

/** What a Zebra-language printer says of itself when asked with `~HS` (ZPL II guide, Host Status Return). */
export type HostStatus = Readonly<{
  paperOut: boolean;
  paused: boolean;
  headOpen: boolean;
  ribbonOut: boolean;
  /** it has taken more labels than it has room for: what comes now would be lost */
  bufferFull: boolean;
}>;

/** Answered in three strings, each between STX and ETX. */
export const HOST_STATUS_QUESTION = "~HS";
export const HOST_STATUS_STRINGS = 3;

/** Null when it is no such answer: cut short, or of a printer that speaks otherwise. */
export const readHostStatus = (text: string): HostStatus | null => {
  const [first, second] = [...text.matchAll(/\u0002([^\u0002\u0003]*)\u0003/g)].map(([, fields = ""]) => fields.split(","));
  if (first === undefined || second === undefined || first.length < 12 || second.length < 9) return null;
  const isSet = (field: string | undefined): boolean => field?.trim() === "1";
  return {
    paperOut: isSet(first[1]),
    paused: isSet(first[2]),
    headOpen: isSet(second[2]),
    ribbonOut: isSet(second[3]),
    bufferFull: isSet(first[5]),
  };
};

/** What a person has to do at the printer, and in few words for the top bar; null when all is well. */
export const hostTrouble = (status: HostStatus, name: string): Readonly<{ failure: Failure; short: string }> | null => {
  if (status.headOpen) return { failure: fail("printer-stopped", `${name}: its head is open.`).failure, short: "head is open" };
  if (status.paperOut) return { failure: fail("printer-out-of-paper", `${name}.`).failure, short: "out of labels" };
  if (status.ribbonOut) return { failure: fail("printer-stopped", `${name}: its ribbon is at its end.`).failure, short: "out of ribbon" };
  if (status.paused) return { failure: fail("printer-stopped", `${name} is paused: press its pause key.`).failure, short: "paused" };
  if (status.bufferFull)
    return { failure: fail("printer-stopped", `${name}: its memory is full of labels that wait.`).failure, short: "memory full" };
  return null;
};
