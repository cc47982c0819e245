import { createHttp } from "../../electron/kit/http.ts";
import { silentLog } from "../../electron/kit/log.ts";
import { createApi } from "../../electron/sync/api.ts";
import { createIngest } from "../../electron/sync/ingest.ts";
import { createOtherStations } from "../../electron/sync/other-stations.ts";
import { createPush } from "../../electron/sync/push.ts";
import { openTestDesk } from "./desk.ts";
import { startTestOms4 } from "./oms4.ts";
import { jumpingClock } from "./oms4-sync.ts";
import type { TestTask } from "./oms4-tasks.ts";

/** A station's desk and push beside an OMS4, with one task of one line packed and printed, if not said otherwise; its report waits to be sent. */
export const openReportBench = async ({
  task = { lines: [{ sku: "A" }] },
  scans = ["A"],
}: Readonly<{ task?: Omit<TestTask, "ftNo">; scans?: readonly string[] }> = {}) => {
  let onReport = (): void => {};
  const oms4 = await startTestOms4({ onAsked: (call) => call === "setParcelPacked" && onReport() });
  oms4.addTask({ ...task, ftNo: "FT1" });
  const { clock, jump } = jumpingClock({ stands: true });
  const bench = openTestDesk(undefined, { clock });
  const { outbox } = bench.stores;
  const api = createApi({ connection: () => oms4.connection, fetch: createHttp(), clock, log: silentLog, timeoutMs: 20_000 });
  const ingest = createIngest({ database: bench.database, ...bench.stores, stationId: () => "Bench 1" });
  const otherStations = createOtherStations({ ...bench.stores, onNews: bench.desk.taskNews });
  const mayGo = bench.desk.reportMayGo;
  const push = createPush({ outbox, api, clock, random: () => 0, log: silentLog, mayGo, otherStations, onChange: () => {} });
  const pulled = await api.getTasks({ offset: 0, limit: 10 });
  if (!pulled.ok) throw new Error(pulled.failure.detail);
  ingest.taskPage(pulled.value.items, clock.now());
  // The first one lets everything go at once, as after a start
  await push.drain();
  bench.label("FT1", "JT1");
  for (const text of ["FT1", ...scans]) bench.scan(text);
  bench.printed();
  const request = (open: boolean, result: string): void => {
    const news = { ftNo: "FT1", requestedAt: clock.now() - 60_000, repliedAt: open ? null : clock.now(), result, open, items: [] };
    ingest.cancelRequests([news], ["FT1"], clock.now());
    bench.desk.taskNews("FT1");
  };
  /** Everything that may go, as time passes. */
  const drained = async (): Promise<void> => {
    for (let rounds = 0, next: number | null = 0; next !== null && rounds < 9; rounds++) {
      next = await push.drain();
      jump(Math.max(0, (next ?? 0) - clock.now()));
    }
  };
  /** Once, while the next report is on its way. */
  const whileReported = (action: () => void): void => {
    onReport = () => {
      onReport = () => {};
      action();
    };
  };
  const parcelNews = () => oms4.told().filter(({ call }) => call === "updateParcelActivity");
  return { ...bench, oms4, outbox, push, clock, jump, request, drained, whileReported, parcelNews };
};
