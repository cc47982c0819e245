import type { Clock } from "../kit/clock.ts";

const SCANS_WITHIN_MS = 3_000;

/** Whether somebody scans at this moment: the packer's answer has the processor first then, and what nobody waits for comes in small bites. */
export const createScanning =
  ({
    clock,
    lastScanAt,
  }: Readonly<{
    clock: Clock;
    /** ms, when the packer last scanned; null before the first scan */
    lastScanAt: () => number | null;
  }>) =>
  (): boolean => {
    const quietFor = clock.now() - (lastScanAt() ?? -Infinity);
    // A clock that was set back must not slow everything down until it has caught up
    return quietFor >= 0 && quietFor <= SCANS_WITHIN_MS;
  };
