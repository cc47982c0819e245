import { closeSync, openSync, readSync } from "node:fs";

/** Where SQLite's file header says which version may write it; 2 is a file with a log beside it. */
const WRITE_VERSION_AT = 18;
const NEWEST_WRITE_VERSION = 2;

/**
 * True for a file that SQLite reads and refuses to write, because its header names a version that doesn't exist: such a byte was changed.
 * The check of the file finds nothing in it. Throws where the file can't be read.
 */
export const isOfUnknownWriteVersion = (path: string): boolean => {
  const file = openSync(path, "r");
  try {
    const byte = Buffer.alloc(1);
    return readSync(file, byte, 0, 1, WRITE_VERSION_AT) === 1 && byte.readUInt8() > NEWEST_WRITE_VERSION;
  } finally {
    closeSync(file);
  }
};
