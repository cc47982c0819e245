import { openParts } from "./parts.ts";
import { makeBenchTask, unitCodes } from "./tasks.ts";

/** Tasks of one transaction. */
const AT_ONCE = 2_000;
/** Orders packed before the measuring begins: what a bench does in a shift. */
const SHIFT_ORDERS = 1_500;

/** The first task that the fill leaves unpacked. */
export const FIRST_FREE_TASK = SHIFT_ORDERS + 1;

/**
 * Fills a new database: `count` tasks through the station's own ingest, and a shift's work done on the first of them at its
 * own desk. Nothing of it has been sent: the outbox holds an entry for every task, as after a day without network.
 */
export const fillDatabase = (path: string, count: number): void => {
  const { database, ingest, desk, clock } = openParts(path);
  for (let first = 1; first <= count; first += AT_ONCE) {
    const raws = Array.from({ length: Math.min(AT_ONCE, count - first + 1) }, (_, index) => makeBenchTask(first + index).raw);
    const { created } = ingest.taskPage(raws, clock.now());
    if (created.length !== raws.length) throw new Error(`only ${created.length} of ${raws.length} tasks were stored`);
  }
  database.transaction(() => {
    for (let sequence = 1; sequence <= Math.min(SHIFT_ORDERS, count); sequence++) {
      const task = makeBenchTask(sequence);
      for (const code of [task.raw.ft_no, ...unitCodes(task), ...(task.way === "split" ? ["CMDFINISH"] : [])]) desk.scan(code);
    }
  });
  if (desk.state().bench.open !== null) throw new Error("the shift's last task did not close");
  // The shift's labels are on their boxes and the boxes have left: a station that starts on this file has nothing to print or to look after
  database.exec(
    "update print_job set state = 'printed', settled = 1; update parcel set label_wanted = 0; update parcel set state = 'handed-over' where state = 'closed'; update task set label_wanted = 0 where state = 'done'",
  );
  database.close();
};
