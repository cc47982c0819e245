import { memo } from "react";
import type { TaskView } from "../../shared/station.ts";
import { Barcode } from "../parts/barcode.tsx";
import { Lines } from "../parts/line.tsx";
import { Parcels } from "../parts/parcels.tsx";
import { PutBack } from "../parts/put-back.tsx";
import { Carriers, Instruction, TaskCard } from "../parts/task-card.tsx";
import { useBench, useLoneKey } from "../use-station.ts";
import { words } from "../words/en.ts";

const hasInstruction = (task: TaskView): boolean => task.packingInstruction !== "" || task.deliveryInstruction !== "";

/** A task is open: what to scan next, large; everything in: the one scan that is left. */
export const Packing = memo(({ task, closing }: { task: TaskView; closing: boolean }) => {
  const { station } = useBench();
  const stopped = task.stopped !== null || task.putBack.length > 0;
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
        <PutBack task={task} />
        {closing && (
          <section className="finish">
            <div>
              <h2 className="hero-title">{words.closing.title}</h2>
              <p>
                {words.closing.text} {task.maySplit ? words.closing.more : ""}
              </p>
            </div>
            <Barcode text="CMDFINISH" />
          </section>
        )}
        <Lines lines={task.lines} compact={closing || unread || stopped} />
      </div>
      <aside>
        {!unread && <Instruction task={task} />}
        <TaskCard task={task} />
        <Carriers task={task} />
        <Parcels task={task} />
      </aside>
    </main>
  );
});
