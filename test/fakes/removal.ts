import { rmSync } from "node:fs";

/** Removes a folder with all in it, also while a process that is just going still writes there. */
export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
