import { useCallback, useEffect, useState } from "react";
import { failureWords } from "../../../shared/failures.ts";
import type { CallOutput } from "../../../shared/contract.ts";
import { HealthDot } from "../../parts/marks.tsx";
import type { TestRead } from "../../scanner-tests.ts";
import { useScannerTest } from "../../use-scanner-test.ts";
import { useBench } from "../../use-station.ts";
import { makeVisible, visibleText } from "../../visible.ts";
import { doctorWords } from "../../words/doctor.ts";
import { words } from "../../words/en.ts";
import { Choice, Group, TextField, type Form } from "./fields.tsx";

type Scanners = CallOutput<"scanner.list">["scanners"];
const text = words.settings;
/** A scanner's own line, not "USB scanners can't be looked for". */
const isDevice = ({ path }: Scanners[number]): boolean => path !== "usb";

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

/** One scanner that was found: its name can be changed, its path tells it from others of its model, and its scans mark it. */
const Found = ({ scanner, form, mark }: { scanner: Scanners[number]; form: Form; mark: boolean }) => {
  const { path, name, health, words: said } = scanner;
  const { scannerNames } = form.draft;
  return (
    <li className={mark ? "found-item found-scanner found-on" : "found-item found-scanner"} data-scanner={path} data-this-one={mark}>
      <HealthDot health={health} />
      {isDevice(scanner) ? (
        <input
          type="text"
          aria-label={text.scannerName(path)}
          data-typing=""
          placeholder={name}
          value={scannerNames[path] ?? ""}
          maxLength={24}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => form.set({ scannerNames: { ...scannerNames, [path]: event.target.value } })}
        />
      ) : (
        <b dir="auto">{name}</b>
      )}
      <span dir="auto">
        {mark && <b>{text.thisOne} </b>}
        {isDevice(scanner) && <code>{path}</code>} {said}
      </span>
    </li>
  );
};

/** What each scan reads, with its length and source and every hidden character made visible; how scanners are set, and which is which. */
export const Scanner = ({ form, reads }: { form: Form; reads: readonly TestRead[] }) => {
  const { station } = useBench();
  const [scanners, setScanners] = useState<Scanners>([]);
  const [found, setFound] = useState<string>(text.searching);
  useScannerTest();
  const look = useCallback(async (): Promise<void> => {
    const list = await station.ask("scanner.list", {});
    setScanners(list.ok ? list.value.scanners : []);
    setFound(list.ok ? (list.value.scanners.length === 0 ? text.noScanners : "") : failureWords(list.failure));
  }, [station]);
  useEffect(() => void look(), [look]);
  const [lastRead] = reads;
  return (
    <Group title={text.scanner}>
      <p className="scan-here">{text.scannerHint}</p>
      <div className="field-action">
        <button type="button" className="command" onClick={() => station.go("doctor")}>
          {doctorWords.title}
        </button>
        <span className="field-hint">{text.doctorHint}</span>
      </div>
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
        {scanners.map((scanner) => (
          <Found key={scanner.path} scanner={scanner} form={form} mark={lastRead?.path === scanner.path} />
        ))}
      </ul>
      <div className="field-pair">
        <TextField name="scanPrefix" label={text.scanPrefix} form={form} hint={text.affixHint} mono />
        <TextField name="scanSuffix" label={text.scanSuffix} form={form} mono />
      </div>
      <Choice
        name="scannerLayout"
        label={text.scannerLayout}
        form={form}
        value={form.draft.scannerLayout}
        values={doctorWords.layouts}
        onChoose={(scannerLayout) => form.set({ scannerLayout })}
      />
    </Group>
  );
};
