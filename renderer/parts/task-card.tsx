import { memo } from "react";
import type { TaskView } from "../../shared/bench-view.ts";
import { clockTime, countdown } from "../countdown.ts";
import { useBench, useNow } from "../use-station.ts";
import { words } from "../words/en.ts";
import { joined } from "../words/joined.ts";
import { Press } from "./press.tsx";
import { ReceiverAddress, ReceiverName } from "./receiver.tsx";

export const Leaves = ({ shipBy }: { shipBy: number | null }) => {
  const now = useNow();
  const { text, urgency } = countdown(shipBy, now);
  return (
    <span className={`leaves leaves-${urgency}`} data-urgency={urgency}>
      {urgency === "none" || urgency === "late" ? text : words.leaves.in(text)}
    </span>
  );
};

/** What the packer may need to know about the open task. */
export const TaskCard = memo(({ task }: { task: TaskView }) => {
  const { now } = useBench();
  const { receiver } = task;
  return (
    <section className="card task-card">
      <h2>
        {words.packing.task} <span className={`way way-${task.way}`}>{words.ways[task.way]}</span>
      </h2>
      <div className="task-number">
        <b>{task.ftNo}</b>
        <Leaves shipBy={task.shipBy} />
      </div>
      <dl>
        <dt>{words.packing.order}</dt>
        <dd dir="auto">{joined(task.orderNo, task.salesChannel)}</dd>
        <dt>{words.packing.to}</dt>
        <dd data-receiver="name" data-clips="">
          <ReceiverName receiver={receiver} />
        </dd>
        <dt>{words.about.address}</dt>
        <dd data-receiver="address" data-clips="">
          <ReceiverAddress receiver={receiver} />
        </dd>
        <dt>{words.packing.carrier}</dt>
        <dd dir="auto">
          {joined(task.carrier, task.deliveryType, task.crossBorder === true ? words.packing.crossBorder : "") || words.packing.noCarrier}
        </dd>
        {task.fpName !== "" && (
          <>
            <dt className="on-high-screens">{words.about.from}</dt>
            <dd className="on-high-screens" dir="auto">
              {task.fpName}
            </dd>
          </>
        )}
        <dt className="on-high-screens">{words.about.oms4}</dt>
        <dd className="on-high-screens" dir="auto">
          {words.about.statuses(task.status, task.itemStatuses)}
        </dd>
        {task.cancellation !== null && (
          <>
            <dt>{words.packing.cancellation}</dt>
            <dd className="cancellation">{joined(task.cancellation.ctNo, clockTime(task.cancellation.at, now()))}</dd>
          </>
        )}
      </dl>
    </section>
  );
});

/** For own deliveries: the carriers OMS4 offers, each a touch or a CMDCARRIER scan away. */
export const Carriers = memo(({ task }: { task: TaskView }) => {
  const { station } = useBench();
  if (task.way !== "own" || task.availableCarriers.length === 0) return null;
  return (
    <section className="card carriers">
      <h2>{words.packing.chooseCarrier}</h2>
      <div className="choices">
        {task.availableCarriers.map(({ id, name }) => (
          <Press
            key={id}
            className={id === task.carrierId ? "choice choice-on" : "choice"}
            onPress={() => void station.scan(`CMDCARRIER${id}`, "key")}
          >
            <span dir="auto">{name}</span>
            {id !== name && <code>{id}</code>}
          </Press>
        ))}
      </div>
    </section>
  );
});
