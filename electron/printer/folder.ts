import { access, constants, open, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { errorWords } from "../../shared/error-words.ts";
import { fail, succeed, type Failure } from "../../shared/failures.ts";
import { formatEndings } from "./format.ts";
import type { PrinterPort } from "./port.ts";
import { ensureFarFolder } from "../kit/ensure-folder.ts";

/** What a person at the bench can do something about; the path stands beside it. */
const CODE_WORDS: Readonly<Record<string, string>> = {
  ENOENT: "it is not there and can't be made",
  ENOTDIR: "a part of its path is a file",
  EEXIST: "it is a file, not a folder",
  EACCES: "this user may not write there",
  EPERM: "this user may not write there",
  EROFS: "its disk can only be read",
  ENOSPC: "its disk is full",
  EIO: "its disk has an error",
  EHOSTDOWN: "its server can't be reached",
  ENOTCONN: "its server can't be reached",
};
const words = (error: unknown): string => {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return CODE_WORDS[code] ?? errorWords(error);
};
const unreachable = (folder: string, error: unknown): Failure => fail("printer-unreachable", `folder ${folder} (${words(error)}).`).failure;

/** Parcel numbers are plain; whatever else a name may hold must not leave the folder. */
const safeName = (name: string): string => name.replaceAll(/[\\/:*?"<>|\u0000-\u001f]/g, "_");

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
const firstThere = async <One>(all: readonly One[], pathOf: (one: One) => string): Promise<One | null> => {
  for (const one of all) if (await isThere(pathOf(one))) return one;
  return null;
};

const syncFolder = async (folder: string): Promise<void> => {
  // A folder can't be opened on Windows; NTFS journals its renames
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  await handle.sync().finally(() => handle.close());
};

/**
 * Each print becomes one file that holds the document unchanged. The document is written and synced under a hidden
 * name before the job counts as sent, and sending is the rename alone: so after a crash the hidden file says that
 * nothing was printed, and its absence says that it was, even where someone has taken the printed file away since.
 */
export const openFolder = (uri: string, folder: string): PrinterPort => {
  const paths = (name: string, ending: string) => ({
    final: join(folder, `${safeName(name)}.${ending}`),
    hidden: join(folder, `.${safeName(name)}.${ending}.part`),
  });
  return {
    uri,
    name: basename(folder) || folder,
    reaches: "printed",
    accepts: ["pdf", "png", "jpeg", "zpl"],
    checkEveryMs: 5_000,
    prepare: async ({ name, format, bytes }) => {
      const { final, hidden } = paths(name, formatEndings[format]);
      try {
        await ensureFarFolder(folder);
        const handle = await open(hidden, "w");
        try {
          await handle.writeFile(bytes);
          await handle.sync();
        } finally {
          await handle.close();
        }
      } catch (error) {
        return { ok: false, failure: unreachable(folder, error) };
      }
      return succeed({
        send: async () => {
          try {
            // The file of this very job: it was printed before, and is never written twice
            if (await isThere(final)) await rm(hidden, { force: true });
            else await rename(hidden, final);
            await syncFolder(folder);
            return succeed({ state: "printed", deviceRef: basename(final) });
          } catch (error) {
            return { ok: false, failure: { ...unreachable(folder, error), ...((await isThere(final)) ? { ambiguous: true } : {}) } };
          }
        },
        // A hidden file that can't be removed is written over, or stays hidden
        discard: () => rm(hidden, { force: true }).catch(() => {}),
      });
    },
    recover: async ({ name }) => {
      if (!(await isThere(folder))) return { became: "unknown", words: `the folder ${folder} is gone.` };
      const all = Object.values(formatEndings).map((ending) => paths(name, ending));
      const printed = await firstThere(all, ({ final }) => final);
      if (printed !== null) {
        for (const { hidden } of all) await rm(hidden, { force: true });
        return { became: "printed", deviceRef: basename(printed.final) };
      }
      if ((await firstThere(all, ({ hidden }) => hidden)) !== null) return { became: "not-there" };
      return { became: "printed", deviceRef: null };
    },
    status: async () => {
      try {
        await ensureFarFolder(folder);
        await access(folder, constants.W_OK);
        return { health: "fine", words: `folder ${basename(folder)} · ready` };
      } catch (error) {
        return { health: "broken", words: `folder ${basename(folder)} · ${words(error)}` };
      }
    },
  };
};
