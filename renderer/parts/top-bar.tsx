import { memo, useSyncExternalStore } from "react";
import type { Snapshot } from "../../shared/station.ts";
import { useBench } from "../use-station.ts";
import { words } from "../words/en.ts";
import { HealthDot } from "./marks.tsx";

type Pill = Readonly<{ health: Snapshot["printer"]["health"]; words: string }>;

const PillView = memo(({ name, pill }: { name: keyof typeof words.pills; pill: Pill }) => (
  <span className={`pill pill-${pill.health}`} data-pill={name} data-health={pill.health} title={`${words.pills[name]}: ${pill.words}`}>
    <HealthDot health={pill.health} />
    <span className="pill-words" dir="auto">
      {pill.words}
    </span>
  </span>
));

/** Who this is, whether it is practice, and how everything around the bench does. */
export const TopBar = memo(
  ({
    stationId,
    packer,
    mode,
    oms4,
    printer,
    scanner,
    scale,
    outbox,
    disk,
    typing,
  }: Pick<Snapshot, "stationId" | "packer" | "mode" | "oms4" | "printer" | "scanner" | "scale" | "outbox" | "disk"> &
    Readonly<{ typing: string }>) => {
    const { sounds } = useBench();
    const silent = useSyncExternalStore(sounds.subscribe, sounds.isBlocked);
    return (
      <header className="top-bar">
        <b className="station-id">{stationId}</b>
        {packer !== null && <span className="packer">{words.packer(packer)}</span>}
        {mode === "practice" && (
          <span className="practice-tag" data-practice="">
            <b>{words.practice.tag}</b> · {words.practice.text}
          </span>
        )}
        {silent && <span className="sound-blocked">{words.soundBlocked}</span>}
        {typing !== "" && (
          <span className="typing">
            <code>{typing.slice(-24)}</code> <kbd>Enter</kbd>
          </span>
        )}
        <span className="gap" />
        <PillView name="oms4" pill={oms4} />
        <PillView name="printer" pill={printer} />
        <PillView name="scanner" pill={scanner} />
        {scale !== null && <PillView name="scale" pill={scale} />}
        <PillView name="outbox" pill={outbox} />
        {disk.health !== "fine" && <PillView name="disk" pill={disk} />}
      </header>
    );
  },
);
