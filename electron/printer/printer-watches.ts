import { failureKinds, type Result } from "../../shared/failures.ts";
import type { Clock } from "../kit/clock.ts";
import type { PrinterPort, PrinterStatus } from "./port.ts";
import { createPrinterWatch } from "./printer-watch.ts";

type Parts = Readonly<{
  portFor: (uri: string) => Result<PrinterPort>;
  /** URI of the label printer; "" when none is chosen */
  labelPrinter: () => string;
  /** URIs of the printers that other documents go to; the label printer may be among them */
  otherPrinters: () => readonly string[];
  clock: Clock;
  onChange: () => void;
}>;

/** Keeps the state of each printer in use current: the label printer's, and of all others what a person has to know. */
export const createPrinterWatches = ({ portFor, labelPrinter, otherPrinters, clock, onChange }: Parts) => {
  const watchOn = (uriNow: () => string) =>
    createPrinterWatch({
      current: () => {
        const uri = uriNow();
        if (uri === "") return { port: null, words: "no printer chosen" };
        const port = portFor(uri);
        return port.ok
          ? { port: port.value, words: "" }
          : { port: null, words: `${failureKinds[port.failure.kind].title}: ${port.failure.detail}` };
      },
      clock,
      onChange,
    });
  const label = watchOn(labelPrinter);
  const others = new Map<string, ReturnType<typeof watchOn>>();
  let running = false;

  const settleOthers = (): void => {
    const wanted = new Set(running ? otherPrinters().filter((uri) => uri !== "" && uri !== labelPrinter()) : []);
    for (const [uri, watch] of others) {
      if (wanted.has(uri)) continue;
      watch.stop();
      others.delete(uri);
    }
    for (const uri of wanted) {
      if (others.has(uri)) continue;
      const watch = watchOn(() => uri);
      others.set(uri, watch);
      watch.start();
    }
  };

  return {
    start: (): void => {
      running = true;
      label.start();
      settleOthers();
    },
    stop: (): void => {
      running = false;
      label.stop();
      settleOthers();
    },
    /** Asks at once: a job has just failed, or the settings have changed. */
    look: (): void => {
      label.look();
      settleOthers();
      for (const watch of others.values()) watch.look();
    },
    status: (): PrinterStatus => label.status(),
    /** A printer of other documents that prints nothing as it is; null: none is known to. */
    brokenOther: (): PrinterStatus | null =>
      [...others.values()].map((watch) => watch.status()).find(({ health }) => health === "broken") ?? null,
  };
};
