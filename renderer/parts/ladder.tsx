import { memo } from "react";
import type { ParcelView } from "../../shared/bench-view.ts";
import { words } from "../words/en.ts";

type Rung = ParcelView["ladder"][number];

const sign: Record<Rung["state"], string> = { done: "✓", now: "", todo: "", unknown: "?", failed: "✕" };

/** How far a label got: only what is known is filled in, what is not known is a question mark. */
export const Ladder = memo(({ rungs, small = false }: { rungs: readonly Rung[]; small?: boolean }) => (
  <ol className={small ? "ladder ladder-small" : "ladder"}>
    {rungs.map(({ name, state }) => (
      <li key={name} className={`rung rung-${state}`} data-rung={name} data-state={state}>
        <i aria-hidden="true">{sign[state]}</i>
        <span className={small ? "unseen" : ""}>{words.parcel.rungs[name]}</span>
        <span className="unseen">{words.parcel.rungStates[state]}</span>
      </li>
    ))}
  </ol>
));
