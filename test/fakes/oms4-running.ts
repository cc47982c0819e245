import { silentLog } from "../../electron/kit/log.ts";
import type { Clock } from "../../electron/kit/clock.ts";
import { createOms4Core, type LabelOrder } from "../../electron/practice/oms4-core.ts";
import { createOms4Server, type Exchange, type HttpAnswer } from "../../electron/practice/oms4-server.ts";
import { emptyState, type Oms4Parcel, type RawTask } from "../../electron/practice/oms4-state.ts";
import { createPracticeLabels } from "../../electron/practice/practice-label.ts";
import type { Connection } from "../../electron/sync/api.ts";
import type { EndpointName } from "../../electron/sync/endpoints.ts";
import { timeViolations, violationsOf } from "./oms4-checks.ts";
import { applyFault, type Fault } from "./oms4-faults.ts";
import { detailIdOf, makeTestTask, tinyPdf, type TestTask } from "./oms4-tasks.ts";

export type TestOms4Options = Readonly<{
  port: number;
  clock: Clock;
  /** ms from packing to a split parcel's label */
  splitLabelMs: number;
  /** `real`: drawn with barcodes, 30 ms each; `tiny`: a line of text in a valid PDF; or one's own */
  labels: "tiny" | "real" | ((order: LabelOrder) => Uint8Array);
  /** Called as a request comes in, before anything is done about it. */
  onAsked?: (call: EndpointName | null) => void;
  /** Called once a POST has taken effect, before its answer leaves. */
  onActed?: (call: EndpointName) => void;
}>;

export type Told = Readonly<{
  call: EndpointName;
  ftNo: string;
  parcelNo: string | null;
  milestone: string | null;
  description: string | null;
  eventTime: number | null;
  body: Readonly<Record<string, unknown>>;
  /** the envelope's code; null when no answer left */
  code: string | null;
  /** it took effect */
  committed: boolean;
  fault: string | null;
}>;

/** How a row of Update Inventory goes wrong: refuses the call in words, is left out of what was taken, or breaks the server. */
export type BadRow = Readonly<{ how: "refuse" | "leave-out" | "break"; words?: string }>;

type Planned = { fault: Fault; call: EndpointName | "*"; left: number | null; skip: number };

const EARLIER_KEPT = 12;
const [PORT_TRIES, PORT_PAUSE_MS] = [100, 100];

export const TEST_CREDENTIALS = { tenantId: "1001", apiKey: "2001", apiSecret: "helloworld" };

const textOrNull = (value: unknown): string | null => (typeof value === "string" ? value : null);
const parcelNoOf = (body: Readonly<Record<string, unknown>>): string | null => {
  const [first] = Array.isArray(body["parcels"]) ? (body["parcels"] as Record<string, unknown>[]) : [];
  return textOrNull(body["fp_parcel_no"]) ?? textOrNull(first?.["fp_parcel_no"]);
};

/** See oms4.ts for what each function does. */
export const startOms4 = async ({ port, clock, splitLabelMs, labels, onAsked = () => {}, onActed = () => {} }: TestOms4Options) => {
  const state = emptyState();
  const told: Told[] = [];
  const asked: Record<string, number> = {};
  const violations: string[] = [];
  const planned: Planned[] = [];
  /** Good answers of each list, for those that come again when they are out of date. */
  const earlier = new Map<string, readonly HttpAnswer[]>();
  /** Answers that wait to be let go, by their call. */
  const held: { call: EndpointName; released: Promise<void> }[] = [];
  const badRows = new Map<string, BadRow>();
  let skew = 0;
  /** ms that told times may be from its own clock */
  let timesWithin = Number.POSITIVE_INFINITY;
  let splitDelay = splitLabelMs;
  let stopped = new AbortController();
  const real = createPracticeLabels({ log: silentLog });
  const core = createOms4Core({
    state,
    clock,
    makeLabel: async (order) =>
      labels === "real" ? await real(order) : labels === "tiny" ? tinyPdf(`${order.trackingNo} ${order.ftNo}`) : labels(order),
    splitLabelMs: () => splitDelay,
    onTold: () => {},
  });

  const nextFault = (call: EndpointName | null): Fault | null => {
    const plan = planned.find((one) => one.left !== 0 && (one.call === "*" || one.call === call));
    if (plan === undefined) return null;
    if (plan.skip > 0) {
      plan.skip -= 1;
      return null;
    }
    if (plan.left !== null) plan.left -= 1;
    return plan.fault;
  };

  const codeOf = (answer: HttpAnswer): string | null => {
    if (answer === "drop" || answer.cutAfter !== undefined) return null;
    const found = /"code":"(\w+)"/.exec(answer.body);
    return found?.[1] ?? `http ${answer.status}`;
  };

  /** What a bad row makes of a call; null when there is none in it. */
  const withBadRows = (body: string): HttpAnswer | null => {
    const rows = (JSON.parse(body) as { inventory: Record<string, unknown>[] }).inventory;
    const bad = rows.map((row) => badRows.get(String(row["brand_sku_code"]))).find((found) => found !== undefined);
    if (bad === undefined) return null;
    const answer = (envelope: Readonly<Record<string, unknown>>, status = 200): HttpAnswer => ({
      status,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ data: null, request_id: "bad-row", ...envelope }),
    });
    if (bad.how === "break") return { status: 500, headers: { "content-type": "text/plain" }, body: "" };
    if (bad.how === "refuse") return answer({ code: "400", message: bad.words ?? "brand_sku_code does not exist" });
    const good = rows.filter((row) => badRows.get(String(row["brand_sku_code"])) === undefined);
    for (const row of good) state.inventory[`${String(row["brand_code"])}|${String(row["brand_sku_code"])}`] = Number(row["qty"]);
    return answer({ code: "200", message: "success", data: { success_sync_records: good.length } });
  };

  const intercept = async (exchange: Exchange, proceed: () => Promise<HttpAnswer>): Promise<HttpAnswer> => {
    const { call, method, bodyText } = exchange;
    onAsked(call);
    asked[call ?? exchange.path] = (asked[call ?? exchange.path] ?? 0) + 1;
    let committed = false;
    const checked = async (): Promise<HttpAnswer> => {
      const known = violationsOf(exchange, (ftNo) => core.task(ftNo)?.raw ?? null);
      const times = known.length === 0 && method === "POST" ? { now: clock.now() + skew, withinMs: timesWithin } : null;
      const found = times === null ? known : timeViolations(bodyText, times);
      if (found.length > 0) {
        violations.push(...found.map((words) => `${method} ${exchange.path}: ${words}`));
        return {
          status: 200,
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ code: "400", data: null, message: found[0], request_id: "strict" }),
        };
      }
      const answer = (call === "updateInventory" && badRows.size > 0 ? withBadRows(bodyText) : null) ?? (await proceed());
      committed = codeOf(answer) === "200";
      // Known at once, also when its answer hangs for ever
      record(null);
      if (committed && method === "POST" && call !== null) onActed(call);
      return answer;
    };
    const fault = nextFault(call);
    const record = (answer: HttpAnswer | null): void => {
      if (method !== "POST" || call === null) return;
      let body: Record<string, unknown> = {};
      try {
        body = JSON.parse(bodyText) as Record<string, unknown>;
      } catch {
        violations.push(`${exchange.path}: the body is no JSON`);
      }
      told[index] = {
        call,
        ftNo: textOrNull(body["ft_no"]) ?? "",
        parcelNo: parcelNoOf(body),
        milestone: textOrNull(body["milestone"]),
        description: textOrNull(body["description"]),
        eventTime: typeof body["event_time"] === "number" ? body["event_time"] : null,
        body,
        code: answer === null ? null : codeOf(answer),
        committed,
        fault: fault?.kind ?? null,
      };
    };
    const index = told.length;
    record(null);
    const before = earlier.get(call ?? "") ?? [];
    const at = held.findIndex((one) => one.call === call);
    const [waits] = at < 0 ? [] : held.splice(at, 1);
    const answer = fault === null ? await checked() : await applyFault(fault, checked, stopped.signal, before);
    record(answer);
    if (waits !== undefined) {
      const { promise: cutOff, resolve: cut } = Promise.withResolvers<Event>();
      stopped.signal.addEventListener("abort", cut, { once: true });
      await Promise.race([waits.released, cutOff]);
    }
    if (method === "GET" && fault === null) earlier.set(call ?? "", [...before, answer].slice(-EARLIER_KEPT));
    return answer;
  };

  const createServer = () => createOms4Server({ core, credentials: TEST_CREDENTIALS, clock, skewMs: () => skew, intercept });
  let server = createServer();
  const listening = await server.listen(port);
  if (!listening.ok) throw new Error(listening.failure.detail);
  const { port: taken, connection } = listening.value;
  let online = true;

  const goOffline = async (): Promise<void> => {
    stopped.abort();
    await server.close();
    online = false;
  };

  return {
    port: taken,
    connection: connection as Connection,
    /** For a station started from outside. */
    environment: {
      OMS4_BASE_URL: connection.baseUrl,
      OMS4_TENANT_ID: connection.tenantId,
      OMS4_API_KEY: connection.apiKey,
      OMS4_API_SECRET: connection.apiSecret,
    },
    core,
    addTask: (task: TestTask): Readonly<{ ftNo: string; trackingNo: string; detailIds: readonly string[] }> => {
      const { raw, trackingNo, labelAt } = makeTestTask(task, clock.now());
      core.addTask(raw, { trackingNo, labelAt });
      return { ftNo: task.ftNo, trackingNo, detailIds: task.lines.map((_, index) => detailIdOf(task.ftNo, index)) };
    },
    addRawTask: (raw: unknown): void => {
      const now = clock.now();
      state.tasks.push({ raw: raw as RawTask, createdAt: now, updatedAt: now, trackingNo: "", labelAt: null });
    },
    /** Another station packs a task: all of it into one parcel. */
    packElsewhere: (ftNo: string, parcelNo: string): void => {
      const lines = core.task(ftNo)?.raw.task_details ?? [];
      const parcel_items = lines.map(({ task_detail_id, qty }) => ({
        ft_detail_id: String(task_detail_id),
        ...(qty === undefined ? {} : { qty }),
      }));
      const body = { ft_no: ftNo, parcels: [{ fp_parcel_no: parcelNo, parcel_packed_time: clock.now(), parcel_items }] };
      void core.answer({ call: "setParcelPacked", query: {}, body });
      if (core.parcel(parcelNo) === null) throw new Error(`${ftNo} can't be packed elsewhere`);
    },
    changeTask: (ftNo: string, change: Readonly<Record<string, unknown>>): boolean => core.changeTask(ftNo, change),
    cancel: (ftNo: string, detailIds: readonly string[] = []): string | null => core.cancel(ftNo, detailIds),
    addCancelRequest: (request: Record<string, unknown> & { ft_no: string }): void => void state.cancelRequests.push(request),
    setLabel: (key: string, text: string): void => core.setLabelText(key, text),
    relabel: (
      { ftNo, parcelNo }: Readonly<{ ftNo: string; parcelNo: string | null }>,
      { trackingNo, bytes, inMs }: Readonly<{ trackingNo: string; bytes: Uint8Array; inMs: number }>,
    ): void => {
      const parcel = parcelNo === null ? null : core.parcel(parcelNo);
      for (const bearer of parcel === null ? [core.task(ftNo), ...core.parcelsOf(ftNo)] : [parcel]) {
        if (bearer === null) continue;
        bearer.trackingNo = trackingNo;
        if (inMs > 0 && bearer.labelAt !== null) bearer.labelAt = Math.max(bearer.labelAt, clock.now() + inMs);
      }
      core.setLabelText(parcelNo ?? ftNo, Buffer.from(bytes).toString("base64"));
    },
    setLabelAt: (ftNo: string, at: number | null): void => {
      const task = core.task(ftNo);
      if (task !== null) task.labelAt = at;
    },
    setSplitLabelMs: (ms: number): void => void (splitDelay = ms),
    fault: (
      fault: Fault,
      { call = "*", times = 1, skip = 0 }: Readonly<{ call?: EndpointName | "*"; times?: number | null; skip?: number }> = {},
    ): void => void planned.push({ fault, call, left: times, skip }),
    hold: (call: EndpointName): (() => void) => {
      const { promise: released, resolve } = Promise.withResolvers<void>();
      held.push({ call, released });
      return resolve;
    },
    clearFaults: (): void => void planned.splice(0),
    setSkew: (ms: number): void => void (skew = ms),
    setTimesWithin: (ms: number): void => void (timesWithin = ms),
    /** From now on Update Inventory goes wrong over rows of this SKU; null: it is good again. */
    setBadRow: (sku: string, bad: BadRow | null): void => void (bad === null ? badRows.delete(sku) : badRows.set(sku, bad)),
    /** The stock it holds, by `brand_code|brand_sku_code`. */
    inventory: (): Readonly<Record<string, number>> => ({ ...state.inventory }),
    setOnline: async (wanted: boolean): Promise<void> => {
      if (wanted === online) return;
      if (!wanted) return await goOffline();
      stopped = new AbortController();
      server = createServer();
      let again = await server.listen(taken);
      // Somebody else may have been given the port meanwhile, for a moment
      for (let tries = 0; !again.ok && tries < PORT_TRIES; tries++) {
        await new Promise((resolve) => setTimeout(resolve, PORT_PAUSE_MS));
        server = createServer();
        again = await server.listen(taken);
      }
      if (!again.ok) throw new Error(again.failure.detail);
      online = true;
    },
    told: (): readonly Told[] => [...told],
    asked: (): Readonly<Record<string, number>> => ({ ...asked }),
    parcels: (ftNo?: string): readonly Oms4Parcel[] => state.parcels.filter((parcel) => ftNo === undefined || parcel.ftNo === ftNo),
    violations: (): readonly string[] => [...violations],
    close: async (): Promise<void> => {
      if (online) await goOffline();
    },
  };
};
export type TestOms4 = Awaited<ReturnType<typeof startOms4>>;
