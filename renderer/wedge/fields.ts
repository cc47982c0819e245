import type { Place } from "./burst.ts";

const notTyped: ReadonlySet<string> = new Set([
  "button",
  "checkbox",
  "color",
  "file",
  "hidden",
  "image",
  "radio",
  "range",
  "reset",
  "submit",
]);
const pressable =
  "a[href], button, input, summary, label, [role='button'], [role='checkbox'], [role='switch'], [role='tab'], [role='link']";

/** Where keys go while this element has the focus. */
export const placeOf = (element: Element | null, catcher: Element): Place => {
  if (element === null || element === catcher) return "page";
  const typed =
    element instanceof HTMLTextAreaElement || (element instanceof HTMLInputElement && !notTyped.has(element.type))
      ? !element.readOnly && !element.disabled
      : element instanceof HTMLSelectElement || (element instanceof HTMLElement && element.isContentEditable);
  if (typed) return element.closest("[data-scan-target]") === null ? "field" : "target";
  return element.matches(pressable) ? "control" : "page";
};

/** A field that shows nobody what is typed into it. */
export const isSecret = (element: Element | null, catcher: Element): boolean =>
  element !== catcher && element instanceof HTMLInputElement && element.type === "password";

/** React and its like replace a field's `value` by their own: only the prototype's setter tells them of the change. */
const setValue = (field: HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement, value: string): void => {
  const setter = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value")?.set;
  if (setter === undefined) field.value = value;
  else setter.call(field, value);
};

const tell = (element: Element, inputType: string): void => {
  element.dispatchEvent(new InputEvent("input", { bubbles: true, inputType }));
};

/** Keeps a field's state; the function returned puts it back, caret and all, and tells the page by an `input` event. */
export const keepField = (element: Element): (() => void) => {
  if (element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement) {
    const { value, selectionStart, selectionEnd } = element;
    return () => {
      if (element.value !== value) {
        setValue(element, value);
        tell(element, "historyUndo");
      }
      // null for number, date and the like, which have no caret to put back
      if (selectionStart !== null) element.setSelectionRange(selectionStart, selectionEnd);
    };
  }
  if (element instanceof HTMLSelectElement) {
    const { value } = element;
    return () => {
      if (element.value === value) return;
      setValue(element, value);
      tell(element, "historyUndo");
      element.dispatchEvent(new Event("change", { bubbles: true }));
    };
  }
  const { innerHTML } = element;
  return () => {
    if (element.innerHTML === innerHTML) return;
    element.innerHTML = innerHTML;
    element.ownerDocument.getSelection()?.selectAllChildren(element);
    element.ownerDocument.getSelection()?.collapseToEnd();
    tell(element, "historyUndo");
  };
};

/** Puts a scan into a field that asked for scans (`data-scan-target`), in place of what it held. */
export const fillField = (element: Element, text: string): void => {
  if (element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement) setValue(element, text);
  else element.textContent = text;
  tell(element, "insertReplacementText");
};
