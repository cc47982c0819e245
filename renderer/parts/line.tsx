import { memo, useEffect, useRef } from "react";
import type { LineView } from "../../shared/bench-view.ts";
import { words } from "../words/en.ts";
import { Tick } from "./marks.tsx";
import { Tile } from "./tile.tsx";

const codesOf = (line: LineView): readonly string[] => [
  ...new Set([line.brandCode, line.brandSkuCode, line.sellerSkuCode, ...line.barcodes].filter((code) => code !== "")),
];

/** Nothing of it is packed here any more. */
const isOver = (line: LineView): line is LineView & { state: "cancelled" | "elsewhere" } =>
  line.state === "cancelled" || line.state === "elsewhere";

const Quantity = ({ line }: { line: LineView }) => {
  if (line.takeOut > 0) return <strong className="take-out">{words.packing.takeOut(line.takeOut)}</strong>;
  if (isOver(line)) return <span className="quantity-over">{words.packing[line.state]}</span>;
  return (
    <span className="quantity">
      {line.state === "done" && <Tick />}
      <b>{line.packed}</b>
      <i>
        {" / "}
        {line.qty}
      </i>
    </span>
  );
};

/** One line to pack. The next one to scan is large and framed. `number`: how a person may key it, where a line is asked for. */
export const Line = memo(({ line, number = null }: { line: LineView; number?: number | null }) => (
  <li
    className={`line line-${line.state}${line.takeOut > 0 ? " line-take-out" : ""}`}
    data-detail={line.detailId}
    data-packed={line.packed}
    data-qty={line.qty}
    data-state={line.state}
    data-line-number={number ?? undefined}
  >
    {number === null ? <Tile name={line.name} imageUrl={line.imageUrl} /> : <kbd className="line-number">{number}</kbd>}
    <div className="line-words">
      <h3 dir="auto">{line.name === "" ? line.brandSkuCode || line.sellerSkuCode || line.detailId : line.name}</h3>
      <code>
        {codesOf(line).map((code) => (
          <span key={code}>{code}</span>
        ))}
      </code>
    </div>
    <Quantity line={line} />
  </li>
));

/** What wants a hand first: units to take out, then the next to scan, then the rest; done lines sink. */
const rank = (line: LineView): number => {
  if (line.takeOut > 0) return 0;
  return { next: 1, todo: 2, done: 3, cancelled: 4, elsewhere: 4 }[line.state];
};

export const Lines = memo(
  ({ lines, compact = false, numbered = false }: { lines: readonly LineView[]; compact?: boolean; numbered?: boolean }) => {
    const live = lines.filter((line) => !isOver(line));
    const ordered = live.reduce((sum, line) => sum + line.qty, 0);
    const packed = live.reduce((sum, line) => sum + line.packed, 0);
    const left = live.filter((line) => line.state !== "done").length;
    const many = compact || lines.length > 4;
    const list = useRef<HTMLUListElement>(null);
    const first = lines.find((line) => line.takeOut > 0)?.detailId ?? lines.find((line) => line.state === "next")?.detailId;
    // whoever looked further down sees the next line again as soon as it changes
    useEffect(() => {
      void list.current?.scrollTo({ top: 0 });
    }, [first]);
    return (
      <section className={many ? "lines lines-many" : "lines"}>
        <div className="progress">
          <b>{words.packing.progress(packed, ordered)}</b>
          <span>{words.packing.linesLeft(left)}</span>
          <progress max={Math.max(1, ordered)} value={packed} />
        </div>
        <ul ref={list}>
          {lines
            .toSorted((a, b) => rank(a) - rank(b))
            .map((line) => (
              <Line key={line.detailId} line={line} number={numbered ? lines.indexOf(line) + 1 : null} />
            ))}
        </ul>
      </section>
    );
  },
);
