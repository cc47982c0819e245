/** Words of the disk screen, also when no database can be opened. */
export const diskWords = {
  storage: {
    empty: "Start with an empty database",
    emptyHint: "tasks come again from OMS4; what was not sent yet stays in the old file",
    emptyAgain: "Start empty? Press N once more. The old file is kept.",
    title: "Packing is stopped",
    backups: "Backups, newest first",
    noBackups: "There is no backup in the data folder.",
    restoreHint: "Press its key, or touch it; a second press does it.",
    restoreAgain: (name: string): string => `Press the same key again to restore ${name}. The damaged file is kept beside it.`,
    restoring: "Restoring",
    goesOn: "Packing goes on by itself as soon as that is done: the database is not damaged, there is nothing to restore.",
    kept: "The file is kept as it is. No scan is taken until this is solved.",
  },

  backupPages: {
    older: "Older backups",
    shown: (first: number, last: number, all: number): string => `${first} to ${last} of ${all} are shown`,
  },

  disk: {
    title: "Disk and file",
    working: "Working",
    facts: ({ freeMb, databaseMb, checkedAt }: Readonly<{ freeMb: number | null; databaseMb: number; checkedAt: string | null }>): string =>
      `${freeMb === null ? "Free space unknown" : `${Math.floor(freeMb).toLocaleString("en")} MB free`} · database ${databaseMb.toFixed(1)} MB · ${
        checkedAt === null ? "not checked yet: tonight" : `checked and well ${checkedAt}`
      }`,
    backups: "Backups: press its number to go back to it",
    backUp: "Make a backup now",
    backedUp: (name: string): string => `Backed up as ${name}.`,
    restoreAgain: (name: string, key: string): string =>
      `Go back to ${name}? Press ${key} once more. The file in use is kept, and what was packed since is brought over.`,
    restored: (name: string): string => `${name} is in force.`,
    owed: (messages: number): string => `What OMS4 is still to hear: ${messages}`,
    copy: "Export a copy",
    copyHint: "this station goes on sending it",
    move: "Move it to another station",
    moveHint: "this station never sends it again",
    moveAgain: "Move it away? Press M once more: this station then sends, prints and packs none of it.",
    take: "Take over a file",
    takeAgain: (name: string, what: string): string => `${name}: ${what} Press T once more to take it over.`,
    copied: (path: string, what: string): string => `${what} Copied to ${path}.`,
    moved: (path: string, what: string): string => `${what} Moved into ${path}: take it over at the other station.`,
    taken: (what: string): string => `Taken over: ${what}`,
    folder: (folder: string): string => `Files to take over lie in ${folder}/owed. By command: npm run owed.`,
  },
} as const;
