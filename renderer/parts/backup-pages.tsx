import { useState } from "react";
import { useLoneKey } from "../use-station.ts";
import { words } from "../words/en.ts";
import { ByKey } from "./by-key.tsx";

const OLDER_KEY = "O";

/**
 * A page of a long list of backups, newest first; O turns to the older ones and behind the last to the newest again.
 *
 * @param onTurn what was asked about a backup of the page before is over
 * @returns the page, and what to press for the others; null when all are on it
 */
export const useBackupPage = <Kept,>(backups: readonly Kept[], size: number, onTurn: () => void) => {
  const [turned, setTurned] = useState(0);
  const pages = Math.max(1, Math.ceil(backups.length / size));
  // Some may have gone meanwhile
  const page = turned % pages;
  const first = page * size;
  const shown = backups.slice(first, first + size);
  const turn = (): void => {
    onTurn();
    setTurned(page + 1);
  };
  useLoneKey((key) => {
    if (key.toUpperCase() !== OLDER_KEY || pages === 1) return false;
    turn();
    return true;
  });
  const older =
    pages === 1 ? null : (
      <li>
        <ByKey keyName={OLDER_KEY} label={words.backupPages.older} onPress={turn}>
          <span>{words.backupPages.shown(first + 1, first + shown.length, backups.length)}</span>
        </ByKey>
      </li>
    );
  return { shown, older };
};
