import { commands, type CommandWord } from "../shared/scan.ts";
import type { OpenScreen } from "../shared/station.ts";
import type { StationStore } from "./station-store.ts";

/**
 * A letter or digit is a command to a screen only when nothing came this long before and after it, ms: longer than the
 * pause between the characters of any wedge (80) and of a person typing a code by hand (200).
 */
const QUIET_MS = 250;

/** A function key this soon after a character came from a scanner, ms: the slowest wedges leave 80 between keys. */
const AMID_SCAN_MS = 100;

/** True when the screen took the key as meant for it. */
export type LoneKeyHandler = (key: string) => boolean;
export type LoneKeys = Readonly<{ listen: (handle: LoneKeyHandler) => () => void }>;

type Timers = Readonly<{ setTimeout: (run: () => void, ms: number) => number; clearTimeout: (id: number) => void }>;

const LEFT_TO_THE_BROWSER = ["F11"]; // full screen
const AT_ONCE = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"]; // no scanner sends these
const SCREEN_OF_COMMAND: Partial<Record<CommandWord, OpenScreen>> = { CMDHELP: "help", CMDTROUBLE: "trouble", CMDSETTINGS: "settings" };

const typesText = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest("[data-typing]") !== null && target.matches("input, textarea, select");

/**
 * The keys of the bench: function keys are commands, Escape goes back, and single keys are handed to the open screen.
 * A single key waits until it is clear that it is not the first character of a scan.
 */
export const createKeys = ({
  target,
  station,
  now,
  timers,
}: {
  target: Window;
  station: StationStore;
  now: () => number;
  timers: Timers;
}): LoneKeys & Readonly<{ start: () => void; stop: () => void; pressEnter: () => void }> => {
  const handlers = new Set<LoneKeyHandler>();
  let lastKeyAt = Number.NEGATIVE_INFINITY;
  let pending: number | null = null;

  const pressFunctionKey = (key: string): void => {
    const command = commands.find((candidate) => candidate.key === key);
    const { screen, snapshot } = station.getState();
    if (command === undefined || snapshot === null) return;
    const own = SCREEN_OF_COMMAND[command.word];
    if (own !== undefined && own === screen) station.go("bench");
    else if ((screen !== "settings" && screen !== "doctor") || own !== undefined) void station.scan(command.word, "key");
  };

  const pressEscape = (): void => {
    const { screen, snapshot } = station.getState();
    if (screen !== "bench") station.go("bench");
    else if (snapshot !== null && snapshot.scanBack !== null) void station.scan("CMDLATER", "key");
    else if (snapshot !== null && (snapshot.task !== null || snapshot.activity !== "packing")) void station.scan("CMDCLOSE", "key");
  };

  const offer = (key: string): boolean => [...handlers].some((handle) => handle(key));

  const waitForQuiet = (key: string): void => {
    pending = timers.setTimeout(() => {
      pending = null;
      if (!offer(key)) return;
      lastKeyAt = Number.NEGATIVE_INFINITY;
      // the wedge keeps what is typed until Enter: this character was no part of a code
      target.dispatchEvent(new KeyboardEvent("keydown", { key: "Backspace", code: "Backspace", cancelable: true }));
    }, QUIET_MS);
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (!event.isTrusted) return;
    const at = now();
    const alone = at - lastKeyAt >= QUIET_MS;
    const amidScan = at - lastKeyAt < AMID_SCAN_MS;
    if (event.key.length === 1 && !event.ctrlKey && !event.altKey && !event.metaKey) lastKeyAt = at;
    else if (event.key === "Enter") lastKeyAt = Number.NEGATIVE_INFINITY; // what came before is ended
    if (pending !== null) {
      timers.clearTimeout(pending);
      pending = null;
    }
    const { screen } = station.getState();
    if (/^F\d{1,2}$/.test(event.key)) {
      if (LEFT_TO_THE_BROWSER.includes(event.key)) return;
      event.preventDefault();
      // right behind a character it is the scanner's: some send F8 for FNC1
      if (!amidScan && !event.repeat && !event.ctrlKey && !event.altKey && !event.metaKey) pressFunctionKey(event.key);
      return;
    }
    if (event.ctrlKey || event.altKey || event.metaKey) {
      const letter = event.key.toLowerCase();
      if (event.ctrlKey && letter === "s" && !event.repeat && offer("Save")) event.stopImmediatePropagation();
      // the browser's own save, print and find dialogs would take the keyboard away from the scanner
      if (event.ctrlKey && (letter === "s" || letter === "f" || (letter === "p" && screen !== "sheet"))) event.preventDefault();
      return;
    }
    if (event.key === "Escape") {
      if (!event.repeat) pressEscape();
      return;
    }
    if (event.key === "Tab" && screen !== "settings") {
      event.preventDefault();
      return;
    }
    if (typesText(event.target)) return;
    // Enter is told by the wedge; as a line break in the input that catches scans it would come a second time
    if (event.key === "Enter" && event.target instanceof HTMLInputElement) event.preventDefault();
    if (AT_ONCE.includes(event.key)) {
      if (offer(event.key)) event.preventDefault();
    } else if (alone && !event.repeat && event.key.length === 1) waitForQuiet(event.key.toUpperCase());
  };

  return {
    listen: (handle) => {
      handlers.add(handle);
      return () => void handlers.delete(handle);
    },
    /** Enter on its own, as the wedge tells it: never the end of a scan. */
    pressEnter: () => void offer("Enter"),
    // captured, so that every key of a scan is seen here even where the wedge keeps it from going further
    start: () => target.addEventListener("keydown", onKeyDown, { capture: true }),
    stop: () => target.removeEventListener("keydown", onKeyDown, { capture: true }),
  };
};
