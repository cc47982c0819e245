import { useCallback, useEffect, useState } from "react";
import { failureWords } from "../../../shared/failures.ts";
import type { CallOutput } from "../../../shared/contract.ts";
import { HealthDot } from "../../parts/marks.tsx";
import type { TestRead } from "../../station-store.ts";
import { useBench } from "../../use-station.ts";
import { makeVisible, visibleText } from "../../visible.ts";
import { words } from "../../words/en.ts";
import { Group } from "./fields.tsx";

type Scanners = CallOutput<"scanner.list">["scanners"];
const text = words.settings;

const Read = ({ read }: { read: TestRead }) => (
  <li data-read={read.number}>
    <code dir="ltr">
      {makeVisible(read.text).map(({ text: part, hidden }, index) =>
        hidden ? <mark key={index}>{part}</mark> : <span key={index}>{part}</span>,
      )}
    </code>
    <small>{text.readText([...read.text].length, read.source, read.end)}</small>
    {read.alternates.map((alternate) => (
      <small key={alternate}>{text.otherReading(visibleText(alternate))}</small>
    ))}
  </li>
);

/** What each scan reads, with its length and source, and every hidden character made visible. */
export const Scanner = ({ reads }: { reads: readonly TestRead[] }) => {
  const { station } = useBench();
  const [scanners, setScanners] = useState<Scanners>([]);
  const [found, setFound] = useState<string>(text.searching);
  const look = useCallback(async (): Promise<void> => {
    const list = await station.ask("scanner.list", {});
    setScanners(list.ok ? list.value.scanners : []);
    setFound(list.ok ? (list.value.scanners.length === 0 ? text.noScanners : "") : failureWords(list.failure));
  }, [station]);
  useEffect(() => void look(), [look]);
  return (
    <Group title={text.scanner}>
      <p className="scan-here">{text.scannerHint}</p>
      <ul className="reads">
        {reads.map((read) => (
          <Read key={read.number} read={read} />
        ))}
      </ul>
      <div className="field-hint found">
        <span>{scanners.length > 0 ? text.scannersFound : found}</span>
        <button type="button" className="link" onClick={() => void look()}>
          {text.lookAgain}
        </button>
      </div>
      <ul className="found-list">
        {scanners.map(({ path, name, health, words: said }) => (
          <li key={path} className="found-item" title={path}>
            <HealthDot health={health} />
            <b dir="auto">{name}</b>
            <span dir="auto">{said}</span>
          </li>
        ))}
      </ul>
    </Group>
  );
};
