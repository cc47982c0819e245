import { useState } from "react";
import { failureKinds, failureWords, storagePasses } from "../../shared/failures.ts";
import { EMPTY_DATABASE } from "../../shared/contract.ts";
import { fileSize } from "../../shared/megabyte.ts";
import type { Snapshot } from "../../shared/station.ts";
import { clockTime } from "../countdown.ts";
import { useBackupPage } from "../parts/backup-pages.tsx";
import { ByKey } from "../parts/by-key.tsx";
import { useBench, useLoneKey } from "../use-station.ts";
import { words } from "../words/en.ts";

const SHOWN = 6;
const EMPTY_KEY = "N";

/** The database can't be used: no scan is taken, the file is kept, a backup is a key (pressed twice) away. */
export const StorageTrouble = ({ storage }: { storage: NonNullable<Snapshot["storage"]> }) => {
  const { station, now } = useBench();
  const [asking, setAsking] = useState<string | null>(null);
  const [answer, setAnswer] = useState("");
  const kind = failureKinds[storage.failure.kind];
  const passes = storagePasses(storage.failure);
  const newestFirst = storage.backups.toSorted((a, b) => b.at - a.at);
  const { shown: backups, older } = useBackupPage(newestFirst, SHOWN, () => setAsking(null));

  const choose = async (name: string): Promise<void> => {
    if (asking !== name) {
      setAsking(name);
      return;
    }
    setAsking(null);
    setAnswer(words.storage.restoring);
    const restored = await station.ask("storage.restore", { name });
    setAnswer(restored.ok ? "" : failureWords(restored.failure));
  };

  useLoneKey((key) => {
    if (passes) return false;
    if (key.toUpperCase() === EMPTY_KEY) {
      void choose(EMPTY_DATABASE);
      return true;
    }
    const backup = /^[1-9]$/.test(key) ? backups[Number(key) - 1] : undefined;
    if (backup === undefined) {
      setAsking(null);
      return false;
    }
    void choose(backup.name);
    return true;
  });

  return (
    <div className="full full-storage" role="alert">
      <p className="full-eyebrow">{words.storage.title}</p>
      <h1>{kind.title}</h1>
      <p dir="auto">{storage.failure.detail}</p>
      <p>
        {kind.wayOut} <span className="full-soft">{words.storage.kept}</span>
      </p>
      {passes ? (
        <p className="full-soft">{words.storage.goesOn}</p>
      ) : (
        <>
          <h2 className="section-title">{backups.length === 0 ? words.storage.noBackups : words.storage.backups}</h2>
          <ol className="backups">
            {backups.map((backup, index) => (
              <li key={backup.name}>
                <ByKey
                  keyName={index + 1}
                  label={clockTime(backup.at, now())}
                  asking={asking === backup.name}
                  onPress={() => void choose(backup.name)}
                >
                  <code>{backup.name}</code>
                  <span>{fileSize(backup.bytes)}</span>
                </ByKey>
              </li>
            ))}
            {older}
            <li>
              <ByKey
                keyName={EMPTY_KEY}
                label={words.storage.empty}
                asking={asking === EMPTY_DATABASE}
                onPress={() => void choose(EMPTY_DATABASE)}
              >
                <span>{words.storage.emptyHint}</span>
              </ByKey>
            </li>
          </ol>
          <p className="full-notice" role="status">
            {asking !== null ? (asking === EMPTY_DATABASE ? words.storage.emptyAgain : words.storage.restoreAgain(asking)) : answer}
          </p>
          {asking === null && answer === "" && <p className="full-soft">{words.storage.restoreHint}</p>}
        </>
      )}
    </div>
  );
};
