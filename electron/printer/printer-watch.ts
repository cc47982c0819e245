import { errorWords } from "../../shared/error-words.ts";
import type { Clock } from "../kit/clock.ts";
import type { PrinterPort, PrinterStatus } from "./port.ts";

type Parts = Readonly<{
  /** the printer of the settings; null when none is set or its URI is bad (then with words) */
  current: () => Readonly<{ port: PrinterPort | null; words: string }>;
  clock: Clock;
  onChange: () => void;
}>;

/** A broken printer is asked about often, so that its return shows within 2 s. */
const ASK_BROKEN_MS = 1_500;

/** A fault of our own in asking must not end the asking. */
const brokenBy =
  (name: string) =>
  (error: unknown): PrinterStatus => ({ health: "broken", words: `${name} · ${errorWords(error)}` });

/** Keeps the state of the label printer current for the top bar. */
export const createPrinterWatch = ({ current, clock, onChange }: Parts) => {
  let known: PrinterStatus = { health: "careful", words: "printer · being asked" };
  let running = false;
  let asking = false;
  let askAgain = false;
  let takeTimer = (): void => {};

  const show = (status: PrinterStatus): void => {
    if (status.health === known.health && status.words === known.words) return;
    known = status;
    onChange();
  };
  const look = async (): Promise<void> => {
    if (asking) {
      askAgain = true;
      return;
    }
    asking = true;
    takeTimer();
    const { port, words } = current();
    const status = port === null ? ({ health: "broken", words } as const) : await port.status().catch(brokenBy(port.name));
    asking = false;
    if (!running) return;
    // The settings may have changed while the old printer was asked
    if (current().port === port) show(status);
    else askAgain = true;
    if (askAgain) {
      askAgain = false;
      return look();
    }
    takeTimer = clock.after(
      status.health === "fine" ? (port?.checkEveryMs ?? ASK_BROKEN_MS) : Math.min(ASK_BROKEN_MS, port?.checkEveryMs ?? ASK_BROKEN_MS),
      () => void look(),
    );
  };

  return {
    start: (): void => {
      running = true;
      void look();
    },
    stop: (): void => {
      running = false;
      takeTimer();
    },
    /** Asks at once: a job has just failed, or the settings have changed. */
    look: (): void => {
      if (running) void look();
    },
    status: (): PrinterStatus => known,
  };
};
