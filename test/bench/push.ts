import { Agent, request } from "node:http";
import { join } from "node:path";
import { systemClock } from "../../electron/kit/clock.ts";
import { silentLog } from "../../electron/kit/log.ts";
import type { OutboxCall } from "../../shared/outbox.ts";
import type { Connection } from "../../electron/sync/api.ts";
import type { EndpointName } from "../../electron/sync/endpoints.ts";
import { createOtherStations } from "../../electron/sync/other-stations.ts";
import { createPush } from "../../electron/sync/push.ts";
import { openApi, signedCall, startBenchOms4 } from "./oms4-client.ts";
import { openParts } from "./parts.ts";
import type { Row } from "./rows.ts";
import { median, perSecond, times } from "./statistics.ts";
import { makeBenchTask } from "./tasks.ts";

const ORDERS = 1_200;
const ORDERS_A_TURN = 60;
/** Tasks that the station tells at the same time. */
const WIDTH = 4;
const LEAST_RATIO = 0.7;

type Told = Readonly<{ ftNo: string; parcelNo: string | null; call: OutboxCall; body: Record<string, unknown> }>;

const endpointOf: Readonly<Record<OutboxCall, EndpointName>> = {
  "parcel-packed": "setParcelPacked",
  "task-activity": "updateTaskActivity",
  "parcel-activity": "updateParcelActivity",
};

/** Both sides tell the same of each order, each with parcels of its own: OMS4 takes a parcel once. */
const toldOf = (ftNo: string, parcelNo: string, packed: Readonly<Record<string, unknown>>): readonly Told[] => [
  { ftNo, parcelNo: null, call: "task-activity", body: { ft_no: ftNo, description: "Packing started", event_time: Date.now() } },
  { ftNo, parcelNo, call: "parcel-packed", body: packed },
  { ftNo, parcelNo, call: "task-activity", body: { ft_no: ftNo, description: "Packed: 1 parcel", event_time: Date.now() } },
];

type Post = (url: string, headers: Record<string, string>, text: string) => Promise<string>;

/** fetch, as the station itself speaks HTTP; Node keeps its connections alive. */
const postByFetch: Post = async (url, headers, text) => await (await fetch(url, { method: "POST", headers, body: text })).text();

/** Node's plain client, which does less for the same: the harder limit, shown beside. */
const createPlainPost = (agent: Agent): Post => {
  return (url, headers, text) =>
    new Promise((resolve, reject) => {
      const asked = request(
        url,
        { method: "POST", agent, headers: { ...headers, "content-length": Buffer.byteLength(text) } },
        (answer) => {
          let words = "";
          answer.setEncoding("utf8");
          answer.on("data", (part: string) => (words += part));
          answer.on("end", () => resolve(words));
        },
      );
      asked.on("error", reject);
      asked.end(text);
    });
};

/** Each task's POSTs in order, so many tasks at a time. Nothing is remembered. */
const postBare = async (connection: Connection, post: Post, told: readonly (readonly Told[])[]): Promise<void> => {
  const queue = [...told];
  const worker = async (): Promise<void> => {
    for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
      for (const { call, body } of one) {
        const text = JSON.stringify(body);
        const { url, headers } = signedCall(connection, endpointOf[call], {}, text);
        const words = await post(url, { ...headers, "content-type": "application/json; charset=utf-8" }, text);
        if (!words.startsWith('{"code":"200"')) throw new Error(words);
      }
    }
  };
  await Promise.all(Array.from({ length: WIDTH }, worker));
};

const run: Row["run"] = async (ground) => {
  const orders = Math.max(4 * ORDERS_A_TURN, Math.round((ORDERS * ground.scale) / ORDERS_A_TURN) * ORDERS_A_TURN);
  const oms4 = await startBenchOms4(ground, orders * 3);
  const path = join(ground.folder, "push.db");
  const { database, stores, clock } = openParts(path);
  const push = createPush({
    api: openApi(oms4.connection),
    outbox: stores.outbox,
    otherStations: createOtherStations({ ...stores, onNews: () => {} }),
    clock: systemClock,
    random: Math.random,
    log: silentLog,
    parallel: () => WIDTH,
    onChange: () => {},
  });
  const agent = new Agent({ keepAlive: true, maxSockets: WIDTH });
  const packedBody = (sequence: number, parcelNo: string): Record<string, unknown> => {
    const { raw } = makeBenchTask(sequence);
    return {
      ft_no: raw.ft_no,
      order_no: raw["order_no"],
      sales_channel: raw["sales_channel"],
      parcels: [
        {
          fp_parcel_no: parcelNo,
          parcel_packed_time: Date.now(),
          tracking_no: raw["delivery_carrier"] === null ? parcelNo : "",
          ...(raw["delivery_carrier"] === null
            ? { actual_delivery_partner: "Own fleet", actual_delivery_carrier: "Own fleet", actual_delivery_type: "Standard" }
            : {}),
          source_location: raw["fp_name"],
          dest_location: ["address", "district", "city", "state", "postcode", "country"].map((part) => raw[part]).join(", "),
          parcel_items: raw.task_details.map((detail) => ({
            ft_detail_id: String(detail.task_detail_id),
            seller_sku_code: detail["seller_sku_code"],
            brand_code: detail["brand_code"],
            brand_sku_code: detail["brand_sku_code"],
            ...(detail.qty === undefined ? {} : { qty: detail.qty }),
          })),
        },
      ],
    };
  };
  const toldFor = (sequence: number, parcelNo: string): readonly Told[] =>
    toldOf(makeBenchTask(sequence).raw.ft_no, parcelNo, packedBody(sequence, parcelNo));

  const postPlain = createPlainPost(agent);
  const timed = async (work: () => Promise<unknown>): Promise<number> => {
    const start = performance.now();
    await work();
    return performance.now() - start;
  };
  const turns: { ours: number; bare: number; plain: number }[] = [];
  for (let first = 1; first <= orders; first += ORDERS_A_TURN) {
    const numbers = Array.from({ length: ORDERS_A_TURN }, (_, index) => first + index);
    const bareTold = numbers.map((sequence) => toldFor(sequence + orders, `BARE${sequence}`));
    const entries = bareTold.flat().length;
    const plainTold = numbers.map((sequence) => toldFor(sequence + 2 * orders, `PLAIN${sequence}`));
    const bareMs = await timed(() => postBare(oms4.connection, postByFetch, bareTold));
    const plainMs = await timed(() => postBare(oms4.connection, postPlain, plainTold));
    database.transaction(() => {
      for (const sequence of numbers)
        for (const told of toldFor(sequence, `OURS${sequence}`)) stores.outbox.add({ ...told, urgent: true }, clock.now());
    });
    let next: number | null = null;
    const oursMs = await timed(async () => (next = await push.drain()));
    const { waiting, parked } = stores.outbox.counts();
    if (next !== null || waiting + parked > 0)
      throw new Error(
        `${waiting} entries wait and ${parked} are parked after a drain: ${stores.outbox.parked(1)[0]?.failure?.detail ?? ""}`,
      );
    turns.push({ ours: (entries / oursMs) * 1000, bare: (entries / bareMs) * 1000, plain: (entries / plainMs) * 1000 });
  }
  agent.destroy();
  database.close();
  await oms4.stop();
  const warm = turns.slice(1);
  const ratio = median(warm.map(({ ours, bare }) => ours / bare));
  const plainRatio = median(warm.map(({ ours, plain }) => ours / plain));
  const [ours, bareRate, plainRate] = [
    median(warm.map((turn) => turn.ours)),
    median(warm.map((turn) => turn.bare)),
    median(warm.map((turn) => turn.plain)),
  ];
  return [
    {
      what: "push: outbox drained (marked, sent, marked)",
      goal: `≥ ${LEAST_RATIO} × bare POSTs`,
      measured: perSecond(ours),
      bare: `${perSecond(bareRate)} by fetch (plain ${perSecond(plainRate)})`,
      ratio: `${times(ratio)} (plain ${times(plainRatio)})`,
      ok: ratio >= LEAST_RATIO,
      numbers: { postsPerSecond: ours, barePostsPerSecond: bareRate, plainPostsPerSecond: plainRate, ratio, plainRatio, turns },
    },
  ];
};

export const pushRow: Row = { name: "push", title: "push of the outbox", run };
