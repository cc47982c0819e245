import { memo } from "react";
import type { WaitingTask } from "../../shared/bench-view.ts";
import type { Snapshot } from "../../shared/station.ts";
import { countdown } from "../countdown.ts";
import { Barcode } from "../parts/barcode.tsx";
import { HeldTasks } from "../parts/held-tasks.tsx";
import { LabelNews } from "../parts/label-news.tsx";
import { Reasons } from "../parts/reasons.tsx";
import { ScanBack } from "../parts/scan-back.tsx";
import { ParcelRow } from "../parts/parcels.tsx";
import { CountStatus } from "./count.tsx";
import { useBench, useLoneKey, useNow } from "../use-station.ts";
import { words } from "../words/en.ts";

const PARCELS_SHOWN = 3;

const Waiting = memo(({ task, now }: { task: WaitingTask; now: number }) => {
  const { text, urgency } = countdown(task.shipBy, now);
  const about = [
    task.salesChannel,
    words.units(task.units),
    task.carrier === "" || task.way !== "single" ? words.ways[task.way] : task.carrier,
  ];
  return (
    <li className="waiting" data-waiting={task.ftNo}>
      <span className="waiting-number">
        {task.ftNo}
        {task.started && <small className="started">{words.ready.started}</small>}
      </span>
      <span className={`leaves leaves-${urgency}`} data-urgency={urgency}>
        {text}
      </span>
      <span className="waiting-about" dir="auto">
        {about.filter((part) => part !== "").join(" · ")}
      </span>
    </li>
  );
});

const Today = memo(({ today }: { today: Snapshot["today"] }) => (
  <section className="card">
    <h2>{words.ready.today}</h2>
    <div className="figures">
      <div>
        <b>{today.parcels}</b>
        <span>{words.ready.parcels}</span>
      </div>
      <div>
        <b>{words.ready.seconds(today.secondsPerOrder)}</b>
        <span>{words.ready.perOrder}</span>
      </div>
      <div>
        <b>{today.wrongStopped}</b>
        <span>{words.ready.wrongStopped}</span>
      </div>
    </div>
  </section>
));

const WaitingList = memo(({ waiting }: { waiting: Snapshot["waiting"] }) => {
  const now = useNow();
  return (
    <section className="card waiting-card">
      <h2>{words.ready.waiting(waiting.count)}</h2>
      {waiting.next.length === 0 ? (
        <div className="empty">
          <b>{words.ready.nothingWaiting}</b>
          <p>{words.ready.nothingWaitingText}</p>
        </div>
      ) : (
        <ul>
          {waiting.next.map((task) => (
            <Waiting key={task.ftNo} task={task} now={now} />
          ))}
        </ul>
      )}
    </section>
  );
});

const LastParcels = memo(({ last }: { last: Snapshot["lastParcels"] }) => (
  <section className="last-parcels">
    <h2 className="section-title">{words.ready.lastParcels}</h2>
    {last.length === 0 ? (
      <p className="empty-line">{words.ready.noParcels}</p>
    ) : (
      <div className="parcel-rows">
        {last.map((parcel, index) => (
          <ParcelRow key={parcel.parcelNo} parcel={parcel} keyName={index === 0 ? "↓" : null} />
        ))}
      </div>
    )}
  </section>
));

/** The next task, and what became of the parcels before. */
const ScanTask = memo(({ snapshot }: { snapshot: Snapshot }) => {
  const { station } = useBench();
  const last = snapshot.lastParcels.slice(0, PARCELS_SHOWN);
  const urgent = snapshot.mode === "practice" ? snapshot.waiting.next[0] : undefined;
  useLoneKey((key) => {
    const [parcel] = last;
    if (key !== "ArrowDown" || parcel === undefined) return false;
    station.showLife(parcel.parcelNo);
    return true;
  });
  return (
    <>
      <LabelNews labels={snapshot.labels} />
      {snapshot.reasonAsked === null ? (
        <div className="hero">
          {urgent === undefined ? (
            <span className="hero-bars" aria-hidden="true" />
          ) : (
            <span className="hero-code">
              <Barcode text={urgent.ftNo} />
              <small>{words.ready.mostUrgent(urgent.ftNo)}</small>
            </span>
          )}
          <h2 className="hero-title">{words.ready.title}</h2>
          <p>{words.ready.text}</p>
          {snapshot.mode === "practice" && <p className="hero-hint">{words.ready.noScanner}</p>}
        </div>
      ) : (
        <Reasons asked={snapshot.reasonAsked} />
      )}
      {snapshot.reasonAsked === null && <LastParcels last={last} />}
    </>
  );
});

/** Nothing is open: one thing to do, and what waits. A label to be scanned comes before the next task. */
export const Ready = memo(({ snapshot }: { snapshot: Snapshot }) => (
  <main className="ready">
    <div className="ready-left">
      {snapshot.scanBack !== null && snapshot.reasonAsked !== null && <Reasons asked={snapshot.reasonAsked} keysOnly />}
      {snapshot.scanBack === null ? <ScanTask snapshot={snapshot} /> : <ScanBack parcel={snapshot.scanBack} printer={snapshot.printer} />}
    </div>
    <aside>
      <Today today={snapshot.today} />
      <CountStatus count={snapshot.count} />
      <HeldTasks held={snapshot.held} />
      <WaitingList waiting={snapshot.waiting} />
    </aside>
  </main>
));
