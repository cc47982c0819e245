import type { Health, ScaleView } from "../../shared/device-view.ts";
import { weightWords, type OnThePan, type PanDone, type ScaleReading } from "../../shared/weight.ts";
import type { HidLibrary } from "../device/hid-library.ts";
import { readSerialAddress, type LoadedSerial } from "../device/serial-library.ts";
import type { DeviceFound } from "../device/port.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import {
  emptyPan,
  giveBack,
  isAnotherWeight,
  losePan,
  stepPan,
  takeWeight,
  tarePan,
  weighingOf,
  zeroPan,
  type Pan,
  type PanChange,
} from "./decode-pan.ts";
import { createHidScale } from "./hid.ts";
import type { ScaleDevice, ScaleListener } from "./port.ts";
import { createSerialScale, scaleProtocols } from "./serial.ts";

/** `setting`: what to set for this one to be read; null where it is no scale that could be. */
export type ScaleFound = DeviceFound & Readonly<{ setting: string | null }>;

export type Scales = Readonly<{
  list: () => readonly ScaleFound[];
  /** the scale pill of the screen; null where no scale is expected */
  status: () => Readonly<{ health: Health; words: string }> | null;
  /** A scale is there and says what is on it. One that has not said anything yet, or has a fault, is waited for by nobody. */
  works: () => boolean;
  weighing: () => OnThePan;
  /** Whether a weight is another one than that before it, and no drift of it; kg. */
  isAnother: (kg: number, beforeKg: number) => boolean;
  /** The steady weight on the pan is this parcel's: no other gets it. */
  taken: (parcelNo: string) => void;
  /** The parcel is open again. */
  giveBack: (parcelNo: string) => void;
  zero: () => PanDone;
  tare: () => PanDone;
  start: () => void;
  /** After a change of the settings. */
  reopen: () => Promise<void>;
  stop: () => Promise<void>;
}>;

const problemWords: Readonly<Record<NonNullable<ScaleReading["problem"]>, string>> = {
  over: "too heavy for it",
  under: "below zero: take everything off",
  fault: "it has a fault: switch it off and on",
  calibrate: "it wants to be calibrated",
  zero: "take everything off and zero it",
};

const OUT_OF_ORDER: readonly ScaleReading["problem"][] = ["fault", "calibrate"];

/** The pan in words, for pill and verdicts. */
export const weighingWords = ({ state, kg, problem }: OnThePan): string => {
  switch (state) {
    case "silent":
      return "no weight yet";
    case "problem":
      return problem === null ? "" : problemWords[problem];
    case "moving":
      return kg === null ? "moving" : `${weightWords(kg)} · moving`;
    default:
      return kg === null ? "" : weightWords(kg);
  }
};

/** The scale as the screen draws it; null where none is expected. */
export const scaleView = (scales: Pick<Scales, "status" | "weighing" | "works">): Omit<ScaleView, "waiting" | "expectedKg"> | null => {
  const pill = scales.status();
  if (pill === null) return null;
  const { state, kg, tareKg } = scales.weighing();
  return { ...pill, state: scales.works() ? state : null, kg, tareKg };
};

/**
 * The scale of this bench, as the settings name it: `usb` any HID scale, `usb:PATH` that one, `toledo:PORT` or `and:PORT` one on a serial
 * line, empty none. Never fails: what can't be used is in the list, with words.
 */
export const openScales = ({
  setting,
  hid,
  serial,
  clock,
  log,
  platform = process.platform,
  onChange,
}: Readonly<{
  setting: () => string;
  hid: Readonly<{ ok: true; library: HidLibrary }> | Readonly<{ ok: false; words: string }>;
  serial: () => Promise<LoadedSerial>;
  clock: Clock;
  log: Log;
  platform?: NodeJS.Platform;
  /** What is on the pan changed (`weight`), or the scale came, went or failed. */
  onChange: (what: "weight" | "device") => void;
}>): Scales => {
  let pan: Pan = emptyPan;
  let device: ScaleDevice | null = null;
  let trouble: DeviceFound | null = null;
  let opened: string | null = null;
  let running = false;
  let shown: OnThePan | null = null;

  const weighing = (): OnThePan => weighingOf(pan, clock.now());
  const tell = (): void => {
    const now = weighing();
    // The last digit of a scale that stands still goes to and fro
    const same = shown?.state === now.state && Math.abs((shown.kg ?? 0) - (now.kg ?? 0)) <= (pan.reading?.graduationKg ?? 0);
    if (same && shown?.tareKg === now.tareKg) return;
    shown = now;
    onChange("weight");
  };
  const listener: ScaleListener = {
    onReading: (reading) => {
      pan = stepPan(pan, reading, clock.now());
      tell();
    },
    onLost: () => {
      pan = losePan();
      tell();
    },
    onChange: () => onChange("device"),
  };

  const create = async (address: string): Promise<ScaleDevice | string> => {
    const [kind = "", ...more] = address.split(":");
    const rest = more.join(":");
    if (kind === "usb") {
      if (!hid.ok) return hid.words;
      return createHidScale({ library: hid.library, path: rest === "" ? null : rest, clock, log, platform, ...listener });
    }
    if (kind !== "toledo" && kind !== "and") return `${address} names no scale.`;
    const found = readSerialAddress(rest, scaleProtocols[kind].line);
    if (found === null) return `${rest} names no serial port.`;
    const loaded = await serial();
    return loaded.ok ? createSerialScale({ library: loaded.library, protocol: kind, ...found, clock, log, ...listener }) : loaded.words;
  };

  const open = async (): Promise<void> => {
    const address = setting();
    if (address === opened) return;
    opened = address;
    const before = device;
    device = null;
    trouble = null;
    pan = emptyPan;
    await before?.stop();
    if (address === "" || opened !== address) return onChange("device");
    const created = await create(address);
    if (opened !== address || !running) return;
    if (typeof created === "string") {
      trouble = { path: address, name: "Scale", health: "broken", words: created };
      log.warn({ address }, created);
    } else {
      device = created;
      created.start();
    }
    onChange("device");
  };

  const change = (changed: PanChange): PanDone => {
    pan = changed.pan;
    tell();
    return changed;
  };

  // `usb` as a path: USB itself, where it can't be looked at
  const settingOf = (path: string): string | null => (opened?.startsWith("usb") === true && path !== "usb" ? `usb:${path}` : null);
  const list = (): readonly ScaleFound[] =>
    trouble === null
      ? (device?.list() ?? []).map((found) => ({ ...found, setting: settingOf(found.path) }))
      : [{ ...trouble, setting: null }];

  return {
    list,
    status: () => {
      const [first] = list();
      // Looking for any USB scale and finding none is no trouble: most benches have none
      if (setting() === "" || (first === undefined && setting() === "usb")) return null;
      if (first === undefined) return { health: "broken", words: "Scale · not there" };
      if (device?.isRead() !== true) return { health: first.health === "fine" ? "careful" : first.health, words: `Scale · ${first.words}` };
      const now = weighing();
      return { health: now.state === "problem" || now.state === "silent" ? "careful" : "fine", words: `Scale · ${weighingWords(now)}` };
    },
    works: () => device?.isRead() === true && pan.reading !== null && !OUT_OF_ORDER.includes(pan.reading.problem),
    weighing,
    isAnother: (kg, beforeKg) => isAnotherWeight(pan, kg, beforeKg),
    taken: (parcelNo) => {
      pan = takeWeight(pan, parcelNo, clock.now());
      tell();
    },
    giveBack: (parcelNo) => {
      pan = giveBack(pan, parcelNo);
      tell();
    },
    zero: () => change(zeroPan(pan, clock.now())),
    tare: () => change(tarePan(pan, clock.now())),
    start: () => {
      if (running) return;
      running = true;
      void open();
    },
    reopen: open,
    stop: async () => {
      running = false;
      opened = null;
      await device?.stop();
      device = null;
    },
  };
};
