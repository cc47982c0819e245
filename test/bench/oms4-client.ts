import { join } from "node:path";
import { z } from "zod";
import { systemClock } from "../../electron/kit/clock.ts";
import { createHttp } from "../../electron/kit/http.ts";
import { silentLog } from "../../electron/kit/log.ts";
import { createApi, type Connection } from "../../electron/sync/api.ts";
import { endpoints, type EndpointName } from "../../electron/sync/endpoints.ts";
import { sign, stringToSign } from "../../electron/sync/signature.ts";
import type { Ground, Started } from "./ground.ts";

const readySchema = z.object({
  environment: z.record(z.string(), z.string()),
  connection: z.object({ baseUrl: z.string(), tenantId: z.string(), apiKey: z.string(), apiSecret: z.string() }),
});

export type RunningOms4 = Started & Readonly<{ environment: Record<string, string>; connection: Connection }>;

/**
 * The test OMS4 with so many bench tasks, in its own process as it is in its own house. `traffic`: tasks that change each second;
 * `labels`: so many planned labels (label-plan.ts) are its own.
 */
export const startBenchOms4 = async (
  { startProcess }: Ground,
  tasks: number,
  { traffic = 0, labels = 0 }: Readonly<{ traffic?: number; labels?: number }> = {},
): Promise<RunningOms4> => {
  const numbers = { "--tasks": tasks, "--traffic": traffic, "--labels": labels };
  const started = await startProcess(join(import.meta.dirname, "oms4.ts"), Object.entries(numbers).flat().map(String));
  return { ...started, ...readySchema.parse(started.ready) };
};

export const openApi = (connection: Connection) =>
  createApi({ connection: () => connection, fetch: createHttp(), clock: systemClock, log: silentLog, timeoutMs: 20_000 });

/** Address and headers of a signed call, for those who send it by themselves. */
export const signedCall = (connection: Connection, name: EndpointName, parameters: Readonly<Record<string, string>>, body: string) => {
  const { path } = endpoints[name];
  const headers = { tenant_id: connection.tenantId, api_key: connection.apiKey, timestamp: String(Date.now()) };
  const signature = sign(stringToSign({ path, parameters: { ...headers, ...parameters }, body }), connection.apiSecret);
  const query = new URLSearchParams(parameters).toString();
  return { url: `${connection.baseUrl.replace(/\/+$/, "")}${path}${query === "" ? "" : `?${query}`}`, headers: { ...headers, signature } };
};
