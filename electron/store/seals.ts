import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";

type Sealable = string | number | bigint | Uint8Array | null;

/**
 * What a seal holds together. SQLite has no checksums of its own: a byte that a dying disk changes within a text passes every check it has,
 * and would go to OMS4. Words with a closed list (states) need none: the table's own rules find those.
 */
const sealedColumns: Readonly<Record<string, readonly string[]>> = {
  alias: ["code", "barcode", "product", "brand_code", "brand_sku_code", "sku", "quantity", "source", "packer", "at"],
  cancellation: ["ct_no", "ft_no", "status", "whole", "details"],
  label_out_of_force: ["label_id", "ft_no", "tracking_no", "at"],
  journal: ["at", "station_id", "packer", "ft_no", "parcel_no", "kind", "before", "after"],
  outbox: ["ft_no", "parcel_no", "call", "body", "created_at"],
  packed_unit: ["scan_no", "parcel_no", "ft_no", "detail_id", "qty", "code", "batch", "serial", "at"],
  parcel: ["parcel_no", "ft_no", "sequence", "carton", "carrier_id", "carrier_name", "carrier_type", "tracking_no", "reported_items"],
  print_job: ["parcel_no", "ft_no", "document", "copy", "label_id"],
  scan_back: ["parcel_no", "ft_no", "at"],
  task: ["ft_no", "task"],
  told_elsewhere: ["code", "parcel_no", "ft_no", "tracking_no", "carrier", "milestone", "at"],
};

const BETWEEN = "|";

/**
 * The checksum of a row's words; the function `seal` of the schema. They come as one text, because this runs within each decision several
 * times, and handing over each of them costs more than the checksum.
 */
export const sealOf = (words: Sealable): number => crc32(typeof words === "string" ? words : String(words));
/** As `concat_ws` does it, which leaves out what is null. */
const wordsOf = (values: readonly Sealable[]): string => values.filter((value) => value !== null).join(BETWEEN);

/** The function `content_hash` of the checks. */
export const contentHash = (bytes: Sealable): string =>
  createHash("sha256")
    .update(bytes instanceof Uint8Array ? bytes : String(bytes))
    .digest("hex");

/** Finds rows whose words are no longer those that were written; each gives the number of them. */
export const sealChecks = (tables: readonly string[]): readonly Readonly<{ table: string; sql: string }>[] => [
  ...Object.entries(sealedColumns)
    .filter(([table]) => tables.includes(table))
    .map(([table, columns]) => ({
      table,
      sql: `select count(*) as n from ${table} where seal is not seal(concat_ws('${BETWEEN}', ${columns.join(", ")}))`,
    })),
  // A label blanked after its time keeps the checksum of what it was
  ...(tables.includes("label")
    ? [{ table: "label", sql: "select count(*) as n from label where length(bytes) > 0 and sha256 <> content_hash(bytes)" }]
    : []),
];

/** True when a row read from a file is as it was written; rows of tables without a seal count as good. Of nothing at all a damaged page makes a row too. */
export const isSealed = (table: string, row: Readonly<Record<string, Sealable>>): boolean => {
  const columns = sealedColumns[table];
  if (columns !== undefined && "seal" in row)
    return row["seal"] !== null && Number(row["seal"]) === sealOf(wordsOf(columns.map((column) => row[column] ?? null)));
  if (table !== "label") return true;
  const bytes = row["bytes"];
  return bytes instanceof Uint8Array && (bytes.length === 0 || contentHash(bytes) === row["sha256"]);
};
