import { memo, useCallback, useEffect, useRef, useState, type ReactNode } from "react";
import { LONGEST_PASTE, type CodeList, type CodesPreview, type CodesState } from "../../shared/alias.ts";
import { failureWords, type Result } from "../../shared/failures.ts";
import { clockTime } from "../countdown.ts";
import { CodesAudit } from "../parts/codes-audit.tsx";
import { ByKey } from "../parts/by-key.tsx";
import { useBench, useLoneKey } from "../use-station.ts";
import { words } from "../words/en.ts";

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
  const [marked, setMarked] = useState(0);
  /** the marked code is removed once it is pressed again */
  const [asking, setAsking] = useState(false);
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

  const mark = (index: number): void => {
    setAsking(false);
    setMarked(Math.max(0, Math.min(index, (state?.last.length ?? 1) - 1)));
    // Above the first line stand the lists
    if (index <= 0) list.current?.scrollTo({ top: 0 });
  };

  const say = <T,>(result: Result<T>, good: (value: T) => string): void => {
    setLooked(null);
    setAsking(false);
    setAnswer(result.ok ? good(result.value) : failureWords(result.failure));
    void load();
  };

  const remove = async (): Promise<void> => {
    const code = state?.last[marked]?.code ?? null;
    if (code === null) return setAnswer(text.nothingToRemove);
    const removed = await station.ask("codes.remove", { code, sure: asking });
    if (removed.ok && !removed.value.removed) {
      setAsking(true);
      return setAnswer(text.removeAgain(removed.value.words));
    }
    say(removed, ({ words: what }) => text.removed(what));
  };

  const press = async (key: string): Promise<void> => {
    if (key === "D") return remove();
    setAsking(false);
    if (key === "E") {
      setAnswer(text.working);
      return say(await station.ask("codes.export", {}), ({ path, count }) => text.exported(path, count));
    }
    if (key === takeKey && looked !== null) {
      setAnswer(text.working);
      const taken = await station.ask("codes.take", { list: looked.list, goodOnly: key === "G" });
      // What was looked at stays: a supervisor's badge may be all that is missing
      return taken.ok ? say(taken, ({ words: what }) => text.taken(what)) : setAnswer(failureWords(taken.failure));
    }
    const file = files[Number(key) - 1];
    if (file !== undefined) await look({ name: file.name }, file.name);
  };

  useLoneKey((pressed) => {
    if (pressed === "ArrowDown" || pressed === "ArrowUp") {
      const down = pressed === "ArrowDown";
      if (looked === null) mark(marked + (down ? 1 : -1));
      else list.current?.scrollBy({ top: down ? SCROLL_PX : -SCROLL_PX });
      return true;
    }
    const key = pressed.toUpperCase();
    if (key !== "E" && key !== "D" && key !== takeKey && files[Number(key) - 1] === undefined) return false;
    void press(key);
    return true;
  });

  const button = (key: string, label: string, hint: string, asking = false) => (
    <li key={key}>
      <ByKey keyName={key} label={label} asking={asking} onPress={() => void press(key)}>
        <code>{hint}</code>
      </ByKey>
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
          <CodesAudit lines={state.last} marked={marked} asking={asking} now={now()} onRemove={() => void press("D")} />
        </div>
      )}
    </main>
  );
});
