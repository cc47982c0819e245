import { succeed, type Result } from "../../shared/failures.ts";
import { restoreBackup } from "../store/backups.ts";
import { listBackups } from "../store/database-files.ts";
import { openDatabase } from "../store/database.ts";
import { createJournal } from "../store/journal.ts";
import { catchUp, type CaughtUp } from "./catch-up.ts";
import { gatherWork } from "./gather.ts";

export type Restored = Readonly<{ aside: string; words: string }>;

/** Clocks jump, and a backup is made over some seconds. */
const OVERLAP_MS = 10 * 60_000;

const wordsOf = (caught: CaughtUp, readable: boolean): string => {
  if (!readable) return "Nothing of the replaced file could be read: what was packed since this backup comes from OMS4.";
  const parts = [`${caught.messages} messages, ${caught.parcels} parcels and ${caught.tasks} tasks of the replaced file were brought over`];
  if (caught.refused > 0) parts.push(`${caught.refused} damaged rows were not`);
  if (caught.notWhole.length > 0) parts.push(`some of ${caught.notWhole.join(", ")} could not be read`);
  return `${parts.join("; ")}.`;
};

/**
 * Puts a backup in the place of a database nobody has open, and brings over what was decided since, as far as the replaced file can be
 * read. The replaced file is kept. Failures: `not-found`, `storage-*`.
 */
export const restoreWithWork = (
  databasePath: string,
  { name, at, why, stationId }: Readonly<{ name: string; at: number; why: "damaged" | "replaced"; stationId: string }>,
): Result<Restored> => {
  const madeAt = listBackups(databasePath).find((backup) => backup.name === name)?.at ?? at;
  const restored = restoreBackup(databasePath, name, at, why);
  if (!restored.ok) return restored;
  const { aside } = restored.value;
  // The file in force is still the backup itself
  const work = gatherWork(aside, { kind: "since", at: madeAt - OVERLAP_MS }, false, databasePath);
  const opened = openDatabase(databasePath);
  if (!opened.ok) return opened;
  const database = opened.value;
  try {
    const caught = catchUp(database, work.ok ? work.value : null, at);
    const words = wordsOf(caught, work.ok);
    const journal = createJournal({ database, stationId: () => stationId, packer: () => null });
    database.transaction(() =>
      journal.add(
        { kind: "backup-restored", ftNo: null, parcelNo: null, before: { aside, why }, after: { name, ...caught, readable: work.ok } },
        at,
      ),
    );
    return succeed({ aside, words });
  } finally {
    database.close();
  }
};
