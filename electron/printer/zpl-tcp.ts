import { fail, succeed, type Failure, type Result } from "../../shared/failures.ts";
import type { PaperSize } from "../../shared/printers.ts";
import { isOver, isWithin, type Clock } from "../kit/clock.ts";
import { pause, type PrintEnd, type PrinterPort, type PrinterStatus, type PrintNews, type PrintRun } from "./port.ts";
import type { Rasteriser } from "./rasteriser.ts";
import { zplBytes } from "./zpl-bytes.ts";
import { hostTrouble } from "./zpl-status.ts";
import { createZplWire, zplTimes, type ZplTimes } from "./zpl-wire.ts";

/** While all is well, with a printer that says nothing of itself: it is only knocked on. */
const CHECK_EVERY_MS = 15_000;
/** One that answers is asked often enough for paper that ends, or a head that is opened, to be said within 2 s. */
const ASK_EVERY_MS = 1_250;
/** A printer that never gives an answer is not asked again for so long: it is only knocked on. */
const SILENT_FOR_MS = 10 * 60_000;
/** Questions in a row that one which answered before may miss: in its trouble, and while nothing is known to be wrong. */
const MOST_MISSED_IN_TROUBLE = 5;
const MOST_MISSED = 2;

type Options = Readonly<{
  uri: string;
  host: string;
  port: number;
  dpi: number;
  paper: PaperSize;
  clock: Clock;
  rasteriser: Rasteriser;
  times?: ZplTimes;
}>;

/**
 * A label printer that takes ZPL on a raw TCP port. It never says what it printed, so `sent` is the highest rung. ZPL
 * goes out unchanged; PDF, PNG and JPEG go as one picture per page. One that tells its state (`~HS`) is asked before each label and after
 * it: without paper nothing is sent, and paper that ends under a label is said.
 */
export const openZplTcp = ({ uri, host, port, dpi, paper, clock, rasteriser, times = zplTimes }: Options): PrinterPort => {
  const name = `${host}:${port}`;
  const { opened, pour, askState } = createZplWire({ name, host, port, clock, times });
  const ready: PrinterStatus = { health: "fine", words: `zpl ${name} · ready` };
  const mute: PrinterStatus = { health: "careful", words: `zpl ${name} · gives no answer any more: does it print?` };
  const away: PrinterStatus = { health: "broken", words: `zpl ${name} · can't be reached` };
  let busy = false;
  let lastKnown: PrinterStatus | null = null;
  /** When the printer last took a whole label, ms: that says more than any knocking. */
  let tookLabelAt = -Infinity;
  let knocking: Promise<PrinterStatus> | null = null;
  let answers = false;
  let missed = 0;
  /** It told its state before, and says nothing any more: it may hang, and take labels that never come out. */
  let fellSilent = false;
  let askAgainAt = -Infinity;
  /** What it said last that keeps it from printing; forgotten when it goes away. */
  let inTrouble: ReturnType<typeof hostTrouble> = null;

  /** One that never gave an answer is left alone for a while: each question costs a wait. */
  const mayAnswer = (): boolean => answers || fellSilent || isOver(askAgainAt, clock.now(), SILENT_FOR_MS);
  /** Asks what keeps the printer from printing; `failure` null: nothing is known to. One that is silent stays as it said it was. */
  const look = async (): Promise<Readonly<{ found: "said" | "silent" | "gone"; failure: Failure | null }>> => {
    const socket = await opened();
    if (!socket.ok) {
      inTrouble = null;
      lastKnown = away;
      return { found: "gone", failure: socket.failure };
    }
    const status = await askState(socket.value);
    const wasKnown = answers;
    missed = status === null ? missed + 1 : 0;
    if (status !== null) {
      answers = true;
      fellSilent = false;
      inTrouble = hostTrouble(status, name);
    } else if (inTrouble === null && (!wasKnown || missed >= MOST_MISSED)) {
      answers = false;
      fellSilent ||= wasKnown;
      askAgainAt = clock.now() + SILENT_FOR_MS;
    }
    lastKnown = inTrouble === null ? (fellSilent ? mute : ready) : { health: "broken", words: `zpl ${name} · ${inTrouble.short}` };
    return { found: status === null ? "silent" : "said", failure: inTrouble?.failure ?? null };
  };

  /** The label is in the printer's memory: as long as it can't come out, that is said. A printer that goes away then may have lost it. */
  const untilWell = async (tell: (news: PrintNews) => void, done: PrintEnd, signal: AbortSignal): Promise<Result<PrintEnd>> => {
    for (let told = false; !signal.aborted;) {
      const { found, failure } = await look();
      const lost = found === "gone" || (found === "silent" && missed >= (told ? MOST_MISSED_IN_TROUBLE : MOST_MISSED));
      if (lost && told)
        return fail("print-unknown", `${name} was lost sight of while the label waited in its memory.`, { ambiguous: true });
      // One that goes away or falls silent now says nothing of a label that it has taken
      if (lost) return succeed(done);
      if (found === "said" && (told || failure !== null)) tell({ state: "sent", deviceRef: done.deviceRef, failure });
      if (found === "said" && failure === null) return succeed(done);
      told ||= found === "said";
      await pause(clock, times.lookEveryMs, signal);
    }
    return succeed(done);
  };

  const sendBytes =
    (bytes: Uint8Array): PrintRun =>
    async (tell, signal) => {
      busy = true;
      try {
        // Many printers take one connection at a time: a label doesn't compete with our own knocking
        await knocking;
        // A test print may be the first thing that it is asked
        const before = mayAnswer() ? (await look()).failure : null;
        if (before !== null) return { ok: false, failure: before };
        const socket = await opened();
        if (!socket.ok) {
          lastKnown = away;
          return socket;
        }
        const taken = await pour(
          socket.value,
          bytes,
          (stalled) => {
            lastKnown = stalled ? { health: "broken", words: `zpl ${name} · takes no data: paper, head, pause?` } : null;
            tell({
              state: "sent",
              deviceRef: null,
              failure: stalled
                ? fail("printer-stopped", `${name} has stopped taking data (out of paper, head open or paused).`).failure
                : null,
            });
          },
          signal,
        );
        lastKnown = taken.ok ? (fellSilent ? mute : ready) : { health: "broken", words: `zpl ${name} · went away in mid-label` };
        if (!taken.ok) return taken;
        tookLabelAt = clock.now();
        return answers ? await untilWell(tell, taken.value, signal) : taken;
      } finally {
        busy = false;
      }
    };

  /**
   * Says that the printer is there before a label needs it, and how it is where it tells. One that gives no answer gets an empty connection
   * from then on, which prints nothing on anything.
   */
  const knock = async (): Promise<PrinterStatus> => {
    if (!mayAnswer()) {
      const socket = await opened();
      if (socket.ok) socket.value.destroy();
      return socket.ok ? ready : away;
    }
    await look();
    return lastKnown ?? ready;
  };

  return {
    uri,
    name,
    reaches: "sent",
    accepts: ["pdf", "png", "jpeg", "zpl"],
    get checkEveryMs() {
      return answers || fellSilent ? ASK_EVERY_MS : CHECK_EVERY_MS;
    },
    prepare: async (document) => {
      const zpl = await zplBytes(document, { dpi, paper, rasteriser });
      return zpl.ok ? succeed({ send: sendBytes(zpl.value), discard: () => {} }) : zpl;
    },
    recover: async () => ({ became: "unknown", words: `${name} can't tell what it printed.` }),
    // While a label is on its way, and after one that was taken, nobody knocks
    status: async () => {
      if (busy) return lastKnown?.health === "broken" ? lastKnown : { health: "fine", words: `zpl ${name} · printing` };
      if (lastKnown?.health === "fine" && isWithin(tookLabelAt, clock.now(), answers ? ASK_EVERY_MS : CHECK_EVERY_MS)) return lastKnown;
      knocking ??= knock();
      lastKnown = await knocking;
      knocking = null;
      return lastKnown;
    },
  };
};
