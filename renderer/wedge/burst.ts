import {
  isControlLineEnd,
  readAltCode,
  readAltDigit,
  readCharacter,
  readControl,
  readLineEnd,
  type KeyPress,
  type LineEnd,
} from "./keyboard.ts";
import {
  burstInField,
  isAmid,
  lineOnPage,
  nothingKnown,
  scanOf,
  suffixWindow,
  tabEnds,
  type Known,
  type Piece,
  type WedgeScan,
} from "./line.ts";
import { learnPace } from "./pace.ts";

/**
 * Where the keys go: nowhere (`page`), to something that Space or Enter would press (`control`), into a field, or into a
 * field that wants scans (`target`).
 */
export type Place = "page" | "control" | "field" | "target";

type Where = Readonly<{
  /** ms on the clock of the events; only differences count */
  at: number;
  place: Place;
  /** which kept state of the field this event follows; null outside fields or where none was kept */
  mark: number | null;
}>;

export type WedgeEvent = Where &
  (
    | (Readonly<{ kind: "key"; repeat: boolean }> & KeyPress)
    /** Alt was let go: an Alt code is whole */
    | Readonly<{ kind: "alt-up" }>
    /** text that came without keys: emoji, input methods, drivers that insert */
    | Readonly<{ kind: "text"; text: string }>
  );

export type WedgeEffect =
  | Readonly<{ kind: "scan"; scan: WedgeScan; into: "station" | "field" }>
  /** put the field back into the state kept under this mark */
  | Readonly<{ kind: "take-out"; mark: number }>
  /** Enter alone, outside of fields */
  | Readonly<{ kind: "enter" }>;

export type WedgeState = Readonly<{
  pieces: readonly Piece[];
  /** digits of an Alt code under way */
  altDigits: string;
  /** the last scan's suffix may still come until then, ms */
  suffixUntil: number;
}>;

/** `take`: the page and its fields must not see this key. */
export type WedgeStep = Readonly<{ state: WedgeState; effects: readonly WedgeEffect[]; take: boolean }>;

export const emptyWedge: WedgeState = { pieces: [], altDigits: "", suffixUntil: Number.NEGATIVE_INFINITY };

const MOST_PIECES = 16_000; // a book on the keyboard; the station refuses far shorter scans as too long
const ALT_TWIN_MS = 100; // Windows sends the character of an Alt code as text as well, at once

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" }); // emoji are made of several code points

const modifiers: ReadonlySet<string> = new Set(["Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock", "NumLock", "ScrollLock", "Fn"]);

const inField = ({ place }: Where): boolean => place === "field" || place === "target";

const pass = (state: WedgeState): WedgeStep => ({ state, effects: [], take: false });
const swallow = (state: WedgeState): WedgeStep => ({ state, effects: [], take: true });

const add = (state: WedgeState, event: Where, piece: Pick<Piece, "physical" | "typed" | "by" | "capsLock">): WedgeState => ({
  ...state,
  pieces:
    state.pieces.length >= MOST_PIECES
      ? state.pieces
      : [...state.pieces, { ...piece, at: event.at, inField: inField(event), mark: event.mark }],
});

const deliver = (pieces: readonly Piece[], event: Where, terminator: LineEnd, known: Known): WedgeStep => {
  const mark = pieces.find((piece) => piece.inField)?.mark ?? null;
  return {
    state: { ...emptyWedge, suffixUntil: event.at + suffixWindow(pieces) },
    effects: [
      ...(mark === null ? [] : [{ kind: "take-out" as const, mark }]),
      {
        kind: "scan",
        scan: { ...scanOf(pieces, terminator, known), pace: learnPace(known.pace, pieces) },
        into: event.place === "target" ? "field" : "station",
      },
    ],
    take: true,
  };
};

const endLine = (state: WedgeState, event: Where, terminator: LineEnd, byControl: boolean, known: Known): WedgeStep => {
  const { pieces } = state;
  if (pieces.length === 0 && event.at <= state.suffixUntil) return swallow(state);
  if (inField(event)) {
    const burst = burstInField(pieces, event.at, known.pace);
    if (burst !== null) return deliver(burst, event, terminator, known);
    return byControl ? swallow(emptyWedge) : pass(emptyWedge);
  }
  const line = lineOnPage(pieces, event.at);
  const blank = scanOf(line, terminator, known).text.trim() === "";
  if (terminator === "Tab") return !blank && tabEnds(line, event.at) ? deliver(line, event, terminator, known) : pass(emptyWedge);
  if (!blank) return deliver(line, event, terminator, known);
  if (byControl) return swallow(emptyWedge);
  // A button reached with Tab is pressed with Enter, as everywhere
  if (event.place === "control") return pass(emptyWedge);
  return { state: emptyWedge, effects: [{ kind: "enter" }], take: false };
};

const takeKey = (before: WedgeState, event: WedgeEvent & { kind: "key" }, known: Known): WedgeStep => {
  if (modifiers.has(event.key)) return pass(before);
  // Alt was let go where nobody saw it
  const state = event.alt || before.altDigits === "" ? before : { ...before, altDigits: "" };
  const fielded = inField(event);

  const end = readLineEnd(event);
  // A held key is a finger's: scanners let go even between equal characters
  if (event.repeat) {
    if (fielded) return pass(emptyWedge);
    return end === "Enter" || readCharacter(event) !== null
      ? { state, effects: [], take: !event.ctrl && !event.alt && !event.meta }
      : pass(state);
  }
  if (end !== null) return endLine(state, event, end, isControlLineEnd(event), known);

  const altDigit = readAltDigit(event);
  // In a field the operating system makes the character and the field's own event tells it
  if (altDigit !== null) return fielded ? pass(state) : swallow({ ...state, altDigits: state.altDigits + altDigit });

  const amid = isAmid(state.pieces, event.at);
  const control = readControl(event, amid);
  if (control === "\t") return endLine(state, event, "Tab", true, known);
  if (control !== null) return swallow(add(state, event, { physical: control, typed: control, by: "key", capsLock: event.capsLock }));

  const altGraph = event.altGraph || (event.ctrl && event.alt);
  if ((event.ctrl || event.alt || event.meta) && !altGraph) return pass(state);

  const character = readCharacter(event);
  if (character !== null) {
    // Space presses the button that was reached with Tab; inside a scan it is a character
    if (event.place === "control" && event.key === " " && state.pieces.length === 0) return pass(state);
    const next = add(state, event, { ...character, by: altGraph ? "altgr" : "key", capsLock: event.capsLock });
    return fielded ? pass(next) : swallow(next);
  }

  if (event.key === "Backspace" && !fielded) return swallow({ ...state, pieces: state.pieces.slice(0, -1) });
  // Escape and function keys begin something else; in a field every other key is a person editing
  if (fielded || event.key === "Escape" || /^F\d{1,2}$/.test(event.key)) return pass({ ...emptyWedge, suffixUntil: state.suffixUntil });
  return pass(state);
};

const takeText = (state: WedgeState, event: WedgeEvent & { kind: "text" }): WedgeStep => {
  const last = state.pieces.at(-1);
  if (last?.by === "alt-code" && event.at - last.at <= ALT_TWIN_MS && [...event.text].length === 1) {
    const known: Piece = { ...last, typed: event.text, by: "key" };
    return pass({ ...state, pieces: [...state.pieces.slice(0, -1), known] });
  }
  // Scanners insert characters one by one; a whole text was pasted or filled in
  if (inField(event) && [...graphemes.segment(event.text)].length > 1) return pass(emptyWedge);
  return pass(add(state, event, { physical: event.text, typed: event.text, by: "text", capsLock: false }));
};

const takeAltUp = (state: WedgeState, event: Where, known: Known): WedgeStep => {
  if (state.altDigits === "") return pass(state);
  const character = readAltCode(state.altDigits);
  const next = { ...state, altDigits: "" };
  if (character === "\r" || character === "\n") return endLine(next, event, "Enter", true, known);
  if (character === "\t") return endLine(next, event, "Tab", true, known);
  // Letting Alt go would open the window's menu
  return swallow(character === null ? next : add(next, event, { physical: character, typed: character, by: "alt-code", capsLock: false }));
};

/**
 * The wedge's pure core: what one event does to the line under way. Rules: text outside fields ended by Enter is a scan at
 * any pace; text in a field is the field's, unless it came as a burst ended by Enter or Tab; a scan's suffix is no second scan.
 * `known`: what was learned of this bench's scanners.
 */
export const stepWedge = (state: WedgeState, event: WedgeEvent, known: Known = nothingKnown): WedgeStep => {
  switch (event.kind) {
    case "key":
      return takeKey(state, event, known);
    case "text":
      return takeText(state, event);
    case "alt-up":
      return takeAltUp(state, event, known);
  }
};
