import { memo, useCallback, useEffect, useRef, useState } from "react";
import { failureWords, type Result } from "../../shared/failures.ts";
import { fileSize } from "../../shared/megabyte.ts";
import type { DiskState } from "../../shared/station.ts";
import { clockTime } from "../countdown.ts";
import { useBackupPage } from "../parts/backup-pages.tsx";
import { ByKey } from "../parts/by-key.tsx";
import { useScrollKeys } from "../use-scroll-keys.ts";
import { useBench, useLoneKey } from "../use-station.ts";
import { words } from "../words/en.ts";

const text = words.disk;
const BACKUPS_SHOWN = 5;
const TOUCHED_AGAIN_MS = 10_000;

type Key = "B" | "E" | "M" | "T" | `${number}`;
/** What is to be done once its key is pressed again; a preview stands beside it. */
type Asking = Readonly<{ key: Key; words: string; at: number }>;

/** Disk and file: how full it is, backups to go back to, and what is owed carried from one station to another. */
export const Disk = memo(() => {
  const { station, now } = useBench();
  const [state, setState] = useState<DiskState | null>(null);
  const [asking, setAsking] = useState<Asking | null>(null);
  const [answer, setAnswer] = useState("");

  const load = useCallback(async (): Promise<void> => {
    const got = await station.ask("disk.state", {});
    if (got.ok) setState(got.value);
    else setAnswer(failureWords(got.failure));
  }, [station]);
  useEffect(() => void load(), [load]);

  const { shown: backups, older } = useBackupPage(state?.backups ?? [], BACKUPS_SHOWN, () => setAsking(null));
  const [file] = state?.files ?? [];

  const say = <T,>(result: Result<T>, good: (value: T) => string): void => {
    setAsking(null);
    setAnswer(result.ok ? good(result.value) : failureWords(result.failure));
    void load();
  };

  const act = async (key: Key): Promise<void> => {
    setAnswer(text.working);
    if (key === "B") return say(await station.ask("disk.back-up", {}), ({ name }) => text.backedUp(name));
    if (key === "E") return say(await station.ask("owed.copy", {}), ({ path, words: what }) => text.copied(path, what));
    if (key === "M") return say(await station.ask("owed.move", {}), ({ path, words: what }) => text.moved(path, what));
    if (key === "T") {
      if (file !== undefined) say(await station.ask("owed.take", { name: file.name }), ({ words: what }) => text.taken(what));
      return;
    }
    const backup = backups[Number(key) - 1];
    if (backup !== undefined) say(await station.ask("storage.restore", { name: backup.name }), () => text.restored(backup.name));
  };

  const ask = async (key: Key): Promise<void> => {
    if (key === "T" && file !== undefined) {
      const preview = await station.ask("owed.preview", { name: file.name });
      setAnswer("");
      if (preview.ok) setAsking({ key, words: text.takeAgain(file.name, preview.value.words), at: now() });
      else setAnswer(failureWords(preview.failure));
      return;
    }
    const backup = backups[Number(key) - 1];
    setAnswer("");
    setAsking({ key, words: key === "M" ? text.moveAgain : text.restoreAgain(backup?.name ?? "", key), at: now() });
  };

  const press = (key: Key): void => {
    const again = asking?.key === key && now() - asking.at <= TOUCHED_AGAIN_MS;
    void (key === "B" || key === "E" || again ? act(key) : ask(key));
  };

  const list = useRef<HTMLDivElement>(null);
  // Before the keys below: reading on takes no question back
  useScrollKeys(list);
  useLoneKey((pressed) => {
    const key = pressed.toUpperCase();
    const known =
      key === "B" || key === "E" || key === "M" || (key === "T" && file !== undefined) || backups[Number(key) - 1] !== undefined;
    if (!known) {
      setAsking(null);
      return false;
    }
    press(key as Key);
    return true;
  });

  const button = (key: Key, label: string, hint: string) => (
    <li key={key}>
      <ByKey keyName={key} label={label} asking={asking?.key === key} onPress={() => press(key)}>
        <code>{hint}</code>
      </ByKey>
    </li>
  );

  return (
    <main className="overlay disk-screen" data-disk-level={state?.level ?? ""}>
      <div className="overlay-head">
        <h2>{text.title}</h2>
        <p role="status">{asking?.words ?? answer}</p>
      </div>
      {state !== null && (
        <div ref={list} className="scroller disk-columns">
          <p>
            {text.facts({
              freeMb: state.freeMb,
              databaseMb: state.databaseMb,
              checkedAt: state.checkedAt === null ? null : clockTime(state.checkedAt, now()),
            })}
          </p>
          <h3 className="section-title">{text.backups}</h3>
          <ol className="backups">
            {backups.map((backup, index) =>
              button(`${index + 1}`, clockTime(backup.at, now()), `${backup.name} · ${fileSize(backup.bytes)}`),
            )}
            {older}
            {button("B", text.backUp, "")}
          </ol>
          <h3 className="section-title">{text.owed(state.owed.messages)}</h3>
          <ol className="backups">
            {button("E", text.copy, text.copyHint)}
            {button("M", text.move, text.moveHint)}
            {file !== undefined && button("T", text.take, `${file.name} · ${clockTime(file.at, now())}`)}
          </ol>
          <p className="empty-line">{text.folder(state.owed.folder)}</p>
        </div>
      )}
    </main>
  );
});
