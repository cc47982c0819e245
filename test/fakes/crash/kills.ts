import { drawKill, killAtMoment, moments, type KillPlan } from "./killer.ts";
import { Broken } from "./notebook.ts";
import { allPoints, isFrequent, needsCutPrint } from "./points.ts";
import type { Random } from "./random.ts";

export type KillsParts = Readonly<{
  /** One session that is to end so; false when its moment never came. */
  session: (index: number, plan: KillPlan) => Promise<boolean>;
  random: Random;
  printer: "folder" | "zpl";
  points: "all" | "some";
  /** kills in all, at the least */
  crashes: number;
  killed: () => number;
  /** of those, at moments of this kind */
  killedAt: (moment: string) => number;
  /** how long a start takes here, ms */
  startMs: () => number;
}>;

/** How many of a long run's kills fall on named steps. */
const POINT_SHARE = 0.4;
const POINT_TRIES = 8;
const MOMENT_TRIES = 12;

/**
 * Session after session until enough were killed: first at each kind of moment once, and with `all` at each of the named steps once, however
 * often one has to be waited for.
 */
export const runKills = async ({ session, random, printer, points, crashes, killed, killedAt, startMs }: KillsParts): Promise<void> => {
  const names = allPoints(printer);
  let index = 0;
  const killAt = async (point: string): Promise<boolean> => {
    // Only a print that was cut off is looked into at the next start
    if (needsCutPrint(point)) await session((index += 1), { at: "point", point: "print.before.send", count: 1 });
    return await session((index += 1), { at: "point", point, count: isFrequent(point) ? random.between(1, 4) : 1 });
  };
  if (points === "all") {
    for (const point of names) {
      let tries = 1;
      while (!(await killAt(point))) if ((tries += 1) > POINT_TRIES) throw new Broken(`${point} never came`);
    }
  }
  const ground = () => ({ startMs: startMs(), slow: printer === "zpl" });
  for (const moment of moments) {
    for (let tries = 1; killedAt(moment) === 0; tries += 1) {
      if (tries > MOMENT_TRIES) throw new Broken(`a kill at a ${moment} never came`);
      const plan = killAtMoment(random, moment, ground());
      // What is over before its shot is shot at sooner
      await session((index += 1), "afterMs" in plan ? { ...plan, afterMs: plan.afterMs / tries } : plan);
    }
  }
  while (killed() < crashes) {
    if (points === "some" && random.chance(POINT_SHARE)) await killAt(random.pick(names));
    else await session((index += 1), drawKill(random, ground()));
  }
};
