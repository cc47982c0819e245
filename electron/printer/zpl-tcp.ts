import { connect, type Socket } from "node:net";
import { fail, succeed, type Failure, type Result } from "../../shared/failures.ts";
import type { Clock } from "../kit/clock.ts";
import { pause, type PrintEnd, type PrinterPort, type PrinterStatus, type PrintNews, type PrintRun } from "./port.ts";
import type { Rasteriser } from "./rasteriser.ts";
import { zplBytes } from "./zpl-bytes.ts";
import { HOST_STATUS_QUESTION, HOST_STATUS_STRINGS, hostTrouble, readHostStatus, type HostStatus } from "./zpl-status.ts";

export type ZplTimes = Readonly<{
  /** A printer in the same building answers in a few ms; a switched-off one never does. */
  connectWithinMs: number;
  /** Printers close their side once they have read everything; some keep it open for ever. */
  closeWithinMs: number;
  /** No byte taken for this long: it is out of paper, paused or its head is open. */
  stallAfterMs: number;
  /** Printers that know the question answer within some tens of ms. */
  answerWithinMs: number;
  /** Between two questions to a printer that is out of labels with one in its memory. */
  lookEveryMs: number;
}>;
export const zplTimes: ZplTimes = {
  connectWithinMs: 3_000,
  closeWithinMs: 1_500,
  stallAfterMs: 1_500,
  answerWithinMs: 400,
  lookEveryMs: 500,
};

/** While all is well, with a printer that says nothing of itself: it is only knocked on. */
const CHECK_EVERY_MS = 15_000;
/** One that answers is asked often enough for paper that ends, or a head that is opened, to be said within 2 s. */
const ASK_EVERY_MS = 1_250;
/** A printer that never gives an answer is not asked again for so long: it is only knocked on. */
const SILENT_FOR_MS = 10 * 60_000;
/** Questions in a row that one which answered before may miss: in its trouble, and while nothing is known to be wrong. */
const MOST_MISSED_IN_TROUBLE = 5;
const MOST_MISSED = 2;

type Options = Readonly<{ uri: string; host: string; port: number; dpi: number; clock: Clock; rasteriser: Rasteriser; times?: ZplTimes }>;

/**
 * A label printer that takes ZPL on a raw TCP port. It never says what it printed, so `sent` is the highest rung. ZPL
 * goes out unchanged; PDF, PNG and JPEG go as one picture per page. One that tells its state (`~HS`) is asked before each label and after
 * it: without paper nothing is sent, and paper that ends under a label is said.
 */
export const openZplTcp = ({ uri, host, port, dpi, clock, rasteriser, times = zplTimes }: Options): PrinterPort => {
  const name = `${host}:${port}`;
  const ready: PrinterStatus = { health: "fine", words: `zpl ${name} · ready` };
  const away: PrinterStatus = { health: "broken", words: `zpl ${name} · can't be reached` };
  let busy = false;
  let lastKnown: PrinterStatus | null = null;
  /** When the printer last took a whole label, ms: that says more than any knocking. */
  let tookLabelAt = -Infinity;
  let knocking: Promise<PrinterStatus> | null = null;
  let answers = false;
  let missed = 0;
  let askAgainAt = -Infinity;
  /** What it said last that keeps it from printing; forgotten when it goes away. */
  let inTrouble: ReturnType<typeof hostTrouble> = null;

  const unreachable = (why: string): Failure => fail("printer-unreachable", `${name} (${why}).`).failure;
  const opened = (): Promise<Result<Socket>> =>
    new Promise((resolve) => {
      const socket = connect({ host, port, allowHalfOpen: true });
      const end = (answer: Result<Socket>): void => {
        takeTimer();
        socket.removeListener("error", refused);
        if (!answer.ok) socket.destroy();
        resolve(answer);
      };
      const refused = (error: Error): void => end({ ok: false, failure: unreachable(error.message) });
      const takeTimer = clock.after(times.connectWithinMs, () =>
        end({ ok: false, failure: unreachable(`no answer in ${times.connectWithinMs / 1_000} s`) }),
      );
      socket.once("connect", () => end(succeed(socket)));
      socket.on("error", refused);
      // A late error of an abandoned attempt has been told already
      socket.on("error", () => {});
    });

  /** Writes everything and waits for the printer's side to close; settles exactly once. */
  const pour = (socket: Socket, bytes: Uint8Array, tellStall: (stalled: boolean) => void, signal: AbortSignal): Promise<Result<PrintEnd>> =>
    new Promise((resolve) => {
      let takeTimer = (): void => {};
      let taken = 0;
      let stalled = false;
      const end = (answer: Result<PrintEnd>): void => {
        takeTimer();
        takeGrace();
        signal.removeEventListener("abort", stop);
        socket.destroy();
        resolve(answer);
      };
      const lost = (why: string): void =>
        end(fail("printer-unreachable", `${name} went away in the middle of the label (${why}).`, { ambiguous: true }));
      let takeGrace = (): void => {};
      // The station stops: what is on its way may still finish, but not for ever
      const stop = (): void => {
        takeGrace = clock.after(times.closeWithinMs, () => lost("the station stopped waiting"));
      };
      const watch = (): void => {
        takeTimer = clock.after(times.stallAfterMs, () => {
          const now = socket.bytesWritten - socket.writableLength;
          if (now === taken && !stalled) tellStall((stalled = true));
          if (now !== taken && stalled) tellStall((stalled = false));
          taken = now;
          watch();
        });
      };
      if (signal.aborted) stop();
      else signal.addEventListener("abort", stop, { once: true });
      socket.on("error", (error) => lost(error.message));
      socket.on("close", () => lost("the connection was closed"));
      // Printers that talk back must not fill our side
      socket.resume();
      watch();
      socket.end(bytes, () => {
        takeTimer();
        const sent = succeed({ state: "sent", deviceRef: `${name} · ${bytes.length} bytes` } as const);
        socket.removeAllListeners("close");
        if (socket.readableEnded) return end(sent);
        socket.once("end", () => end(sent));
        takeTimer = clock.after(times.closeWithinMs, () => end(sent));
      });
    });

  /** One question on a connection of its own; null when nothing that can be read comes back. */
  const askState = (socket: Socket): Promise<HostStatus | null> =>
    new Promise((resolve) => {
      let text = "";
      const end = (status: HostStatus | null): void => {
        takeTimer();
        socket.destroy();
        resolve(status);
      };
      const takeTimer = clock.after(times.answerWithinMs, () => end(null));
      socket.on("data", (part: Buffer) => {
        text += part.toString("latin1");
        if (text.split("\u0003").length > HOST_STATUS_STRINGS) end(readHostStatus(text));
      });
      socket.on("close", () => end(readHostStatus(text)));
      socket.write(HOST_STATUS_QUESTION);
    });

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
      inTrouble = hostTrouble(status, name);
    } else if (inTrouble === null && (!wasKnown || missed >= MOST_MISSED)) {
      answers = false;
      askAgainAt = clock.now() + SILENT_FOR_MS;
    }
    lastKnown = inTrouble === null ? ready : { health: "broken", words: `zpl ${name} · ${inTrouble.short}` };
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
        const before = answers ? (await look()).failure : null;
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
        lastKnown = taken.ok ? ready : { health: "broken", words: `zpl ${name} · went away in mid-label` };
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
    if (!answers && clock.now() < askAgainAt) {
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
      return answers ? ASK_EVERY_MS : CHECK_EVERY_MS;
    },
    prepare: async (document) => {
      const zpl = await zplBytes(document, dpi, rasteriser);
      return zpl.ok ? succeed({ send: sendBytes(zpl.value), discard: () => {} }) : zpl;
    },
    recover: async () => ({ became: "unknown", words: `${name} can't tell what it printed.` }),
    // While a label is on its way, and after one that was taken, nobody knocks
    status: async () => {
      if (busy) return lastKnown?.health === "broken" ? lastKnown : { health: "fine", words: `zpl ${name} · printing` };
      if (lastKnown?.health === "fine" && clock.now() - tookLabelAt < (answers ? ASK_EVERY_MS : CHECK_EVERY_MS)) return lastKnown;
      knocking ??= knock();
      lastKnown = await knocking;
      knocking = null;
      return lastKnown;
    },
  };
};
