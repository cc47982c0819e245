import { memo, useEffect, useRef } from "react";
import type { LineView, Snapshot } from "../../shared/station.ts";
import { useBench } from "../use-station.ts";
import { words } from "../words/en.ts";
import { Press } from "./press.tsx";

type Key = Readonly<{ code: string; title: string; tone: "task" | "item" | "wrong" | "command" }>;

const TASKS_SHOWN = 6;
const ITEMS_SHOWN = 6;
const REMEMBERED = 24;

/** A code nobody sells under: GS1 keeps prefix 99 for coupons. Used until an item of another task was seen. */
const NEVER_AN_ITEM = "9900000000004";

const codeOf = (line: LineView): string => line.barcodes[0] ?? (line.brandSkuCode || line.sellerSkuCode);

/** The codes that make sense now, each as a button: for practising without a scanner. */
const padKeys = (snapshot: Snapshot, seen: ReadonlyMap<string, string>): readonly Key[] => {
  const { task } = snapshot;
  if (snapshot.activity === "handover") {
    return snapshot.lastParcels
      .filter((parcel) => parcel.state === "closed")
      .slice(0, TASKS_SHOWN)
      .map(({ parcelNo }) => ({ code: parcelNo, title: parcelNo, tone: "task" as const }));
  }
  if (task === null) {
    return snapshot.waiting.next
      .slice(0, TASKS_SHOWN)
      .map(({ ftNo, way }) => ({ code: ftNo, title: `${ftNo} · ${words.ways[way]}`, tone: "task" as const }));
  }
  const own = new Set(task.lines.map(codeOf));
  const wrong = [...seen].find(([code]) => !own.has(code))?.[0] ?? NEVER_AN_ITEM;
  const wanted = task.lines.filter((line) => line.state === "next" || line.state === "todo" || line.takeOut > 0);
  return [
    ...wanted.slice(0, ITEMS_SHOWN).map((line) => ({ code: codeOf(line), title: line.name, tone: "item" as const })),
    { code: wrong, title: words.pad.wrong, tone: "wrong" },
    { code: "CMDFINISH", title: words.pad.finish, tone: "command" },
    ...(task.maySplit ? [{ code: "CMDNEWPARCEL", title: words.pad.newParcel, tone: "command" as const }] : []),
  ];
};

export const ScanPad = memo(({ snapshot }: { snapshot: Snapshot }) => {
  const { station } = useBench();
  const seen = useRef(new Map<string, string>());
  const { task } = snapshot;
  useEffect(() => {
    for (const line of task?.lines ?? []) seen.current.set(codeOf(line), line.name);
    for (const code of [...seen.current.keys()].slice(0, -REMEMBERED)) seen.current.delete(code);
  }, [task]);
  return (
    <section className="pad" aria-label={words.pad.title} data-pad="">
      <b className="pad-title">{words.pad.title}</b>
      <div className="pad-keys" data-clips="">
        {padKeys(snapshot, seen.current).map(({ code, title, tone }) => (
          <Press key={`${tone} ${code} ${title}`} className={`pad-key pad-${tone}`} onPress={() => void station.scan(code, "pad")}>
            <span dir="auto">{title}</span>
          </Press>
        ))}
      </div>
    </section>
  );
});
