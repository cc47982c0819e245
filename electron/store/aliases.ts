import { contradicts, type AliasRow, type CodeConflict, type CodeMeaning } from "../../shared/alias.ts";
import { productOf, type KnownProduct } from "../../shared/count.ts";
import { normaliseCode } from "../../shared/scan.ts";
import type { Database } from "./database.ts";

export type AliasSource = "imported" | "taught";
/** An alias with where it comes from. `at` 0: nobody knows when. */
export type Alias = AliasRow &
  Readonly<{ code: string; product: string; source: AliasSource; packer: string | null; at: number; name: string }>;
export type AliasOrigin = Readonly<{ source: AliasSource; packer: string | null; at: number }>;

type ProductRow = { product: string; brand_code: string; brand_sku_code: string; name: string | null; quantity: number };
type Row = ProductRow & { code: string; barcode: string; source: AliasSource; packer: string | null; at: number };

type AuditRow = {
  id: number;
  at: number;
  station_id: string;
  packer: string | null;
  kind: string;
  before: string | null;
  after: string | null;
};

/** A product is called what some order calls it, else by its SKU code. */
const COLUMNS = `code, barcode, product, brand_code, brand_sku_code, quantity, source, packer, at,
  (select name from item where item.code = alias.sku and item.product = alias.product) as name`;
const LEFT_OVERS_A_BITE = 500;

const readProduct = (row: ProductRow): KnownProduct => ({
  product: row.product,
  brandCode: row.brand_code,
  brandSkuCode: row.brand_sku_code,
  name: row.name ?? row.brand_sku_code,
  ...(row.quantity > 1 ? { units: row.quantity } : {}),
});
const readRow = (row: Row): Alias => ({
  code: row.code,
  barcode: row.barcode,
  product: row.product,
  brandCode: row.brand_code,
  brandSkuCode: row.brand_sku_code,
  quantity: row.quantity,
  source: row.source,
  packer: row.packer,
  at: row.at,
  name: row.name ?? row.brand_sku_code,
});

/**
 * Codes that no order gave: one meaning each, whoever said it. The one truth of packing and counting beside OMS4's own codes (`item`).
 * Every write belongs into the caller's transaction.
 */
export const createAliasStore = ({ database }: Readonly<{ database: Database }>) => {
  const version = database.prepare<{ current: number; coming: number }>("select current, coming from alias_version");
  const setVersion = database.prepare("update alias_version set current = ?, coming = ?");
  const get = database.prepare<Row>(`select ${COLUMNS} from alias where code = ? and version <= ? order by version desc limit 1`);
  const first = database.prepare<{ one: number }>("select 1 as one from alias where version <= ? limit 1");
  const bySku = database.prepare<ProductRow>(
    `select distinct product, brand_code, brand_sku_code, 1 as quantity, brand_sku_code as name from alias where sku = ? and version <= ?`,
  );
  const items = database.prepare<ProductRow>(
    "select product, brand_code, brand_sku_code, name, 1 as quantity from item where code = ? order by product",
  );
  const itemCalled = database.prepare<{ name: string }>("select name from item where code = ? and product = ?");
  const opensTask = database.prepare<{ ft_no: string }>("select ft_no from task_code where code = ? limit 1");
  const insert = database.prepare(
    `insert or replace into alias (code, version, barcode, product, brand_code, brand_sku_code, sku, quantity, source, packer, at)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const drop = database.prepare("delete from alias where code = ? and version <= ?");
  const dropOlder = database.prepare("delete from alias where code = ? and version < ?");
  const leftOvers = database.prepare<{ code: string }>(`select code from alias where code > ? order by code limit ${LEFT_OVERS_A_BITE}`);
  const dropLeftOver = database.prepare("delete from alias where code = ? and version > ?");
  const count = database.prepare<{ n: number }>("select count(*) as n from alias where version <= ?");
  const page = database.prepare<Row>(`select ${COLUMNS} from alias where code > ? and version <= ? order by code, version desc limit ?`);
  const audit = database.prepare<AuditRow>(
    `select id, at, station_id, packer, kind, before, after from journal
     where kind in ('code-taught','codes-imported','code-removed','count-taught') order by at desc, id desc limit ? offset ?`,
  );

  // Kept here, because every scan asks: nobody else writes them while the file is open
  let current = version.get()?.current ?? 0;
  let some = first.get(current) !== null;

  const write = (row: AliasRow, into: number, { source, packer, at }: AliasOrigin): void => {
    const { barcode, brandCode, brandSkuCode, quantity } = row;
    const product = productOf(brandCode, brandSkuCode);
    const sku = normaliseCode(brandSkuCode);
    insert.run(normaliseCode(barcode), into, barcode, product, brandCode, brandSkuCode, sku, quantity, source, packer, at);
  };
  const of = (code: string): Alias | null => {
    if (!some) return null;
    const row = get.get(normaliseCode(code), current);
    return row === null ? null : readRow(row);
  };

  return {
    /** What a person or a file says a code means; null when nobody did. Free where there are no aliases at all. */
    of,
    /** The meanings of the codes of one scan, in its order. */
    meanings: (codes: readonly string[]): readonly CodeMeaning[] => (some ? codes.map(of).filter((alias) => alias !== null) : []),
    /**
     * Every product that OMS4, a file or a person gives this code; a product that only these name is also known by its SKU code. `units`:
     * so many with each scan, one where it is left out.
     */
    knownAs: (code: string): readonly KnownProduct[] => {
      const wanted = normaliseCode(code);
      const own = items.all(wanted).map(readProduct);
      if (!some) return own;
      const alias = get.get(wanted, current);
      const named = [...(alias === null ? [] : [readProduct(alias)]), ...bySku.all(wanted, current).map(readProduct)];
      return [
        ...own,
        ...named.filter(
          ({ product }, index) =>
            !own.some((item) => item.product === product) && named.findIndex((other) => other.product === product) === index,
        ),
      ];
    },
    /** What some order calls a product. */
    nameOf: (brandCode: string, brandSkuCode: string): string =>
      itemCalled.get(normaliseCode(brandSkuCode), productOf(brandCode, brandSkuCode))?.name ?? brandSkuCode,
    /** Why this code can't mean that; null when it can. OMS4's word stands above any file's or person's. */
    conflict: ({ barcode, brandCode, brandSkuCode, quantity }: AliasRow): CodeConflict | null => {
      const code = normaliseCode(barcode);
      const wanted = { brandCode, brandSkuCode };
      const product = productOf(brandCode, brandSkuCode);
      const own = items.all(code).map(readProduct);
      const other = own.find((item) => contradicts(item, wanted));
      if (other !== undefined) return { kind: "other-product", known: other };
      const unit = own.find((item) => item.product === product);
      if (unit !== undefined && quantity > 1) return { kind: "one-unit", known: unit };
      const alias = some ? get.get(code, current) : null;
      if (alias !== null && alias.product !== product) return { kind: "other-product", known: readProduct(alias) };
      const opened = opensTask.get(code);
      return opened === null ? null : { kind: "opens-task", ftNo: opened.ft_no };
    },
    /** Keeps what a person said. The caller asked for conflicts. */
    teach: (row: AliasRow, by: Readonly<{ packer: string | null; at: number }>): void => {
      drop.run(normaliseCode(row.barcode), current);
      write(row, current, { source: "taught", ...by });
      some = true;
    },
    remove: (code: string): Alias | null => {
      const alias = of(code);
      if (alias !== null) drop.run(alias.code, current);
      return alias;
    },

    /** True after an import that did not come to its end: its rows are to be dropped, bite by bite, before the next one. */
    hasLeftOvers: (): boolean => (version.get()?.coming ?? 0) > 0,
    /** Drops the next rows of an unfinished import behind `after`; null when none are left, and the next import may begin. */
    dropLeftOvers: (after: string): string | null => {
      const codes = leftOvers.all(after);
      for (const { code } of codes) dropLeftOver.run(code, current);
      const last = codes.at(-1)?.code ?? null;
      if (last === null) setVersion.run(current, 0);
      return last;
    },
    /** Writes rows of an import; they mean nothing until `bringIn`. */
    writeComing: (rows: readonly AliasRow[], by: AliasOrigin): void => {
      setVersion.run(current, current + 1);
      for (const row of rows) write(row, current + 1, by);
    },
    /** From this commit on everything that was written counts. Call `inForce` after it. */
    bringIn: (): void => void setVersion.run(current + 1, 0),
    inForce: (): void => {
      current += 1;
      some = first.get(current) !== null;
    },
    /** What a row in force has replaced. */
    dropOlder: (codes: readonly string[]): void => {
      for (const code of codes) dropOlder.run(normaliseCode(code), current);
    },

    count: (): number => count.get(current)?.n ?? 0,
    /** The next aliases in order of their codes, behind `after`. */
    page: (after: string, limit: number): readonly Alias[] => {
      const rows = page.all(after, current, limit);
      return rows.filter((row, index) => row.code !== rows[index - 1]?.code).map(readRow);
    },
    /** What became known, changed or unknown, newest first, behind the first `skipped` lines, as it stands in the journal. */
    audit: (limit: number, skipped = 0) =>
      audit.all(limit, skipped).map((line) => ({
        id: line.id,
        at: line.at,
        stationId: line.station_id,
        packer: line.packer,
        kind: line.kind,
        before: line.before === null ? null : (JSON.parse(line.before) as unknown),
        after: line.after === null ? null : (JSON.parse(line.after) as unknown),
      })),
  };
};
export type AliasStore = ReturnType<typeof createAliasStore>;
