/**
 * The Internet Printing Protocol's encoding (RFC 8010), as much of it as a label printer needs. Pure: bytes in, bytes
 * out. Of our own because the packages either hide the job's state reasons or have seen no upkeep for years.
 */

export type IppValue = string | number | boolean | Readonly<{ [name: string]: readonly IppValue[] }> | Uint8Array;
export type IppAttributes = Readonly<Record<string, readonly IppValue[]>>;

/** RFC 8010, 3.5.2. Only the tags we write have names here. */
const tags = {
  integer: 0x21,
  boolean: 0x22,
  enum: 0x23,
  resolution: 0x32,
  rangeOfInteger: 0x33,
  collection: 0x34,
  endCollection: 0x37,
  text: 0x41,
  name: 0x42,
  keyword: 0x44,
  uri: 0x45,
  charset: 0x47,
  language: 0x48,
  mime: 0x49,
  member: 0x4a,
} as const;
type TagName = "integer" | "boolean" | "enum" | "text" | "name" | "keyword" | "uri" | "charset" | "language" | "mime";

const groupTags = { operation: 0x01, job: 0x02, end: 0x03, printer: 0x04 } as const;

/** RFC 8011, 5.4.15, and CUPS' own. */
export const operations = {
  printJob: 0x0002,
  cancelJob: 0x0008,
  getJobAttributes: 0x0009,
  getJobs: 0x000a,
  getPrinterAttributes: 0x000b,
  cupsGetPrinters: 0x4002,
} as const;

/** RFC 8011, 5.3.7. */
export const jobStates = { pending: 3, held: 4, processing: 5, stopped: 6, canceled: 7, aborted: 8, completed: 9 } as const;
/** RFC 8011, 5.4.11. */
export const printerStates = { idle: 3, processing: 4, stopped: 5 } as const;

/** RFC 8011, appendix B: the statuses we tell apart. */
export const statuses = {
  notFound: 0x0406,
  formatNotSupported: 0x040a,
  attributesNotSupported: 0x040b,
  notPossible: 0x0404,
  notAccepting: 0x0506,
} as const;

export type IppWrite = Readonly<{ name: string; tag: TagName; values: readonly (string | number | boolean)[] }>;
export type IppRequest = Readonly<{
  operation: number;
  requestId: number;
  operationAttributes: readonly IppWrite[];
  jobAttributes?: readonly IppWrite[];
  document?: Uint8Array;
}>;
export type IppResponse = Readonly<{
  status: number;
  operation: IppAttributes;
  jobs: readonly IppAttributes[];
  printers: readonly IppAttributes[];
}>;

const CHARSET: IppWrite = { name: "attributes-charset", tag: "charset", values: ["utf-8"] };
const LANGUAGE: IppWrite = { name: "attributes-natural-language", tag: "language", values: ["en"] };

const withLength = (bytes: Uint8Array): Buffer => {
  const head = Buffer.alloc(2);
  head.writeUInt16BE(bytes.length);
  return Buffer.concat([head, bytes]);
};

const valueBytes = (tag: TagName, value: string | number | boolean): Buffer => {
  if (tag === "boolean") return Buffer.from([value === true ? 1 : 0]);
  if (tag === "integer" || tag === "enum") {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(Number(value));
    return bytes;
  }
  return Buffer.from(String(value), "utf8");
};

const attributeBytes = ({ name, tag, values }: IppWrite): readonly Buffer[] =>
  values.flatMap((value, index) => [
    Buffer.from([tags[tag]]),
    withLength(Buffer.from(index === 0 ? name : "")),
    withLength(valueBytes(tag, value)),
  ]);

/** A request in IPP 2.0; charset and language come first, as the RFC wants it. */
export const encodeRequest = (request: IppRequest): Buffer => {
  const head = Buffer.alloc(8);
  head.writeUInt16BE(0x0200, 0);
  head.writeUInt16BE(request.operation, 2);
  head.writeInt32BE(request.requestId, 4);
  const job = request.jobAttributes ?? [];
  return Buffer.concat([
    head,
    Buffer.from([groupTags.operation]),
    ...[CHARSET, LANGUAGE, ...request.operationAttributes].flatMap(attributeBytes),
    ...(job.length === 0 ? [] : [Buffer.from([groupTags.job]), ...job.flatMap(attributeBytes)]),
    Buffer.from([groupTags.end]),
    request.document ?? new Uint8Array(),
  ]);
};

type Cursor = { at: number };
type Read = Readonly<{ tag: number; name: string; bytes: Buffer }>;

const take = (data: Buffer, cursor: Cursor, length: number): Buffer => {
  if (cursor.at + length > data.length) throw new RangeError("the IPP answer broke off");
  const bytes = data.subarray(cursor.at, cursor.at + length);
  cursor.at += length;
  return bytes;
};
const takeSized = (data: Buffer, cursor: Cursor): Buffer => take(data, cursor, take(data, cursor, 2).readUInt16BE());

const readOne = (data: Buffer, cursor: Cursor): Read => {
  const tag = take(data, cursor, 1).readUInt8();
  const name = takeSized(data, cursor).toString("utf8");
  return { tag, name, bytes: takeSized(data, cursor) };
};

const readCollection = (data: Buffer, cursor: Cursor): IppValue => {
  const members: Record<string, IppValue[]> = {};
  let member = "";
  for (;;) {
    const one = readOne(data, cursor);
    if (one.tag === tags.endCollection) return members;
    if (one.tag === tags.member) {
      member = one.bytes.toString("utf8");
      members[member] = [];
    } else members[member]?.push(readValue(one, data, cursor));
  }
};

const readValue = ({ tag, bytes }: Read, data: Buffer, cursor: Cursor): IppValue => {
  if (tag === tags.collection) return readCollection(data, cursor);
  if ((tag === tags.integer || tag === tags.enum) && bytes.length === 4) return bytes.readInt32BE();
  if (tag === tags.boolean && bytes.length === 1) return bytes[0] === 1;
  // textWithLanguage and nameWithLanguage carry their language first
  if ((tag === 0x35 || tag === 0x36) && bytes.length >= 4) return bytes.subarray(4 + bytes.readUInt16BE(0)).toString("utf8");
  return tag >= tags.text && tag <= 0x5f ? bytes.toString("utf8") : new Uint8Array(bytes);
};

/** Reads an answer; null when the bytes are no IPP or broke off. */
export const decodeResponse = (data: Buffer): IppResponse | null => {
  try {
    const cursor: Cursor = { at: 0 };
    const major = take(data, cursor, 2).readUInt8();
    if (major !== 1 && major !== 2) return null;
    const status = take(data, cursor, 2).readUInt16BE();
    take(data, cursor, 4);
    const groups: { tag: number; attributes: Record<string, IppValue[]> }[] = [];
    let last = "";
    for (;;) {
      const tag = data[cursor.at];
      if (tag === undefined) return null;
      if (tag === groupTags.end) break;
      if (tag < 0x10) {
        cursor.at += 1;
        groups.push({ tag, attributes: {} });
        continue;
      }
      const one = readOne(data, cursor);
      const group = groups.at(-1);
      if (group === undefined) return null;
      if (one.name !== "") last = one.name;
      // Out-of-band values (unknown, no-value) have no value at all
      if (one.tag >= 0x20) (group.attributes[last] ??= []).push(readValue(one, data, cursor));
    }
    const of = (tag: number): IppAttributes[] => groups.filter((group) => group.tag === tag).map((group) => group.attributes);
    return { status, operation: of(groupTags.operation)[0] ?? {}, jobs: of(groupTags.job), printers: of(groupTags.printer) };
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
};
