import { createWedge } from "../../renderer/wedge.ts";
import type { Happened } from "./wedge-page.ts";

const seen: Happened = { scans: [], enters: 0, typing: [], clicks: 0, submits: 0, pageKeys: [], inputs: 0 };
const count = (key: "enters" | "clicks" | "submits" | "inputs") => (): void => {
  (seen as { -readonly [Key in keyof typeof seen]: (typeof seen)[Key] })[key] += 1;
};

createWedge({
  document,
  after: (ms, action) => {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
  onScan: (scan) => seen.scans.push(scan),
  onEnter: count("enters"),
  onTyping: (text) => seen.typing.push(text),
}).start();

const element = (id: string): HTMLElement => document.getElementById(id) ?? document.body;
element("button").addEventListener("click", count("clicks"));
element("closer").addEventListener("click", () => element("field").remove());
element("form").addEventListener("submit", (event) => {
  event.preventDefault();
  count("submits")();
});
element("field").addEventListener("input", count("inputs"));
document.addEventListener("keydown", (event) => seen.pageKeys.push(event.key));
Object.assign(window, { seen });
