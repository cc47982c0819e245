import { productOf } from "../../shared/count.ts";
import { normaliseCode } from "../../shared/scan.ts";
import type { WaitingTask } from "../../shared/bench-view.ts";
import { detailCodes, fulfillmentTaskSchema, readStatus, type BenchState, type FulfillmentTask } from "../../shared/task.ts";
import { DAY_MS } from "../kit/clock.ts";
import type { Database } from "./database.ts";
import { blankedRaw, isBlanked, withoutReceiver } from "./receiver-data.ts";
import { createTally } from "./tally.ts";

/** A task with where the station stands with it. Times in ms. */
export type StoredTask = Readonly<{
  task: FulfillmentTask;
  state: BenchState;
  openedAt: number | null;
  startedAt: number | null;
  doneAt: number | null;
  holdReason: string | null;
  carrierId: string | null;
  acknowledged: boolean;
}>;

export type Ingested = "new" | "changed" | "same";

type TaskRow = {
  task: string;
  state: BenchState;
  opened_at: number | null;
  started_at: number | null;
  done_at: number | null;
  hold_reason: string | null;
  carrier_id: string | null;
  acknowledged_at: number | null;
};

const readRow = (row: TaskRow): StoredTask => ({
  task: fulfillmentTaskSchema.parse(JSON.parse(row.task)),
  state: row.state,
  openedAt: row.opened_at,
  startedAt: row.started_at,
  doneAt: row.done_at,
  holdReason: row.hold_reason,
  carrierId: row.carrier_id,
  acknowledged: row.acknowledged_at !== null,
});

/**
 * What OMS4's status means for where we stand: our own finished work is never undone by what OMS4 says later. `reportedHere`: parcels of it
 * were packed here, so that "packed" may be the echo of our own report: a task opened again must not slip off the bench for it.
 */
const nextState = (current: BenchState | null, status: string, reportedHere: () => boolean): BenchState => {
  const read = readStatus(status);
  if (current === "done") return "done";
  if (read === "cancelled") return "cancelled";
  if (read === "finished") {
    const isOnHand = current === "waiting" || current === "packing" || current === "held";
    return isOnHand && reportedHere() ? current : "done-elsewhere";
  }
  return current === null || current === "cancelled" || current === "done-elsewhere" ? "waiting" : current;
};

/** Lines that are no more, after those that are: what was packed of them must still be named when it comes out of the box. */
const withGoneLines = (before: FulfillmentTask, now: FulfillmentTask): FulfillmentTask => {
  const still = new Set(now.details.map(({ detailId }) => detailId));
  const gone = before.details.filter(({ detailId }) => !still.has(detailId)).map((detail) => ({ ...detail, gone: true }));
  return gone.length === 0 ? now : { ...now, details: [...now.details, ...gone] };
};

/** Changes of a line's quantity that are kept: far more than OMS4 ever makes. */
const MOST_EARLIER = 20;

/** With what each line was before: units that are granted to a buyer count from what was ordered when that was decided. */
const withEarlier = (before: FulfillmentTask, now: FulfillmentTask, at: number): FulfillmentTask => {
  const known = new Map(before.details.map((detail) => [detail.detailId, detail]));
  const details = now.details.map((detail) => {
    const was = known.get(detail.detailId);
    if (was === undefined || was === detail) return detail;
    const earlier = [...(was.earlier ?? []), ...(was.qty === detail.qty ? [] : [{ qty: was.qty, until: at }])].slice(-MOST_EARLIER);
    return earlier.length === 0 ? detail : { ...detail, earlier };
  });
  return { ...now, details };
};

const unitsOf = ({ details }: FulfillmentTask): number => details.reduce((sum, { qty, gone }) => (gone === true ? sum : sum + qty), 0);

const COLUMNS = "task, state, opened_at, started_at, done_at, hold_reason, carrier_id, acknowledged_at";

/** Tasks and the codes that open them. Every write belongs into the caller's transaction. */
export const createTaskStore = ({
  database,
  receiverDays = () => Number.POSITIVE_INFINITY,
}: Readonly<{
  database: Database;
  /** How long the receiver of a task that is over may be kept (retention.ts). */
  receiverDays?: () => number;
}>) => {
  const known = database.prepare<{ raw: string; state: BenchState; order_no: string }>(
    "select raw, state, order_no from task where ft_no = ?",
  );
  const insert = database.prepare(
    `insert into task (ft_no, order_no, status, way, state, ship_by, task, raw, first_seen_at, changed_at, units, label_wanted)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const update = database.prepare(
    `update task set order_no = ?, status = ?, way = ?, state = ?, ship_by = ?, task = ?, raw = ?, changed_at = ?, units = ?,
       label_wanted = case when ? = 1 and not exists (select 1 from label where label.ft_no = task.ft_no
         and not exists (select 1 from label_out_of_force o where o.label_id = label.id)) then 1 else 0 end
     where ft_no = ?`,
  );
  const forgetOrder = database.prepare("delete from task_code where code = ? and ft_no = ? and kind = 'order'");
  const addCode = database.prepare("insert or ignore into task_code (code, ft_no, kind) values (?, ?, ?)");
  // Most codes are known already: a look-up is then all that a line costs
  const nameItem = database.prepare(
    `insert into item (code, product, brand_code, brand_sku_code, name) values (?, ?, ?, ?, ?)
     on conflict (code, product) do update set name = excluded.name where name <> excluded.name`,
  );
  const get = database.prepare<TaskRow>(`select ${COLUMNS} from task where ft_no = ?`);
  const firstSeen = database.prepare<{ first_seen_at: number }>("select first_seen_at from task where ft_no = ?");
  const byCode = database.prepare<TaskRow>(
    `select ${COLUMNS} from task where ft_no in (select ft_no from task_code where code = ?) order by ship_by is null, ship_by, ft_no limit 20`,
  );
  const itemName = database.prepare<{ name: string }>("select name from item where code = ? order by product limit 1");
  const reported = database.prepare<{ one: number }>("select 1 as one from parcel where ft_no = ? and reported_items is not null limit 1");
  // What is over wants no label any more: asking for it would go on for ever
  const setState = database.prepare(
    "update task set state = ?, changed_at = ?, label_wanted = case when ? in ('cancelled','done-elsewhere') then 0 else label_wanted end where ft_no = ?",
  );
  const wantingLabel = database.prepare<{ ft_no: string }>(
    "select ft_no from task where label_wanted = 1 order by label_checked_at, ship_by limit ?",
  );
  const markChecked = database.prepare("update task set label_checked_at = ?, label_wanted = ? where ft_no = ?");
  const wantsLabel = database.prepare<{ label_wanted: number }>("select label_wanted from task where ft_no = ?");
  const opened = database.prepare("update task set state = 'packing', opened_at = ?, hold_reason = null, changed_at = ? where ft_no = ?");
  const started = database.prepare(
    "update task set started_at = coalesce(started_at, ?), acknowledged_at = coalesce(acknowledged_at, ?), changed_at = ? where ft_no = ?",
  );
  const done = database.prepare("update task set state = 'done', done_at = ?, changed_at = ? where ft_no = ?");
  const reopened = database.prepare("update task set state = 'packing', done_at = null, changed_at = ? where ft_no = ?");
  const held = database.prepare("update task set state = 'held', hold_reason = ?, changed_at = ? where ft_no = ?");
  const carrier = database.prepare("update task set carrier_id = ?, changed_at = ? where ft_no = ?");
  const acknowledged = database.prepare("update task set acknowledged_at = coalesce(acknowledged_at, ?) where ft_no = ?");
  const counts = createTally(database, "task", { open: ["waiting", "packing"], held: ["held"] });
  // One query per state keeps the order of the index: an `in` would sort all rows
  const nextIn = (state: BenchState) =>
    database.prepare<{ task: string; started_at: number | null; ship_by: number | null; ft_no: string }>(
      `select task, started_at, ship_by, ft_no from task where state = '${state}' and ship_by is not null order by ship_by, ft_no limit ?`,
    );
  const undatedIn = (state: BenchState) =>
    database.prepare<{ task: string; started_at: number | null; ship_by: number | null; ft_no: string }>(
      `select task, started_at, ship_by, ft_no from task where state = '${state}' and ship_by is null order by ft_no limit ?`,
    );
  const lists = [nextIn("packing"), nextIn("waiting"), undatedIn("packing"), undatedIn("waiting")];
  const onHold = database.prepare<{ ft_no: string; hold_reason: string | null }>(
    "select ft_no, hold_reason from task where state = 'held' order by ship_by, ft_no limit ?",
  );
  const pace = database.prepare<{ mean: number | null }>("select avg(done_at - opened_at) as mean from task where done_at >= ?");

  const writeCodes = (task: FulfillmentTask, named: Map<string, string>): void => {
    addCode.run(normaliseCode(task.ftNo), task.ftNo, "ft");
    if (task.orderNo !== "") addCode.run(normaliseCode(task.orderNo), task.ftNo, "order");
    for (const detail of task.details) {
      const name = detail.name || detail.brandSkuCode || detail.sellerSkuCode;
      // One look-up for a line that came before as it is: taking it apart into codes costs several
      const line = JSON.stringify([detail.brandCode, detail.brandSkuCode, detail.sellerSkuCode, detail.barcodes]);
      if (named.get(line) === name) continue;
      const product = productOf(detail.brandCode, detail.brandSkuCode);
      for (const code of detailCodes(detail)) {
        const known = `${product}\n${code}`;
        const before = named.get(known);
        if (before === name) continue;
        // Another line named it otherwise: what is known of whole lines holds no more
        if (before !== undefined) named.clear();
        nameItem.run(normaliseCode(code), product, detail.brandCode, detail.brandSkuCode, name);
        named.set(known, name);
      }
      named.set(line, name);
    }
  };

  return {
    /**
     * Stores what OMS4 sent; idempotent. `named`: item names that the caller knows to be stored (product and code → name), so that the
     * thousandth order of a product writes it no more; to be cleared when a transaction was undone. `onBegun` hears how a changed task was
     * on which packing has begun.
     */
    ingest: (
      sent: FulfillmentTask,
      raw: string,
      now: number,
      named: Map<string, string> = new Map(),
      onBegun: (before: FulfillmentTask) => void = () => {},
    ): Ingested => {
      const before = known.get(sent.ftNo);
      // What was blanked after its time (retention.ts) comes back with every sweep: it stays blank
      const blanked = before !== null && isBlanked(before.raw);
      const kept = blanked ? blankedRaw(raw) : raw;
      if (before?.raw === kept) return "same";
      // Over and older than anybody may keep its receiver: what was removed here must not come back either
      if (
        before === null &&
        readStatus(sent.status) !== "open" &&
        sent.createdAt !== null &&
        sent.createdAt < now - receiverDays() * DAY_MS
      )
        return "same";
      const row = before === null ? null : get.get(sent.ftNo);
      const was = row === null ? null : readRow(row).task;
      const begun = before?.state === "waiting" ? null : was;
      if (begun !== null && !blanked) onBegun(begun);
      const lines = begun === null ? sent : withGoneLines(begun, sent);
      const full = was === null ? lines : withEarlier(was, lines, now);
      const task = blanked ? withoutReceiver(full) : full;
      const state = nextState(before?.state ?? null, task.status, () => reported.get(task.ftNo) !== null);
      const units = unitsOf(task);
      const wantsLabel = task.way === "single" && (state === "waiting" || state === "packing" || state === "held") ? 1 : 0;
      if (before === null) {
        insert.run(
          task.ftNo,
          task.orderNo,
          task.status,
          task.way,
          state,
          task.shipBy,
          JSON.stringify(task),
          kept,
          now,
          now,
          units,
          wantsLabel,
        );
      } else {
        update.run(task.orderNo, task.status, task.way, state, task.shipBy, JSON.stringify(task), kept, now, units, wantsLabel, task.ftNo);
        if (before.order_no !== task.orderNo) forgetOrder.run(normaliseCode(before.order_no), task.ftNo);
      }
      writeCodes(task, named);
      return before === null ? "new" : "changed";
    },
    get: (ftNo: string): StoredTask | null => {
      const row = get.get(ftNo);
      return row === null ? null : readRow(row);
    },
    /** When OMS4 first gave it to this station, ms; null when it is not here. */
    firstSeenAt: (ftNo: string): number | null => firstSeen.get(ftNo)?.first_seen_at ?? null,
    /** Tasks that a code opens: its number, its order number, a tracking number. At most 20, most urgent first. */
    byCode: (code: string): readonly StoredTask[] => byCode.all(normaliseCode(code)).map(readRow),
    /** The name of an item some task wants, to name a wrong one. */
    itemName: (code: string): string | null => itemName.get(normaliseCode(code))?.name ?? null,
    addTrackingCode: (ftNo: string, trackingNo: string): void => {
      if (trackingNo.trim() !== "") addCode.run(normaliseCode(trackingNo), ftNo, "tracking");
    },
    /** Integrated one-parcel tasks whose label is still to be fetched, longest unasked first. */
    wantingLabel: (limit: number): readonly { ftNo: string }[] => wantingLabel.all(limit).map((row) => ({ ftNo: row.ft_no })),
    markLabelChecked: (ftNo: string, at: number, stillWanted: boolean): void => {
      markChecked.run(at, stillWanted ? 1 : 0, ftNo);
    },
    wantsLabel: (ftNo: string): boolean => (wantsLabel.get(ftNo)?.label_wanted ?? 0) > 0,
    markOpened: (ftNo: string, at: number): void => void opened.run(at, at, ftNo),
    /** Packing began, and with it the packing instruction was read. */
    markStarted: (ftNo: string, at: number): void => void started.run(at, at, at, ftNo),
    markDone: (ftNo: string, at: number): void => void done.run(at, at, ftNo),
    markReopened: (ftNo: string, at: number): void => void reopened.run(at, ftNo),
    markHeld: (ftNo: string, reason: string, at: number): void => void held.run(reason, at, ftNo),
    markState: (ftNo: string, state: BenchState, at: number): void => void setState.run(state, at, state, ftNo),
    chooseCarrier: (ftNo: string, carrierId: string, at: number): void => void carrier.run(carrierId, at, ftNo),
    acknowledge: (ftNo: string, at: number): void => void acknowledged.run(at, ftNo),
    heldCount: (): number => counts().held,
    /** Tasks that a person put on hold, and why; "": nobody said. */
    held: (limit: number): readonly Readonly<{ ftNo: string; reason: string }>[] =>
      onHold.all(limit).map(({ ft_no, hold_reason }) => ({ ftNo: ft_no, reason: hold_reason ?? "" })),
    waitingCount: (): number => counts().open,
    /** The next tasks to leave: by ship-by date, those without one last. */
    next: (limit: number): readonly WaitingTask[] =>
      lists
        .flatMap((list) => list.all(limit))
        .toSorted((a, b) => (a.ship_by ?? Infinity) - (b.ship_by ?? Infinity) || a.ft_no.localeCompare(b.ft_no))
        .slice(0, limit)
        .map((row) => {
          const task = fulfillmentTaskSchema.parse(JSON.parse(row.task));
          return {
            ftNo: task.ftNo,
            orderNo: task.orderNo,
            salesChannel: task.salesChannel,
            units: unitsOf(task),
            carrier: task.carrier,
            way: task.way,
            shipBy: task.shipBy,
            started: row.started_at !== null,
          };
        }),
    /** Mean time from opening to done of tasks done since then, seconds. */
    secondsPerOrder: (since: number): number | null => {
      const mean = pace.get(since)?.mean ?? null;
      return mean === null ? null : Math.round(mean / 1000);
    },
  };
};
export type TaskStore = ReturnType<typeof createTaskStore>;
