import type { Tone } from "../../shared/scan.ts";
import type { Health } from "../../shared/device-view.ts";
import { words } from "../words/en.ts";

const stroke = { fill: "none", stroke: "currentColor", strokeWidth: 9, strokeLinecap: "round", strokeLinejoin: "round" } as const;

/** The sign of a tone, to be told apart without colour. */
export const ToneMark = ({ tone }: { tone: Tone }) => (
  <svg className="tone-mark" viewBox="0 0 64 64" aria-hidden="true">
    {tone === "ok" && <path {...stroke} d="m12 34 14 14 26-32" />}
    {tone === "wrong" && <path {...stroke} d="m15 15 34 34M49 15 15 49" />}
    {tone === "over" && (
      <g fill="none" stroke="currentColor" strokeWidth={6.5} strokeLinejoin="round">
        <path d="M24 24V9h31v31H40" />
        <path d="M9 24h31v31H9z" fill="currentColor" />
      </g>
    )}
    {tone === "stop" && <path {...stroke} strokeWidth={11} d="M32 10v26M32 53v.5" />}
    {tone === "info" && (
      <g fill="currentColor">
        <circle cx="14" cy="32" r="6" />
        <circle cx="32" cy="32" r="6" />
        <circle cx="50" cy="32" r="6" />
      </g>
    )}
  </svg>
);

/** Round is fine, diamond is careful, square is broken. */
export const HealthDot = ({ health }: { health: Health }) => (
  <i className={`dot dot-${health}`} role="img" aria-label={words.health[health]} />
);

export const Tick = () => (
  <svg className="tick" viewBox="0 0 64 64" aria-hidden="true">
    <path {...stroke} strokeWidth={10} d="m12 34 14 14 26-32" />
  </svg>
);
