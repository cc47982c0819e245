import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fail, succeed, type Result } from "../../shared/failures.ts";
import type { Database } from "../store/database.ts";
import type { Journal } from "../store/journal.ts";
import { gatherWork } from "./gather.ts";
import { moveAway } from "./move-away.ts";
import { readOwedFile, writeOwedFile, type OwedFile } from "./owed-file.ts";
import { previewTakeOver, takeOver } from "./take-over.ts";
import { takeOverWords } from "./taken-over.ts";
import type { Work } from "./tables.ts";

const EXTENSION = ".packbench-owed";
const folderOf = (dataFolder: string): string => join(dataFolder, "owed");

export type CarriedFile = Readonly<{ name: string; at: number; bytes: number }>;

/** Files in `owed/` of a data folder, newest first: written here, or put there to be taken over. */
export const listOwedFiles = (dataFolder: string): readonly CarriedFile[] => {
  const folder = folderOf(dataFolder);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(EXTENSION))
    .map((name) => {
      const { mtimeMs, size } = statSync(join(folder, name));
      return { name, at: mtimeMs, bytes: size };
    })
    .toSorted((a, b) => b.at - a.at);
};

/** A name that says whose it is and when it was written: `Bench-1-2026-11-23T09-30-00.packbench-owed`. */
const owedFileName = (stationId: string, at: number): string =>
  `${stationId.replaceAll(/[^A-Za-z0-9_-]+/g, "-")}-${new Date(at).toISOString().slice(0, 19).replaceAll(":", "-")}${EXTENSION}`;

const OPEN_STATES = ["pending", "sending", "parked"];
/** What a file holds, in words. */
export const workWords = ({ rows, notWhole }: Work): string => {
  const messages = rows.outbox.filter(({ state }) => OPEN_STATES.includes(String(state))).length;
  const damage = notWhole.length === 0 ? "" : ` Some of ${notWhole.join(", ")} could not be read.`;
  return `${messages} messages to OMS4, ${rows.parcel.length} parcels, ${rows.task.length} tasks, ${rows.count_row.length} counted rows.${damage}`;
};

export type CarryParts = Readonly<{
  database: Database;
  journal: Journal;
  dataFolder: string;
  mode: "practice" | "live";
  stationId: string;
}>;

/** A database in use, or opened for this alone: writes what is still owed into a file, gives it away, takes another's over. */
export const createCarry = ({ database, journal, dataFolder, mode, stationId }: CarryParts) => {
  const collect = (at: number): Result<OwedFile> => {
    const work = gatherWork(database.path, { kind: "owed" }, true);
    return work.ok ? succeed({ mode, at, work: { ...work.value, stationId } }) : work;
  };
  const write = (file: OwedFile): Result<Readonly<{ path: string; words: string }>> => {
    const path = join(folderOf(dataFolder), owedFileName(stationId, file.at));
    const written = writeOwedFile(path, file);
    return written.ok ? succeed({ path, words: workWords(file.work) }) : written;
  };
  const read = (name: string): Result<OwedFile> => {
    if (!listOwedFiles(dataFolder).some((file) => file.name === name)) return fail("not-found", `The file ${name}.`);
    return fits(readOwedFile(join(folderOf(dataFolder), name)), mode);
  };

  return {
    /** A copy: this station goes on telling OMS4. */
    copy: (at: number): Result<Readonly<{ path: string; words: string }>> => {
      const file = collect(at);
      return file.ok ? write(file.value) : file;
    },
    /** Gives it away: the file first, then, once it is on the disk, the marks. Nothing may be on its way to OMS4 or to a printer. */
    move: (at: number): Result<Readonly<{ path: string; words: string }>> => {
      const file = collect(at);
      if (!file.ok) return file;
      const written = write(file.value);
      if (!written.ok) return written;
      moveAway({ database, journal }, file.value.work, written.value.path, at);
      return written;
    },
    preview: (name: string, printer: string, at: number): Result<Readonly<{ words: string }>> => {
      const file = read(name);
      return file.ok ? succeed({ words: takeOverWords(previewTakeOver({ database, journal, printer }, file.value, at)) }) : file;
    },
    take: (name: string, printer: string, at: number): Result<Readonly<{ words: string }>> => {
      const file = read(name);
      return file.ok ? succeed({ words: takeOverWords(takeOver({ database, journal, printer }, file.value, at)) }) : file;
    },
  };
};

/** Practice and real work never mix. */
export const fits = (file: Result<OwedFile>, mode: "practice" | "live"): Result<OwedFile> =>
  file.ok && file.value.mode !== mode
    ? fail("owed-file-bad", `It is of ${file.value.mode === "live" ? "live work" : "practice"}, this station is in ${mode} mode.`)
    : file;
