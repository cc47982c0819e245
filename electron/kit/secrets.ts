import { closeSync, existsSync, fchmodSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { errorWords } from "../../shared/error-words.ts";
import { fail, succeed, type Result } from "../../shared/failures.ts";
import { ensureFolder } from "./ensure-folder.ts";

/** Keeps the one secret of a station, OMS4's API secret. Failures: `secret-unreadable`, `storage-unwritable`, `setting-bad`. */
export type SecretStore = Readonly<{
  /** null: none is stored */
  read: () => Result<string | null>;
  /** An empty secret takes the stored one away. */
  write: (secret: string) => Result<null>;
}>;

const OWNER_ONLY = 0o600;

/** Where the kiosk shell keeps the secret, and where the Electron shell looks for one to take over. */
export const plainSecretPath = (dataFolder: string): string => join(dataFolder, "api-secret");

/** Writes a file that only its owner can read, whole or not at all. */
export const writePrivateFile = (path: string, bytes: string | Uint8Array): Result<null> => {
  const part = `${path}.part`;
  try {
    ensureFolder(dirname(path));
    rmSync(part, { force: true });
    const file = openSync(part, "wx", OWNER_ONLY);
    try {
      fchmodSync(file, OWNER_ONLY);
      writeSync(file, Buffer.from(bytes));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(part, path);
    return succeed(null);
  } catch (error) {
    rmSync(part, { force: true });
    return fail("storage-unwritable", `${path} (${errorWords(error)}).`);
  }
};

/** Reads a private file; null when it isn't there. */
export const readPrivateFile = (path: string): Result<Uint8Array | null> => {
  try {
    return succeed(existsSync(path) ? readFileSync(path) : null);
  } catch (error) {
    return fail("secret-unreadable", `${path} (${errorWords(error)}).`);
  }
};

/**
 * The kiosk shell's store: a file with mode 0600 in the data folder. A plain-Node process has no keychain of its own, so
 * the system user's account is the guard; the Electron shell encrypts instead.
 */
export const createFileSecrets = (dataFolder: string): SecretStore => {
  const path = plainSecretPath(dataFolder);
  return {
    read: () => {
      const file = readPrivateFile(path);
      return file.ok ? succeed(file.value === null ? null : Buffer.from(file.value).toString("utf8")) : file;
    },
    write: (secret) => {
      if (secret !== "") return writePrivateFile(path, secret);
      try {
        rmSync(path, { force: true });
        return succeed(null);
      } catch (error) {
        return fail("storage-unwritable", `${path} (${errorWords(error)}).`);
      }
    },
  };
};
