import { statSync } from "node:fs";
import { join } from "node:path";
import { EMPTY_DATABASE } from "../shared/contract.ts";
import { fail, storagePasses, succeed, type Failure, type Result } from "../shared/failures.ts";
import type { SettingsKeeper } from "./kit/settings.ts";
import { restoreWithWork } from "./owed/restore.ts";
import type { Answer } from "./packing/decision.ts";
import { startAfresh } from "./store/backups.ts";
import { listBackups } from "./store/database-files.ts";
import { databasePath, openWorks, type Works } from "./works.ts";

type WorksKeeperParts = Omit<Parameters<typeof openWorks>[0], "mode" | "folder" | "settings" | "onDamage"> &
  Readonly<{
    dataFolder: string;
    settings: SettingsKeeper;
    /** After the works were opened, before they start; null before they are closed. */
    onWorks: (works: Works | null) => void;
    /** What the screen shows has changed. */
    publish: () => void;
  }>;

/** Why no scan is taken, and of which file. */
export type StorageTrouble = Readonly<{ failure: Failure; path: string }>;

/** A damaged or newer database keeps the station up, so that a person can restore; anything else stops the start. */
export const canBeShown = (failure: Failure): boolean =>
  storagePasses(failure) || failure.kind === "storage-corrupt" || failure.kind === "storage-newer" || failure.kind === "storage-missing";

/** A file whose backups are there was not taken away by somebody who wants to start anew: it is told, not replaced by an empty one. */
const lostDatabase = (path: string): ReturnType<typeof fail> | null => {
  const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return bytes > 0 || listBackups(path).length === 0 ? null : fail("storage-missing", `${path}.`);
};

const restoredAnswer = (text: string): Answer => ({ kind: "command-ok", title: "Backup restored", text, ftNo: null, detailId: null });

/** Keeps the works of the mode in force: opens and closes them, one at a time, and puts backups in the place of a database. */
export const createWorksKeeper = ({ dataFolder, settings, onWorks, publish, ...parts }: WorksKeeperParts) => {
  const { clock, log } = parts;
  let works: Works | null = null;
  let storage: StorageTrouble | null = null;

  const folder = (mode: "practice" | "live" = settings.current().mode): string =>
    mode === "practice" ? join(dataFolder, "practice") : dataFolder;
  const path = (): string => databasePath(folder());

  const open = async (mayStartEmpty = false): Promise<Result<null>> => {
    const { mode } = settings.current();
    const lost = mayStartEmpty ? null : lostDatabase(path());
    const built: Awaited<ReturnType<typeof openWorks>> =
      lost ??
      (await openWorks({
        ...parts,
        mode,
        folder: folder(mode),
        settings: settings.current,
        onDamage: (words) => void closeDamaged(words),
      }));
    if (!built.ok) {
      storage = { failure: built.failure, path: databasePath(folder(mode)) };
      log.error({ failure: built.failure }, "scans can't be taken");
      return built;
    }
    storage = null;
    works = built.value;
    onWorks(works);
    works.start();
    return succeed(null);
  };
  const close = async (): Promise<void> => {
    const closing = works;
    works = null;
    onWorks(null);
    await closing?.stop();
  };
  /** Damage found while scans are taken: none is taken any more, as after a start that finds it. */
  const closeDamaged = async (words: string): Promise<void> => {
    storage = { failure: fail("storage-corrupt", `${path()} (${words}).`).failure, path: path() };
    log.error({ failure: storage.failure }, "scans can't be taken any more");
    const closed = close();
    publish();
    await closed.catch((error: unknown) => log.error({ error: String(error) }, "the damaged database did not close well"));
  };

  /** Opening and closing take turns: two presses of a button must not open one database twice. */
  let turn: Promise<unknown> = Promise.resolve();
  const oneAtATime =
    <Input extends readonly unknown[], Output>(work: (...input: Input) => Promise<Output>) =>
    (...input: Input): Promise<Output> => {
      const mine = turn.then(() => work(...input));
      turn = mine.catch(() => {});
      return mine;
    };

  /** Puts a backup, or an empty database, in the place of the one in force; what was decided since is brought over as far as it can be read. */
  const restore = async (name: string): Promise<Result<null>> => {
    const wasWell = storage === null;
    if (wasWell && name === EMPTY_DATABASE) return fail("not-now", "The database is in use and well.");
    if (storage !== null && storagePasses(storage.failure))
      return fail(
        "not-now",
        "The database is not damaged, it only can't be written now. Packing goes on by itself once that is put right.",
      );
    const file = path();
    if (name !== EMPTY_DATABASE && !listBackups(file).some((backup) => backup.name === name))
      return fail("not-found", `The backup ${name}.`);
    await close();
    publish();
    const at = clock.now();
    const { stationId } = settings.current();
    const done: Result<Readonly<{ aside: string; words?: string }>> =
      name === EMPTY_DATABASE
        ? startAfresh(file, at)
        : restoreWithWork(file, { name, at, why: wasWell ? "replaced" : "damaged", stationId });
    if (done.ok) log.warn({ name, ...done.value }, "a backup was restored");
    // What could not be restored is opened again as it was
    const again = done.ok || wasWell ? await open(name === EMPTY_DATABASE) : succeed(null);
    if (done.ok && done.value.words !== undefined) works?.desk.announce(restoredAnswer(done.value.words));
    publish();
    return done.ok ? again : done;
  };

  return {
    works: (): Works | null => works,
    storage: (): StorageTrouble | null => storage,
    /** of the mode in force */
    folder: (): string => folder(),
    path,
    /** The first time. */
    open: (): Promise<Result<null>> => open(),
    close: oneAtATime(close),
    closeDamaged,
    reopen: oneAtATime(async (): Promise<Result<null>> => {
      await close();
      const again = await open();
      publish();
      return again;
    }),
    restore: oneAtATime(restore),
  };
};
export type WorksKeeper = ReturnType<typeof createWorksKeeper>;
