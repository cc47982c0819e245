import { createIngest } from "../../electron/sync/ingest.ts";
import { openTestDesk } from "./desk.ts";

/** A line as OMS4 sends it. */
export const rawLine = (id: string, sku: string, qty = 1, more: Readonly<Record<string, unknown>> = {}) => ({
  task_detail_id: id,
  brand_code: "BR01",
  brand_sku_code: sku,
  sku_name: `Item ${sku}`,
  qty,
  ...more,
});
/** The task FT1 as OMS4 sends it: one parcel with an integrated carrier, unless `more` says otherwise. */
export const rawTask = (lines: readonly unknown[], more: Readonly<Record<string, unknown>> = {}) => ({
  ft_no: "FT1",
  order_no: "ORD1",
  status: "NEW",
  allow_ft_split: 0,
  delivery_carrier: "J&T",
  name: "Tan",
  address: "1 Road",
  task_details: lines,
  ...more,
});

/** A desk with the task FT1 that OMS4 changes, takes back and asks about; `path`: the database of a desk there was before. */
export const openUpstream = (first: unknown, path?: string) => {
  const bench = openTestDesk(path);
  const ingest = createIngest({ database: bench.database, ...bench.stores, stationId: () => "Bench 1" });
  const heard = ({ changed, cancelled }: { changed: readonly string[]; cancelled: readonly string[] }): void => {
    for (const ftNo of [...changed, ...cancelled]) bench.desk.taskNews(ftNo);
  };
  const send = (record: unknown): void => heard(ingest.taskPage([record], 5));
  const cancellation = (ctNo: string, status: string, lines: readonly string[]): void =>
    heard(
      ingest.cancellationPage(
        [{ ct_no: ctNo, ft_no: "FT1", status, task_details: lines.map((id) => ({ ft_detail_id: id })) }],
        bench.stores.journal.ofTask("FT1").length,
      ),
    );
  const request = (open: boolean, result: string): void => {
    const repliedAt = open ? null : Date.UTC(2030, 1, 1);
    heard(ingest.cancelRequests([{ ftNo: "FT1", requestedAt: 1_700_000_000_000, result, repliedAt, open, items: [] }], ["FT1"], 7));
  };
  send(first);
  return {
    ...bench,
    send,
    /** Lines are cancelled, or all of it where none is named; `ctNo`: each number is a cancellation of its own. */
    cancel: (lines: readonly string[] = [], ctNo = "CT1") => cancellation(ctNo, "NEW", lines),
    withdraw: (lines: readonly string[] = [], ctNo = "CT1") => cancellation(ctNo, "WITHDRAWN", lines),
    buyerAsks: () => request(true, ""),
    requestRefused: () => request(false, "REJECTED"),
    verdicts: (...scans: readonly string[]) => scans.map(bench.scan),
    band: () => bench.desk.state().verdict,
    parcels: () => bench.stores.parcels.ofTask("FT1"),
    parcel: () => bench.stores.parcels.ofTask("FT1")[0] ?? null,
    reports: () => bench.told().flatMap(({ call, body }) => (call === "parcel-packed" ? [JSON.parse(body).parcels[0]] : [])),
    parcelNo: (index = 0) => bench.stores.parcels.ofTask("FT1")[index]?.parcelNo ?? "",
    stopTroubles: () => bench.trouble.list().filter(({ source }) => source === "stop"),
    reportsOf: (parcelNo: string) =>
      bench.told().flatMap(({ call, state, body }) => (call === "parcel-packed" && body.includes(parcelNo) ? [state] : [])),
    activities: () => bench.told().flatMap(({ call, body }) => (call === "parcel-activity" ? [String(JSON.parse(body).description)] : [])),
    everythingArrives: () => {
      for (const { id } of bench.stores.outbox.openOfTask("FT1")) bench.stores.outbox.markDone(id, 3);
    },
  };
};
export type Upstream = ReturnType<typeof openUpstream>;
