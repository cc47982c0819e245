import { noCount, type CountRow, type CountRowView, type CountView } from "../../shared/count.ts";
import type { Command, ReadScan } from "../../shared/scan.ts";
import type { OpenScreen } from "../../shared/station.ts";
import type { Answer } from "../packing/decision.ts";
import type { OpenScreenKeeper } from "../packing/open-screen.ts";
import type { Supervisor } from "../packing/supervisor.ts";
import type { AliasStore } from "../store/aliases.ts";
import type { CountStore } from "../store/counts.ts";
import type { Database } from "../store/database.ts";
import type { Journal } from "../store/journal.ts";
import { decideCountCommand, startCount } from "./commands.ts";
import { noCountYet, type Count, type CountEffect, type CountLook } from "./count.ts";
import { decideCountScan, type CountDecision, type CountScan } from "./decide.ts";
import { countAnswer } from "./words.ts";

export type CountDeskParts = Readonly<{
  database: Database;
  counts: CountStore;
  aliases: AliasStore;
  journal: Journal;
  packer: () => string | null;
  /** What is taught here packs as well: with a PIN set it needs the badge. */
  supervisor: Supervisor;
  openScreen: Pick<OpenScreenKeeper, "now">;
  /** True when the code opens a task. */
  isTask: (code: string) => boolean;
  readings: (text: string) => readonly ReadScan[];
  /** a list of codes is being taken over */
  listIsRead: () => boolean;
}>;

/** `work`: something waits to be sent now. */
export type Counted = Readonly<{ verdict: Answer; work: boolean }>;

/** As many as a screen and a half holds: a snapshot of five hundred rows would be read at every scan. */
const ROWS_SHOWN = 40;

/** Commands about the station keep their meaning while stock is counted. */
const STATION_COMMANDS = [
  "CMDTROUBLE",
  "CMDSUPER",
  "CMDTARE",
  "CMDZERO",
  "CMDSETTINGS",
  "CMDDISK",
  "CMDDOCTOR",
  "CMDCODES",
  "CMDSHEET",
  "CMDHELP",
  "CMDBACK",
  "CMDPACKER",
  "CMDPRINTED",
  "CMDREPRINT",
];
/** On these screens they deal with the marked trouble. */
const TROUBLE_SCREENS: readonly OpenScreen[] = ["trouble", "correct"];
const TROUBLE_COMMANDS = ["CMDNEXT", "CMDRETRY", "CMDDISCARD", "CMDCORRECT", "CMDACCEPT"];

const brief = (row: CountRow | null): unknown =>
  row === null
    ? null
    : {
        brandCode: row.brandCode,
        brandSkuCode: row.brandSkuCode,
        qty: row.qty,
        ...(row.state === "failed" ? { refused: row.failure?.detail } : {}),
      };

/** The count: takes scans, lets the rules decide, and writes each step in one transaction. */
export const createCountDesk = ({
  database,
  counts,
  aliases,
  journal,
  packer,
  supervisor,
  openScreen,
  isTask,
  readings,
  listIsRead,
}: CountDeskParts) => {
  let count: Count = noCountYet;
  let drawn: Readonly<{ key: string; count: Count; view: CountView }> | null = null;

  const look: CountLook = {
    rowOf: counts.rowOf,
    knownAs: aliases.knownAs,
    conflict: (code, { brandCode, brandSkuCode }) => aliases.conflict({ barcode: code, brandCode, brandSkuCode, quantity: 1 }),
    lastStep: counts.lastStep,
    rowBelow: (product) => {
      const order = counts.order();
      const next = order[product === null ? 0 : order.indexOf(product) + 1] ?? order[0];
      return next === undefined ? null : counts.rowOf(next);
    },
    failed: () => counts.failed(Number.MAX_SAFE_INTEGER).map(({ product }) => product),
    sizes: counts.sizes,
  };

  const perform = (effect: CountEffect, at: number): void => {
    const note = (kind: string, before: unknown, after: unknown): void =>
      journal.add({ kind, ftNo: null, parcelNo: null, before, after }, at);
    switch (effect.kind) {
      case "row":
        counts.change(effect.change, { packer: packer(), at, undoable: true });
        note(effect.note, brief(effect.change.before), {
          ...(brief(effect.change.after) as object),
          ...(effect.code === null ? {} : { code: effect.code }),
        });
        return;
      case "undone":
        counts.change(effect.change, { packer: packer(), at, undoable: false });
        counts.dropStep(effect.step);
        note("count-undone", brief(effect.change.before), brief(effect.change.after));
        return;
      case "taught":
        aliases.teach(
          { barcode: effect.code, brandCode: effect.known.brandCode.trim(), brandSkuCode: effect.known.brandSkuCode.trim(), quantity: 1 },
          { packer: packer(), at },
        );
        note("count-taught", null, { code: effect.code, brandCode: effect.known.brandCode, brandSkuCode: effect.known.brandSkuCode });
        return;
      case "started":
        note("count-started", null, null);
        return;
      case "left":
        note("count-left", null, { rows: counts.sizes().counting });
        return;
      case "finished": {
        const { counting } = counts.sizes();
        for (const older of counts.finish(at)) note("count-replaced", brief(older), null);
        note("count-finished", null, { rows: counting });
        return;
      }
      case "retried":
        counts.retry(effect.products, at);
        note("count-retried", null, { rows: effect.products.length });
    }
  };

  /** Commits a decision; only then it is where the count stands. */
  const commit = ({ count: next, effects, verdict }: CountDecision, at: number): Counted => {
    const { discardAsked: _, ...kept } = next;
    const { discardAsked: __, ...before } = count;
    if (effects.length > 0 || JSON.stringify(kept) !== JSON.stringify(before)) {
      database.transaction(() => {
        for (const effect of effects) perform(effect, at);
        counts.keepSession(kept);
      });
    }
    count = next;
    return { verdict, work: effects.some(({ kind }) => kind === "finished" || kind === "retried") };
  };

  const draw = (midnight: number): CountView => {
    const sizes = counts.sizes();
    const sentToday = counts.sentSince(midnight);
    if (!count.running) return { ...noCount, ...sizes, sentToday };
    const order = counts.order();
    const at = Math.max(0, order.indexOf(count.marked ?? ""));
    const above = Math.max(0, Math.min(at - ROWS_SHOWN / 2, order.length - ROWS_SHOWN));
    const rows = order.slice(above, above + ROWS_SHOWN).flatMap((product): CountRowView[] => {
      const row = counts.rowOf(product);
      return row === null ? [] : [{ ...row, marked: product === count.marked, before: counts.lastTold(product) }];
    });
    return {
      running: true,
      ...sizes,
      sentToday,
      marked: rows.find(({ marked }) => marked) ?? null,
      rows,
      above,
      below: order.length - above - rows.length,
      unknown: count.pending === null ? null : { code: count.pending.code, ambiguous: count.pending.products.length > 1 },
      teaching: count.teaching,
    };
  };

  return {
    /** Goes on with the count that was running when the station stopped. */
    restore: (): void => {
      const kept = counts.session();
      count = kept === null ? noCountYet : { ...kept, discardAsked: null };
    },
    running: (): boolean => count.running,
    /**
     * A command, if it is the count's: COUNT at the bench, and most others while it runs; null for everybody else's.
     * `busy`: what keeps the bench from counting, a task's number or other work under way.
     */
    command: (command: Command, busy: Readonly<{ openTask: string | null; otherWork: boolean }>, at: number): Counted | null => {
      if (!count.running) {
        if (command.word !== "CMDCOUNT") return null;
        if (busy.openTask !== null) return { verdict: countAnswer.taskIsOpen(busy.openTask), work: false };
        if (busy.otherWork) return { verdict: countAnswer.otherWork(), work: false };
        return commit(startCount(count, look), at);
      }
      if (STATION_COMMANDS.includes(command.word)) return null;
      if (command.word === "CMDTEACH" && listIsRead()) return { verdict: countAnswer.teachLater(), work: false };
      if (command.word === "CMDTEACH" && supervisor.isSet() && !supervisor.allows(at))
        return { verdict: countAnswer.onlySupervisor(supervisor.how("")), work: false };
      if (TROUBLE_SCREENS.includes(openScreen.now()) && TROUBLE_COMMANDS.includes(command.word)) return null;
      return commit(decideCountCommand(count, command, look, at), at);
    },
    /** A scan while the count runs; `texts` as it came, then other readings of the same keystrokes. */
    scan: (texts: readonly string[], byHand: boolean, at: number): Counted => {
      const read = texts.flatMap((text) => readings(text));
      const scan: CountScan = { texts, readings: read, byHand, isTask: () => read.some(({ code }) => isTask(code)) };
      const decision = decideCountScan(count, scan, look);
      // A row of the list would replace what is taught meanwhile, without a word
      const teaches = decision.effects.some(({ kind }) => kind === "taught");
      return teaches && listIsRead() ? { verdict: countAnswer.teachLater(), work: false } : commit(decision, at);
    },
    /** What the screens draw of it. `midnight`: ms, where today begins. */
    view: (midnight: number): CountView => {
      // Rows are also written by others: an import, a restored backup
      const { counting, waiting, failed } = counts.sizes();
      const key = [counts.changes(), midnight, counting, waiting, failed].join();
      if (drawn === null || drawn.key !== key || drawn.count !== count) drawn = { key, count, view: draw(midnight) };
      return drawn.view;
    },
  };
};
export type CountDesk = ReturnType<typeof createCountDesk>;
