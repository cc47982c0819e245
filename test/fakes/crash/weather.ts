import type { EndpointName } from "../../../electron/sync/endpoints.ts";
import type { Fault } from "../oms4-faults.ts";
import type { TestOms4 } from "../oms4-running.ts";
import type { ZplPrinter } from "../zpl-printer.ts";
import type { Random } from "./random.ts";

const CALLS: readonly (EndpointName | "*")[] = [
  "setParcelPacked",
  "setParcelPacked",
  "setParcelPacked",
  "updateTaskActivity",
  "updateTaskActivity",
  "updateParcelActivity",
  "getShippingInfo",
  "getTasks",
  "*",
];

/** Lists that come wrong although each of their records is right. */
const LIST_FAULTS = ["stale", "endless", "shuffled", "doubled", "gaps", "moved", "total"] as const;

/** Every way an answer gets lost or goes wrong, before and after the call took effect. */
const drawFault = (random: Random): Fault => {
  const after = random.chance(0.5);
  const draw = random.next();
  if (draw < 0.3) return { kind: "slow", ms: random.between(5, 300) };
  if (draw < 0.48) return { kind: "drop", after };
  if (draw < 0.64) return { kind: "status", status: random.pick([500, 502, 503]), after };
  if (draw < 0.76) return { kind: "half" };
  if (draw < 0.84) return { kind: "empty", after };
  if (draw < 0.88) return { kind: "html", after };
  if (draw < 0.9) return { kind: "garbage", after };
  if (draw < 0.94) return { kind: "envelope", code: "9999", message: "system busy", after };
  if (draw < 0.97) return { kind: "throttle", retryAfter: "1" };
  return { kind: "hang", after };
};

const LONGEST_JUMP_MS = 3 * 3_600_000;

type Weather = Readonly<{
  oms4: TestOms4;
  printer: ZplPrinter | null;
  stormy: boolean;
  slips: boolean;
  /** OMS4's clock may be another one */ jumps: boolean;
}>;

/** Bad weather for one session: OMS4's faults and its clock, the cable, the printer's moods. */
export const setWeather = async (random: Random, { oms4, printer, stormy, slips, jumps }: Weather): Promise<void> => {
  oms4.clearFaults();
  if (jumps && random.chance(0.2)) oms4.setSkew(random.between(-LONGEST_JUMP_MS, LONGEST_JUMP_MS));
  await oms4.setOnline(!stormy || !random.chance(0.06));
  // A box gets its slip after a second: labels come before it, with it and long after
  oms4.setSplitLabelMs(random.pick(slips ? [0, 1_100, 5_000, 12_000, 25_000] : [0, 0, 50, 400]));
  printer?.setMode(random.pick(["normal", "normal", "normal", "keeps-open", "half-read", "stuck"]));
  if (!stormy) return;
  for (let count = random.between(0, 4); count > 0; count--) {
    oms4.fault(drawFault(random), { call: random.pick(CALLS), times: random.pick([1, 1, 2, 4]), skip: random.between(0, 6) });
  }
  if (random.chance(0.4)) {
    const fault: Fault = { kind: random.pick(LIST_FAULTS), seed: String(random.next()) };
    oms4.fault(fault, { call: random.pick(["getTasks", "getCancellations"]), times: random.pick([1, 3, 10]), skip: random.between(0, 6) });
  }
};

export const clearWeather = async ({ oms4, printer }: Readonly<{ oms4: TestOms4; printer: ZplPrinter | null }>): Promise<void> => {
  oms4.clearFaults();
  oms4.setSplitLabelMs(0);
  printer?.setMode("normal");
  await oms4.setOnline(true);
};
