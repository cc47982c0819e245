import type { ReasonCommand } from "../../shared/reasons.ts";
import { plural } from "./plural.ts";

/** Words of the packing screen. */
export const benchWords = {
  ready: {
    title: "Scan a task",
    text: "pick list, order number or tracking number",
    noScanner: "No scanner? Type the number and press Enter, or touch it on the scan pad below.",
    mostUrgent: (ftNo: string): string => `Leaves next: ${ftNo}`,
    today: "Today",
    parcels: "parcels",
    perOrder: "per order",
    wrongStopped: "wrong scans stopped",
    seconds: (seconds: number | null): string => (seconds === null ? "–" : `${Math.round(seconds)} s`),
    waiting: (count: number): string => `Next to leave · ${count} waiting`,
    held: (count: number): string => `On hold · ${count}: scan one to see to it`,
    noReason: "nobody said why",
    nothingWaiting: "Nothing is waiting",
    nothingWaitingText: "New tasks appear here by themselves.",
    started: "started",
    lastParcels: "Last parcels",
    noParcels: "Closed parcels appear here, each with the state of its label.",
    slipsReady: (count: number): string =>
      count === 1 ? "1 parked box has its label now: scan its slip" : `${count} parked boxes have their labels now: scan their slips`,
    labelsWaiting: (count: number): string =>
      count === 1 ? "1 box waits for its label" : `${count >= 100 ? "100 boxes and more" : `${count} boxes`} wait for their labels`,
    toScan: (count: number): string =>
      count === 1
        ? "1 pasted label is to be scanned"
        : `${count >= 100 ? "100 pasted labels and more" : `${count} pasted labels`} are to be scanned`,
    waitsSince: (text: string, parked: boolean): string => `${text}${parked ? " · slip on it" : ""}`,
    more: (count: number): string => `and ${count} more`,
  },

  reasons: {
    CMDHOLD: (about: string): string => `Why is ${about} on hold? Scan it or press its number; or go on with the next task`,
    CMDREPRINT: (about: string): string => `Why was the label of ${about} printed again? Scan it or press its number`,
    CMDWEIGHTOK: (about: string): string => `Is the weight of ${about} right? A supervisor scans why, or presses its number`,
  } satisfies Record<ReasonCommand, (about: string) => string>,

  leaves: { none: "no date", in: (text: string): string => `in ${text}`, late: (text: string): string => `late ${text}` },

  packing: {
    crossBorder: "cross-border",
    progress: (packed: number, ordered: number): string => `${packed} of ${ordered} packed`,
    linesLeft: (count: number): string => (count === 0 ? "all lines done" : `${plural(count, "line", "lines")} to go`),
    takeOut: (count: number): string => `take out ${count}`,
    cancelled: "cancelled",
    elsewhere: "packed elsewhere",
    task: "Task",
    order: "Order",
    to: "To",
    carrier: "Carrier",
    noCarrier: "none yet",
    cancellation: "Cancellation",
    instruction: "Read this first",
    instructionSeen: "Instruction",
    acknowledge: "Enter or the next item scan: seen",
    readAll: "↓ shows all of it",
    readOn: "↓ reads on · ↑ goes back",
    readClose: "↑ goes back",
    delivery: "Delivery",
    quantityNext: (count: number): string => `The next scan packs ${count}`,
    chooseCarrier: "Carriers for this delivery",
  },

  putBack: {
    title: (count: number): string => `Put back ${plural(count, "item", "items")}`,
    takeOutTitle: (count: number): string => `Take out ${plural(count, "item", "items")}`,
    emptyTitle: "Everything is out",
    requestTitle: "Put this box aside",
    putBack: "Scan each one as you put it back.",
    takeOut: "Scan each one as you take it out. Then go on with the rest.",
    pull: (parcelNos: string): string => `Destroy the label and scan it (${parcelNos}), or scan each item as you put it back.`,
    empty: "Scan LEAVE, or the next task.",
    request: "The buyer asks to cancel. Scan LEAVE: the task goes on by itself when OMS4 has decided.",
    unclear: "Nobody here can read how OMS4 decided. A supervisor asks OMS4, then scans RELEASE to pack it. Scan LEAVE meanwhile.",
    from: (sequence: number): string => `in parcel ${sequence}`,
  },

  closing: {
    title: "Scan FINISH",
    text: "Everything is in the box.",
    more: "Another box? Scan NEW PARCEL instead.",
    weigh: "Weigh it",
    weighText: "On the scale the box closes by itself. FINISH closes it as it is.",
  },

  scanBack: {
    // Where it takes two lines it breaks behind the comma
    title: "Paste\u00a0the\u00a0label, scan\u00a0it",
    failed: "The label did\u00a0not\u00a0print",
    about: (ftNo: string, sequence: number, carrier: string): string =>
      [ftNo, `parcel ${sequence}`, carrier].filter((part) => part !== "").join(" · "),
    later: "No label there? LATER puts it aside, REPRINT prints it again, UNDO opens the box.",
    laterCode: "Later",
    look: "Look at\u00a0the\u00a0printer",
  },

  scale: {
    states: {
      silent: "no weight yet",
      empty: "scale empty",
      moving: "not still",
      steady: "steady",
      earlier: "weight before: lift the box",
    },
    tare: (weight: string): string => `tare ${weight}`,
    expected: (weight: string): string => `off: such parcels weigh ${weight}`,
  },

  parcel: {
    title: (sequence: number): string => `Parcel ${sequence}`,
    box: (code: string): string => `box ${code}`,
    weight: (kg: number): string => `${kg} kg`,
    cost: (cost: number): string => `cost ${cost.toFixed(2)}`,
    open: "open",
    copies: (count: number): string => `printed ${count} times`,
    reportParked: "report parked",
    rungs: { here: "label here", checked: "checked", sent: "sent", printed: "printed", scanned: "scanned" },
    rungStates: { done: "done", now: "now", todo: "to do", unknown: "unknown", failed: "failed" },
  },

  handover: {
    text: (what: string): string => `Scan ${what}: parcel number or tracking number.`,
    list: "A whole list? Paste it (Ctrl+V): numbers with spaces, commas or line breaks between them.",
    listTooLong: "Nothing was taken of this list",
    listTooLongText: (characters: number, most: number): string =>
      `It has ${characters.toLocaleString("en")} characters; ${most.toLocaleString("en")} go at once. Paste it in parts.`,
    last: "Last ones",
    none: "The parcels you scan appear here.",
    end: (word: string): string => `All done? Scan ${word} again to end.`,
  },

  count: {
    title: (products: number): string => `${plural(products, "product", "products")} in this count`,
    heroTitle: "Scan an item",
    heroText: "then key how many there are, and Enter",
    scanTitle: "Next",
    scanText: "Scan an item. Scan it again to count up, or key how many there are and press Enter.",
    markedTitle: "Counted now",
    numberText: "Key the right number and press Enter, or scan the next item. ↓ goes to the row below.",
    figure: (qty: number): string => qty.toLocaleString("en"),
    gone: "no longer here",
    never: "not counted here before",
    before: (qty: number | null, time: string): string => `OMS4 was told ${qty === null ? "gone" : qty.toLocaleString("en")} · ${time}`,
    refusedRow: (reason: string): string => `OMS4 refuses it: ${reason}`,
    refusedHint: (rows: number): string => `${rows} refused: key the right number, or R tries again`,
    above: (rows: number): string => `${rows} more above`,
    below: (rows: number): string => `${rows} more below`,
    unknown: "No order here has this code. Scan TEACH (or press T), then type its brand code and its SKU once.",
    ambiguous: "Several products have this code. Scan another code of it, or TEACH and type its brand code.",
    teachTitle: "Teach this code",
    teachBrand: "Type its brand code, then Enter",
    teachSku: (brandCode: string): string => `Brand ${brandCode}. Now type its brand SKU code, then Enter`,
    teachText: (code: string): string => `For ${code}, as OMS4 writes it. Esc stops it.`,
    oms4: "At OMS4",
    waiting: "to send",
    failed: "refused",
    sentToday: "taken today",
    finish: (products: number): string => `FINISH sends ${plural(products, "product", "products")}`,
    nothingToSend: "FINISH sends the count",
    statusTitle: "Stock count",
    status: ({ counting, waiting, failed }: Readonly<{ counting: number; waiting: number; failed: number }>): readonly string[] => [
      ...(failed > 0 ? [`${plural(failed, "row", "rows")} refused: COUNT or TROUBLE`] : []),
      ...(counting > 0 ? [`${plural(counting, "product", "products")} not sent yet: COUNT`] : []),
      ...(waiting > 0 ? [`${plural(waiting, "row", "rows")} to send, by themselves`] : []),
    ],
  },

  pad: {
    title: "Scan pad",
    show: "Show scan pad",
    hide: "Hide scan pad",
    wrong: "a wrong item",
    finish: "Finish",
    newParcel: "New parcel",
    quantity: (count: string): string => `${count} and Enter`,
    gone: "No longer here",
    label: "The pasted label",
    otherLabel: "another parcel's label",
    later: "Later",
  },
} as const;
