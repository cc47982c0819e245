import { createHmac } from "node:crypto";

/** Values as they are before URL encoding. */
export type Parameters = Readonly<Record<string, string>>;

const byAscii = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The string OMS4 signs: the API path, then every header and query parameter but `signature` as name and value with
 * nothing between, in ASCII order of the names, then the body exactly as sent (oms4-api, "Signature").
 */
export const stringToSign = ({ path, parameters, body }: Readonly<{ path: string; parameters: Parameters; body: string }>): string =>
  path +
  Object.keys(parameters)
    .filter((name) => name !== "signature")
    .toSorted(byAscii)
    .map((name) => name + parameters[name])
    .join("") +
  body;

/** HMAC-SHA256 with the API secret, 64 lower-case hexadecimal characters. */
export const sign = (text: string, apiSecret: string): string => createHmac("sha256", apiSecret).update(text, "utf8").digest("hex");
