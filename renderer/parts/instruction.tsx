import { memo, useLayoutEffect, useRef, useState, type RefObject } from "react";
import type { TaskView } from "../../shared/bench-view.ts";
import { useScrollKeys } from "../use-scroll-keys.ts";
import { useBench, useLoneKey } from "../use-station.ts";
import { words } from "../words/en.ts";
import { Press } from "./press.tsx";

/** A longer one is set smaller, so that most of it is read without a key. */
const SHORT_CHARACTERS = 150;

const textsOf = ({ packingInstruction, deliveryInstruction }: TaskView): readonly string[] =>
  [packingInstruction, deliveryInstruction === "" ? "" : `${words.packing.delivery}: ${deliveryInstruction}`].filter((text) => text !== "");
export const hasInstruction = (task: TaskView): boolean => textsOf(task).length > 0;

const Texts = ({ texts }: { texts: readonly string[] }) =>
  texts.map((text) => (
    <p key={text} dir="auto">
      {text}
    </p>
  ));

/** Whether what is drawn there is longer than its space: the box itself, or a paragraph of it. */
const useCut = (box: RefObject<HTMLElement | null>, text: string): boolean => {
  const [isCut, setCut] = useState(false);
  useLayoutEffect(() => {
    const { current } = box;
    if (current === null) return undefined;
    const parts = [current, ...current.querySelectorAll("p")];
    const look = (): void => setCut(parts.some(({ scrollHeight, clientHeight }) => scrollHeight > clientHeight + 1));
    look();
    const observer = new ResizeObserver(look);
    for (const part of parts) observer.observe(part);
    // A clamped paragraph keeps its size when the font comes
    void document.fonts.ready.then(look);
    return () => observer.disconnect();
  }, [box, text]);
  return isCut;
};

/** The seller's words, framed until somebody has seen them; `onRead` opens all of them where they are longer than their space. */
export const Instruction = memo(({ task, onRead }: { task: TaskView; onRead: (() => void) | null }) => {
  const { station } = useBench();
  const box = useRef<HTMLDivElement>(null);
  const texts = textsOf(task);
  const isLong = texts.join("").length > SHORT_CHARACTERS;
  const isCut = useCut(box, `${task.acknowledged} ${texts.join("\n")}`);
  useLoneKey((key) => {
    if (key !== "ArrowDown" || !isCut || onRead === null) return false;
    onRead();
    return true;
  });
  if (texts.length === 0) return null;
  const body = (
    <div ref={box} className={`note-texts note-texts-${texts.length}`}>
      <Texts texts={texts} />
    </div>
  );
  const more = isCut && onRead !== null && <b className="note-more">{words.packing.readAll}</b>;
  if (!task.acknowledged)
    return (
      <Press className={isLong ? "note note-new note-long" : "note note-new"} onPress={() => station.acknowledge(task.ftNo)}>
        <span data-note="new" data-cut={isCut} className="note-inner">
          <h2>{words.packing.instruction}</h2>
          {body}
          <small>
            {words.packing.acknowledge}
            {more}
          </small>
        </span>
      </Press>
    );
  // One element whether it is cut or not: what is measured must stay
  return (
    <Press className="note note-seen" disabled={!more} onPress={onRead ?? (() => {})}>
      <span data-note="seen" data-cut={isCut} className="note-inner">
        <h2>
          {words.packing.instructionSeen}
          {more}
        </h2>
        {body}
      </span>
    </Press>
  );
});

/** All of the seller's words, over the lines: until the next scan, or ↑ at their beginning. */
export const WholeInstruction = ({ task, onClose }: { task: TaskView; onClose: () => void }) => {
  const box = useRef<HTMLDivElement>(null);
  const texts = textsOf(task);
  const isCut = useCut(box, texts.join("\n"));
  useLoneKey((key) => {
    const isBack = key === "ArrowUp" && (box.current?.scrollTop ?? 0) <= 0;
    if (isBack) onClose();
    return isBack;
  });
  useScrollKeys(box);
  return (
    <section className="note note-new note-long note-whole" data-note="whole">
      <h2>{task.acknowledged ? words.packing.instructionSeen : words.packing.instruction}</h2>
      <div ref={box} className="scroller">
        <Texts texts={texts} />
      </div>
      <Press className="note-close" onPress={onClose}>
        <b>{isCut ? words.packing.readOn : words.packing.readClose}</b>
      </Press>
    </section>
  );
};
