import { existsSync, watch } from "node:fs";
import type { Random } from "./random.ts";

/** Where in the station's work its process is shot. `count`: at the how-maniest such moment. */
export type KillPlan =
  | Readonly<{ at: "start"; afterMs: number }>
  | Readonly<{ at: "work"; afterMs: number }>
  | Readonly<{ at: "scan" | "close" | "post" | "print"; count: number; afterMs: number }>
  /** exactly at a named step (points.ts), at its how-maniest passing */
  | Readonly<{ at: "point"; point: string; count: number }>
  | Readonly<{ at: "stop"; scans: number; afterMs: number }>
  /** no kill at all: an ordinary end of the shift between two bad ones */
  | Readonly<{ at: "never"; scans: number }>;

/** Every kind of moment at which a random kill may fall. */
export const moments = ["start", "work", "scan", "close", "post", "print", "stop"] as const;
export type Moment = (typeof moments)[number];

/** `startMs`: how long a start takes here, so that shots fall into all of it. `slow`: printing takes longer than packing here. */
export type KillGround = Readonly<{ startMs: number; slow: boolean }>;

export const killAtMoment = (random: Random, at: Moment, { startMs, slow }: KillGround): KillPlan => {
  const moment = (most: number): number => random.next() ** 2 * most;
  switch (at) {
    case "start":
      return { at, afterMs: random.next() * startMs * 1.1 };
    case "work":
      return { at, afterMs: moment(slow ? 1_200 : 500) };
    case "scan":
      return { at, count: random.between(1, 12), afterMs: moment(6) };
    case "close":
      return { at, count: random.between(1, 4), afterMs: moment(12) };
    case "post":
      return { at, count: random.between(1, 10), afterMs: moment(12) };
    case "print":
      return { at, count: random.between(1, 5), afterMs: moment(8) };
    case "stop":
      return { at, scans: random.between(0, 10), afterMs: random.next() * 60 };
  }
};

export const drawKill = (random: Random, ground: KillGround): KillPlan => {
  const draw = random.next();
  if (draw < 0.1) return killAtMoment(random, "start", ground);
  if (draw < 0.4) return killAtMoment(random, "work", ground);
  if (draw < 0.55) return killAtMoment(random, "scan", ground);
  if (draw < 0.68) return killAtMoment(random, "close", ground);
  if (draw < 0.8) return killAtMoment(random, "post", ground);
  if (draw < 0.93) return killAtMoment(random, "print", ground);
  if (draw < 0.97) return killAtMoment(random, "stop", ground);
  return { at: "never", scans: random.between(2, 20) };
};

/** One session's gunman: told what happens, he shoots at his moment, once. */
export const createKiller = (plan: KillPlan, shoot: () => void) => {
  const timers: NodeJS.Timeout[] = [];
  let seen = 0;
  let fired = false;
  const aim = (afterMs: number): void => {
    const fire = (): void => {
      if (fired) return;
      fired = true;
      shoot();
    };
    // Timers are whole milliseconds: the moments in between are the interesting ones
    if (afterMs < 0.2) fire();
    else if (afterMs < 2) spin(performance.now() + afterMs, fire);
    else timers.push(setTimeout(fire, afterMs));
  };
  const spin = (until: number, fire: () => void): void => {
    if (performance.now() >= until) fire();
    else setImmediate(() => spin(until, fire));
  };
  return {
    spawned: (): void => {
      if (plan.at === "start") aim(plan.afterMs);
    },
    ready: (): void => {
      if (plan.at === "work") aim(plan.afterMs);
    },
    /** Something happened that this plan may count. */
    saw: (what: "scan" | "close" | "post" | "print"): void => {
      if (plan.at !== what) return;
      seen += 1;
      if (seen === plan.count) aim(plan.afterMs);
    },
    /** A step that whoever the station speaks to sees: the shot falls before anything else happens. */
    passed: (point: string): void => {
      if (plan.at !== "point" || plan.point !== point || fired) return;
      seen += 1;
      if (seen < plan.count) return;
      fired = true;
      shoot();
    },
    /** The station was told to stop: shot in the middle of it, if that is the plan. */
    stopping: (): void => {
      if (plan.at === "stop") aim(plan.afterMs);
    },
    fired: (): boolean => fired,
    holster: (): void => {
      fired = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
};
export type Killer = ReturnType<typeof createKiller>;

/** Tells of every file that appears or changes its name in a folder, hidden ones too. */
export const watchFolder = (folder: string, onFile: () => void): (() => void) => {
  if (!existsSync(folder)) return () => {};
  const watcher = watch(folder, { persistent: false }, onFile);
  watcher.on("error", () => {});
  return () => watcher.close();
};
