import { connect, type Socket } from "node:net";
import { fail, succeed, type Failure, type Result } from "../../shared/failures.ts";
import type { Clock } from "../kit/clock.ts";
import type { PrintEnd } from "./port.ts";
import { HOST_STATUS_QUESTION, HOST_STATUS_STRINGS, readHostStatus, type HostStatus } from "./zpl-status.ts";

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

type Parts = Readonly<{ name: string; host: string; port: number; clock: Clock; times: ZplTimes }>;

/** Connections to one raw TCP printer: a label's, and a question's. */
export const createZplWire = ({ name, host, port, clock, times }: Parts) => {
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

  /** Writes everything and waits for the printer's side to close; settles exactly once. Rejects where `tellStall` throws. */
  const pour = (socket: Socket, bytes: Uint8Array, tellStall: (stalled: boolean) => void, signal: AbortSignal): Promise<Result<PrintEnd>> =>
    new Promise((resolve, reject) => {
      let takeTimer = (): void => {};
      let taken = 0;
      let stalled = false;
      const leave = (): void => {
        takeTimer();
        takeGrace();
        signal.removeEventListener("abort", stop);
        socket.destroy();
      };
      const end = (answer: Result<PrintEnd>): void => {
        leave();
        resolve(answer);
      };
      const say = (isStalled: boolean): void => {
        stalled = isStalled;
        try {
          tellStall(isStalled);
        } catch (error) {
          leave();
          reject(error);
        }
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
          if ((now === taken) !== stalled) say(!stalled);
          taken = now;
          if (!socket.destroyed) watch();
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
      // Some send the first two of the three only, and those say it all
      const takeTimer = clock.after(times.answerWithinMs, () => end(readHostStatus(text)));
      socket.on("data", (part: Buffer) => {
        text += part.toString("latin1");
        if (text.split("\u0003").length > HOST_STATUS_STRINGS) end(readHostStatus(text));
      });
      socket.on("close", () => end(readHostStatus(text)));
      socket.write(HOST_STATUS_QUESTION);
    });

  return { opened, pour, askState };
};
