import { useEffect, useState } from "react";
import { failureWords } from "../../../shared/failures.ts";
import type { CallOutput } from "../../../shared/contract.ts";
import { useBench } from "../../use-station.ts";

/** `trouble`: why nobody can tell which scanners there are; empty when somebody can. */
export type Devices = Readonly<{
  scanners: CallOutput<"scanner.list">["scanners"];
  scales: CallOutput<"scale.list">["scales"];
  ports: CallOutput<"port.list">["ports"];
  trouble: string;
}>;

const LOOK_EVERY_MS = 2_000; // as often as the station itself looks at USB

/** Scanners, scales and serial ports of this PC, looked at again and again as people plug them; null until they were first. */
export const useDevices = (): Devices | null => {
  const { station } = useBench();
  const [devices, setDevices] = useState<Devices | null>(null);
  useEffect(() => {
    let timer: number | undefined;
    let wanted = true;
    const look = async (): Promise<void> => {
      const [scanners, scales, ports] = await Promise.all([
        station.ask("scanner.list", {}),
        station.ask("scale.list", {}),
        station.ask("port.list", {}),
      ]);
      if (!wanted) return;
      const now: Devices = {
        scanners: scanners.ok ? scanners.value.scanners : [],
        scales: scales.ok ? scales.value.scales : [],
        ports: ports.ok ? ports.value.ports : [],
        trouble: scanners.ok ? "" : failureWords(scanners.failure),
      };
      setDevices((before) => (JSON.stringify(before) === JSON.stringify(now) ? before : now));
      timer = window.setTimeout(() => void look(), LOOK_EVERY_MS);
    };
    void look();
    return () => {
      wanted = false;
      window.clearTimeout(timer);
    };
  }, [station]);
  return devices;
};
