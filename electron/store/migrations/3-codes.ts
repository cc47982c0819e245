import type { Migration } from "../migrations.ts";

export const codes: Migration = {
  version: 3,
  name: "codes that no order gave",
  sql: `
create table alias (
  -- what a code means that OMS4 did not give: read from a file, or taught by a person
  code text not null,             -- normalised
  version integer not null,       -- a row above alias_version is of an import that is still being written, and means nothing
  barcode text not null,          -- as it was scanned or stood in the file
  product text not null,          -- brand code and brand SKU code (shared/count.ts)
  brand_code text not null,
  brand_sku_code text not null,
  sku text not null,              -- the brand SKU code as a scan reads it
  quantity integer not null check (quantity between 1 and 9999), -- units of one scan: more than one for a case
  source text not null check (source in ('imported','taught')),
  packer text,
  at integer not null,            -- 0: nobody knows
  seal integer not null generated always as (seal(concat_ws('|', code, barcode, product, brand_code, brand_sku_code, sku, quantity, source, packer, at))) stored,
  primary key (code, version)
) strict, without rowid;
-- a product that only a file or a person named is counted by its SKU code too
create index alias_by_sku on alias (sku, product);
-- One row. Thousands of codes come in with one step, or not at all: theirs is the version above, until it is in force.
create table alias_version (one integer primary key check (one = 1), current integer not null, coming integer not null) strict;
insert into alias_version (one, current, coming) values (1, 0, 0);
-- what became known and unknown last; no other line touches it
create index journal_codes on journal (at, id) where kind in ('code-taught','codes-imported','code-removed','count-taught');

-- What counting taught so far. A code taught as two products means nothing for certain, nor one that OMS4 gave to another product meanwhile:
-- those are unknown again.
insert into alias (code, version, barcode, product, brand_code, brand_sku_code, sku, quantity, source, packer, at)
  with told as (select json_extract(after, '$.code') as code, packer, max(at) as at from journal where kind = 'count-taught' and json_valid(after) group by 1)
  select i.code, 0, i.code, i.product, i.brand_code, i.brand_sku_code, code_of(i.brand_sku_code), 1, 'taught', told.packer, coalesce(told.at, 0)
  from item i left join told on told.code = i.code
  where i.taught = 1 and trim(i.brand_code) <> '' and trim(i.brand_sku_code) <> '' and not exists (
    select 1 from item o where o.code = i.code and o.product <> i.product and (o.taught = 1
      or (trim(o.brand_code) <> '' and upper(trim(o.brand_code)) <> upper(trim(i.brand_code)))
      or (trim(o.brand_sku_code) <> '' and upper(trim(o.brand_sku_code)) <> upper(trim(i.brand_sku_code)))));
delete from item where taught = 1;
alter table item drop column taught;
`,
};
