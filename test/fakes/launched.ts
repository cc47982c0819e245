import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { ended } from "./ended.ts";

export const projectRoot = join(import.meta.dirname, "../..");

export type Launched = Readonly<{
  child: ChildProcess;
  /** the first line on standard output that is JSON; rejects when the process ends before */
  ready: Promise<Readonly<{ ready: boolean; url: string; failure?: Readonly<{ kind: string; detail: string }> }>>;
  /** resolves when it has ended and its output was read */
  exited: Promise<number | NodeJS.Signals>;
  output: () => string;
  words: () => string;
}>;

/** Starts a program of ours as a person would, without what the test run itself has in its environment. */
export const launchProgram = (command: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}): Launched => {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(OMS4_|STATION_|LABEL_PRINTER|npm_|PACKBENCH_|DISPLAY|WAYLAND_DISPLAY|NODE_OPTIONS|VITEST)/.test(name),
    ),
  );
  const child = spawn(command, args, { cwd: projectRoot, env: { ...inherited, ...environment }, stdio: ["ignore", "pipe", "pipe"] });
  const exited = ended(child);
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await exited.catch(() => {});
  });
  let output = "";
  let words = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => (output += part));
  child.stderr.setEncoding("utf8").on("data", (part: string) => (words += part));
  const line = (): string | undefined =>
    output
      .split("\n")
      .slice(0, -1)
      .find((one) => one.startsWith("{"));
  const ready = new Promise<never>((resolve, reject) => {
    child.stdout.on("data", () => {
      const found = line();
      if (found !== undefined) resolve(JSON.parse(found) as never);
    });
    void exited.then((end) => reject(new Error(`ended with ${end}: ${words}`)));
  });
  ready.catch(() => {});
  return { child, ready, exited, output: () => output, words: () => words };
};
