import { memo } from "react";
import type { Snapshot } from "../../shared/station.ts";
import { words } from "../words/en.ts";

/** Tasks put on hold at this station, each with its reason: what a shift lead looks for. Nothing when there are none. */
export const HeldTasks = memo(({ held: { count, next } }: { held: Snapshot["held"] }) => {
  if (count === 0) return null;
  return (
    <section className="card held-tasks" data-held={count}>
      <h2>{words.ready.held(count)}</h2>
      <ul>
        {next.map(({ ftNo, reason }) => (
          <li key={ftNo} data-held-task={ftNo} dir="auto">
            <b>{ftNo}</b> {reason === "" ? words.ready.noReason : reason}
          </li>
        ))}
        {count > next.length && <li>{words.ready.more(count - next.length)}</li>}
      </ul>
    </section>
  );
});
