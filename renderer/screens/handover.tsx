import { memo, useEffect } from "react";
import { LONGEST_PASTE } from "../../shared/alias.ts";
import type { Snapshot } from "../../shared/station.ts";
import { Barcode } from "../parts/barcode.tsx";
import { useBench } from "../use-station.ts";
import { words } from "../words/en.ts";

const text = words.handover;

/** Parcels leave with the carrier, or something else is told of them: each one is scanned, or a whole list is pasted. */
export const Handover = memo(({ snapshot }: { snapshot: Snapshot }) => {
  const { station } = useBench();
  const { milestone } = snapshot;
  useEffect(() => {
    const paste = (event: ClipboardEvent): void => {
      const pasted = event.clipboardData?.getData("text/plain").trim() ?? "";
      if (pasted === "") return;
      event.preventDefault();
      if (pasted.length > LONGEST_PASTE)
        station.say({ tone: "wrong", title: text.listTooLong, text: text.listTooLongText(pasted.length, LONGEST_PASTE) });
      else void station.scan(pasted, "key");
    };
    document.addEventListener("paste", paste, { capture: true });
    return () => document.removeEventListener("paste", paste, { capture: true });
  }, [station]);
  if (milestone === null) return null;
  return (
    <main className="handover" data-milestone={milestone.milestone}>
      <div className="hero">
        <h2 className="hero-title">{milestone.title}</h2>
        <p>{text.text(milestone.scan)}</p>
        <p className="handover-list">{text.list}</p>
        <div className="handover-end">
          <Barcode text={milestone.command} />
          <span>{text.end(milestone.command.slice(3))}</span>
        </div>
      </div>
      <aside>
        <section className="card handover-count">
          <b data-handed-over={milestone.told}>{milestone.told}</b>
          <span>{milestone.done}</span>
        </section>
        <section className="handover-last">
          <h2 className="section-title">{text.last}</h2>
          {milestone.last.length === 0 ? (
            <p className="empty-line">{text.none}</p>
          ) : (
            <ol className="handover-rows">
              {milestone.last.map(({ code, ftNo, carrier, ok, words: said }, index) => (
                <li
                  key={`${milestone.last.length - index} ${code}`}
                  className={ok === true ? "handover-row" : `handover-row ${ok === null ? "handover-asking" : "handover-refused"}`}
                  data-ok={ok ?? "asking"}
                >
                  <span className="handover-mark" aria-hidden="true">
                    {ok === null ? "…" : ok ? "✓" : "✕"}
                  </span>
                  <code>{code}</code>
                  {ok !== true && <span dir="auto">{said}</span>}
                  <small dir="auto">{[ftNo, carrier].filter((part) => part !== "").join(" · ")}</small>
                </li>
              ))}
            </ol>
          )}
        </section>
      </aside>
    </main>
  );
});
