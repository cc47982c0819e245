const LIMIT_MS = 30_000;
const LOOK_EVERY_MS = 25;

/** Asks until it is so; the limit is for broken tests only. */
export const until = async (so: () => boolean | Promise<boolean>, what: string, withinMs: number = LIMIT_MS): Promise<void> => {
  const deadline = Date.now() + withinMs;
  while (!(await so())) {
    if (Date.now() > deadline) throw new Error(`never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
};
