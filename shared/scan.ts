import { z } from "zod";

/** What the station answers to a scan. The first words are public (`data-verdict`). */
export const verdictKinds = [
  "task-opened",
  "item-ok",
  "parcel-closed",
  "task-done",
  "wrong-item",
  "over-scan",
  "unknown-code",
  "unknown-task",
  "ambiguous",
  "cancelled",
  "on-hold",
  "weight-off",
  "done-already",
  "other-task",
  "command-ok",
  "command-refused",
  "parcel-ok",
  "label-waiting",
  "label-changed",
  "label-doubted",
  "no-label",
  "label-ok",
  "wrong-label",
  "tracking-changed",
  "scan-refused",
  "task-changed",
] as const;
export const verdictKindSchema = z.enum(verdictKinds);
export type VerdictKind = z.infer<typeof verdictKindSchema>;
/** An answer about the work at the bench, not about a command: with it the bench comes back. */
export const isWork = (kind: VerdictKind): boolean => kind !== "command-ok" && kind !== "command-refused";

/** ok: green tick · wrong: red stripes, cross · over: amber, stacked squares · stop: hazard stripes · info: quiet. */
export const toneSchema = z.enum(["ok", "wrong", "over", "stop", "info"]);
export type Tone = z.infer<typeof toneSchema>;

/** `out`: counted as taken out of the box; the accepted blip the other way round. */
export const soundSchema = z.enum(["accepted", "wrong", "over", "done", "stop", "out", "none"]);
export type Sound = z.infer<typeof soundSchema>;

type Look = Readonly<{ tone: Tone; sound: Sound }>;

/** How each verdict looks and sounds. Wrong item and over-scan differ because the packer looks at the box. */
export const verdictLooks = {
  "task-opened": { tone: "ok", sound: "accepted" },
  "item-ok": { tone: "ok", sound: "accepted" },
  "parcel-closed": { tone: "ok", sound: "done" },
  "task-done": { tone: "ok", sound: "done" },
  "wrong-item": { tone: "wrong", sound: "wrong" },
  "over-scan": { tone: "over", sound: "over" },
  "unknown-code": { tone: "wrong", sound: "wrong" },
  "unknown-task": { tone: "wrong", sound: "wrong" },
  ambiguous: { tone: "over", sound: "over" },
  cancelled: { tone: "stop", sound: "stop" },
  "on-hold": { tone: "stop", sound: "stop" },
  "weight-off": { tone: "stop", sound: "stop" },
  "done-already": { tone: "over", sound: "over" },
  "other-task": { tone: "wrong", sound: "wrong" },
  "command-ok": { tone: "info", sound: "accepted" },
  "command-refused": { tone: "wrong", sound: "wrong" },
  "parcel-ok": { tone: "ok", sound: "accepted" },
  "label-waiting": { tone: "over", sound: "over" },
  "label-changed": { tone: "over", sound: "over" },
  "label-doubted": { tone: "over", sound: "over" },
  "no-label": { tone: "over", sound: "over" },
  "label-ok": { tone: "ok", sound: "done" },
  "wrong-label": { tone: "stop", sound: "stop" },
  "tracking-changed": { tone: "stop", sound: "stop" },
  "scan-refused": { tone: "wrong", sound: "wrong" },
  "task-changed": { tone: "over", sound: "over" },
} as const satisfies Record<VerdictKind, Look>;

export const verdictSchema = z.object({
  kind: verdictKindSchema,
  tone: toneSchema,
  sound: soundSchema,
  /** Readable from three metres: what happened, and to what. */
  title: z.string(),
  /** What to do now. */
  text: z.string(),
  ftNo: z.string().nullable(),
  detailId: z.string().nullable(),
  at: z.number(),
});
export type Verdict = Readonly<z.infer<typeof verdictSchema>>;

/** Where a scan came from; the same text means the same from each. `hid`: any scanner that the station reads itself, a serial one too. */
export const scanSourceSchema = z.enum(["wedge", "hid", "pad", "key"]);
export type ScanSource = z.infer<typeof scanSourceSchema>;

/** Longer scans are glued or garbage: the longest code that carriers and GS1 use stays well below. */
export const LONGEST_SCAN = 512;

/** Commands are `CMD` + letters and digits only, so that no keyboard layout mangles them. `takes`: what may follow the word. */
export const commands = [
  { word: "CMDFINISH", key: "F2", takes: "nothing", title: "Finish", help: "Close the parcel and finish the task", sheet: true },
  {
    word: "CMDNEWPARCEL",
    key: "F3",
    takes: "nothing",
    title: "New parcel",
    help: "Close this parcel, start the next (split tasks)",
    sheet: true,
  },
  { word: "CMDUNDO", key: "F4", takes: "nothing", title: "Undo", help: "Take back the last scan, or reopen the last parcel", sheet: true },
  { word: "CMDHOLD", key: "F5", takes: "reason", title: "Hold", help: "Put this task on hold; a reason may follow", sheet: true },
  { word: "CMDRELEASE", key: null, takes: "nothing", title: "Release", help: "Scan the held task, then this", sheet: true },
  { word: "CMDHANDOVER", key: "F6", takes: "nothing", title: "Handover", help: "Start or end handing parcels to the carrier", sheet: true },
  { word: "CMDCOUNT", key: "F7", takes: "nothing", title: "Count stock", help: "Start or end counting stock", sheet: true },
  { word: "CMDGONE", key: "F10", takes: "nothing", title: "Gone", help: "Counting: the marked item is no longer here", sheet: true },
  {
    word: "CMDTEACH",
    key: null,
    takes: "nothing",
    title: "Teach",
    help: "Make the unknown code known: counting, or packing with a supervisor",
    sheet: true,
  },
  {
    word: "CMDDELIVERED",
    key: null,
    takes: "nothing",
    title: "Delivered",
    help: "Start or end: these parcels were delivered",
    sheet: true,
  },
  { word: "CMDPENDING", key: null, takes: "nothing", title: "Pending", help: "Start or end: not delivered yet", sheet: true },
  { word: "CMDRETURNED", key: null, takes: "nothing", title: "Returned", help: "Start or end: these parcels came back", sheet: true },
  { word: "CMDLOST", key: null, takes: "nothing", title: "Lost", help: "Start or end: these parcels are lost", sheet: true },
  {
    word: "CMDREPRINT",
    key: "F8",
    takes: "reason",
    title: "Reprint",
    help: "Print the last parcel's label again; a reason may follow",
    sheet: true,
  },
  {
    word: "CMDLATER",
    key: null,
    takes: "nothing",
    title: "Later",
    help: "Scan-back: put this label aside and scan it later",
    sheet: true,
  },
  {
    word: "CMDPACKINGSLIP",
    key: null,
    takes: "reason",
    title: "Packing slip",
    help: "Print the last parcel's packing slip, for the box",
    sheet: true,
  },
  { word: "CMDSPARE", key: null, takes: "nothing", title: "Spare printer", help: "Print on the spare printer, or back again", sheet: true },
  { word: "CMDPRINTED", key: null, takes: "nothing", title: "Printed", help: "Trouble: yes, this label came out", sheet: true },
  { word: "CMDTROUBLE", key: "F9", takes: "nothing", title: "Trouble", help: "Show what needs a person", sheet: true },
  {
    word: "CMDRETRY",
    key: null,
    takes: "nothing",
    title: "Retry",
    help: "Trouble: try the marked one again; counting: refused rows",
    sheet: true,
  },
  {
    word: "CMDCORRECT",
    key: null,
    takes: "nothing",
    title: "Correct",
    help: "Trouble: correct the marked report and send it again",
    sheet: true,
  },
  { word: "CMDACCEPT", key: null, takes: "reason", title: "Accept", help: "Trouble: print a doubtful label (asks again)", sheet: true },
  {
    word: "CMDDISCARD",
    key: null,
    takes: "reason",
    title: "Discard",
    help: "Trouble: give the marked one up; counting: drop it (asks again)",
    sheet: true,
  },
  {
    word: "CMDNEXT",
    key: null,
    takes: "nothing",
    title: "Next",
    help: "Trouble, counting: mark the next one; settings: next printer",
    sheet: true,
  },
  { word: "CMDCLOSE", key: "Escape", takes: "nothing", title: "Leave", help: "Leave the task unfinished", sheet: true },
  {
    word: "CMDQTY",
    key: null,
    takes: "number",
    title: "Quantity",
    help: "The next item scan packs this many; counting: this many are here",
    sheet: true,
  },
  { word: "CMDBOX", key: null, takes: "code", title: "Box", help: "Choose the carton", sheet: true },
  { word: "CMDTARE", key: null, takes: "nothing", title: "Tare", help: "Scale: what lies on it counts no more", sheet: true },
  { word: "CMDZERO", key: null, takes: "nothing", title: "Zero", help: "Scale: the empty scale shows zero", sheet: true },
  { word: "CMDWEIGHTOK", key: null, takes: "reason", title: "Weight OK", help: "Supervisor: this weight is right, and why", sheet: true },
  { word: "CMDCARRIER", key: null, takes: "code", title: "Carrier", help: "Choose the carrier (own deliveries)", sheet: false },
  { word: "CMDWEIGHT", key: null, takes: "amount", title: "Weight", help: "This parcel weighs so many grams", sheet: false },
  { word: "CMDCOST", key: null, takes: "amount", title: "Cost", help: "Own delivery: what it costs, in hundredths", sheet: false },
  { word: "CMDSUPER", key: null, takes: "code", title: "Supervisor", help: "Badge: CMDSUPER and the PIN, good for a minute", sheet: false },
  { word: "CMDPACKER", key: null, takes: "code", title: "Packer", help: "Who packs here (badge: CMDPACKER and a number)", sheet: false },
  { word: "CMDSETTINGS", key: "F12", takes: "nothing", title: "Settings", help: "Open the settings", sheet: true },
  { word: "CMDDISK", key: null, takes: "nothing", title: "Disk", help: "Disk and file: backups, and carrying what is owed", sheet: false },
  { word: "CMDDOCTOR", key: null, takes: "nothing", title: "Scanner doctor", help: "Find out what is wrong with a scanner", sheet: true },
  { word: "CMDCODES", key: null, takes: "nothing", title: "Codes", help: "Codes no order gave: lists in and out", sheet: false },
  { word: "CMDSHEET", key: null, takes: "nothing", title: "Command sheet", help: "Show the command barcodes", sheet: true },
  { word: "CMDBACK", key: null, takes: "nothing", title: "Back", help: "Back to packing from any other screen", sheet: true },
  { word: "CMDHELP", key: "F1", takes: "nothing", title: "Help", help: "Show this help", sheet: true },
] as const;
export type CommandWord = (typeof commands)[number]["word"];
export type Command = Readonly<{ word: CommandWord; rest: string }>;

const SUPERVISOR_BADGE = /(C[\s_-]*M[\s_-]*D[\s_-]*S[\s_-]*U[\s_-]*P[\s_-]*E[\s_-]*R)(.+)/is;
/** A supervisor's badge is never shown in clear, however it was typed: the PIN becomes dots. Other text stays as it is. */
export const veiled = (text: string): string =>
  text.replace(SUPERVISOR_BADGE, (_, word: string, pin: string) => `${word}${"•".repeat([...pin].length)}`);

/** AIM symbology identifier (ISO/IEC 15424): scanners can be set to send it in front of every code. */
export const AIM_IDENTIFIER = /^\][A-Za-z][0-9A-Za-z]/;
/** Those of symbols that hold GS1 element strings (GS1 General Specifications, figure 7.8-1). */
export const GS1_IDENTIFIER = /^\](?:C1|d2|Q3|e0|J1)/;

/**
 * Reads a command scan; null when the text is no command. Case never matters. `CMDNEWPARCEL` wins over `CMDNEXT` by
 * length: the longest word that fits is meant, and a word that takes nothing must stand alone.
 */
export const readCommand = (text: string): Command | "unknown" | null => {
  const upper = text.trim().replace(AIM_IDENTIFIER, "").toUpperCase();
  if (!upper.startsWith("CMD")) return null;
  const found = commands
    .filter(({ word, takes }) => (takes === "nothing" ? upper === word : upper.startsWith(word)))
    .toSorted((a, b) => b.word.length - a.word.length)[0];
  if (found === undefined) return "unknown";
  const rest = upper.slice(found.word.length).trim();
  if (found.takes === "number" && !/^\d{1,6}$/.test(rest)) return "unknown";
  if (found.takes === "code" && rest === "") return "unknown";
  if (found.takes === "amount" && !/^\d{1,7}$/.test(rest)) return "unknown";
  return { word: found.word, rest };
};

/** Whether the last digit is the check digit of those before it (GS1 General Specifications 7.9): weights 1, 3 from the right. */
export const gtinFits = (digits: string): boolean => {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) sum += Number(digits[index]) * ((digits.length - index) % 2 === 1 ? 1 : 3);
  return sum % 10 === 0 && /^\d+$/.test(digits);
};

// eslint-disable-next-line no-control-regex -- all of ASCII
const PLAIN = /^[\u0000-\u007f]*$/;

/**
 * The form in which codes are stored and compared: trimmed, upper case, full-width characters of East Asian input methods as
 * plain ones (NFKC), and a GTIN of any length written with 14 digits, because scanners send UPC-A as 12 or 13 digits
 * depending on their setup. Applying it twice changes nothing.
 */
export const normaliseCode = (text: string): string => {
  // Nearly every code: the rest of it would change nothing, and costs as much as looking the code up.
  // Capitals first in lower case: some letters (ẞ, ŉ) reach the same capitals only that way round
  const upper = PLAIN.test(text) ? text.toUpperCase().trim() : text.normalize("NFKC").toLowerCase().toUpperCase().normalize("NFKC").trim();
  return /^(\d{8}|\d{12,14})$/.test(upper) && gtinFits(upper) ? upper.padStart(14, "0") : upper;
};

/** What stays of a scan when its code is made known: of a GS1 code the GTIN, as batch and serial differ from piece to piece. */
export const lastingReading = (readings: readonly ReadScan[]): ReadScan | undefined =>
  readings.find(({ code }) => /^\d{14}$/.test(code)) ?? readings[0];

/** A scan taken apart. `quantity` is set only by a GS1 code that counts (AI 30 or 37). */
export const readScanSchema = z.object({
  text: z.string(),
  code: z.string(),
  quantity: z.int().positive().nullable(),
  batch: z.string().nullable(),
  serial: z.string().nullable(),
  /** yyyy-mm-dd */
  expiry: z.string().nullable(),
  /** AI 30: the quantity is what is inside one such thing, not how many of them there are */
  countsPieces: z.literal(true).optional(),
});
export type ReadScan = Readonly<z.infer<typeof readScanSchema>>;
