import { memo } from "react";
import type { ScaleView } from "../../shared/device-view.ts";
import { weightWords } from "../../shared/weight.ts";
import { words } from "../words/en.ts";

const text = words.scale;

/** What the pan says in one line: the packer must know whether this weight counts. */
const saidOf = ({ state, words: said, expectedKg }: ScaleView): string => {
  if (state === null) return said;
  if (expectedKg !== null) return text.expected(weightWords(expectedKg));
  return state === "problem" ? said : text.states[state];
};

/** The weight, large enough for three metres. */
export const Weight = memo(({ scale }: { scale: ScaleView }) => (
  <p
    className={`weight weight-${scale.expectedKg === null ? (scale.state ?? "gone") : "off"}`}
    data-weight={scale.kg ?? ""}
    data-scale={scale.state ?? "gone"}
  >
    <b>{scale.kg === null || scale.state === null ? "–" : weightWords(scale.kg)}</b>
    <span>
      {saidOf(scale)}
      {scale.tareKg > 0 && ` · ${text.tare(weightWords(scale.tareKg))}`}
    </span>
  </p>
));
