import { errorWords } from "../../shared/error-words.ts";
import type { Log } from "../kit/log.ts";
import type { DeviceScan, Scanner } from "./port.ts";

/** Everybody who hears of a scanner. One that fails costs the others nothing, and the device goes on being read. */
export const createScanListeners = (log: Log) => {
  const onScan = new Set<(scan: DeviceScan) => void>();
  const onTorso = new Set<(path: string) => void>();
  const onChange = new Set<() => void>();
  const keep =
    <Listener>(all: Set<Listener>) =>
    (listener: Listener): (() => void) => {
      all.add(listener);
      return () => void all.delete(listener);
    };
  const tell = <News>(all: ReadonlySet<(news: News) => void>, news: News, path: string, failed: string): void => {
    for (const listener of all) {
      try {
        listener(news);
      } catch (error) {
        log.error({ path, error: errorWords(error) }, failed);
      }
    }
  };
  return {
    scanned: (scan: DeviceScan): void => tell(onScan, scan, scan.path, "a scan was read but could not be handed on"),
    /** `words`: why the rest did not come, for the log. */
    brokeOff: (path: string, words: string): void => {
      log.warn({ path }, words);
      tell(onTorso, path, path, "a scan broke off and nobody could be told");
    },
    changed: (): void => {
      for (const listener of onChange) listener();
    },
    ports: { onScan: keep(onScan), onTorso: keep(onTorso), onChange: keep(onChange) } satisfies Partial<Scanner>,
  };
};
