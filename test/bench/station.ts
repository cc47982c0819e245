import { join } from "node:path";
import { z } from "zod";
import type { Ground, Started } from "./ground.ts";

const readySchema = z.object({ ready: z.literal(true), url: z.string() });

/** The kiosk station as a process of its own; `url` is what it printed once scans are taken. */
export const startBenchStation = async (
  { startProcess }: Ground,
  dataFolder: string,
  environment: Readonly<Record<string, string>>,
): Promise<Started & Readonly<{ url: string }>> => {
  const script = join(import.meta.dirname, "../../electron/kiosk.ts");
  const started = await startProcess(script, ["--data-dir", dataFolder, "--port", "0"], { PACKBENCH_LOG: "error", ...environment });
  return { ...started, url: readySchema.parse(started.ready).url };
};
