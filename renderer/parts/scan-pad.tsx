import { memo } from "react";
import type { LineView } from "../../shared/bench-view.ts";
import type { Snapshot } from "../../shared/station.ts";
import { useBench } from "../use-station.ts";
import { words } from "../words/en.ts";
import { Press } from "./press.tsx";

type Key = Readonly<{ code: string; title: string; tone: "task" | "item" | "wrong" | "command" }>;

const TASKS_SHOWN = 6;
const ITEMS_SHOWN = 6;

/** Products of the practice warehouse (a test holds them to it): the first that a task does not want is its wrong item. */
export const PRACTICE_CODES = ["LM-TEE-BLK-M", "HL-SER-VC30", "LM-CAR-OLV-32", "HL-CLN-RW150"] as const;

/** Every code that packs this line. */
const codesOf = (line: LineView): readonly string[] =>
  [...line.barcodes, line.brandSkuCode, line.sellerSkuCode].filter((code) => code !== "");
const codeOf = (line: LineView): string => line.barcodes[0] ?? (line.brandSkuCode || line.sellerSkuCode);

/** The codes that make sense now, each as a button: for practising without a scanner. */
const padKeys = (snapshot: Snapshot): readonly Key[] => {
  const { task, scanBack } = snapshot;
  if (scanBack !== null) {
    const other = snapshot.lastParcels.find(({ trackingNo }) => trackingNo !== "" && trackingNo !== scanBack.trackingNo);
    return [
      { code: scanBack.trackingNo || scanBack.parcelNo, title: words.pad.label, tone: "item" },
      ...(other === undefined ? [] : [{ code: other.trackingNo, title: words.pad.otherLabel, tone: "wrong" as const }]),
      { code: "CMDLATER", title: words.pad.later, tone: "command" },
    ];
  }
  if (snapshot.milestone !== null) {
    const wanted = snapshot.activity === "handover" ? "closed" : "handed-over";
    return snapshot.lastParcels
      .filter((parcel) => parcel.state === wanted)
      .slice(0, TASKS_SHOWN)
      .map(({ parcelNo }) => ({ code: parcelNo, title: parcelNo, tone: "task" as const }));
  }
  if (snapshot.activity === "counting") {
    return [
      ...PRACTICE_CODES.map((code) => ({ code, title: code, tone: "item" as const })),
      ...["3", "12"].map((code) => ({ code, title: words.pad.quantity(code), tone: "task" as const })),
      { code: "CMDGONE", title: words.pad.gone, tone: "wrong" },
      { code: "CMDFINISH", title: words.pad.finish, tone: "command" },
    ];
  }
  if (task === null) {
    const toScan = snapshot.labels.toScan.map(({ parcelNo, trackingNo }) => ({ code: trackingNo || parcelNo, title: words.pad.label }));
    return [
      ...toScan.map((key) => ({ ...key, tone: "item" as const })),
      ...snapshot.waiting.next
        .slice(0, TASKS_SHOWN - toScan.length)
        .map(({ ftNo, way }) => ({ code: ftNo, title: `${ftNo} · ${words.ways[way]}`, tone: "task" as const })),
    ];
  }
  const own = new Set(task.lines.flatMap(codesOf));
  const wrong = PRACTICE_CODES.find((code) => !own.has(code));
  const wanted = task.lines.filter((line) => line.state === "next" || line.state === "todo" || line.takeOut > 0);
  const byCode = new Map(wanted.map((line) => [codeOf(line), line.name]));
  return [
    ...[...byCode].slice(0, ITEMS_SHOWN).map(([code, title]) => ({ code, title, tone: "item" as const })),
    ...(wrong === undefined ? [] : [{ code: wrong, title: words.pad.wrong, tone: "wrong" as const }]),
    { code: "CMDFINISH", title: words.pad.finish, tone: "command" },
    ...(task.maySplit ? [{ code: "CMDNEWPARCEL", title: words.pad.newParcel, tone: "command" as const }] : []),
  ];
};

export const ScanPad = memo(({ snapshot }: { snapshot: Snapshot }) => {
  const { station } = useBench();
  return (
    <section className="pad" aria-label={words.pad.title} data-pad="">
      <b className="pad-title">{words.pad.title}</b>
      <div className="pad-keys" data-clips="">
        {padKeys(snapshot).map(({ code, title, tone }) => (
          <Press key={`${tone} ${code} ${title}`} className={`pad-key pad-${tone}`} onPress={() => void station.scan(code, "pad")}>
            <span dir="auto">{title}</span>
          </Press>
        ))}
      </div>
    </section>
  );
});
