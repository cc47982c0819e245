import { z } from "zod";

/**
 * Every way the station can fail, as one closed list. A failure is a value: it has a kind from this list, words
 * that name the thing that failed (`detail`), and the list adds what it is called and what to do about it.
 */
export const failureKinds = {
  // The way to OMS4
  offline: { title: "OMS4 can't be reached", wayOut: "Go on packing: it is sent when the network is back." },
  timeout: { title: "OMS4 did not answer in time", wayOut: "It is asked again by itself." },
  "not-oms4": {
    title: "Something else answered instead of OMS4",
    wayOut: "Check the base URL and whether the network wants a sign-in page first.",
  },
  "answer-cut": { title: "OMS4's answer broke off", wayOut: "It is asked again by itself." },
  "answer-unreadable": { title: "OMS4's answer has an unknown form", wayOut: "Show this to your OMS4 contact." },
  "oms4-trouble": { title: "OMS4 has trouble of its own", wayOut: "It is tried again by itself." },
  throttled: { title: "OMS4 asks for fewer calls", wayOut: "The station waits as long as OMS4 said." },
  "credentials-refused": {
    title: "OMS4 refuses the credentials",
    wayOut: "Check tenant id, API key and API secret in the settings.",
  },
  "call-refused": {
    title: "OMS4 refuses this kind of call",
    wayOut: "All other calls go well: ask your OMS4 contact whether this API key may make it.",
  },
  "oms4-refused": { title: "OMS4 refuses this", wayOut: "Read OMS4's words, put it right, then retry." },
  "duplicate-parcel": { title: "OMS4 already has this parcel", wayOut: "Compare it in OMS4, then retry or discard." },
  "packed-elsewhere": {
    title: "Another station packed this task too",
    wayOut: "Two boxes are on their way: tell your shift lead, then give this report up.",
  },

  // Labels and printers
  "label-missing": { title: "The label is not there yet", wayOut: "It prints by itself as soon as OMS4 has it." },
  "label-unreadable": {
    title: "The label is no PDF, PNG, JPEG or ZPL",
    wayOut: "Have it made again in OMS4: the new one prints by itself, or with RETRY where that is offered.",
  },
  "label-of-other-parcel": {
    title: "This label belongs to another parcel",
    wayOut: "Have a new label made in OMS4: it prints by itself as soon as it is there.",
  },
  "label-several": {
    title: "OMS4 has several labels for this one parcel",
    wayOut: "Have all but the right one cancelled in OMS4: that one prints by itself as soon as it is alone.",
  },
  "label-other-number": {
    title: "No barcode of this label is the parcel's tracking number",
    wayOut: "Have a new label made in OMS4: it prints by itself. RETRY asks for it now. A supervisor may let this one print.",
  },
  "label-no-barcode": {
    title: "No barcode of this label can be read",
    wayOut: "Have a new label made in OMS4: it prints by itself. RETRY asks for it now. A supervisor may let this one print.",
  },
  "label-unchecked": {
    title: "Nothing tells whether this label is the parcel's",
    wayOut: "The settings let no such label of this carrier print. A supervisor may let this one print, or sets another rule.",
  },
  "label-late": {
    title: "OMS4 has no label for this parcel yet",
    wayOut: "RETRY asks again now. Look in OMS4 whether the shipment was made. The label comes by itself, or with the box's slip.",
  },
  "label-changed": { title: "OMS4 has another label now", wayOut: "Pull the parcel, destroy its label, scan REPRINT: the new one prints." },
  "tracking-changed": {
    title: "This parcel has another tracking number now",
    wayOut: "Pull the parcel, destroy its label, scan REPRINT: the new one prints.",
  },
  "label-changed-left": { title: "OMS4 changed the label of a parcel that has left", wayOut: "Tell the carrier, then scan DISCARD." },
  "printer-missing": { title: "There is no such printer", wayOut: "Choose the printer in the settings." },
  "printer-unreachable": {
    title: "The printer can't be reached",
    wayOut: "Check its power, its cable and, for a queue, this PC's print service; then retry.",
  },
  "printer-refused": { title: "The printer refused the job", wayOut: "Check the printer, then retry." },
  "printer-stopped": { title: "The printer is stopped", wayOut: "Start it again; the label follows by itself." },
  "printer-out-of-paper": { title: "The printer is out of labels", wayOut: "Load labels; the label follows by itself." },
  "printer-cannot-print": { title: "This printer can't print this kind of label", wayOut: "Choose another printer in the settings." },
  "print-unknown": {
    title: "Nobody knows whether this label came out",
    wayOut: "Look at the printer: scan PRINTED if it is there, REPRINT if it is not.",
  },

  // Storage
  "storage-unwritable": { title: "The data folder can't be written", wayOut: "Give the station's user write access to it." },
  "storage-full": { title: "The disk is full", wayOut: "Free some space; scanning goes on then." },
  "storage-corrupt": { title: "The database is damaged", wayOut: "Keep the file and restore the last backup." },
  "storage-newer": { title: "The database is of a newer Packbench", wayOut: "Install the newer Packbench again." },
  "storage-in-use": { title: "Another Packbench uses this data folder", wayOut: "Close the other one, or use another folder." },

  "storage-missing": { title: "The database is gone", wayOut: "Restore the last backup; or start empty if that was meant." },
  "owed-file-bad": { title: "This file can't be taken over", wayOut: "Copy it again, or export it again at the other station." },
  "codes-bad": { title: "This list of codes can't be taken over", wayOut: "Put the file right, then import it again." },

  // What was taken back after it was packed
  "parcel-cancelled": { title: "This parcel was cancelled", wayOut: "It must not leave." },
  "order-changed": { title: "OMS4 changed this order after it was packed", wayOut: "Deal with it before the parcel leaves." },
  "cancel-requested": { title: "The buyer asks to cancel", wayOut: "Keep the parcel here: it goes on by itself when OMS4 has decided." },

  // Calls, scans and settings
  "scan-too-long": { title: "That scan is too long", wayOut: "Scan one barcode at a time." },
  "setting-bad": { title: "A setting has a bad value", wayOut: "Put the named setting right." },
  "secret-unreadable": { title: "The stored API secret can't be read", wayOut: "Type the API secret again in the settings." },
  "call-unknown": { title: "The station does not know this call", wayOut: "Reload the screen." },
  "call-bad": { title: "The station does not understand this call", wayOut: "Reload the screen." },
  "sender-untrusted": { title: "This page may not talk to the station", wayOut: "Open the address that the station printed." },
  "not-found": { title: "That is not here any more", wayOut: "Look at the list again." },
  "not-now": { title: "That can't be done now", wayOut: "Do what the screen asks first." },
  internal: { title: "The station made a mistake", wayOut: "Nothing is lost. Report the words below." },
} as const satisfies Record<string, { title: string; wayOut: string }>;

export type FailureKind = keyof typeof failureKinds;

export const failureSchema = z.object({
  kind: z.enum(Object.keys(failureKinds) as [FailureKind, ...FailureKind[]]),
  /** Plain words that name the very thing: the URL, the printer, the setting, OMS4's own message. */
  detail: z.string(),
  /** How long to wait before trying again, ms; only where the other side said so. */
  retryAfterMs: z.number().optional(),
  /** True when the other side may have acted although we got no answer. */
  ambiguous: z.boolean().optional(),
});
export type Failure = Readonly<z.infer<typeof failureSchema>>;

export type Result<T> = Readonly<{ ok: true; value: T }> | Readonly<{ ok: false; failure: Failure }>;

export const succeed = <T>(value: T): Result<T> => ({ ok: true, value });
export const fail = (
  kind: FailureKind,
  detail: string,
  more: Omit<Failure, "kind" | "detail"> = {},
): Readonly<{ ok: false; failure: Failure }> => ({
  ok: false,
  failure: { kind, detail, ...more },
});

/** No file is damaged: it is over as soon as somebody makes room or gives the right back, and the station goes on by itself. */
export const storagePasses = ({ kind }: Failure): boolean => kind === "storage-full" || kind === "storage-unwritable";

/** One line for a person: what failed, which thing, what to do. */
export const failureWords = (failure: Failure): string => {
  const { title, wayOut } = failureKinds[failure.kind];
  return `${title}: ${failure.detail} ${wayOut}`.trim();
};
