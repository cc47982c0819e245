import type { Health } from "../../shared/device-view.ts";

/**
 * A device the station knows of. Its identity is its path, that of its USB place where the system's own path changes: two of the same
 * make stay two, also over a restart. `node`: the system's path of now, where it is another one.
 */
export type DeviceFound = Readonly<{ path: string; node?: string | undefined; name: string; health: Health; words: string }>;

/** Pauses between two tries to open a device: short at first, because a cable is often only moved. */
export const FIRST_RETRY_MS = 250;
export const LONGEST_RETRY_MS = 10_000;
