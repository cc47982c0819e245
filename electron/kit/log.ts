import { pino } from "pino";

/** What parts write about their work. Never a secret, never a receiver's data. */
export type Log = Readonly<{
  info: (facts: Readonly<Record<string, unknown>>, words: string) => void;
  warn: (facts: Readonly<Record<string, unknown>>, words: string) => void;
  error: (facts: Readonly<Record<string, unknown>>, words: string) => void;
}>;

/** Logs as JSON lines to standard error: standard output belongs to the ready line. */
export const createLog = (): Log =>
  pino({ level: process.env["PACKBENCH_LOG"] ?? "info", base: null }, pino.destination({ dest: 2, sync: true }));

export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} };
