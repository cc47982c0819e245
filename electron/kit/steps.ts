import { fail, succeed, type Result } from "../../shared/failures.ts";

/** One of several writes that belong together; `takeBack` null: it is the last. */
export type Step = Readonly<{ noun: string; take: () => Result<null>; takeBack: (() => Result<null>) | null }>;

/** Takes one step after the other. Where one fails those before it are taken back, and what can't be is named in the failure. */
export const takeSteps = (steps: readonly Step[]): Result<null> => {
  const taken: Step[] = [];
  for (const step of steps) {
    const done = step.take();
    if (done.ok) {
      taken.unshift(step);
      continue;
    }
    const left = taken.filter(({ takeBack }) => takeBack?.().ok !== true).map(({ noun }) => noun);
    const { kind, detail } = done.failure;
    return left.length === 0 ? done : fail(kind, `${detail} Changed all the same: ${left.toReversed().join(" and ")}.`);
  }
  return succeed(null);
};
