import { memo, useState } from "react";
import type { ParcelView, TaskView } from "../../shared/bench-view.ts";
import { useBench } from "../use-station.ts";
import { words } from "../words/en.ts";
import { Ladder } from "./ladder.tsx";
import { Press } from "./press.tsx";

const facts = (parcel: ParcelView): string =>
  [
    parcel.state === "open" ? words.parcel.open : parcel.words,
    words.units(parcel.units),
    parcel.carton === null ? "" : words.parcel.box(parcel.carton),
    parcel.size,
    parcel.weightKg === null ? "" : words.parcel.weight(parcel.weightKg),
    parcel.cost === null ? "" : words.parcel.cost(parcel.cost),
    parcel.copies > 1 ? words.parcel.copies(parcel.copies) : "",
  ]
    .filter((part) => part !== "")
    .join(" · ");

/** The parcels of the open task: tabs as soon as there are two, and the label's ladder of the one looked at. */
export const Parcels = memo(({ task }: { task: TaskView }) => {
  const [looked, setLooked] = useState<Readonly<{ current: number; at: number }> | null>(null);
  const at = looked?.current === task.currentParcel ? looked.at : task.currentParcel;
  const parcel = task.parcels.find((candidate) => candidate.sequence === at) ?? task.parcels.at(-1);
  if (parcel === undefined) return null;
  return (
    <section className="card parcel-card">
      {task.parcels.length > 1 ? (
        <div className="tabs">
          {task.parcels.map((candidate) => (
            <Press
              key={candidate.parcelNo}
              className={candidate === parcel ? "tab tab-on" : "tab"}
              label={words.parcel.title(candidate.sequence)}
              onPress={() => setLooked({ current: task.currentParcel, at: candidate.sequence })}
            >
              <b>{candidate.sequence}</b>
              <small>{candidate.state === "open" ? words.parcel.open : words.units(candidate.units)}</small>
            </Press>
          ))}
        </div>
      ) : (
        <h2>{words.parcel.title(parcel.sequence)}</h2>
      )}
      <p className={`parcel-facts parcel-label-${parcel.label}`} dir="auto">
        {facts(parcel)}
      </p>
      <Ladder rungs={parcel.ladder} />
    </section>
  );
});

/** A closed parcel in a list: its label's state in one line, its life behind a key or a touch. */
export const ParcelRow = memo(({ parcel, keyName }: { parcel: ParcelView; keyName: string | null }) => {
  const { station } = useBench();
  return (
    <Press className={`parcel-row parcel-${parcel.state} parcel-label-${parcel.label}`} onPress={() => station.showLife(parcel.parcelNo)}>
      <span className="parcel-row-top">
        <code>{parcel.parcelNo}</code>
        {keyName !== null && <kbd>{keyName}</kbd>}
      </span>
      <span className="parcel-row-words" dir="auto">
        {/* What doesn't fit is cut at the end: never the number */}
        {[parcel.trackingNo, parcel.carrier, parcel.deliveryType].filter((part) => part !== "").join(" · ") || words.units(parcel.units)}
      </span>
      <Ladder rungs={parcel.ladder} small />
      <span className="parcel-row-words">
        {[
          parcel.words,
          parcel.report === "parked" ? words.parcel.reportParked : "",
          parcel.copies > 1 ? words.parcel.copies(parcel.copies) : "",
        ]
          .filter((part) => part !== "")
          .join(" · ")}
      </span>
    </Press>
  );
});
