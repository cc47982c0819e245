import { memo, useCallback, useState } from "react";
import type { TeachingView } from "../../shared/alias.ts";
import type { ParcelView, TaskView } from "../../shared/bench-view.ts";
import type { ScaleView } from "../../shared/device-view.ts";
import type { Snapshot } from "../../shared/station.ts";
import { Barcode } from "../parts/barcode.tsx";
import { hasInstruction, Instruction, WholeInstruction } from "../parts/instruction.tsx";
import { Lines } from "../parts/line.tsx";
import { Parcels } from "../parts/parcels.tsx";
import { PutBack } from "../parts/put-back.tsx";
import { Reasons } from "../parts/reasons.tsx";
import { ScanBack } from "../parts/scan-back.tsx";
import { Weight } from "../parts/scale.tsx";
import { Teach } from "../parts/teach.tsx";
import { Carriers, TaskCard } from "../parts/task-card.tsx";
import { useBench, useLoneKey } from "../use-station.ts";
import { words } from "../words/en.ts";

type Shown = Readonly<{
  task: TaskView;
  closing: boolean;
  scanSeq: number;
  scale: ScaleView | null;
  scanBack: ParcelView | null;
  printer: Snapshot["printer"];
  teaching: TeachingView | null;
  reasonAsked: Snapshot["reasonAsked"];
}>;

/** A task is open: what to scan next, large; everything in: the one scan that is left; a label to be scanned: that, before all else. */
export const Packing = memo(({ task, closing, scanSeq, scale, scanBack, printer, teaching, reasonAsked }: Shown) => {
  const { station } = useBench();
  const stopped = task.stopped !== null || task.putBack.length > 0;
  const weighs = scale?.waiting === true;
  const weightAsked = reasonAsked?.command === "CMDWEIGHTOK";
  const unread = !stopped && !task.acknowledged && hasInstruction(task);
  // The whole instruction is over with the next scan: its answer is about the lines
  const turn = `${task.ftNo} ${scanSeq}`;
  const [readAt, setReadAt] = useState<string | null>(null);
  if (readAt !== null && readAt !== turn) setReadAt(null);
  const reads = readAt === turn && !stopped && hasInstruction(task);
  const read = useCallback(() => setReadAt(turn), [turn]);
  const close = useCallback(() => setReadAt(null), []);
  const onRead = reads || stopped ? null : read;
  useLoneKey((key) => {
    if (key !== "Enter" || task.acknowledged) return false;
    close();
    station.acknowledge(task.ftNo);
    return true;
  });
  return (
    <main className={closing ? "packing closing" : "packing"}>
      <div className="packing-left">
        {task.quantityNext > 1 && <p className="quantity-next">{words.packing.quantityNext(task.quantityNext)}</p>}
        {reads && <WholeInstruction task={task} onClose={close} />}
        {unread && !reads && <Instruction task={task} onRead={onRead} />}
        {teaching !== null && <Teach teaching={teaching} />}
        {reasonAsked !== null && teaching === null && <Reasons asked={reasonAsked} keysOnly={closing && !weightAsked} />}
        <PutBack task={task} />
        {scanBack !== null && <ScanBack parcel={scanBack} printer={printer} />}
        {closing && scanBack === null && !weightAsked && (
          <section className="finish">
            <div>
              <h2 className="hero-title">{weighs ? words.closing.weigh : words.closing.title}</h2>
              <p>
                {weighs ? words.closing.weighText : words.closing.text} {task.maySplit ? words.closing.more : ""}
              </p>
            </div>
            {weighs && scale !== null ? <Weight scale={scale} /> : <Barcode text="CMDFINISH" />}
          </section>
        )}
        <Lines lines={task.lines} compact={closing || unread || reads || stopped || reasonAsked !== null} numbered={teaching !== null} />
      </div>
      <aside>
        {!unread && <Instruction task={task} onRead={onRead} />}
        {scale !== null && (!(closing && weighs) || weightAsked) && <Weight scale={scale} />}
        <TaskCard task={task} />
        <Carriers task={task} />
        <Parcels task={task} />
      </aside>
    </main>
  );
});
