/** The test OMS4 as a process of its own that knows `--tasks N` bench tasks from yesterday on. Prints one line; ends on SIGTERM. */
import { parseArgs } from "node:util";
import { systemClock } from "../../electron/kit/clock.ts";
import { startOms4 } from "../fakes/oms4-running.ts";
import { planLabels } from "./label-plan.ts";
import { makeBenchTask } from "./tasks.ts";

const DAY_MS = 24 * 60 * 60_000;

const { values } = parseArgs({
  options: { tasks: { type: "string", default: "0" }, traffic: { type: "string", default: "0" }, labels: { type: "string", default: "0" } },
});
const oms4 = await startOms4({ port: 0, clock: systemClock, splitLabelMs: 0, labels: "tiny" });
const yesterday = Date.now() - DAY_MS;
for (let sequence = 1; sequence <= Number(values.tasks); sequence++) {
  const { raw, trackingNo, way } = makeBenchTask(sequence);
  oms4.core.addTask(raw, { trackingNo, labelAt: way === "single" ? 0 : null }).updatedAt = yesterday;
}

for (const { sequence, bytes } of Number(values.labels) > 0 ? await planLabels(Number(values.labels)) : []) {
  if (bytes !== null) oms4.core.setLabelText(makeBenchTask(sequence).raw.ft_no, Buffer.from(bytes).toString("base64"));
}

/** So many tasks a second get new facts, the last ones first: what a pull finds while a bench is at work. */
const traffic = Number(values.traffic);
let changes = 0;
const timer = setInterval(() => {
  for (let count = 0; count < traffic; count++) {
    changes += 1;
    const { raw } = makeBenchTask(Number(values.tasks) - (changes % 5_000));
    oms4.core.changeTask(raw.ft_no, { delivery_instruction: `Ring twice, change ${changes}` });
  }
}, 1_000);
timer.unref();

process.stdout.write(`${JSON.stringify({ environment: oms4.environment, connection: oms4.connection })}\n`);
process.once("SIGTERM", () => void oms4.close().then(() => process.exit(oms4.violations().length === 0 ? 0 : 1)));
