/** What is there of several texts, in one line. */
export const joined = (...parts: readonly string[]): string => parts.filter((part) => part !== "").join(" · ");
