import { mkdirSync, statSync } from "node:fs";
import { mkdir, stat } from "node:fs/promises";
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

const isThere = async (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return false;
      throw error;
    },
  );

/** The same for a folder that may be on a network: one whose server is gone keeps nobody else waiting. */
export const ensureFarFolder = async (path: string): Promise<void> => {
  const whole = resolve(path);
  if (await isThere(whole)) return;
  const parent = dirname(whole);
  if (parent !== whole) await ensureFarFolder(parent);
  try {
    await mkdir(whole);
  } catch (error) {
    if (!(await isThere(whole))) throw error;
  }
};
