import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { surplusBackups, type Dated } from "../../electron/store/backup-ages.ts";

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 10, 23, 9, 30);
const backup = (at: number, bytes = 1): Dated => ({ name: new Date(at).toISOString(), at, bytes });
const kept = (all: readonly Dated[], now: number, budget = Number.POSITIVE_INFINITY): readonly Dated[] => {
  const gone = new Set(surplusBackups(all, now, budget).map(({ name }) => name));
  return all.filter(({ name }) => !gone.has(name));
};

describe("backups kept by age", () => {
  it("are one an hour for a day, one a day for two weeks and one a week for two months, when one is made every hour", () => {
    let all: readonly Dated[] = [];
    for (let at = NOW - 100 * DAY; at <= NOW; at += HOUR) all = kept([...all, backup(at)], at);
    const ages = all.map(({ at }) => NOW - at);
    expect(ages.filter((age) => age <= DAY)).toHaveLength(25);
    const days = ages.filter((age) => age > DAY && age <= 14 * DAY);
    expect(days.length).toBeGreaterThanOrEqual(12);
    expect(days.length).toBeLessThanOrEqual(14);
    const weeks = ages.filter((age) => age > 14 * DAY);
    expect(weeks.length).toBeGreaterThanOrEqual(6);
    expect(weeks.length).toBeLessThanOrEqual(7);
    expect(Math.max(...ages)).toBeLessThanOrEqual(60 * DAY);
  });

  it("never lose the newest, whatever the times, sizes and the room", () => {
    const times = fc.array(fc.integer({ min: NOW - 200 * DAY, max: NOW + 5 * DAY }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(times, fc.nat(1000), fc.nat(50_000), (ats, bytes, budget) => {
        const all = [...new Set(ats)].map((at) => backup(at, bytes));
        const newest = Math.max(...ats);
        expect(kept(all, NOW, budget).some(({ at }) => at === newest)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it("are thinned to the same whether once or many times", () => {
    const times = fc.array(fc.integer({ min: NOW - 90 * DAY, max: NOW }), { minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(times, (ats) => {
        const once = kept(
          [...new Set(ats)].map((at) => backup(at)),
          NOW,
        );
        expect(kept(once, NOW)).toEqual(once);
      }),
      { numRuns: 300 },
    );
  });

  it("take no more than their share of the disk: the oldest hours go before the days", () => {
    const hours = Array.from({ length: 24 }, (_, hour) => backup(NOW - hour * HOUR, 10));
    const days = Array.from({ length: 10 }, (_, day) => backup(NOW - (day + 2) * DAY, 10));
    const left = kept([...hours, ...days], NOW, 150);
    expect(left.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(150);
    expect(left.filter(({ at }) => NOW - at > DAY)).toHaveLength(10);
    expect(left.some(({ at }) => at === NOW)).toBe(true);
  });
});
