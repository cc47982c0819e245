import { systemClock, type Clock } from "../../electron/kit/clock.ts";
import { CHECK_DEADLINE_MS } from "../../shared/outbox.ts";

/**
 * The system's clock, which a test can have stand: a label and a first report wait for OMS4's word for as long as it does, however slow
 * the machine is. `go`: the time they wait at most is over for all that began to wait meanwhile.
 */
export const standingClock = () => {
  let stoodAt: number | null = null;
  let behindMs = 0;
  const waiting = new Set<() => void>();
  const clock: Clock = {
    now: () => stoodAt ?? systemClock.now() - behindMs,
    after: (ms, action) => {
      if (stoodAt === null || ms !== CHECK_DEADLINE_MS) return systemClock.after(ms, action);
      waiting.add(action);
      return () => void waiting.delete(action);
    },
  };
  return {
    clock,
    /** A moment later than all before: what is asked from now on is asked after it. */
    stand: (): void => void (stoodAt = clock.now() + 1),
    go: (): void => {
      if (stoodAt !== null) behindMs = systemClock.now() - stoodAt - CHECK_DEADLINE_MS;
      stoodAt = null;
      const late = [...waiting];
      waiting.clear();
      for (const action of late) action();
    },
  };
};
