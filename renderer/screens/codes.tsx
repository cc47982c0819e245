import { memo, useCallback, useEffect, useRef, useState, type ReactNode } from "react";
import { LONGEST_PASTE, type CodeList, type CodesPreview, type CodesState } from "../../shared/alias.ts";
import { failureWords, type Result } from "../../shared/failures.ts";
import { clockTime } from "../countdown.ts";
import { Press } from "../parts/press.tsx";
import { useBench, useLoneKey } from "../use-station.ts";
import { words } from "../words/en.ts";
import { journalWords } from "../words/journal.ts";

const text = words.codes;
const FILES_SHOWN = 5;
const KILOBYTE = 1_000;
const SCROLL_PX = 200;

/** A list that was looked at and waits for its key. */
type Looked = Readonly<{ list: CodeList; name: string; preview: CodesPreview }>;

const About = memo(({ looked, children }: { looked: Looked; children: ReactNode }) => {
  const { preview, name } = looked;
  const { problems, changes, conflicts, bad, changed } = preview;
  const more = conflicts + bad - problems.length;
  return (
    <section className="codes-preview" data-preview={name} data-fresh={preview.fresh} data-refused={conflicts + bad}>
      <h3 className="section-title">{name}</h3>
      <p>{text.counts(preview)}</p>
      {children}
      {problems.length > 0 && (
        <ul className="codes-problems">
          {problems.map(({ line, words: what }) => (
            <li key={`${line} ${what}`} dir="auto">
              <b>{text.line(line)}</b> {what}
            </li>
          ))}
          {more > 0 && <li>{text.more(more)}</li>}
        </ul>
      )}
      {changes.length > 0 && (
        <ul>
          {changes.map(({ line, words: what }) => (
            <li key={line} dir="auto">
              <b>{text.line(line)}</b> {what}
            </li>
          ))}
          {changed > changes.length && <li>{text.more(changed - changes.length)}</li>}
        </ul>
      )}
    </section>
  );
});

/** Codes that no order gave: lists taken over and written out, and who changed what last. By key alone. */
export const Codes = memo(() => {
  const { station, now } = useBench();
  const [state, setState] = useState<CodesState | null>(null);
  const [looked, setLooked] = useState<Looked | null>(null);
  const [answer, setAnswer] = useState("");
  const list = useRef<HTMLDivElement>(null);

  const load = useCallback(async (): Promise<void> => {
    const got = await station.ask("codes.state", {});
    if (got.ok) setState(got.value);
    else setAnswer(failureWords(got.failure));
  }, [station]);
  useEffect(() => void load(), [load]);

  const look = useCallback(
    async (list: CodeList, name: string): Promise<void> => {
      setLooked(null);
      setAnswer(text.reading(name));
      const preview = await station.ask("codes.preview", { list });
      setAnswer(preview.ok ? "" : failureWords(preview.failure));
      if (preview.ok) setLooked({ list, name, preview: preview.value });
    },
    [station],
  );

  useEffect(() => {
    const paste = (event: ClipboardEvent): void => {
      const pasted = event.clipboardData?.getData("text/plain") ?? "";
      if (pasted.trim() === "") return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (pasted.length > LONGEST_PASTE) setAnswer(text.pasteTooLong(pasted.length, LONGEST_PASTE));
      else void look({ text: pasted }, text.pasted);
    };
    window.addEventListener("paste", paste, { capture: true });
    return () => window.removeEventListener("paste", paste, { capture: true });
  }, [look]);

  const files = state?.files.slice(0, FILES_SHOWN) ?? [];
  const wanted = looked === null ? 0 : looked.preview.fresh + looked.preview.changed;
  const refused = looked === null ? 0 : looked.preview.conflicts + looked.preview.bad;
  const takeKey = looked === null || wanted === 0 ? null : refused === 0 ? "Y" : "G";

  const say = <T,>(result: Result<T>, good: (value: T) => string): void => {
    setLooked(null);
    setAnswer(result.ok ? good(result.value) : failureWords(result.failure));
    void load();
  };

  const press = async (key: string): Promise<void> => {
    if (key === "E") {
      setAnswer(text.working);
      return say(await station.ask("codes.export", {}), ({ path, count }) => text.exported(path, count));
    }
    if (key === takeKey && looked !== null) {
      setAnswer(text.working);
      return say(await station.ask("codes.take", { list: looked.list, goodOnly: key === "G" }), ({ words: what }) => text.taken(what));
    }
    const file = files[Number(key) - 1];
    if (file !== undefined) await look({ name: file.name }, file.name);
  };

  useLoneKey((pressed) => {
    if (pressed === "ArrowDown" || pressed === "ArrowUp") {
      list.current?.scrollBy({ top: pressed === "ArrowDown" ? SCROLL_PX : -SCROLL_PX });
      return true;
    }
    const key = pressed.toUpperCase();
    if (key !== "E" && key !== takeKey && files[Number(key) - 1] === undefined) return false;
    void press(key);
    return true;
  });

  const button = (key: string, label: string, hint: string, asking = false) => (
    <li key={key}>
      <Press className={asking ? "backup backup-asking" : "backup"} onPress={() => void press(key)}>
        <kbd>{key}</kbd>
        <b>{label}</b>
        <code>{hint}</code>
      </Press>
    </li>
  );

  return (
    <main className="overlay codes-screen" data-codes={state?.count ?? ""}>
      <div className="overlay-head">
        <h2>{text.title(state?.count ?? 0)}</h2>
        <p role="status">{answer}</p>
      </div>
      {state !== null && (
        <div ref={list} className="scroller disk-columns">
          {looked !== null && (
            <About looked={looked}>
              <ol className="backups">
                {takeKey === "Y" && button("Y", text.take(wanted), looked.name, true)}
                {takeKey === "G" && button("G", text.takeGood(wanted, refused), looked.name, true)}
                {takeKey === null && <li className="empty-line">{text.nothingToTake}</li>}
              </ol>
            </About>
          )}
          <h3 className="section-title">{text.lists}</h3>
          <ol className="backups">
            {files.map(({ name, at, bytes }, index) =>
              button(
                `${index + 1}`,
                name,
                `${clockTime(at, now())} · ${Math.max(1, Math.round(bytes / KILOBYTE)).toLocaleString("en")} kB`,
              ),
            )}
            {button("E", text.export, text.exportHint)}
          </ol>
          <p className="empty-line">{text.folder(state.folder)}</p>
          <h3 className="section-title">{text.last}</h3>
          {state.last.length === 0 && <p className="empty-line">{text.noChanges}</p>}
          <ul className="codes-last">
            {state.last.map(({ at, packer, kind, words: what }) => (
              <li key={`${at} ${what}`} dir="auto">
                <b>{clockTime(at, now())}</b> {journalWords[kind] ?? kind} · {what}
                {packer === null ? "" : ` · ${words.packer(packer)}`}
              </li>
            ))}
          </ul>
        </div>
      )}
    </main>
  );
});
