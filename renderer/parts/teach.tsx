import { memo } from "react";
import type { TeachingView } from "../../shared/alias.ts";
import type { LineView } from "../../shared/station.ts";
import { words } from "../words/en.ts";
import { Barcode } from "./barcode.tsx";

const text = words.teach;

/** A code is being made known: what it will pack, and every line with the number that names it. */
export const Teach = memo(({ teaching, lines }: { teaching: TeachingView; lines: readonly LineView[] }) => (
  <section className="note note-new teach" data-teaching-code={teaching.code} data-teaching-quantity={teaching.quantity}>
    <div className="teach-head">
      <div>
        <h2 dir="auto">{teaching.code}</h2>
        <p>{text.packs(teaching.quantity)}</p>
        <p>{text.ask}</p>
      </div>
      <Barcode text="CMDCLOSE" className="barcode-small" />
    </div>
    <ol className="teach-lines">
      {lines.map((line, index) => (
        <li key={line.detailId} data-line-number={index + 1}>
          <kbd>{index + 1}</kbd>
          <b dir="auto">{line.name}</b>
          <code>{[line.brandCode, line.brandSkuCode].filter((code) => code !== "").join(" · ")}</code>
        </li>
      ))}
    </ol>
  </section>
));
