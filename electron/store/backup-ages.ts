import { DAY_MS } from "../kit/clock.ts";

/** A backup as far as its keeping goes. `at`: ms since epoch. */
export type Dated = Readonly<{ name: string; at: number; bytes: number }>;

const HOUR_MS = 60 * 60 * 1000;
const WEEK_MS = 7 * DAY_MS;

/** Each hour of a day, each day of two weeks, each week of two months: what a mistake is found after, the copy before it is there. */
const AGES = [
  { withinMs: DAY_MS, everyMs: HOUR_MS },
  { withinMs: 2 * WEEK_MS, everyMs: DAY_MS },
  { withinMs: 60 * DAY_MS, everyMs: WEEK_MS },
] as const;

/** The newest of each hour, day or week that an age asks for. A time to come (the clock went back) counts as now. */
const keptBy = (backups: readonly Dated[], now: number, { withinMs, everyMs }: (typeof AGES)[number]): ReadonlySet<string> => {
  const newest = new Map<number, Dated>();
  for (const backup of backups) {
    if (now - backup.at > withinMs) continue;
    const slot = Math.floor(backup.at / everyMs);
    const other = newest.get(slot);
    if (other === undefined || other.at < backup.at) newest.set(slot, backup);
  }
  return new Set([...newest.values()].map(({ name }) => name));
};

/**
 * Which backups may go, the first to go first: those that no age asks for, then, while the rest takes more than `budgetBytes`, the
 * oldest of the hours before the days and weeks. The newest always stays.
 */
export const surplusBackups = (backups: readonly Dated[], now: number, budgetBytes: number): readonly Dated[] => {
  const oldestFirst = backups.toSorted((a, b) => a.at - b.at || a.name.localeCompare(b.name));
  const newest = oldestFirst.at(-1);
  const [hours, days, weeks] = AGES.map((age) => keptBy(backups, now, age));
  const lasting = (name: string): boolean => days?.has(name) === true || weeks?.has(name) === true;
  const wanted = (backup: Dated): boolean => backup === newest || hours?.has(backup.name) === true || lasting(backup.name);

  const surplus = oldestFirst.filter((backup) => !wanted(backup));
  const kept = oldestFirst.filter(wanted);
  let bytes = kept.reduce((sum, backup) => sum + backup.bytes, 0);
  for (const backup of [...kept.filter(({ name }) => !lasting(name)), ...kept.filter(({ name }) => lasting(name))]) {
    if (bytes <= budgetBytes) break;
    if (backup === newest) continue;
    surplus.push(backup);
    bytes -= backup.bytes;
  }
  return surplus;
};
