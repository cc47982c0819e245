import { errorWords } from "../../shared/error-words.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import { FIRST_RETRY_MS, LONGEST_RETRY_MS, type DeviceFound } from "./port.ts";
import type { SerialHandle, SerialLibrary, SerialLine } from "./serial-library.ts";

/**
 * One device on one serial port. Opens the port by its path and, after an error or a loss, tries again with growing pauses for as
 * long as it runs: a cable pulled and put back needs no hand at the screen.
 */
export const createSerialReader = ({
  library,
  noun,
  path,
  line,
  clock,
  log,
  onBytes,
  onLost,
  onChange,
}: Readonly<{
  library: SerialLibrary;
  /** what is on the line, in words: "scanner" */
  noun: string;
  path: string;
  line: SerialLine;
  clock: Clock;
  log: Log;
  onBytes: (bytes: Uint8Array) => void;
  /** What came half is to be thrown away. */
  onLost: () => void;
  onChange: () => void;
}>) => {
  let running = false;
  let handle: SerialHandle | null = null;
  let opening: Promise<void> = Promise.resolve();
  let trouble: string | null = "It is being opened.";
  let worked = false;
  let retryMs = FIRST_RETRY_MS;
  let cancelRetry = (): void => {};

  const say = (words: string): void => {
    if (trouble === words) return;
    trouble = words;
    log.warn({ path }, words);
    onChange();
  };

  const retryLater = (): void => {
    if (!running) return;
    cancelRetry = clock.after(retryMs, openAgain);
    retryMs = Math.min(LONGEST_RETRY_MS, retryMs * 2);
  };

  const close = async (): Promise<void> => {
    const closing = handle;
    handle = null;
    onLost();
    try {
      await closing?.close();
    } catch (error) {
      log.info({ path, error: errorWords(error) }, `closing a ${noun} that is gone`);
    }
  };

  const gone = (from: SerialHandle, error: unknown): void => {
    if (handle !== from) return;
    void close();
    say(`It is gone: put its cable back. (${errorWords(error)})`);
    retryLater();
  };

  const open = async (): Promise<void> => {
    if (!running || handle !== null) return;
    try {
      const opened = await library.open(path, line);
      handle = opened;
      if (!running) return void (await close());
      opened.onGone((error) => gone(opened, error));
      opened.onData((bytes) => {
        if (handle !== opened) return;
        retryMs = FIRST_RETRY_MS;
        try {
          onBytes(bytes);
        } catch (error) {
          log.error({ path, error: errorWords(error) }, `a ${noun} was read but what it said could not be handed on`);
        }
      });
      trouble = null;
      worked = true;
      log.info({ path }, `${noun} opened`);
      onChange();
    } catch (error) {
      say(
        worked
          ? `It is gone: put its cable back. (${errorWords(error)})`
          : `The port ${path} can't be opened: check its name, its cable and who else uses it. (${errorWords(error)})`,
      );
      retryLater();
    }
  };
  const openAgain = (): void => {
    opening = open();
  };

  return {
    found: (): DeviceFound => ({
      path,
      name: path.split("/").at(-1) ?? path,
      health: trouble === null ? "fine" : "broken",
      words: trouble ?? "Ready",
    }),
    write: (bytes: Uint8Array): void => handle?.write(bytes),
    isOpen: (): boolean => handle !== null,
    start: (): void => {
      if (running) return;
      running = true;
      openAgain();
    },
    stop: async (): Promise<void> => {
      running = false;
      cancelRetry();
      await opening;
      await close();
    },
  };
};
