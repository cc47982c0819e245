const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Gives `next` back with every part that says the same as in `previous` replaced by that very part, so that
 * `memo` sees at a glance which lines changed. Only for plain JSON values.
 */
export const shareStructure = <T>(previous: unknown, next: T): T => {
  if (Object.is(previous, next)) return next;
  if (Array.isArray(previous) && Array.isArray(next)) {
    const shared: unknown[] = next.map((item, index) => shareStructure<unknown>(previous[index], item));
    const same = previous.length === shared.length && shared.every((item, index) => item === previous[index]);
    return (same ? previous : shared) as T;
  }
  if (isRecord(previous) && isRecord(next)) {
    const names = Object.keys(next);
    const shared = Object.fromEntries(names.map((name) => [name, shareStructure<unknown>(previous[name], next[name])]));
    const same =
      names.length === Object.keys(previous).length && names.every((name) => name in previous && shared[name] === previous[name]);
    return (same ? previous : shared) as T;
  }
  return next;
};
