import { aliasFacts, codeFault, MOST_UNITS, type TeachingView } from "../../shared/alias.ts";
import { AIM_IDENTIFIER, lastingReading, normaliseCode, type Command, type CommandWord, type ReadScan } from "../../shared/scan.ts";
import type { AliasStore } from "../store/aliases.ts";
import type { Database } from "../store/database.ts";
import type { Journal } from "../store/journal.ts";
import type { BenchTask } from "./bench.ts";
import type { Answer } from "./decision.ts";
import type { Supervisor } from "./supervisor.ts";
import { readProduct, teachAnswer, type Teaching, type TeachScan } from "./teaching.ts";

/** A first TEACH waits this long for its second where no PIN is set: a scan in passing must not begin it. */
const TEACH_AGAIN_MS = 10_000;
/** They lie between the unknown code and its TEACH without meaning anything else. */
const GOES_ON: readonly CommandWord[] = ["CMDTEACH", "CMDSUPER", "CMDQTY"];
/** Screens and the scale keep their meaning while a code is taught. */
const STATION_COMMANDS: readonly CommandWord[] = [
  "CMDSUPER",
  "CMDTROUBLE",
  "CMDSETTINGS",
  "CMDDISK",
  "CMDCODES",
  "CMDSHEET",
  "CMDHELP",
  "CMDBACK",
  "CMDPACKER",
  "CMDTARE",
  "CMDZERO",
];

/** The code scanned last, if the open task doesn't know it; `name`: what it is instead; `quantity`: what CMDQTY said of it. */
type Stranger = Readonly<{ ftNo: string; code: string; barcode: string; name: string | null; quantity: number }>;

/**
 * Teaching a code at the bench: an unknown code, TEACH with a supervisor's leave, then the product by a code that is known. Until that last
 * scan nothing is written, so that nothing can be left half taught.
 */
export const createTeachDesk = ({
  database,
  aliases,
  journal,
  supervisor,
  packer,
  listIsRead,
}: Readonly<{
  database: Database;
  aliases: AliasStore;
  journal: Journal;
  supervisor: Supervisor;
  packer: () => string | null;
  /** a list of codes is being taken over */
  listIsRead: () => boolean;
}>) => {
  let stranger: Stranger | null = null;
  let askedAt: number | null = null;
  let teaching: Teaching | null = null;

  /** What is being taught belongs to one task: with another one on the bench it is over. */
  const under = (open: BenchTask | null): Teaching | null => (teaching !== null && teaching.ftNo === open?.task.ftNo ? teaching : null);
  const mayNot = (at: number): boolean => supervisor.isSet() && !supervisor.allows(at);

  const begin = (open: BenchTask | null, at: number): Answer => {
    const met = stranger !== null && stranger.ftNo === open?.task.ftNo ? stranger : null;
    if (open === null || met === null) return teachAnswer.nothing(open);
    const { quantityNext } = open;
    const quantity = quantityNext > 1 ? quantityNext : met.quantity;
    stranger = { ...met, quantity };
    if (met.name !== null) return teachAnswer.known(open, met.barcode, met.name);
    const fault = codeFault(met.barcode);
    if (fault !== null) return teachAnswer.unfit(open, met.barcode, fault);
    if (listIsRead()) return teachAnswer.later(open);
    if (mayNot(at)) return teachAnswer.supervisor(open, supervisor.how(""));
    const sure = supervisor.allows(at) || (askedAt !== null && at >= askedAt && at - askedAt <= TEACH_AGAIN_MS);
    askedAt = sure ? null : at;
    if (!sure) return teachAnswer.sure(open, met.barcode);
    teaching = { ftNo: met.ftNo, code: met.code, barcode: met.barcode, quantity };
    return teachAnswer.ask(teaching);
  };

  const inTeaching = (now: Teaching, { word, rest }: Command): Answer | null => {
    if (STATION_COMMANDS.includes(word)) return null;
    switch (word) {
      case "CMDTEACH":
        return teachAnswer.ask(now);
      case "CMDQTY": {
        const quantity = Number(rest);
        if (quantity < 1 || quantity > MOST_UNITS) return teachAnswer.badQuantity(now);
        teaching = { ...now, quantity };
        return teachAnswer.ask(teaching);
      }
      case "CMDCLOSE":
      case "CMDUNDO":
        teaching = null;
        return teachAnswer.stopped(now);
      case "CMDFINISH":
        // The box stands still on the scale: it closes, and the code stays unknown
        teaching = null;
        return null;
      default:
        return teachAnswer.busy(now);
    }
  };

  const finish = (now: Teaching, open: BenchTask, scan: TeachScan, at: number): Answer => {
    if (mayNot(at)) return teachAnswer.supervisor(open, supervisor.how(""));
    if (listIsRead()) return teachAnswer.later(open);
    const read = readProduct(now, open, scan);
    if ("kind" in read) return read;
    const { known } = read;
    const { barcode, quantity } = now;
    const row = { barcode, brandCode: known.brandCode.trim(), brandSkuCode: known.brandSkuCode.trim(), quantity };
    // Between its scan and now a pull may have said whose it is
    const conflict = aliases.conflict(row);
    if (conflict !== null) return teachAnswer.conflict(now, known, conflict);
    const earlier = aliases.of(barcode);
    database.transaction(() => {
      aliases.teach(row, { packer: packer(), at });
      const allowedBy = supervisor.isSet() ? "supervisor" : "second scan";
      const before = earlier === null ? null : aliasFacts(earlier);
      journal.add({ kind: "code-taught", ftNo: now.ftNo, parcelNo: null, before, after: { code: barcode, ...row, allowedBy } }, at);
    });
    teaching = null;
    stranger = null;
    return teachAnswer.taught(now, known);
  };

  return {
    /** A command, if it is about teaching: TEACH, and most others while a code is taught; null for everybody else's. */
    command: (command: Command, open: BenchTask | null, at: number): Answer | null => {
      const now = under(open);
      if (now !== null) return inTeaching(now, command);
      teaching = null;
      if (command.word !== "CMDTEACH") {
        askedAt = null;
        if (!GOES_ON.includes(command.word)) stranger = null;
        return null;
      }
      return begin(open, at);
    },
    /** A scan while a code is taught says whose it is; null when none is. */
    scan: (open: BenchTask | null, scan: TeachScan, at: number): Answer | null => {
      const now = under(open);
      if (now !== null && open !== null) return finish(now, open, scan, at);
      teaching = null;
      stranger = null;
      askedAt = null;
      return null;
    },
    /** A code that the open task doesn't know; `name`: the item that it is. TEACH right behind it is about this one. */
    stranger: (open: BenchTask, text: string, readings: readonly ReadScan[], name: string | null): void => {
      const kept = lastingReading(readings);
      const code = kept?.code ?? normaliseCode(text);
      const plain = (kept?.text ?? text).trim().replace(AIM_IDENTIFIER, "");
      stranger = { ftNo: open.task.ftNo, code, barcode: normaliseCode(plain) === code ? plain : code, name, quantity: 1 };
    },
    view: (open: BenchTask | null): TeachingView | null => {
      const now = under(open);
      return now === null ? null : { code: now.barcode, quantity: now.quantity };
    },
  };
};
export type TeachDesk = ReturnType<typeof createTeachDesk>;
