/**
 * The strict test OMS4: a real HTTP server that checks every request against the documentation, remembers what it was
 * told in order, and goes wrong on command. It shares the nine calls with the practice OMS4.
 *
 * In-process:      const oms4 = await startTestOms4();            // ends with the test
 * Own process:     node test/fakes/oms4-process.ts --port 0       // prints {"ready":true,"baseUrl":…,"control":…,"environment":{…}}
 *                  POST the same commands as JSON to `control`: {"do":"add-task","task":{…}} → {"ok":true,"value":…}
 *
 * Functions (`oms4.x(…)`; by process `{"do":"x", …the names in brackets}`):
 *   addTask(task)                     "add-task" {task}: ftNo, way single|split|own, lines [{sku, qty?, barcode?, …}]; gives {ftNo, trackingNo, detailIds}
 *   addRawTask(raw)                   "add-raw-task" {raw}: any JSON, good or bad, into the task list
 *   changeTask(ftNo, change)          "change-task" {ftNo, change}: raw fields; its update time moves
 *   cancel(ftNo, detailIds?)          "cancel" {ftNo, detailIds}: no ids: the whole task; gives the ct_no
 *   addCancelRequest(request)         "add-cancel-request" {request}
 *   setLabel(key, shippingLabel)      "set-label" {key, text}: the text of `shipping_label` for an ft_no or fp_parcel_no, as it stands
 *   relabel(what, label)              in-process only: a label made anew, of {ftNo, parcelNo|null}: {trackingNo, bytes, inMs}; `inMs`: its number comes that long before it
 *   setLabelAt(ftNo, at)              "set-label-at" {ftNo, at}: when a single task's label can be had, ms; null: not (yet)
 *   setSplitLabelMs(ms)               "set-split-label-ms" {ms}: how long after packing a split parcel's label appears
 *   fault(fault, {call, times, skip}) "fault" {fault, call, times, skip}: see oms4-faults.ts; times null: until clearFaults; skip: that many good calls first
 *   hold(call)                        in-process only: the next answer to this call leaves only when what `hold` gave is called
 *   clearFaults()                     "clear-faults"
 *   setSkew(ms)                       "set-skew" {ms}: its clock (Date, timestamp check) is that far ahead
 *   setTimesWithin(ms)                in-process only: event_time and parcel_packed_time further from its clock are violations (default: any may be told)
 *   setOnline(online)                 "set-online" {online}: false: the port refuses connections, as with the cable pulled
 *   setBadRow(sku, bad)               in-process only: Update Inventory goes wrong over rows of this SKU; inventory() is the stock it holds
 *   told()                            "told": every POST in order of arrival: {call, ftNo, parcelNo, milestone, description, eventTime, body, code, committed, fault}
 *   parcels(ftNo?)                    "parcels" {ftNo}: what it holds as packed
 *   asked()                           "asked": how often each call came
 *   violations()                      "violations": what came against the documentation; must stay empty
 */
import { onTestFinished } from "vitest";
import { systemClock, type Clock } from "../../electron/kit/clock.ts";
import { startOms4, type TestOms4, type TestOms4Options } from "./oms4-running.ts";

export type { TestOms4, Told } from "./oms4-running.ts";
export { detailIdOf, tinyPdf, type TestTask } from "./oms4-tasks.ts";
export type { Fault } from "./oms4-faults.ts";

/** Starts it for one test; it is closed when the test ends. */
export const startTestOms4 = async (options: Partial<TestOms4Options> & Readonly<{ clock?: Clock }> = {}): Promise<TestOms4> => {
  const oms4 = await startOms4({ port: 0, clock: systemClock, splitLabelMs: 0, labels: "tiny", ...options });
  onTestFinished(() => oms4.close());
  return oms4;
};
