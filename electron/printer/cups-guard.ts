import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Log } from "../kit/log.ts";
import type { IppServer } from "./cups-client.ts";
import type { PrintRun } from "./port.ts";
import { fileBeside } from "./worker-client.ts";

type GuardedJob = Readonly<{ server: IppServer; queue: string; name: string; deviceRef: string | null }>;

/** What the guard is told: CUPS has, or may have, this job (`deviceRef` null: its number is not known yet), or it is over. */
export type GuardNote = Readonly<({ what: "has" } & GuardedJob) | { what: "over"; name: string }>;

export type CupsGuard = Readonly<{
  /** Starts it before it is needed. */
  start: () => void;
  /** The same run, with somebody who takes the job back if CUPS begins it anew after this process is dead. */
  guarded: (run: PrintRun, job: GuardedJob) => PrintRun;
  /** It goes too, once what it has in hand is over. */
  stop: () => void;
}>;

/**
 * A small process beside the station that outlives it: a station that is killed can't take back what a restarted CUPS prints a second time.
 * It does nothing while the station lives; then it follows what was in CUPS to its end, three minutes at most.
 * An installed Electron can't run plain programs (its fuse is off): there is none there, and what such a restart does is asked about.
 */
export const createCupsGuard = ({ log }: Readonly<{ log: Log }>): CupsGuard => {
  let child: ChildProcess | null = null;

  const begin = (): ChildProcess => {
    const started = spawn(process.execPath, [fileURLToPath(fileBeside("cups-guard-process"))], {
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
    });
    const ended = (error?: Error): void => {
      if (child !== started) return;
      child = null;
      log.warn({ error: error?.message }, "the guard of jobs in CUPS ended and is started again with the next one");
    };
    started.once("error", ended);
    started.once("exit", () => ended());
    // Its end is told by `exit`
    started.stdin?.on("error", () => {});
    started.unref();
    return started;
  };
  const start = (): ChildProcess | null => {
    if (process.versions["electron"] === undefined) child ??= begin();
    return child;
  };
  const tell = (note: GuardNote): void => {
    start()?.stdin?.write(`${JSON.stringify(note)}\n`);
  };

  return {
    start: () => void start(),
    stop: () => {
      const last = child;
      child = null;
      last?.stdin?.end();
    },
    guarded:
      (run, { deviceRef: known, ...job }) =>
      async (tellNews, signal) => {
        let told = known;
        tell({ what: "has", ...job, deviceRef: known });
        try {
          return await run((news) => {
            if (news.deviceRef !== null && news.deviceRef !== told) tell({ what: "has", ...job, deviceRef: news.deviceRef });
            told = news.deviceRef ?? told;
            tellNews(news);
          }, signal);
        } finally {
          // A station that stops follows it no more: the guard does
          if (!signal.aborted) tell({ what: "over", name: job.name });
        }
      },
  };
};

/** Where nobody can outlive this process, or nothing needs it. */
export const noCupsGuard: CupsGuard = { start: () => {}, guarded: (run) => run, stop: () => {} };
