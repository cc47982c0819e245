/** What the checks of requests share. */
export type Fields = Readonly<Record<string, unknown>>;

const MS_FROM = 1e11;

export const isText = (value: unknown): value is string => typeof value === "string" && value.trim() !== "";
export const isMs = (value: unknown): boolean => typeof value === "number" && Number.isInteger(value) && value > MS_FROM;
/** As text, whatever JSON form it has; "" for none. */
export const textOf = (value: unknown): string => (typeof value === "string" || typeof value === "number" ? String(value).trim() : "");

/** Words for what is there and not documented. */
export const checkKeys = (fields: Fields, known: readonly string[], where: string): string[] =>
  Object.keys(fields)
    .filter((key) => !known.includes(key))
    .map((key) => `${where}: ${key} is not documented`);
