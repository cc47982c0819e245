import type { ScannerLayout } from "../../shared/keyboard-layouts.ts";
import { wedgeLearnedSchema, type WedgeLearnedStored } from "../../shared/wedge-learned.ts";
import type { Known, WedgeScan } from "./line.ts";
import { noPace } from "./pace.ts";

const STORED_AS = "packbench-wedge";

/** So many scans in a row that were known codes only as the PC's own layout read them show what the scanner is set to. */
const SHOWN_BY = 3;

const readStored = (storage: Pick<Storage, "getItem">): WedgeLearnedStored => {
  try {
    const read = wedgeLearnedSchema.safeParse(JSON.parse(storage.getItem(STORED_AS) ?? ""));
    if (read.success) return read.data;
  } catch {
    // kept by another version, by nobody yet, or not to be read: it is learned again within an hour
  }
  return { pace: noPace, typedHits: 0 };
};

/** What the wedge knows of this bench's scanners, kept in this browser. `layout`: what the settings say. */
export const createLearned = ({
  storage,
  layout,
}: Readonly<{ storage: Pick<Storage, "getItem" | "setItem">; layout: () => ScannerLayout }>) => {
  let learned = readStored(storage);
  const keep = (change: Partial<WedgeLearnedStored>): void => {
    learned = { ...learned, ...change };
    try {
      storage.setItem(STORED_AS, JSON.stringify(learned));
    } catch {
      // a full or broken profile costs what is learned at the next start, never a scan
    }
  };
  return {
    known: (): Known => ({ pace: learned.pace, layout: layout(), typedFirst: learned.typedHits >= SHOWN_BY }),
    scanned: ({ pace }: Pick<WedgeScan, "pace">): void => {
      if (pace !== learned.pace) keep({ pace });
    },
    /** The station knew one reading of a scan. A code that is known both ways shows nothing: it was taken as it was read first. */
    readAs: ({ text, alternates, burst, keys }: Omit<WedgeScan, "pace">, index: number): void => {
      if (!burst || keys.physical === keys.typed) return;
      const known = index === 0 ? text : alternates[index - 1];
      if (known === keys.physical && learned.typedHits > 0) keep({ typedHits: 0 });
      else if (known === keys.typed && learned.typedHits < SHOWN_BY) keep({ typedHits: learned.typedHits + 1 });
    },
  };
};
