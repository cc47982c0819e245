import { join } from "node:path";
import type { Row } from "./rows.ts";
import { startBenchStation } from "./station.ts";
import { median, ms, quantile, summary, times } from "./statistics.ts";

const STARTS = 5;
const MOST_MS = 3_000;
/** Practice mode's OMS4 would be in the figure otherwise. */
const NOWHERE = {
  OMS4_BASE_URL: "http://127.0.0.1:1234/openapi/",
  OMS4_TENANT_ID: "1001",
  OMS4_API_KEY: "2001",
  OMS4_API_SECRET: "helloworld",
};

/** From the process's start to its ready line, after a clean stop and after kill -9, beside a Node that only opens the same file. */
const run: Row["run"] = async (ground) => {
  const folder = ground.filledFolder("start");
  const bareScript = join(import.meta.dirname, "bare-start.ts");
  const series = { clean: [] as number[], killed: [] as number[], bare: [] as number[] };
  let kind: "clean" | "killed" = "clean";
  for (let count = 0; count < STARTS * 2; count++) {
    const bareStart = performance.now();
    const bare = await ground.startProcess(bareScript, [join(folder, "packbench.db")]);
    series.bare.push(performance.now() - bareStart);
    await bare.stop();
    const start = performance.now();
    const station = await startBenchStation(ground, folder, NOWHERE);
    series[kind].push(performance.now() - start);
    kind = count % 2 === 0 ? "killed" : "clean";
    if (kind === "killed") station.process.kill("SIGKILL");
    await station.stop();
  }
  const all = [...series.clean, ...series.killed];
  return [
    {
      what: `start → scans taken, ${ground.tasks.toLocaleString("en")} tasks`,
      goal: `≤ ${MOST_MS / 1000} s`,
      measured: `p50 ${ms(median(all))}, worst ${ms(quantile(all, 1))}`,
      bare: `p50 ${ms(median(series.bare))} (Node, open, listen)`,
      ratio: times(median(all) / median(series.bare)),
      ok: quantile(all, 1) <= MOST_MS,
      numbers: { clean: summary(series.clean), afterKill: summary(series.killed), bare: summary(series.bare) },
    },
  ];
};

export const startRow: Row = { name: "start", title: "start of the station", run };
