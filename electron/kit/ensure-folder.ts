import { mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/**
 * Makes a folder with all its parents; throws the system's own error when that can't be done. Not Node's `recursive` option: it
 * never comes back where the system answers ENOENT for a new folder, as below /proc.
 */
export const ensureFolder = (path: string): void => {
  const whole = resolve(path);
  if (isFolder(whole)) return;
  const parent = dirname(whole);
  if (parent !== whole) ensureFolder(parent);
  try {
    mkdirSync(whole);
  } catch (error) {
    // Another process may have made it meanwhile
    if (!isFolder(whole)) throw error;
  }
};
