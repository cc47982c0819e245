import { z } from "zod";
import type { CodesState } from "../../shared/alias.ts";
import type { AliasStore } from "../store/aliases.ts";

const factsSchema = z.object({ barcode: z.string(), brandCode: z.string(), brandSkuCode: z.string(), quantity: z.number() });
type Facts = z.infer<typeof factsSchema>;
const taughtSchema = z.object({ code: z.string(), brandCode: z.string(), brandSkuCode: z.string(), quantity: z.number().default(1) });
const importedSchema = z.object({
  file: z.string(),
  fresh: z.number().default(0),
  changed: z.number().default(0),
  same: z.number().default(0),
  changes: z.array(factsSchema).default([]),
});
const allowedSchema = z.object({ allowedBy: z.string() });

type Line = ReturnType<AliasStore["audit"]>[number];

const meaning = (of: Readonly<{ brandCode: string; brandSkuCode: string; quantity: number }>): string =>
  `${of.quantity === 1 ? "" : `${of.quantity} × `}${of.brandCode} · ${of.brandSkuCode}`;

/** What a line says in words, the code that it made known (null for lists and removals), and each code that a list changed. */
const readLine = ({ before, after }: Line): Readonly<{ words: string; code: string | null; changes: readonly string[] }> => {
  const earlier = factsSchema.safeParse(before);
  const taught = taughtSchema.safeParse(after);
  if (taught.success) {
    const was = earlier.success ? `, was ${meaning(earlier.data)}` : "";
    return { words: `${taught.data.code}: ${meaning(taught.data)}${was}`, code: taught.data.code, changes: [] };
  }
  const imported = importedSchema.safeParse(after);
  if (imported.success) {
    const { file, fresh, changed, same, changes } = imported.data;
    const all = z.array(factsSchema).catch([]).parse(before);
    const was = (index: number): Facts | undefined => all[index];
    return {
      words: `${file}: ${fresh} new, ${changed} changed, ${same} as they were`,
      code: null,
      changes: changes.map((now, index) => {
        const then = was(index);
        return `${now.barcode}: ${meaning(now)}${then === undefined ? "" : `, was ${meaning(then)}`}`;
      }),
    };
  }
  return { words: earlier.success ? `${earlier.data.barcode}: was ${meaning(earlier.data)}` : "", code: null, changes: [] };
};

/** The last changes of what codes mean, in words, as the journal has them. */
export const auditLines = (aliases: AliasStore, limit: number): CodesState["last"] =>
  aliases.audit(limit).map((line) => {
    const { words, code } = readLine(line);
    const { id, at, packer, kind } = line;
    return { id, at, packer, kind, words, code: code === null || aliases.of(code) === null ? null : code };
  });

const LINES_A_PAGE = 500;
const kindWords: Readonly<Record<string, string>> = {
  "code-taught": "taught",
  "count-taught": "taught while counting",
  "codes-imported": "list taken over",
  "code-removed": "made unknown",
};

/** Every change of what codes mean, newest first, a line each: when, who, what, and what it was before. */
export const auditReport = (aliases: AliasStore): string => {
  const report: string[] = [];
  for (let skipped = 0; ; skipped += LINES_A_PAGE) {
    const page = aliases.audit(LINES_A_PAGE, skipped);
    for (const line of page) {
      const { words, changes } = readLine(line);
      const allowed = allowedSchema.safeParse(line.after);
      const who = [
        line.stationId,
        ...(line.packer === null ? [] : [`packer ${line.packer}`]),
        ...(allowed.success ? [`allowed by ${allowed.data.allowedBy}`] : []),
      ].join(", ");
      report.push(`${new Date(line.at).toISOString()} ${kindWords[line.kind] ?? line.kind}: ${words} (${who})`);
      report.push(...changes.map((change) => `    ${change}`));
    }
    if (page.length < LINES_A_PAGE) return report.length === 0 ? "No code was made known or unknown yet." : report.join("\n");
  }
};
