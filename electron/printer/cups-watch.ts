import { connect, type Socket } from "node:net";
import type { Clock } from "../kit/clock.ts";
import type { IppServer } from "./cups-client.ts";

/** CUPS closes a connection that says nothing after minutes: a younger one takes its place long before. */
const YOUNGER_AFTER_MS = 20_000;

/**
 * Notices at once that CUPS goes, however soon it is back: a connection on which nothing is asked ends with it. What is only looked at from
 * time to time misses a restart within a second, and CUPS' own times are whole seconds.
 */
export const createCupsWatch = ({ server, clock }: Readonly<{ server: IppServer; clock: Clock }>) => {
  let held: Socket | null = null;
  let opening: Socket | null = null;
  let gone = new AbortController();
  let takeTimer = (): void => {};

  const open = (): void => {
    const mine = "socketPath" in server ? connect(server.socketPath) : connect(server.port, server.host);
    opening = mine;
    mine.resume();
    // What went wrong is said by its end
    mine.on("error", () => mine.destroy());
    mine.once("connect", () => {
      const older = held;
      [held, opening] = [mine, null];
      older?.destroy();
      takeTimer = clock.after(YOUNGER_AFTER_MS, open);
    });
    mine.once("close", () => {
      if (opening === mine) opening = null;
      if (held !== mine) return;
      held = null;
      takeTimer();
      gone.abort();
    });
  };

  return {
    /** Holds a connection from now on, if CUPS is there. The signal says that CUPS went since. */
    arm: (): AbortSignal => {
      if (gone.signal.aborted) gone = new AbortController();
      if (held === null && opening === null) open();
      return gone.signal;
    },
    close: (): void => {
      takeTimer();
      const open = [held, opening];
      [held, opening] = [null, null];
      for (const socket of open) socket?.destroy();
    },
  };
};
