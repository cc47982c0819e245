import { memo } from "react";
import type { LineView, TaskView } from "../../shared/bench-view.ts";
import { words } from "../words/en.ts";
import { Barcode } from "./barcode.tsx";
import { Tile } from "./tile.tsx";

type Out = TaskView["putBack"][number];

const codeOf = (line: LineView | undefined): string => line?.barcodes[0] ?? (line?.brandSkuCode || line?.sellerSkuCode || "");

const Row = ({ out, line, where }: { out: Out; line: LineView | undefined; where: string }) => (
  <li data-put-back-line={out.detailId} data-count={out.qty}>
    <b className="put-back-count">{out.qty}</b>
    <Tile name={line?.name ?? ""} imageUrl={line?.imageUrl ?? null} />
    <div className="line-words">
      <h3 dir="auto">{line?.name ?? out.detailId}</h3>
      <code>{[codeOf(line), where].filter((part) => part !== "").join(" · ")}</code>
    </div>
  </li>
);

/** What has to come out of its box again, large enough to count along, or why nothing of the task may go on; nothing when all is well. */
export const PutBack = memo(({ task }: { task: TaskView }) => {
  const { putBack, stopped, lines, parcels } = task;
  if (putBack.length === 0 && stopped === null) return null;
  const text = words.putBack;
  const total = putBack.reduce((sum, { qty }) => sum + qty, 0);
  const boxes = new Set(putBack.map(({ sequence }) => sequence));
  const pulled = stopped !== "cancelled" && stopped !== "elsewhere" ? [] : parcels.filter(({ state }) => state === "closed");
  const labelled = pulled.filter(({ copies }) => copies > 0);
  const [title, instruction] =
    stopped === "request" || stopped === "unclear"
      ? [text.requestTitle, text[stopped]]
      : total === 0
        ? [text.emptyTitle, text.empty]
        : stopped === null
          ? [text.takeOutTitle(total), text.takeOut]
          : [text.title(total), labelled.length > 0 ? text.pull(labelled.map(({ parcelNo }) => parcelNo).join(", ")) : text.putBack];
  return (
    <section className="put-back" data-put-back={total} data-stopped={stopped ?? ""}>
      <header>
        <div>
          <h2>{title}</h2>
          <p>{instruction}</p>
        </div>
        {total === 0 && <Barcode text="CMDCLOSE" />}
      </header>
      {total > 0 && (
        <ul>
          {putBack.map((out) => (
            <Row
              key={`${out.detailId} ${out.sequence}`}
              out={out}
              line={lines.find(({ detailId }) => detailId === out.detailId)}
              where={boxes.size > 1 || out.closed ? text.from(out.sequence) : ""}
            />
          ))}
        </ul>
      )}
    </section>
  );
});
