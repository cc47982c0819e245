import { FIRST_FREE_TASK } from "./fill.ts";
import { startBenchOms4 } from "./oms4-client.ts";
import type { Answered, Echoed } from "./page-probe.ts";
import type { Figure, Row } from "./rows.ts";
import { openScreen, type Screen } from "./screen.ts";
import { startBenchStation } from "./station.ts";
import { median, ms, quantile, summary, times } from "./statistics.ts";
import { makeBenchTask, unitCodes } from "./tasks.ts";
import { startTimedPrinter } from "./timed-printer.ts";

const SCANS = 240;
const MOST_P50_MS = 30;
const MOST_P99_MS = 100;
/** Nobody listens there: port 9 is the old discard service. */
const NOWHERE = {
  OMS4_BASE_URL: "http://127.0.0.1:1234/openapi/",
  OMS4_TENANT_ID: "1001",
  OMS4_API_KEY: "2001",
  OMS4_API_SECRET: "helloworld",
};
const POLL_MS = "1000";
/** Tasks that change at OMS4 each second while scans are taken. */
const TRAFFIC = 20;

type Sample = Readonly<{ answered: Answered; echoed: Echoed }>;

/** Packs task after task, a wrong item in each, an echo after every scan. The first task warms up both and doesn't count. */
const packAndEcho = async (screen: Screen, scans: number): Promise<readonly Sample[]> => {
  const samples: Sample[] = [];
  for (let sequence = FIRST_FREE_TASK; samples.length < scans; sequence++) {
    const task = makeBenchTask(sequence);
    const wrong = unitCodes(makeBenchTask(sequence + 1)).find((code) => !unitCodes(task).includes(code)) ?? "WRONGITEM";
    const codes = [task.raw.ft_no, wrong, ...unitCodes(task), ...(task.way === "split" ? ["CMDFINISH"] : [])];
    for (const [index, code] of codes.entries()) {
      const answered = await screen.scan(code);
      await screen.still();
      const echoed = await screen.echo();
      if (index === 0 && answered.verdict !== "task-opened") throw new Error(`${code} was answered with ${answered.verdict}`);
      if (index === codes.length - 1 && answered.verdict !== "task-done")
        throw new Error(`${task.raw.ft_no} ended with ${answered.verdict}`);
      if (sequence > FIRST_FREE_TASK) samples.push({ answered, echoed });
    }
  }
  return samples;
};

const figureOf = (what: string, samples: readonly Sample[], more: Readonly<Record<string, unknown>>): Figure => {
  const audible = ({ frameAt, soundAt }: Answered): number => Math.max(frameAt, soundAt ?? frameAt);
  const ours = samples.map(({ answered }) => audible(answered) - answered.enterAt);
  const dom = samples.map(({ answered }) => answered.domAt - answered.enterAt);
  const sound = samples.flatMap(({ answered }) => (answered.soundAt === null ? [] : [answered.soundAt - answered.enterAt]));
  const bare = samples.map(({ echoed }) => echoed.frameAt - echoed.enterAt);
  const bareDom = samples.map(({ echoed }) => echoed.domAt - echoed.enterAt);
  const kinds = Object.groupBy(samples, ({ answered }) => answered.verdict);
  const byVerdict = Object.fromEntries(
    Object.entries(kinds).map(([kind, all]) => [kind, summary((all ?? []).map(({ answered }) => audible(answered) - answered.enterAt))]),
  );
  const [p50, p99] = [median(ours), quantile(ours, 0.99)];
  return {
    what,
    goal: `p50 ≤ ${MOST_P50_MS} ms, p99 ≤ ${MOST_P99_MS} ms`,
    measured: `p50 ${ms(p50)}, p99 ${ms(p99)} (DOM ${ms(median(dom))})`,
    bare: `p50 ${ms(median(bare))}, p99 ${ms(quantile(bare, 0.99))} (DOM ${ms(median(bareDom))})`,
    ratio: times(p50 / median(bare)),
    ok: p50 <= MOST_P50_MS && p99 <= MOST_P99_MS,
    numbers: {
      ours: summary(ours),
      toDom: summary(dom),
      toSound: summary(sound),
      bare: summary(bare),
      bareToDom: summary(bareDom),
      byVerdict,
      ...more,
    },
  };
};

const run: Row["run"] = async (ground) => {
  const scans = Math.max(60, Math.round(SCANS * ground.scale));
  const printer = await startTimedPrinter();
  const measure = async (what: string, name: string, environment: Readonly<Record<string, string>>, online: string): Promise<Figure> => {
    const station = await startBenchStation(ground, ground.filledFolder(name), {
      STATION_POLL_MS: POLL_MS,
      LABEL_PRINTER: printer.uri,
      ...environment,
    });
    const screen = await openScreen(station.url);
    try {
      const samples = await packAndEcho(screen, scans);
      const seen = await screen.attribute("data-online");
      if (seen !== online) throw new Error(`the screen says data-online=${seen}`);
      return figureOf(what, samples, {});
    } finally {
      await screen.close();
      await station.stop();
    }
  };
  const oms4 = await startBenchOms4(ground, ground.tasks, { traffic: TRAFFIC });
  const stored = `${ground.tasks.toLocaleString("en")} tasks`;
  const syncing = await measure(`scan → verdict seen and heard, ${stored}, sync at work`, "verdict-online", oms4.environment, "true");
  await oms4.stop();
  const offline = await measure(`scan → verdict seen and heard, ${stored}, offline`, "verdict-offline", NOWHERE, "false");
  await printer.stop();
  return [syncing, offline];
};

export const verdictRow: Row = { name: "verdict", title: "scan to verdict in Chromium", run };
