import { readFileSync } from "node:fs";
import type { Environment } from "../kit/settings.ts";

/** How often the parents are looked at: a station that npm left behind must free its data folder before the next one starts. */
const LOOK_EVERY_MS = 250;
const MOST_PARENTS = 8;

type Process = Readonly<{ id: number; parent: number; startedAt: string; command: string }>;

/** Reads one process from Linux' /proc; null elsewhere or when it is gone. The start time tells a reused id. */
const readProcess = (id: number): Process | null => {
  try {
    const stat = readFileSync(`/proc/${id}/stat`, "utf8");
    // The name in brackets may itself hold spaces and brackets
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const parent = Number(fields[1]);
    const startedAt = fields[19] ?? "";
    return { id, parent, startedAt, command: readFileSync(`/proc/${id}/cmdline`, "utf8").replaceAll("\0", " ") };
  } catch {
    return null;
  }
};

const isNpm = ({ command }: Process): boolean => /(^|[\\/ ])npm(-cli\.c?js)?( |$)/.test(command);

/** The parents up to npm: between it and us stand a shell that npm's end doesn't end, and perhaps our own launcher. */
const parentsUpToNpm = (): readonly Process[] => {
  const parents: Process[] = [];
  let next = readProcess(process.ppid);
  while (next !== null && next.id > 1 && parents.length < MOST_PARENTS) {
    parents.push(next);
    if (isNpm(next)) return parents;
    next = readProcess(next.parent);
  }
  // Without npm above us only the direct parent is ours to follow
  return parents.slice(0, 1);
};

const isAlive = (id: number): boolean => {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
};

/**
 * Calls `gone` once when a parent that started us dies without ending us (kill -9 of npm). Watches only where npm or our own
 * launcher started us: somebody who starts the station directly may well leave it running on its own.
 */
export const watchParents = ({
  environment,
  gone,
}: Readonly<{ environment: Environment; gone: (words: string) => void }>): (() => void) => {
  if (environment["npm_lifecycle_event"] === undefined && environment["PACKBENCH_LAUNCHED"] === undefined) return () => {};
  const direct = process.ppid;
  const parents = parentsUpToNpm();
  const lost = (): string | null => {
    if (process.ppid !== direct || (process.platform === "win32" && !isAlive(direct))) return `process ${direct}`;
    const missing = parents.find((parent) => readProcess(parent.id)?.startedAt !== parent.startedAt);
    return missing === undefined ? null : `process ${missing.id} (${missing.command.trim()})`;
  };
  const timer = setInterval(() => {
    const who = lost();
    if (who === null) return;
    clearInterval(timer);
    gone(`${who} that started the station is gone`);
  }, LOOK_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
};
