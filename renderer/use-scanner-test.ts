import { useEffect } from "react";
import { useBench } from "./use-station.ts";

/** The station forgets a test after 15 s: a page that died must keep no scan from the bench. */
const AGAIN_MS = 5_000;

/** While a screen is open that tests scanners, those that the station reads itself are tested too, and pack nothing. */
export const useScannerTest = (): void => {
  const { station } = useBench();
  useEffect(() => {
    const hold = (on: boolean): void => void station.ask("scanner.test", { on });
    hold(true);
    const timer = setInterval(hold, AGAIN_MS, true);
    return () => {
      clearInterval(timer);
      hold(false);
    };
  }, [station]);
};
