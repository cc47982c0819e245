/** The test OMS4 as a process of its own; see oms4.ts for what it can be told. Ends on SIGTERM. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { z } from "zod";
import { systemClock } from "../../electron/kit/clock.ts";
import { faultCallSchema, faultSchema } from "./oms4-faults.ts";
import { startOms4 } from "./oms4-running.ts";
import { testTaskSchema } from "./oms4-tasks.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    labels: { type: "string", default: "tiny" },
    "split-label-ms": { type: "string", default: "0" },
  },
});
const oms4 = await startOms4({
  port: Number(values.port),
  clock: systemClock,
  splitLabelMs: Number(values["split-label-ms"]),
  labels: values.labels === "real" ? "real" : "tiny",
});

const commandSchema = z.discriminatedUnion("do", [
  z.object({ do: z.literal("add-task"), task: testTaskSchema }),
  z.object({ do: z.literal("add-raw-task"), raw: z.unknown() }),
  z.object({ do: z.literal("change-task"), ftNo: z.string(), change: z.record(z.string(), z.unknown()) }),
  z.object({ do: z.literal("cancel"), ftNo: z.string(), detailIds: z.array(z.string()).default([]) }),
  z.object({ do: z.literal("add-cancel-request"), request: z.object({ ft_no: z.string() }).loose() }),
  z.object({ do: z.literal("set-label"), key: z.string(), text: z.string() }),
  z.object({ do: z.literal("set-label-at"), ftNo: z.string(), at: z.number().nullable() }),
  z.object({ do: z.literal("set-split-label-ms"), ms: z.number() }),
  z.object({
    do: z.literal("fault"),
    fault: faultSchema,
    call: faultCallSchema.default("*"),
    times: z.int().nullable().default(1),
    skip: z.int().default(0),
  }),
  z.object({ do: z.literal("clear-faults") }),
  z.object({ do: z.literal("set-skew"), ms: z.number() }),
  z.object({ do: z.literal("set-online"), online: z.boolean() }),
  z.object({ do: z.literal("told") }),
  z.object({ do: z.literal("asked") }),
  z.object({ do: z.literal("parcels"), ftNo: z.string().optional() }),
  z.object({ do: z.literal("violations") }),
]);
export type Oms4Command = z.input<typeof commandSchema>;

const obey = async (command: z.output<typeof commandSchema>): Promise<unknown> => {
  switch (command.do) {
    case "add-task":
      return oms4.addTask(command.task);
    case "add-raw-task":
      return oms4.addRawTask(command.raw);
    case "change-task":
      return oms4.changeTask(command.ftNo, command.change);
    case "cancel":
      return oms4.cancel(command.ftNo, command.detailIds);
    case "add-cancel-request":
      return oms4.addCancelRequest(command.request);
    case "set-label":
      return oms4.setLabel(command.key, command.text);
    case "set-label-at":
      return oms4.setLabelAt(command.ftNo, command.at);
    case "set-split-label-ms":
      return oms4.setSplitLabelMs(command.ms);
    case "fault":
      return oms4.fault(command.fault, { call: command.call, times: command.times, skip: command.skip });
    case "clear-faults":
      return oms4.clearFaults();
    case "set-skew":
      return oms4.setSkew(command.ms);
    case "set-online":
      return await oms4.setOnline(command.online);
    case "told":
      return oms4.told();
    case "asked":
      return oms4.asked();
    case "parcels":
      return oms4.parcels(command.ftNo);
    case "violations":
      return oms4.violations();
  }
};

const control = createServer((request, response) => {
  const work = async (): Promise<unknown> => ({
    ok: true,
    value: (await obey(commandSchema.parse(JSON.parse(await text(request))))) ?? null,
  });
  work()
    .catch((error: unknown) => ({ ok: false, words: error instanceof Error ? error.message : String(error) }))
    .then(
      (reply) => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(reply)),
      () => response.destroy(),
    );
});
control.listen(0, "127.0.0.1", () => {
  const { port } = control.address() as AddressInfo;
  const ready = {
    ready: true,
    baseUrl: oms4.connection.baseUrl,
    control: `http://127.0.0.1:${port}/control`,
    environment: oms4.environment,
  };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
});
process.once("SIGTERM", () => {
  control.close();
  control.closeAllConnections();
  void oms4.close();
});
