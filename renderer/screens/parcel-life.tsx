import { useEffect, useRef, useState } from "react";
import { failureWords } from "../../shared/failures.ts";
import type { CallOutput } from "../../shared/contract.ts";
import type { ParcelView } from "../../shared/bench-view.ts";
import { LabelPreview } from "../parts/label-preview.tsx";
import { ParcelAbout } from "../parts/parcel-about.tsx";
import { Press } from "../parts/press.tsx";
import { useScrollKeys } from "../use-scroll-keys.ts";
import { useBench, useLoneKey } from "../use-station.ts";
import { words } from "../words/en.ts";
import { journalFacts, journalWords } from "../words/journal.ts";

type JournalLine = CallOutput<"parcel.life">["lines"][number];

const withSeconds = new Intl.DateTimeFormat(undefined, {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hour12: false,
});

/** What happened to a parcel, from the append-only journal, told from the beginning. */
export const ParcelLife = ({ parcelNo, lastParcels }: { parcelNo: string; lastParcels: readonly ParcelView[] }) => {
  const { station } = useBench();
  const [lines, setLines] = useState<readonly JournalLine[] | null>(null);
  const [about, setAbout] = useState<CallOutput<"parcel.life">["about"]>(null);
  const [answer, setAnswer] = useState<string>(words.life.loading);
  useEffect(() => {
    let wanted = true;
    setLines(null);
    setAbout(null);
    setAnswer(words.life.loading);
    void station.ask("parcel.life", { parcelNo }).then((life) => {
      if (!wanted) return;
      if (life.ok) {
        setLines(life.value.lines);
        setAbout(life.value.about);
      }
      setAnswer(life.ok ? words.life.none : failureWords(life.failure));
    });
    return () => {
      wanted = false;
    };
  }, [station, parcelNo]);

  const list = useRef<HTMLOListElement>(null);
  useScrollKeys(list);
  useLoneKey((key) => {
    const at = lastParcels.findIndex((parcel) => parcel.parcelNo === parcelNo);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
    const wanted = step !== undefined ? lastParcels[at + step] : /^[1-9]$/.test(key) ? lastParcels[Number(key) - 1] : undefined;
    if (wanted !== undefined) station.showLife(wanted.parcelNo);
    return step !== undefined || wanted !== undefined;
  });
  return (
    <main className="overlay life">
      <div className="overlay-head">
        <h2 data-life={parcelNo}>{words.life.title(parcelNo)}</h2>
        <span className="gap" />
        <div className="tabs life-tabs">
          {lastParcels.map((parcel, index) => (
            <Press
              key={parcel.parcelNo}
              className={parcel.parcelNo === parcelNo ? "tab tab-on" : "tab"}
              label={parcel.parcelNo}
              onPress={() => station.showLife(parcel.parcelNo)}
            >
              <kbd>{index + 1}</kbd> <small>{parcel.ftNo}</small>
            </Press>
          ))}
        </div>
      </div>
      {about !== null && <ParcelAbout about={about} />}
      <div className="life-columns">
        {lines === null || lines.length === 0 ? (
          <p className="empty-line" role="status">
            {answer}
          </p>
        ) : (
          <ol ref={list} className="scroller timeline">
            {lines.map((line) => (
              <li key={line.id} data-kind={line.kind}>
                <time dateTime={new Date(line.at).toISOString()}>{withSeconds.format(line.at)}</time>
                <i aria-hidden="true" />
                <div>
                  <b>{journalWords[line.kind] ?? line.kind}</b>
                  <small dir="auto">
                    {[journalFacts(line.before, line.after), line.stationId, line.packer === null ? "" : words.life.by(line.packer)]
                      .filter((part) => part !== "")
                      .join(" · ")}
                  </small>
                </div>
              </li>
            ))}
          </ol>
        )}
        <LabelPreview parcelNo={parcelNo} />
      </div>
    </main>
  );
};
