import { createSerialReader } from "../device/serial-reader.ts";
import type { SerialLibrary, SerialLine } from "../device/serial-library.ts";
import type { ScaleReading } from "../../shared/weight.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import { emptyAnd, stepAnd } from "./decode-and.ts";
import { emptyToledo, stepToledo } from "./decode-toledo.ts";
import type { ScaleDevice, ScaleListener } from "./port.ts";

export type ScaleProtocol = "toledo" | "and";

type Decoder = Readonly<{ take: (bytes: Uint8Array) => readonly ScaleReading[]; forget: () => void }>;

const toledoDecoder = (): Decoder => {
  let state = emptyToledo;
  return {
    take: (bytes) => {
      const step = stepToledo(state, bytes);
      state = step.state;
      return step.readings;
    },
    forget: () => void (state = emptyToledo),
  };
};

const andDecoder = (): Decoder => {
  let state = emptyAnd;
  return {
    take: (bytes) => {
      const step = stepAnd(state, bytes);
      state = step.state;
      return step.readings;
    },
    forget: () => void (state = emptyAnd),
  };
};

/** Each protocol: how the line is set out of the box, and what makes a scale speak that doesn't by itself. */
export const scaleProtocols = {
  toledo: { line: { baudRate: 9_600, dataBits: 8, parity: "none", stopBits: 1 }, ask: null, decoder: toledoDecoder },
  and: { line: { baudRate: 2_400, dataBits: 7, parity: "even", stopBits: 1 }, ask: "Q\r\n", decoder: andDecoder },
} as const satisfies Record<ScaleProtocol, Readonly<{ line: SerialLine; ask: string | null; decoder: () => Decoder }>>;

const ASK_AFTER_MS = 400; // a stream is never this slow
const SILENT_AFTER_MS = 3_000;

/** A scale on a serial port. A port that is open but says nothing readable is told apart from a scale that works. */
export const createSerialScale = ({
  library,
  protocol,
  path,
  line,
  clock,
  log,
  onReading,
  onLost,
  onChange,
}: Readonly<{ library: SerialLibrary; protocol: ScaleProtocol; path: string; line: SerialLine; clock: Clock; log: Log }> &
  ScaleListener): ScaleDevice => {
  const { ask, decoder } = scaleProtocols[protocol];
  const decode = decoder();
  let speaks = false;
  let cancelAsk = (): void => {};
  let cancelSilence = (): void => {};

  const askLater = (): void => {
    cancelAsk();
    if (ask === null) return;
    cancelAsk = clock.after(ASK_AFTER_MS, () => {
      reader.write(new TextEncoder().encode(ask));
      askLater();
    });
  };
  const lost = (): void => {
    cancelAsk();
    cancelSilence();
    decode.forget();
    if (!speaks) return;
    speaks = false;
    onLost();
  };

  const reader = createSerialReader({
    library,
    noun: "scale",
    path,
    line,
    clock,
    log,
    onBytes: (bytes) => {
      const readings = decode.take(bytes);
      if (readings.length === 0) return;
      askLater();
      cancelSilence();
      cancelSilence = clock.after(SILENT_AFTER_MS, () => {
        log.warn({ path }, "the scale says nothing any more");
        speaks = false;
        decode.forget();
        onLost();
        onChange();
      });
      const first = !speaks;
      speaks = true;
      for (const reading of readings) onReading(reading);
      if (first) onChange();
    },
    onLost: lost,
    onChange: () => {
      if (reader.isOpen()) askLater();
      onChange();
    },
  });

  return {
    list: () => {
      const found = reader.found();
      return [
        found.health === "fine" && !speaks
          ? { ...found, health: "careful", words: "It says nothing that can be read: check power, protocol and baud rate." }
          : found,
      ];
    },
    isRead: () => speaks,
    start: reader.start,
    stop: reader.stop,
  };
};
