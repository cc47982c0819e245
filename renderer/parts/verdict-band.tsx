import { memo, useLayoutEffect, useRef } from "react";
import type { Verdict } from "../../shared/scan.ts";
import type { Notice } from "../station-store.ts";
import { words } from "../words/en.ts";
import { ToneMark } from "./marks.tsx";

/** Sizes to try for a title, largest first, as classes: the first in which it takes two lines at most is taken. */
const SIZES = ["title-1", "title-2", "title-3", "title-4", "title-5"];

/** No code is longer than 512 characters; of what is glued together the beginning is enough to know it by. */
const LONGEST_TITLE = 240;

const cut = (text: string): string => {
  const characters = [...text];
  return characters.length > LONGEST_TITLE ? `${characters.slice(0, LONGEST_TITLE).join("")}…` : text;
};

/** The one answer to every scan, always in the same place. `turn` changes with each answer, even one that says the same. */
export const VerdictBand = memo(({ verdict, notice, turn }: { verdict: Verdict | null; notice: Notice | null; turn: string }) => {
  const body = useRef<HTMLDivElement>(null);
  const shown = notice ?? verdict ?? { tone: "info" as const, ...words.noVerdict };
  const title = cut(shown.title);
  const text = cut(shown.text);

  useLayoutEffect(() => {
    const element = body.current;
    const room = element?.parentElement;
    if (element === null || room === null || room === undefined) return undefined;
    const fit = (): void => {
      for (const size of SIZES) {
        element.dataset["size"] = size;
        const heading = element.firstElementChild;
        // letters reach a little out of their line box: only a whole line more counts as cut
        const line = heading === null ? 0 : Number.parseFloat(getComputedStyle(heading).fontSize);
        const tall = element.scrollHeight > room.clientHeight + 1;
        const cutOff = heading !== null && heading.scrollHeight > heading.clientHeight + line / 2;
        if (!tall && !cutOff) return;
      }
    };
    fit();
    const watcher = new ResizeObserver(fit);
    watcher.observe(room);
    return () => watcher.disconnect();
  }, [title, text, turn]);

  return (
    <section className={`verdict tone-${shown.tone}`} data-tone={shown.tone} role="status" aria-live="assertive" aria-atomic="true">
      <i className="flash" key={`flash ${turn}`} aria-hidden="true" />
      <div className="mark">
        <ToneMark tone={shown.tone} />
      </div>
      <div className="verdict-room">
        <div className="verdict-body" key={turn} ref={body}>
          <h1 dir="auto">{title}</h1>
          {text !== "" && <p dir="auto">{text}</p>}
        </div>
      </div>
    </section>
  );
});
