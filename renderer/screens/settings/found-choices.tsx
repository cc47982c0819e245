import type { Health } from "../../../shared/device-view.ts";
import { HealthDot } from "../../parts/marks.tsx";

/** `value`: what is set when it is chosen; `title`: shown where somebody points at it. */
export type FoundChoice = Readonly<{ value: string; name: string; said: string; health: Health; on: boolean; title?: string }>;

/** What was found to choose from, one button each; the one that is set is marked. */
export const FoundChoices = ({
  choices,
  fixed,
  many = false,
  onChoose,
}: {
  choices: readonly FoundChoice[];
  fixed: boolean;
  /** a list that may be long scrolls by itself */
  many?: boolean;
  onChoose: (value: string) => void;
}) => (
  <ul className={many ? "found-list found-many" : "found-list"}>
    {choices.map(({ value, name, said, health, on, title }) => (
      <li key={value}>
        <button
          type="button"
          className={on ? "found-item found-on" : "found-item"}
          aria-pressed={on}
          disabled={fixed}
          title={title}
          onClick={() => onChoose(value)}
        >
          <HealthDot health={health} />
          <b dir="auto">{name}</b>
          <span dir="auto">{said}</span>
        </button>
      </li>
    ))}
  </ul>
);
