import { z } from "zod";
import type { CodesState } from "../../shared/alias.ts";
import type { AliasStore } from "../store/aliases.ts";

const taughtSchema = z.object({ code: z.string(), brandCode: z.string(), brandSkuCode: z.string(), quantity: z.number().default(1) });
const removedSchema = z.object({ barcode: z.string(), brandCode: z.string(), brandSkuCode: z.string(), quantity: z.number() });
const importedSchema = z.object({
  file: z.string(),
  fresh: z.number().default(0),
  changed: z.number().default(0),
  same: z.number().default(0),
});

const meaning = (of: Readonly<{ brandCode: string; brandSkuCode: string; quantity: number }>): string =>
  `${of.quantity === 1 ? "" : `${of.quantity} × `}${of.brandCode} · ${of.brandSkuCode}`;

/** The last changes of what codes mean, in words, as the journal has them. */
export const auditLines = (aliases: AliasStore, limit: number): CodesState["last"] =>
  aliases.audit(limit).map(({ at, packer, kind, before, after }) => {
    const taught = taughtSchema.safeParse(after);
    const removed = removedSchema.safeParse(before);
    const imported = importedSchema.safeParse(after);
    const words = taught.success
      ? `${taught.data.code}: ${meaning(taught.data)}`
      : imported.success
        ? `${imported.data.file}: ${imported.data.fresh} new, ${imported.data.changed} changed, ${imported.data.same} as they were`
        : removed.success
          ? `${removed.data.barcode}: was ${meaning(removed.data)}`
          : "";
    return { at, packer, kind, words };
  });
