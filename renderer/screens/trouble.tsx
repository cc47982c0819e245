import { memo, useEffect, useRef, useState } from "react";
import { failureKinds } from "../../shared/failures.ts";
import { acceptReasons } from "../../shared/label-check.ts";
import { discardReasons } from "../../shared/outbox.ts";
import type { Snapshot } from "../../shared/station.ts";
import type { Trouble as TroubleEntry, TroubleAction } from "../../shared/trouble.ts";
import { clockTime } from "../countdown.ts";
import { Barcode } from "../parts/barcode.tsx";
import { LabelPreview } from "../parts/label-preview.tsx";
import { Press } from "../parts/press.tsx";
import { useBench, useLoneKey } from "../use-station.ts";
import { words } from "../words/en.ts";

const text = words.trouble;

/** The action a key stands for: R and Enter are the retry, or the reprint where there is no retry. */
const actionOf = (key: string, actions: readonly TroubleAction[]): TroubleAction | null => {
  const order: Readonly<Record<string, readonly TroubleAction[]>> = {
    R: ["retry", "reprint"],
    ENTER: ["retry", "reprint"],
    P: ["printed"],
    C: ["correct"],
    A: ["accept"],
    D: ["discard"],
  };
  return order[key.toUpperCase()]?.find((action) => actions.includes(action)) ?? null;
};

type Asked = NonNullable<Snapshot["givingUp"]>;

const reasonsFor = { discard: discardReasons, accept: acceptReasons } as const;

/** What is missing before a report is given up, or a doubtful label prints. */
const GivingUp = ({ asked }: { asked: Asked }) => (
  <div className="trouble-asking" data-giving-up={asked.wants}>
    {text.asked[asked.action][asked.wants](asked.reason)}
    {asked.wants === "reason" && (
      <ol className="giving-up">
        {reasonsFor[asked.action].map(({ code, words: reason }, index) => (
          <li key={code}>
            <span>
              <kbd>{index + 1}</kbd> {reason}
            </span>
            <Barcode text={`${text.actionCommands[asked.action]}${code}`} />
          </li>
        ))}
      </ol>
    )}
  </div>
);

const Entry = memo(
  ({
    entry,
    number,
    marked,
    asking,
    givingUp,
    onAct,
    onMark,
  }: {
    entry: TroubleEntry;
    number: number;
    marked: boolean;
    asking: boolean;
    givingUp: Asked | null;
    onAct: (action: TroubleAction) => void;
    onMark: () => void;
  }) => {
    const { now } = useBench();
    const self = useRef<HTMLLIElement>(null);
    useEffect(() => {
      if (marked) self.current?.scrollIntoView({ block: "nearest" });
    }, [marked]);
    const kind = failureKinds[entry.failure.kind];
    return (
      <li ref={self} className={marked ? "trouble trouble-marked" : "trouble"} data-trouble={entry.id} data-marked={marked}>
        <Press className="trouble-number" label={`${number}`} onPress={onMark}>
          {number}
        </Press>
        <div className="trouble-words">
          <h3 dir="auto">{entry.title}</h3>
          <p className="trouble-about" dir="auto">
            {[text.sources[entry.source], entry.about, clockTime(entry.at, now())].filter((part) => part !== "").join(" · ")}
          </p>
          <p dir="auto">
            <b>{kind.title}</b>
            {entry.failure.detail === "" ? "" : `: ${entry.failure.detail}`}
          </p>
          <p className="trouble-way-out">{kind.wayOut}</p>
          {asking && <p className="trouble-asking">{text.discardAgain}</p>}
          {givingUp !== null && <GivingUp asked={givingUp} />}
        </div>
        {marked && (
          <div className="trouble-actions">
            {entry.actions.map((action) => (
              <div key={action} className="trouble-action">
                <Press className={action === "discard" ? "command command-careful" : "command"} onPress={() => onAct(action)}>
                  {text.actions[action]} <kbd>{text.actionKeys[action]}</kbd>
                </Press>
                <Barcode text={text.actionCommands[action]} />
              </div>
            ))}
          </div>
        )}
      </li>
    );
  },
);

/** What needs a person, one by one, each with its ways out by scan, key or touch. */
export const Trouble = memo(({ snapshot }: { snapshot: Snapshot }) => {
  const { station } = useBench();
  const { troubles, troubleMarked, givingUp, printer } = snapshot;
  const printerBroken = printer.health === "broken";
  const [asking, setAsking] = useState<string | null>(null);
  const marked = troubles[troubleMarked];

  const act = (entry: TroubleEntry, action: TroubleAction): void => {
    // What concerns a report is asked by the station itself: by key and by scan it must be the same question
    if (action === "correct" || action === "accept" || (action === "discard" && entry.source === "outbox")) {
      void station.scan(text.actionCommands[action], "key");
      return;
    }
    if (action === "discard" && asking !== entry.id) {
      setAsking(entry.id);
      return;
    }
    setAsking(null);
    station.actOnTrouble(entry.id, action);
  };

  /** The mark is the station's own, so that a scanned command and a key always mean the same entry: it is moved by NEXT. */
  const mark = async (index: number): Promise<void> => {
    setAsking(null);
    const steps = (index - troubleMarked + troubles.length) % troubles.length;
    for (let step = 0; step < steps; step++) await station.scan("CMDNEXT", "key");
  };

  useLoneKey((key) => {
    const reason = givingUp?.wants === "reason" ? reasonsFor[givingUp.action][Number(key) - 1] : undefined;
    if (givingUp !== null && reason !== undefined) {
      void station.scan(`${text.actionCommands[givingUp.action]}${reason.code}`, "key");
      return true;
    }
    if (key === "ArrowDown") {
      setAsking(null);
      void station.scan("CMDNEXT", "key");
      return true;
    }
    if (/^[1-9]$/.test(key)) {
      if (Number(key) <= troubles.length) void mark(Number(key) - 1);
      return true;
    }
    const action = marked === undefined ? null : actionOf(key, marked.actions);
    if (marked === undefined || action === null) {
      setAsking(null);
      return false;
    }
    act(marked, action);
    return true;
  });

  return (
    <main className="overlay trouble-screen">
      <div className="overlay-head">
        <h2>{troubles.length > 0 ? `${text.title} · ${troubles.length}` : printerBroken ? text.onlyPrinter : text.none}</h2>
        <p dir="auto">{troubles.length > 0 ? text.markHint : printerBroken ? printer.words : text.noneText}</p>
        {troubles.length > 1 && <Barcode text="CMDNEXT" className="barcode-small" />}
      </div>
      <div className="trouble-columns">
        <ol className="scroller troubles">
          {troubles.map((entry, index) => (
            <Entry
              key={entry.id}
              entry={entry}
              number={index + 1}
              marked={index === troubleMarked}
              asking={asking === entry.id}
              givingUp={givingUp?.id === entry.id ? givingUp : null}
              onAct={(action) => act(entry, action)}
              onMark={() => void mark(index)}
            />
          ))}
        </ol>
        {marked?.labelOf !== undefined && <LabelPreview parcelNo={marked.labelOf} />}
      </div>
    </main>
  );
});
