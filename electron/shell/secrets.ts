import { rmSync } from "node:fs";
import { join } from "node:path";
import { safeStorage } from "electron";
import { errorWords } from "../../shared/error-words.ts";
import { fail, succeed, type Result } from "../../shared/failures.ts";
import { createFileSecrets, plainSecretPath, readPrivateFile, writePrivateFile, type SecretStore } from "../kit/secrets.ts";

/** Why nothing can be encrypted here, or null. Linux without a keyring "encrypts" with a key that everybody knows: that is plain text. */
const missingEncryption = (): string | null => {
  if (!safeStorage.isEncryptionAvailable()) return "this system offers no encrypted storage";
  if (process.platform === "linux" && safeStorage.getSelectedStorageBackend() === "basic_text") {
    return "no keyring (GNOME Keyring or KWallet) is running here";
  }
  return null;
};

/**
 * Electron's store: encrypted with the system's own key (DPAPI, Keychain, a keyring) in the data folder. Never falls back to plain text:
 * without encryption storing is refused with words (`setting-bad`). A secret that the kiosk shell left in plain text is taken over.
 */
export const createEncryptedSecrets = (dataFolder: string): SecretStore => {
  const path = join(dataFolder, "api-secret.encrypted");
  const plain = plainSecretPath(dataFolder);

  const write = (secret: string): Result<null> => {
    if (secret === "") {
      try {
        rmSync(path, { force: true });
        rmSync(plain, { force: true });
        return succeed(null);
      } catch (error) {
        return fail("storage-unwritable", `${path} (${errorWords(error)}).`);
      }
    }
    const missing = missingEncryption();
    if (missing !== null) {
      return fail("setting-bad", `The API secret is not stored: ${missing}. Set the environment variable OMS4_API_SECRET instead.`);
    }
    const written = writePrivateFile(path, safeStorage.encryptString(secret));
    if (written.ok) rmSync(plain, { force: true });
    return written;
  };

  const takeOver = (): Result<string | null> => {
    const left = createFileSecrets(dataFolder).read();
    if (!left.ok || left.value === null) return left;
    // Where it can't be encrypted it stays as the kiosk shell wrote it, readable for its owner alone
    write(left.value);
    return left;
  };

  return {
    read: () => {
      const file = readPrivateFile(path);
      if (!file.ok) return file;
      if (file.value === null) return takeOver();
      const missing = missingEncryption();
      if (missing !== null) return fail("secret-unreadable", `${path}: ${missing}.`);
      try {
        return succeed(safeStorage.decryptString(Buffer.from(file.value)));
      } catch (error) {
        return fail("secret-unreadable", `${path} was encrypted by another user or PC (${errorWords(error)}).`);
      }
    },
    write,
  };
};
