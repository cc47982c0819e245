import type { Health } from "../../shared/device-view.ts";
import type { ShippingWay } from "../../shared/task.ts";
import type { Tone } from "../../shared/scan.ts";
import { benchWords } from "./bench.ts";
import { codesWords } from "./codes.ts";
import { diskWords } from "./disk.ts";
import { settingsWords } from "./settings.ts";
import { troubleWords } from "./trouble.ts";
import { plural } from "./plural.ts";

/** Every word the screens say by themselves. What the station says (verdicts, pills, failures) comes with the snapshot. */
export const words = {
  link: {
    connecting: "Starting the station",
    connectingText: "One moment: the bench opens as soon as the station answers.",
    lost: "The station is not answering",
    lostText: "Stop scanning: nothing is taken now. Nothing that was shown as accepted is lost.",
    lostHint: "This screen comes back by itself. If it stays, start Packbench again, or open the address it printed.",
    refused: "This page is not let in",
    refusedText: "It is from before a restart of the station. Open the address that the station printed.",
    tryAgainIn: (seconds: number): string => (seconds <= 0 ? "Asking again now" : `Asking again in ${seconds} s`),
    slow: "No answer yet",
    slowText: (text: string): string => `Stop scanning: the station has not answered to ${text}. It counts only when it is shown.`,
    unanswered: (text: string): string => `No answer to ${text}`,
    unansweredText: "The connection broke. Look whether it was counted before you scan it again.",
    notTaken: (text: string): string => `Not taken: ${text}`,
  },

  practice: { tag: "PRACTICE", text: "nothing is sent" },
  packer: (packer: string): string => `Packer ${packer}`,
  soundBlocked: "Sound is off: press any key",
  health: { fine: "fine", careful: "careful", broken: "broken" } satisfies Record<Health, string>,
  pills: { oms4: "OMS4", printer: "Printer", scanner: "Scanner", scale: "Scale", outbox: "To send", disk: "Disk" },

  noVerdict: { title: "No scan yet", text: "Every scan is answered here, in the same place." },
  back: {
    title: "Back",
    task: "Scan a task.",
    items: "Go on scanning items.",
    label: "Scan the pasted label.",
    count: "Go on counting.",
    parcels: "Go on scanning parcels.",
  },

  units: (count: number): string => plural(count, "item", "items"),
  ways: { single: "one parcel", split: "may split", own: "own delivery" } satisfies Record<ShippingWay, string>,

  commands: {
    back: "Back",
    save: "Save",
    end: (title: string): string => `End ${title.toLowerCase()}`,
    endCount: "End count",
    stopTeaching: "Stop",
    codes: "Codes",
    printSheet: "Print on the label printer",
    savePdf: "Save as PDF",
    office: "Print on paper",
  },

  sheet: {
    title: "Command sheet",
    text: "Scan, and touch nothing. ↓ ↑ shows more.",
    printing: "Printing",
    saved: "Saved as packbench-commands.pdf",
  },

  help: {
    commands: "Commands",
    commandsText: "scan the word from the sheet, press the key, or touch it below · ↓ ↑ shows more",
    scans: "What can be scanned",
    grammar: [
      ["FT number, order number, tracking number", "opens the task"],
      ["item: SKU code, barcode, GS1 code", "packs one unit (GS1 and CMDQTY: as many as they say)"],
      ["parcel number, tracking number, a list of them", "in a handover (DELIVERED, PENDING, RETURNED, LOST): tells OMS4"],
      ["item, while counting", "counts it; digits and Enter set its number"],
      ["parking slip", "prints the label of a box that waited for it"],
      ["pasted label", "proves that it is on its box"],
      ["CMD…", "a command; letter case never matters"],
    ],
    colours: "What each colour means",
    tones: {
      ok: ["Green, tick", "Right. Go on."],
      wrong: ["Red, stripes, cross", "Wrong. Put it back."],
      over: ["Amber, squares", "One too many, or not clear."],
      stop: ["Yellow and black", "Stop. Don't ship this."],
      info: ["Quiet", "A command was done."],
    } satisfies Record<Tone, readonly [string, string]>,
    shapes: "Shapes on top: round is fine, diamond is careful, square is broken.",
    ladder: "The label climbs: here, checked, sent, printed, scanned. A question mark means nobody knows: look at the printer.",
  },

  ...benchWords,
  ...troubleWords,
  ...diskWords,
  ...codesWords,
  ...settingsWords,
} as const;
