import type { Sound } from "../shared/scan.ts";

/** Seconds and hertz; each sound is unlike the others in pitch, number and roughness, so that nobody has to look. */
type Note = Readonly<{ at: number; lasts: number; from: number; to: number; wave: OscillatorType; loud: number }>;

const SCORES: Readonly<Record<Exclude<Sound, "none" | "stop">, readonly Note[]>> = {
  accepted: [{ at: 0, lasts: 0.085, from: 880, to: 1480, wave: "triangle", loud: 0.5 }],
  wrong: [
    { at: 0, lasts: 0.17, from: 138, to: 120, wave: "sawtooth", loud: 0.75 },
    { at: 0.24, lasts: 0.24, from: 128, to: 104, wave: "sawtooth", loud: 0.75 },
  ],
  over: [0, 0.12, 0.24].map((at) => ({ at, lasts: 0.06, from: 540, to: 430, wave: "square" as const, loud: 0.4 })),
  out: [
    { at: 0, lasts: 0.09, from: 1180, to: 660, wave: "triangle", loud: 0.55 },
    { at: 0.13, lasts: 0.13, from: 780, to: 390, wave: "triangle", loud: 0.55 },
  ],
  done: [523.25, 659.25, 783.99].map((pitch, index) => ({
    at: index * 0.05,
    lasts: 0.36,
    from: pitch,
    to: pitch,
    wave: "triangle" as const,
    loud: 0.35,
  })),
};

const SIREN = { low: 620, high: 1180, wailsPerSecond: 1.6, loud: 0.5 };
const EDGE_SECONDS = 0.006; // a shorter rise or fall clicks

export type SoundState = Readonly<{ subscribe: (listener: () => void) => () => void; isBlocked: () => boolean }>;

/**
 * The bench's sounds, made on the spot. `play` of `stop` goes on until the next `play` or `hush`. A browser that
 * lets nothing sound before the first key says so through `isBlocked`.
 */
export const createSounds = ({ makeContext, mayStart }: { makeContext: () => AudioContext; mayStart: () => boolean }) => {
  const listeners = new Set<() => void>();
  let context: AudioContext | null = null;
  let blocked = false;
  let siren: readonly OscillatorNode[] = [];

  const setBlocked = (next: boolean): void => {
    if (blocked === next) return;
    blocked = next;
    for (const listener of listeners) listener();
  };

  const ready = (): AudioContext | null => {
    try {
      if (context === null) {
        const made = makeContext();
        made.addEventListener("statechange", () => {
          if (made.state === "running") setBlocked(false);
        });
        context = made;
      }
    } catch {
      // no sound device at all: said on the screen like any other silence
      setBlocked(true);
      return null;
    }
    if (context.state === "running") return context;
    // before the first key nothing may sound, and what is late would only confuse
    if (!mayStart()) {
      setBlocked(true);
      return null;
    }
    context.resume().catch(() => setBlocked(true));
    return context;
  };

  const strike = (audio: AudioContext, note: Note): void => {
    const start = audio.currentTime + note.at;
    const end = start + note.lasts;
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.type = note.wave;
    tone.frequency.setValueAtTime(note.from, start);
    tone.frequency.linearRampToValueAtTime(note.to, end);
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(note.loud, start + EDGE_SECONDS);
    volume.gain.setValueAtTime(note.loud, Math.max(start + EDGE_SECONDS, end - note.lasts * 0.4));
    volume.gain.linearRampToValueAtTime(0, end);
    tone.connect(volume).connect(audio.destination);
    tone.start(start);
    tone.stop(end + EDGE_SECONDS);
  };

  const wail = (audio: AudioContext): void => {
    const tone = audio.createOscillator();
    const swing = audio.createOscillator();
    const depth = audio.createGain();
    const volume = audio.createGain();
    tone.type = "square";
    tone.frequency.value = (SIREN.low + SIREN.high) / 2;
    swing.type = "triangle";
    swing.frequency.value = SIREN.wailsPerSecond;
    depth.gain.value = (SIREN.high - SIREN.low) / 2;
    volume.gain.setValueAtTime(0, audio.currentTime);
    volume.gain.linearRampToValueAtTime(SIREN.loud, audio.currentTime + EDGE_SECONDS);
    swing.connect(depth).connect(tone.frequency);
    tone.connect(volume).connect(audio.destination);
    tone.start();
    swing.start();
    siren = [tone, swing];
  };

  const hush = (): void => {
    for (const node of siren) node.stop();
    siren = [];
  };

  return {
    play: (sound: Sound): void => {
      hush();
      if (sound === "none") return;
      const audio = ready();
      if (audio === null) return;
      if (sound === "stop") wail(audio);
      else for (const note of SCORES[sound]) strike(audio, note);
    },
    hush,
    /** To be called at the first key or touch: from then on the browser lets sounds out. */
    unlock: (): void => void ready(),
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    isBlocked: () => blocked,
  };
};
export type Sounds = ReturnType<typeof createSounds>;
