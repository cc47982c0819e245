import { HealthDot } from "../../parts/marks.tsx";
import type { TestRead } from "../../scanner-tests.ts";
import { useScannerTest } from "../../use-scanner-test.ts";
import { useBench } from "../../use-station.ts";
import { makeVisible, visibleText } from "../../visible.ts";
import { doctorWords } from "../../words/doctor.ts";
import { words } from "../../words/en.ts";
import { Choice, Group, TextField, type Form } from "./fields.tsx";
import { FoundChoices, type FoundChoice } from "./found-choices.tsx";
import type { Devices } from "./use-devices.ts";

const text = words.settings;
/** A scanner's own line, not "USB scanners can't be looked for". */
const isDevice = ({ path }: Devices["scanners"][number]): boolean => path !== "usb";

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
const Found = ({ scanner, form, mark }: { scanner: Devices["scanners"][number]; form: Form; mark: boolean }) => {
  const { path, node = path, name, health, words: said } = scanner;
  // A name that hangs on the node, as older versions kept it, goes over to the place
  const { [node]: olderName = "", ...others } = form.draft.scannerNames;
  return (
    <li className={mark ? "found-item found-scanner found-on" : "found-item found-scanner"} data-scanner={path} data-this-one={mark}>
      <HealthDot health={health} />
      {isDevice(scanner) ? (
        <input
          type="text"
          aria-label={text.scannerName(path)}
          data-typing=""
          placeholder={name}
          value={form.draft.scannerNames[path] ?? olderName}
          maxLength={24}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => form.set({ scannerNames: { ...others, [path]: event.target.value } })}
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

/** Ports on which a scanner may be, and none; with the line that was typed behind it a port is still the chosen one. */
const portChoices = ({ ports }: Devices, set: string): readonly FoundChoice[] =>
  ports.length === 0
    ? []
    : [
        { value: "", name: text.noSerialScanner, said: "", health: "careful", on: set === "" },
        ...ports.map(({ path, name }) => ({ value: path, name, said: "", health: "fine" as const, on: set.split("@")[0] === path })),
      ];

/** What each scan reads, with its length and source and every hidden character made visible; how scanners are set, and which is which. */
export const Scanner = ({ form, reads, devices }: { form: Form; reads: readonly TestRead[]; devices: Devices | null }) => {
  const { station } = useBench();
  useScannerTest();
  const [lastRead] = reads;
  const scanners = devices?.scanners ?? [];
  const found = devices === null ? text.searching : devices.trouble === "" ? text.noScanners : devices.trouble;
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
      <p className="field-hint" role="status">
        {scanners.length > 0 ? text.scannersFound : found}
      </p>
      <ul className="found-list">
        {scanners.map((scanner) => (
          <Found key={scanner.path} scanner={scanner} form={form} mark={lastRead?.path === scanner.path} />
        ))}
      </ul>
      {devices !== null && (
        <FoundChoices
          choices={portChoices(devices, form.draft.scannerPort)}
          fixed={form.fixed("scannerPort") !== null}
          onChoose={(chosen) => form.set({ scannerPort: chosen })}
        />
      )}
      <TextField name="scannerPort" label={text.scannerPort} form={form} mono hint={text.scannerPortHint} />
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
