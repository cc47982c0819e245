/** Words of the trouble screen, of correcting, and of a parcel's and a label's story. */
export const troubleWords = {
  trouble: {
    title: "Needs a person",
    none: "Nothing needs a person",
    noneText: "Parked messages and failed prints appear here, each with its way out.",
    onlyPrinter: "Only the printer needs a hand",
    actions: {
      retry: "Try again",
      reprint: "Print again",
      printed: "It is printed",
      correct: "Correct",
      accept: "Print it all the same",
      discard: "Give up",
    },
    actionKeys: { retry: "R", reprint: "R", printed: "P", correct: "C", accept: "A", discard: "D" },
    actionCommands: {
      retry: "CMDRETRY",
      reprint: "CMDREPRINT",
      printed: "CMDPRINTED",
      correct: "CMDCORRECT",
      accept: "CMDACCEPT",
      discard: "CMDDISCARD",
    },
    sources: {
      outbox: "message to OMS4",
      print: "label print",
      "set-aside": "set aside",
      stop: "stopped parcel",
      count: "stock count",
      label: "label from OMS4",
    },
    asked: {
      discard: {
        reason: () => "Why is it given up? Press the number, or scan it. Nothing is given up yet.",
        again: (reason: string): string => `${reason}. Press D or scan DISCARD once more to give it up for good.`,
        supervisor: (reason: string): string =>
          `${reason}. A supervisor scans their badge (or types CMDSUPER and the PIN), and it is given up.`,
      },
      accept: {
        reason: () => "Why may this label print? Press the number, or scan it. Nothing prints yet.",
        again: (reason: string): string => `${reason}. Press A or scan ACCEPT once more, and it prints.`,
        supervisor: (reason: string): string => `${reason}. A supervisor scans their badge (or types CMDSUPER and the PIN), and it prints.`,
      },
    },
    discardAgain: "Press D again to give it up for good. Any other key keeps it.",
    markHint: "1 to 9 mark one, ↓ or NEXT the next one",
  },

  correct: {
    title: "Correct and send again",
    hint: "Scan or type; Enter goes to the next one, the last one sends. ↑ goes back. Esc leaves all as it is.",
    send: "Send again",
    gone: "This needs nobody any more",
  },

  life: {
    title: (parcelNo: string): string => `The life of ${parcelNo}`,
    loading: "Reading the journal",
    none: "The journal has nothing about this parcel.",
    by: (packer: string): string => `by ${packer}`,
  },

  about: {
    order: "Order",
    to: "To",
    address: "Address",
    notKept: "no longer kept",
    from: "From",
    carrier: "Carrier",
    carrierId: (id: string): string => `id ${id}`,
    oms4: "OMS4 says",
    statuses: (status: string, items: readonly string[]): string =>
      [status || "no status", items.length === 0 ? "" : `items ${items.join(", ")}`].filter((part) => part !== "").join(" · "),
  },

  labelPreview: {
    outcomes: {
      waiting: "Label · not read back yet",
      match: "Label ✓ read back",
      "no-number": "Label · OMS4 names no number to compare",
      mismatch: "Label ? another number",
      "other-parcel": "Label ✕ another parcel's",
      unreadable: "Label ? no barcode readable",
      "not-checked": "Label · not checked",
    },
    page: (page: number, count: number): string => (count > 1 ? `page ${page} of the label` : "the label as it prints"),
    pages: (count: number): string => `${count} pages`,
    dots: (dpi: number): string => `as it prints, ${dpi} dpi`,
    byPrinter: "ZPL: the printer draws it",
    shown: "ZPL, drawn to be looked at: the printer draws its own",
  },
} as const;
