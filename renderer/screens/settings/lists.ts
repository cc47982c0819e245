import { cartonSchema, DELIVERY_TYPES, ownCarrierSchema, type Carton, type OwnCarrier } from "../../../shared/settings.ts";

/** What was typed as a list, one thing a line, or what is wrong with its first bad line. */
export type Listed<T> = Readonly<{ ok: true; value: readonly T[] } | { ok: false; problem: string }>;

const linesOf = (text: string): readonly string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

const numberOf = (text: string | undefined): number => (text === undefined || text === "" ? Number.NaN : Number(text.replace(",", ".")));

const readLines = <T>(text: string, read: (line: string) => T | null, how: string, keyOf: (value: T) => string): Listed<T> => {
  const values: T[] = [];
  for (const line of linesOf(text)) {
    const value = read(line);
    if (value === null) return { ok: false, problem: `"${line}": write ${how}` };
    if (values.some((known) => keyOf(known) === keyOf(value))) return { ok: false, problem: `"${line}" is there twice` };
    values.push(value);
  }
  return { ok: true, value: values };
};

/** `M 30 20 15 0.12`: code, length, width, height (cm), empty weight (kg); an × between the sizes is fine. */
export const readCartons = (text: string): Listed<Carton> =>
  readLines(
    text,
    (line) => {
      const [code = "", length, width, height, tare, ...more] = line.replaceAll(/(?<=\d)\s*[x×*]\s*(?=\d)/gi, " ").split(/[\s;]+/);
      const read = cartonSchema.safeParse({
        code,
        lengthCm: numberOf(length),
        widthCm: numberOf(width),
        heightCm: numberOf(height),
        tareKg: numberOf(tare),
      });
      return read.success && more.length === 0 ? read.data : null;
    },
    "M 30 20 15 0.12 (code, length, width, height in cm, empty weight in kg)",
    ({ code }) => code,
  );
export const writeCartons = (cartons: readonly Carton[]): string =>
  cartons.map(({ code, lengthCm, widthCm, heightCm, tareKg }) => `${code} ${lengthCm} ${widthCm} ${heightCm} ${tareKg}`).join("\n");

/** `Own fleet; Standard; 3.50; 301`: name, delivery type, cost of a parcel, OMS4's id; the last two may be left out. */
export const readOwnCarriers = (text: string): Listed<OwnCarrier> =>
  readLines(
    text,
    (line) => {
      const [name = "", type = "", cost = "", id = "", ...more] = line.split(";").map((part) => part.trim());
      const read = ownCarrierSchema.safeParse({
        name,
        id,
        type: DELIVERY_TYPES.find((each) => each.toLowerCase() === type.toLowerCase()),
        cost: cost === "" ? null : numberOf(cost),
      });
      return read.success && more.length === 0 ? read.data : null;
    },
    `Own fleet; Standard; 3.50; 301 (name; ${DELIVERY_TYPES.join(", ")}; cost; OMS4's id)`,
    ({ name, id }) => `${id} ${name.toUpperCase()}`,
  );
export const writeOwnCarriers = (carriers: readonly OwnCarrier[]): string =>
  carriers
    .map(({ name, type, cost, id }) => [name, type, cost === null ? "" : String(cost), id].join("; ").replace(/[; ]+$/, ""))
    .join("\n");
