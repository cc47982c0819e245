export type Catcher = Readonly<{
  element: HTMLInputElement;
  /** Takes the focus if nobody else has it and no words are marked. */
  rest: () => void;
  /** Takes the focus if nobody else has it: somebody is typing. */
  wake: () => void;
  /** Takes the focus from a button that was clicked. */
  takeBack: () => void;
  start: () => void;
  stop: () => void;
}>;

const hidden: readonly (readonly [string, string])[] = [
  ["position", "fixed"],
  ["inset", "0 auto auto 0"],
  ["width", "1px"],
  ["height", "1px"],
  ["margin", "0"],
  ["padding", "0"],
  ["border", "0"],
  ["outline", "none"],
  ["opacity", "0"],
  ["pointer-events", "none"],
  ["z-index", "-1"],
];

/**
 * An unseen input that holds the focus while no field has it, so that text without key events (emoji, drivers that insert)
 * has somewhere to arrive. It is a password field because those switch input methods off, which would swallow a scan's keys.
 * It never holds text. `onText` gets what arrives, in order; a line break is "\n".
 */
export const createCatcher = ({
  document,
  keysTold,
  onText,
}: {
  document: Document;
  /** whether the keys of the input method's present word were told as keys: then its word would be the same text again */
  keysTold: () => boolean;
  onText: (text: string, at: number) => void;
}): Catcher => {
  const element = document.createElement("input");
  element.type = "password";
  element.autocomplete = "off";
  element.inputMode = "none";
  element.tabIndex = -1;
  element.setAttribute("aria-hidden", "true");
  element.dataset["wedgeCatcher"] = "";
  for (const [property, value] of hidden) element.style.setProperty(property, value);

  const free = (): boolean => {
    const { activeElement } = document;
    return activeElement === null || activeElement === document.body || activeElement === document.documentElement;
  };

  // Text marked with the mouse stays marked: somebody is copying an error's words
  const marking = (): boolean => document.getSelection()?.isCollapsed === false;

  const focus = (): void => {
    if (!element.isConnected) document.body.prepend(element);
    element.focus({ preventScroll: true });
  };
  const rest = (): void => {
    if (free() && !marking()) focus();
  };

  const onBeforeInput = (event: InputEvent): void => {
    if (event.isComposing || !event.cancelable) return;
    event.preventDefault();
    const breaks = event.inputType === "insertLineBreak" || event.inputType === "insertParagraph";
    const text = breaks ? "\n" : (event.data ?? event.dataTransfer?.getData("text/plain") ?? "");
    if (text !== "") onText(text, event.timeStamp);
  };
  // Some ways of inserting can't be refused beforehand: those are emptied afterwards
  const onInput = (event: Event): void => {
    if (event instanceof InputEvent && event.isComposing) return;
    const text = event instanceof InputEvent ? element.value : ""; // a browser filling in a password is no scan
    element.value = "";
    if (text !== "") onText(text, event.timeStamp);
  };
  const onCompositionEnd = (event: CompositionEvent): void => {
    const text = event.data === "" ? element.value : event.data;
    element.value = "";
    if (text !== "" && !keysTold()) onText(text, event.timeStamp);
  };

  const removals = new MutationObserver(rest); // a field that is taken away leaves the focus nowhere, without an event

  return {
    element,
    rest,
    wake: () => {
      if (free()) focus();
    },
    takeBack: () => {
      if (!marking()) focus();
    },
    start: () => {
      element.addEventListener("beforeinput", onBeforeInput);
      element.addEventListener("input", onInput);
      element.addEventListener("compositionend", onCompositionEnd);
      document.body.prepend(element);
      removals.observe(document.body, { childList: true, subtree: true });
      rest();
    },
    stop: () => {
      removals.disconnect();
      element.removeEventListener("beforeinput", onBeforeInput);
      element.removeEventListener("input", onInput);
      element.removeEventListener("compositionend", onCompositionEnd);
      element.remove();
    },
  };
};
