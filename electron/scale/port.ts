import type { ScaleReading } from "../../shared/weight.ts";
import type { DeviceFound } from "../device/port.ts";

/** One way to reach a scale: it comes and goes by itself. `stop` ends with every device closed. */
export type ScaleDevice = Readonly<{
  /** every scale this way finds, the one that is read first */
  list: () => readonly DeviceFound[];
  /** true while one scale is read and nobody has to choose */
  isRead: () => boolean;
  start: () => void;
  stop: () => Promise<void>;
}>;

export type ScaleListener = Readonly<{
  onReading: (reading: ScaleReading) => void;
  /** The scale went, failed or fell silent. */
  onLost: () => void;
  onChange: () => void;
}>;
