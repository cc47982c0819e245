import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fail, succeed, type Result } from "../../shared/failures.ts";
import { MEGABYTE } from "../../shared/megabyte.ts";
import { ensureFolder } from "../kit/ensure-folder.ts";
import { storageFailure } from "../store/database.ts";

const LISTS = /\.(csv|tsv|txt)$/i;
/** A million codes: no list of a warehouse is longer, and it is read into memory. */
const LARGEST_BYTES = 64 * MEGABYTE;

export const codesFolder = (dataFolder: string): string => join(dataFolder, "aliases");

/** Lists in `aliases/` of a data folder, newest first: put there to be taken over, or written here. */
export const listCodeFiles = (dataFolder: string): readonly Readonly<{ name: string; at: number; bytes: number }>[] => {
  const folder = codesFolder(dataFolder);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => LISTS.test(name))
    .flatMap((name) => {
      const found = statSync(join(folder, name), { throwIfNoEntry: false });
      return found?.isFile() === true ? [{ name, at: found.mtimeMs, bytes: found.size }] : [];
    })
    .toSorted((a, b) => b.at - a.at || a.name.localeCompare(b.name));
};

/** Failures: `not-found`, `codes-bad` where it is too large, `storage-*`. */
export const readCodeFile = (path: string): Result<Uint8Array> => {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isFile() !== true) return fail("not-found", `There is no file ${path}.`);
    if (found.size > LARGEST_BYTES) return fail("codes-bad", `${path} is larger than ${LARGEST_BYTES / 1024 / 1024} MB.`);
    return succeed(readFileSync(path));
  } catch (error) {
    return { ok: false, failure: storageFailure(error, path) };
  }
};

/** Writes it whole or not at all. Failures: `storage-*`. */
export const writeCodeFile = (path: string, text: string): Result<null> => {
  const part = `${path}.part`;
  try {
    ensureFolder(dirname(path));
    const file = openSync(part, "w");
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(part, path);
    return succeed(null);
  } catch (error) {
    rmSync(part, { force: true });
    return { ok: false, failure: storageFailure(error, path) };
  }
};

/** `codes-Bench-7-2026-11-23T09-30-00.csv` */
export const exportName = (stationId: string, at: number): string =>
  `codes-${stationId.replaceAll(/[^A-Za-z0-9_-]+/g, "-")}-${new Date(at).toISOString().slice(0, 19).replaceAll(":", "-")}.csv`;
