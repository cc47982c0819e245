import type { Health } from "../../shared/station.ts";

/** A device the station knows of. Its identity is its path: two of the same make stay two. */
export type DeviceFound = Readonly<{ path: string; name: string; health: Health; words: string }>;

export const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Pauses between two tries to open a device: short at first, because a cable is often only moved. */
export const FIRST_RETRY_MS = 250;
export const LONGEST_RETRY_MS = 10_000;
