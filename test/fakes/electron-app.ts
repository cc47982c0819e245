import { fork, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { ended } from "./ended.ts";

const root = join(import.meta.dirname, "../..");

const LOOK_EVERY_MS = 25;

/** What the double knows about the app; see `controls.facts`. */
export type Facts = Readonly<{
  windows: readonly Readonly<{
    url: string;
    shown: Readonly<{ show: number; focus: number; restore: number; maximize: number }>;
    options: Readonly<{ kiosk: boolean; webPreferences: Readonly<Record<string, unknown>> }>;
  }>[];
  blockers: readonly string[];
  errorBoxes: readonly string[];
  menu: unknown;
  name: string;
  userData: string;
}>;

export type ElectronApp = Readonly<{
  child: ChildProcess;
  /** Does something from outside (see `controls` in electron/electron.ts) and gives its answer. */
  ask: <T>(name: string, ...values: unknown[]) => Promise<T>;
  /** Evaluates in the page once; fails where there is none. */
  evaluate: <T>(expression: string) => Promise<T>;
  /** Resolves when the window is shown; fails when the process ends before. */
  untilShown: () => Promise<void>;
  /** resolves when it has ended and its words were read */
  exited: Promise<number>;
  /** everything the process wrote on standard error */
  words: () => string;
  quit: () => Promise<number>;
}>;

/** Starts main and preload as they ship (dist/main, dist/preload) with the double of `electron` over real Chromium. */
export const startElectron = ({
  args,
  environment = {},
  main = join(root, "dist/main/main.cjs"),
}: Readonly<{ args: readonly string[]; environment?: Record<string, string>; main?: string }>): ElectronApp => {
  const child = fork(join(import.meta.dirname, "electron/run.ts"), [main, ...args], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: { ...process.env, PACKBENCH_LOG: "warn", ...environment },
  });
  let words = "";
  child.stderr?.setEncoding("utf8").on("data", (part: string) => (words += part));
  child.stdout?.resume();
  const waiting = new Map<number, (answer: { value?: unknown; error?: string }) => void>();
  let lastId = 0;
  child.on("message", (answer: { id: number; value?: unknown; error?: string }) => waiting.get(answer.id)?.(answer));
  const exited = ended(child).then((end) => {
    for (const settle of waiting.values()) settle({ error: `Electron's double ended (exit ${end}): ${words}` });
    return typeof end === "number" ? end : -1;
  });
  const ask = <T>(name: string, ...values: unknown[]): Promise<T> =>
    new Promise((resolve, reject) => {
      if (!child.connected) return reject(new Error(`Electron's double has ended: ${words}`));
      lastId += 1;
      const id = lastId;
      waiting.set(id, ({ value, error }) => {
        waiting.delete(id);
        if (error === undefined) resolve(value as T);
        else reject(new Error(error));
      });
      child.send({ id, name, values });
    });
  return {
    child,
    ask,
    evaluate: (expression) => ask("evaluate", expression),
    untilShown: async () => {
      for (;;) {
        const { windows } = await ask<Facts>("facts");
        if (windows.some(({ shown }) => shown.show > 0)) return;
        await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      }
    },
    exited,
    words: () => words,
    quit: () => {
      if (child.exitCode === null) child.kill("SIGTERM");
      return exited;
    },
  };
};
