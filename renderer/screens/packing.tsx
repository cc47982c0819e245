import { memo } from "react";
import type { TeachingView } from "../../shared/alias.ts";
import type { ParcelView, TaskView } from "../../shared/bench-view.ts";
import type { ScaleView } from "../../shared/device-view.ts";
import type { Snapshot } from "../../shared/station.ts";
import { Barcode } from "../parts/barcode.tsx";
import { Lines } from "../parts/line.tsx";
import { Parcels } from "../parts/parcels.tsx";
import { PutBack } from "../parts/put-back.tsx";
import { Reasons } from "../parts/reasons.tsx";
import { ScanBack } from "../parts/scan-back.tsx";
import { Weight } from "../parts/scale.tsx";
import { Teach } from "../parts/teach.tsx";
import { Carriers, Instruction, TaskCard } from "../parts/task-card.tsx";
import { useBench, useLoneKey } from "../use-station.ts";
import { words } from "../words/en.ts";

const hasInstruction = (task: TaskView): boolean => task.packingInstruction !== "" || task.deliveryInstruction !== "";

type Shown = Readonly<{
  task: TaskView;
  closing: boolean;
  scale: ScaleView | null;
  scanBack: ParcelView | null;
  printer: Snapshot["printer"];
  teaching: TeachingView | null;
  reasonAsked: Snapshot["reasonAsked"];
}>;

/** A task is open: what to scan next, large; everything in: the one scan that is left; a label to be scanned: that, before all else. */
export const Packing = memo(({ task, closing, scale, scanBack, printer, teaching, reasonAsked }: Shown) => {
  const { station } = useBench();
  const stopped = task.stopped !== null || task.putBack.length > 0;
  const weighs = scale?.waiting === true;
  const weightAsked = reasonAsked?.command === "CMDWEIGHTOK";
  const unread = !stopped && !task.acknowledged && hasInstruction(task);
  useLoneKey((key) => {
    if (key !== "Enter" || task.acknowledged) return false;
    station.acknowledge(task.ftNo);
    return true;
  });
  return (
    <main className={closing ? "packing closing" : "packing"}>
      <div className="packing-left">
        {task.quantityNext > 1 && <p className="quantity-next">{words.packing.quantityNext(task.quantityNext)}</p>}
        {unread && <Instruction task={task} />}
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
        <Lines lines={task.lines} compact={closing || unread || stopped || reasonAsked !== null} numbered={teaching !== null} />
      </div>
      <aside>
        {!unread && <Instruction task={task} />}
        {scale !== null && (!(closing && weighs) || weightAsked) && <Weight scale={scale} />}
        <TaskCard task={task} />
        <Carriers task={task} />
        <Parcels task={task} />
      </aside>
    </main>
  );
});
