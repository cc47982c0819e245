import { join } from "node:path";
import { fail, succeed, type Result } from "../shared/failures.ts";
import { productWords } from "../shared/alias.ts";
import type { CallOutput, CallRead } from "../shared/contract.ts";
import { auditLines } from "./aliases/audit.ts";
import { codesFolder, exportName, listCodeFiles, readCodeFile, writeCodeFile } from "./aliases/files.ts";
import { previewOf } from "./aliases/import.ts";
import { planWords } from "./aliases/plan.ts";
import type { Handlers } from "./bridge/router.ts";
import type { Clock } from "./kit/clock.ts";
import { createWithWorks } from "./works-at-hand.ts";
import type { Works } from "./works.ts";

type CodesCalls = "codes.state" | "codes.preview" | "codes.take" | "codes.remove" | "codes.export";

const CHANGES_SHOWN = 100;
/** How the journal calls what was pasted. */
const PASTED = "pasted";

/** The calls of the codes screen: lists of codes in and out, and what changed last. */
export const createCodesHandlers = (
  parts: Readonly<{
    works: () => Works | null;
    folder: () => string;
    stationId: () => string;
    clock: Clock;
    onChange: (now: boolean) => void;
  }>,
): Pick<Handlers, CodesCalls> => {
  const withWorks = createWithWorks(parts.works);
  const contentOf = ({ list }: CallRead<"codes.preview">): Result<Uint8Array | string> => {
    if ("text" in list) return succeed(list.text);
    return listCodeFiles(parts.folder()).some(({ name }) => name === list.name)
      ? readCodeFile(join(codesFolder(parts.folder()), list.name))
      : fail("not-found", `The file ${list.name}.`);
  };

  return {
    "codes.state": () =>
      withWorks(({ aliases, aliasImport }): Result<CallOutput<"codes.state">> =>
        succeed({
          count: aliases.count(),
          folder: codesFolder(parts.folder()),
          files: [...listCodeFiles(parts.folder())],
          last: auditLines(aliases, CHANGES_SHOWN),
          busy: aliasImport.running(),
        }),
      ),
    "codes.preview": (asked) =>
      withWorks(async ({ aliasImport }) => {
        const content = contentOf(asked);
        if (!content.ok) return content;
        const plan = await aliasImport.preview(content.value);
        return plan.ok ? succeed(previewOf(plan.value)) : plan;
      }),
    "codes.take": (asked) =>
      withWorks(async ({ aliasImport, keeping, supervisor }) => {
        const refused = keeping.refusal() ?? supervisor.refusal(parts.clock.now());
        if (refused !== null) return { ok: false as const, failure: refused };
        const content = contentOf(asked);
        if (!content.ok) return content;
        const file = "name" in asked.list ? asked.list.name : PASTED;
        const taken = await aliasImport.take({ file, content: content.value, goodOnly: asked.goodOnly });
        parts.onChange(false);
        return taken.ok ? succeed({ words: planWords(taken.value) }) : taken;
      }),
    "codes.remove": ({ code, sure }) =>
      withWorks(({ aliases, aliasImport, keeping, supervisor }): Result<CallOutput<"codes.remove">> => {
        const refused = keeping.refusal() ?? supervisor.refusal(parts.clock.now());
        if (refused !== null) return { ok: false, failure: refused };
        if (aliasImport.running()) return fail("not-now", "A list of codes is being read.");
        const alias = aliases.of(code);
        if (alias === null) return fail("not-found", `${code} is no code that a list or a person gave.`);
        const what = `${alias.barcode}: ${alias.quantity} × ${productWords(alias)}`;
        if (!supervisor.isSet() && !sure) return succeed({ removed: false, words: what });
        aliasImport.remove(code, supervisor.isSet() ? "supervisor" : "second press");
        parts.onChange(false);
        return succeed({ removed: true, words: what });
      }),
    "codes.export": () =>
      withWorks(async ({ aliases, aliasImport }) => {
        const path = join(codesFolder(parts.folder()), exportName(parts.stationId(), parts.clock.now()));
        const written = writeCodeFile(path, await aliasImport.exportText());
        return written.ok ? succeed({ path, count: aliases.count() }) : written;
      }),
  };
};
