import { createAliasImport } from "../../electron/aliases/import.ts";
import type { openTestDesk } from "./desk.ts";

/** Lists of codes in and out of a test desk; `breathe` is what comes in between two bites. */
export const aliasListsOf = (
  { database, stores }: Pick<ReturnType<typeof openTestDesk>, "database" | "stores">,
  breathe: () => Promise<void> = () => new Promise((resolve) => setImmediate(resolve)),
) => {
  const lists = createAliasImport({ database, ...stores, packer: () => "03", now: () => 1_000, breathe });
  const take = (content: string, goodOnly = false) => lists.take({ file: "list.csv", content, goodOnly });
  return { ...lists, take };
};

export const LIST_HEADER = "barcode,brand_code,brand_sku_code,quantity\r\n";
