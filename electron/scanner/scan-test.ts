import { readCommand } from "../../shared/scan.ts";
import type { ScannerRead } from "../../shared/device-view.ts";
import type { Clock } from "../kit/clock.ts";

/** The screen says every five seconds that it still tests: a page that died keeps no scan from the bench for long. */
const LEASE_MS = 15_000;
const KEPT = 8; // more than come between two pictures of the screen

/** A supervisor's badge is no test: its PIN is shown nowhere, and what it was scanned for wants it. */
const isBadge = (text: string): boolean => {
  const command = readCommand(text);
  return command !== null && command !== "unknown" && command.word === "CMDSUPER";
};

/** While somebody tests a scanner its scans are shown and nothing is packed. `take`: true when the scan went to the test. */
export const createScanTest = ({ clock, onChange }: Readonly<{ clock: Clock; onChange: () => void }>) => {
  let until = Number.NEGATIVE_INFINITY;
  let number = 0;
  let reads: readonly ScannerRead[] = [];
  const runs = (): boolean => clock.now() < until;
  return {
    hold: (on: boolean): void => {
      if (!runs()) reads = [];
      until = on ? clock.now() + LEASE_MS : Number.NEGATIVE_INFINITY;
    },
    take: (read: Omit<ScannerRead, "number" | "at">): boolean => {
      if (!runs() || isBadge(read.text)) return false;
      number += 1;
      reads = [...reads, { ...read, number, at: clock.now() }].slice(-KEPT);
      onChange();
      return true;
    },
    reads: (): readonly ScannerRead[] => (runs() ? reads : []),
  };
};
export type ScanTest = ReturnType<typeof createScanTest>;
