import { pino } from "pino";

/** What parts write about their work. Never a secret, never a receiver's data. */
export type Log = Readonly<{
  info: (facts: Readonly<Record<string, unknown>>, words: string) => void;
  warn: (facts: Readonly<Record<string, unknown>>, words: string) => void;
  error: (facts: Readonly<Record<string, unknown>>, words: string) => void;
}>;

/** Logs as JSON lines to standard error: standard output belongs to the ready line. A log that can't be written costs no scan. */
export const createLog = (): Log => {
  const destination = pino.destination({ dest: 2, sync: true });
  destination.on("error", () => {});
  const logger = pino({ level: process.env["PACKBENCH_LOG"] ?? "info", base: null }, destination);
  const write =
    (level: "info" | "warn" | "error"): Log["info"] =>
    (facts, words) => {
      try {
        logger[level](facts, words);
      } catch {
        // A full disk, or a terminal that is gone: there is nowhere left to say so
      }
    };
  return { info: write("info"), warn: write("warn"), error: write("error") };
};

export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} };
