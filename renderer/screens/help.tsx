import { useRef } from "react";
import { benchReasons, reasonCommandSchema } from "../../shared/reasons.ts";
import { commands, toneSchema } from "../../shared/scan.ts";
import { ToneMark } from "../parts/marks.tsx";
import { useScrollKeys } from "../use-scroll-keys.ts";
import { words } from "../words/en.ts";

const text = words.help;
const reasonsOf = (word: string): readonly Readonly<{ code: string; words: string }>[] => {
  const command = reasonCommandSchema.options.find((known) => known === word);
  return command === undefined ? [] : benchReasons[command];
};

/** The commands and keys, what can be scanned, what the colours mean. */
export const Help = () => {
  const list = useRef<HTMLUListElement>(null);
  const side = useRef<HTMLDivElement>(null);
  useScrollKeys(list, side);
  return (
    <main className="overlay help">
      <section className="card help-commands">
        <h2>
          {text.commands} <span>{text.commandsText}</span>
        </h2>
        <ul ref={list} className="scroller">
          {commands.map(({ word, key, title, help }) => (
            <li key={word}>
              <kbd>{key === "Escape" ? "Esc" : (key ?? "")}</kbd>
              <span>
                <b>{title}</b> <small>{[help, ...reasonsOf(word).map(({ code, words: reason }) => `${code} ${reason}`)].join(" · ")}</small>
              </span>
              <code>{word}</code>
            </li>
          ))}
        </ul>
      </section>
      <div ref={side} className="help-side scroller">
        <section className="card">
          <h2>{text.colours}</h2>
          <ul className="help-tones">
            {toneSchema.options.map((tone) => (
              <li key={tone}>
                <span className={`help-tone tone-${tone}`}>
                  <span className="mark">
                    <ToneMark tone={tone} />
                  </span>
                </span>
                <span>
                  <b>{text.tones[tone][0]}</b> <small>{text.tones[tone][1]}</small>
                </span>
              </li>
            ))}
          </ul>
          <p className="help-text">{text.shapes}</p>
          <p className="help-text">{text.ladder}</p>
        </section>
        <section className="card">
          <h2>{text.scans}</h2>
          <dl className="help-scans">
            {text.grammar.map(([what, does]) => (
              <div key={what}>
                <dt>{what}</dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
    </main>
  );
};
