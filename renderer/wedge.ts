import { createCatcher } from "./wedge/catcher.ts";
import { emptyWedge, stepWedge, type WedgeEffect, type WedgeEvent, type WedgeState } from "./wedge/burst.ts";
import { fillField, isSecret, keepField, placeOf } from "./wedge/fields.ts";
import type { KeyPress } from "./wedge/keyboard.ts";
import { lineOnPage, mayBegin, nothingKnown, scanOf, type Known, type ScanKeys, type WedgeScan } from "./wedge/line.ts";

export type { Known, ScanKeys, WedgeScan };
/** A burst that stands on the page without an end. */
export type UnendedScan = Omit<WedgeScan, "pace" | "terminator">;

export type Wedge = Readonly<{ start: () => void; stop: () => void }>;

const TYPING_SHOWN_MS = 250; // no scanner pauses this long: somebody is typing a code in by hand
const UNENDED_MS = 600; // and nothing more comes of a scan whose Enter is missing

/** A line break that came as text. */
const enterPress: KeyPress = {
  code: "Enter",
  key: "Enter",
  shift: false,
  ctrl: false,
  alt: false,
  altGraph: false,
  meta: false,
  capsLock: false,
};

const pressOf = (event: KeyboardEvent): KeyPress => ({
  code: event.code,
  key: event.key,
  shift: event.shiftKey,
  ctrl: event.ctrlKey,
  alt: event.altKey,
  altGraph: event.getModifierState("AltGraph"),
  meta: event.metaKey,
  capsLock: event.getModifierState("CapsLock"),
});

/**
 * The keyboard wedge: finds scans among everything typed on this page, wherever the focus is, and keeps them away from it.
 *
 * - Outside of fields every text ended by Enter is a scan, at any pace; ended by Tab when it came at a scanner's pace.
 * - In a field a person is left alone; a burst ended by Enter or Tab is taken out of the field again and delivered, or put
 *   into the field if that (or a parent) has `data-scan-target`.
 * - Text without key events (emoji, drivers that insert) counts where it arrives, in order with the keys.
 *
 * Times are the events' own, so that a busy page doesn't blur the pace. `onEnter`: Enter alone, outside of fields.
 * `onTyping`: what stands typed by hand outside of fields and isn't ended yet, "" when it is gone. `onUnended`: a scanner typed and no
 * end came; true when somebody took it. `known`: what was learned of this bench's scanners. `after`: as in kit/clock, ms.
 */
export const createWedge = ({
  document,
  after,
  onScan,
  onEnter = () => {},
  onTyping = () => {},
  onUnended = () => false,
  known = () => nothingKnown,
}: {
  document: Document;
  after: (ms: number, action: () => void) => () => void;
  /** `inSecret`: it came into a field that shows nobody what stands in it */
  onScan: (scan: WedgeScan, inSecret: boolean) => void;
  onEnter?: () => void;
  onTyping?: (text: string) => void;
  onUnended?: (scan: UnendedScan) => boolean;
  known?: () => Known;
}): Wedge => {
  let state: WedgeState = emptyWedge;
  let lastFocus: Element | null = null;
  let lastMark = 0;
  let kept = new Map<number, () => void>();
  /** a key went to a field, whose own event for it comes next */
  let fieldHearsKey = false;
  /** Enter went on to the catcher, which tells it as a line break */
  let enterPassed = false;
  let keysTold = false;
  let shownTyping = "";
  let forgetTyping = (): void => {};
  let forgetUnended = (): void => {};

  const showTyping = (text: string): void => {
    if (text === shownTyping) return;
    shownTyping = text;
    onTyping(text);
  };
  /** What stands there came from a scanner that sends no end; whoever takes it keeps the next scan from being glued to it. */
  const tellUnended = (): void => {
    const line = lineOnPage(state.pieces, state.pieces.at(-1)?.at ?? 0);
    const { terminator: _, ...scan } = scanOf(line, "Enter", known());
    if (!scan.burst || !onUnended(scan)) return;
    state = emptyWedge;
    showTyping("");
  };
  const followTyping = (): void => {
    forgetTyping();
    forgetUnended();
    if (state.pieces.length === 0) showTyping("");
    const typed = state.pieces.filter((piece) => !piece.inField);
    if (typed.length > 0) forgetUnended = after(UNENDED_MS, tellUnended);
    if (typed.length > 0) forgetTyping = after(TYPING_SHOWN_MS, () => showTyping(typed.map((piece) => piece.typed).join("")));
  };

  const perform = (effect: WedgeEffect, focus: Element | null): void => {
    switch (effect.kind) {
      case "take-out":
        kept.get(effect.mark)?.();
        return;
      case "enter":
        onEnter();
        return;
      case "scan":
        if (effect.into === "field" && focus !== null) fillField(focus, effect.scan.text);
        else onScan(effect.scan, isSecret(focus, catcher.element));
    }
  };

  /** Keeps the field's state where a burst may begin; null elsewhere, so that a long scan doesn't copy it at every key. */
  const keepBefore = (focus: Element, at: number, withoutKey: boolean): number | null => {
    if (!withoutKey && focus === lastFocus && !mayBegin(state.pieces, at)) return null;
    lastMark += 1;
    kept.set(lastMark, keepField(focus));
    return lastMark;
  };

  type Told = WedgeEvent extends infer Kind ? (Kind extends WedgeEvent ? Omit<Kind, "at" | "place" | "mark"> : never) : never;

  /** Lets the core decide; true when the page must not see the event. */
  const tell = (event: Told, at: number, focus: Element | null): boolean => {
    const place = placeOf(focus, catcher.element);
    const fielded = focus !== null && (place === "field" || place === "target");
    const mark = fielded && event.kind !== "alt-up" ? keepBefore(focus, at, event.kind === "text") : null;
    const { state: next, effects, take } = stepWedge(state, { ...event, at, place, mark }, known());
    fieldHearsKey = fielded && event.kind === "key" && next.pieces.length > state.pieces.length && !take;
    state = next;
    lastFocus = focus;
    for (const effect of effects) perform(effect, focus);
    if (state.pieces.length === 0) kept = new Map();
    followTyping();
    return take;
  };

  const stopHere = (event: Event): void => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const types = !event.ctrlKey && !event.altKey && !event.metaKey && (event.key.length === 1 || event.key === "Enter");
    if (types) catcher.wake();
    const { activeElement } = document;
    const place = placeOf(activeElement, catcher.element);
    // An input method in a field is a person's; its keys are not the text
    if (event.isComposing && (place === "field" || place === "target")) state = emptyWedge;
    else if (tell({ kind: "key", repeat: event.repeat, ...pressOf(event) }, event.timeStamp, activeElement)) stopHere(event);
    enterPassed = event.key === "Enter" && !event.defaultPrevented;
    keysTold = event.isComposing || event.key === "Process" || event.key === "Dead";
  };

  const onKeyUp = (event: KeyboardEvent): void => {
    fieldHearsKey = false;
    if (event.key === "Alt" && tell({ kind: "alt-up" }, event.timeStamp, document.activeElement)) stopHere(event);
  };

  /** Text that goes into a field without a key. */
  const onBeforeInput = (event: InputEvent): void => {
    const { target, data } = event;
    if (!(target instanceof Element) || target === catcher.element) return;
    const byKey = fieldHearsKey;
    fieldHearsKey = false;
    if (!byKey && data !== null && data !== "" && !event.isComposing) tell({ kind: "text", text: data }, event.timeStamp, target);
  };

  const onText = (text: string, at: number): void => {
    const known = text === "\n" && enterPassed;
    enterPassed = false;
    if (known) return;
    for (const part of text.split(/(\r\n|\r|\n)/)) {
      if (/^[\r\n]/.test(part)) tell({ kind: "key", repeat: false, ...enterPress }, at, catcher.element);
      else if (part !== "") tell({ kind: "text", text: part }, at, catcher.element);
    }
  };

  const catcher = createCatcher({ document, keysTold: () => keysTold, onText });

  /** After a click on a button the next Space or Enter is a scanner's; a click made with the keyboard leaves the focus there. */
  const onClick = (event: MouseEvent): void => {
    if (event.detail === 0) return;
    after(0, () => {
      if (placeOf(document.activeElement, catcher.element) === "control") catcher.takeBack();
      else catcher.rest();
    });
  };
  const restSoon = (): void => void after(0, catcher.rest);

  const window = document.defaultView;
  const captured = { capture: true };
  return {
    start: () => {
      window?.addEventListener("keydown", onKeyDown, captured);
      window?.addEventListener("keyup", onKeyUp, captured);
      window?.addEventListener("beforeinput", onBeforeInput, captured);
      window?.addEventListener("click", onClick, captured);
      window?.addEventListener("focusout", restSoon, captured);
      window?.addEventListener("focus", catcher.rest);
      catcher.start();
    },
    stop: () => {
      forgetTyping();
      forgetUnended();
      catcher.stop();
      window?.removeEventListener("keydown", onKeyDown, captured);
      window?.removeEventListener("keyup", onKeyUp, captured);
      window?.removeEventListener("beforeinput", onBeforeInput, captured);
      window?.removeEventListener("click", onClick, captured);
      window?.removeEventListener("focusout", restSoon, captured);
      window?.removeEventListener("focus", catcher.rest);
      state = emptyWedge;
    },
  };
};
