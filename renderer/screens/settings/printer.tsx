import { useCallback, useEffect, useRef, useState } from "react";
import { failureWords } from "../../../shared/failures.ts";
import type { CallOutput } from "../../../shared/contract.ts";
import type { TestRead } from "../../scanner-tests.ts";
import { useBench } from "../../use-station.ts";
import { words } from "../../words/en.ts";
import { Group, TextField, type Form } from "./fields.tsx";
import { FoundChoices } from "./found-choices.tsx";
import { PrinterRoutes } from "./printer-routes.tsx";
import { PrintersInUse } from "./printers-in-use.tsx";
import { useTestPrint } from "./test-print.ts";

export type Printers = CallOutput<"printer.list">["printers"];
const text = words.settings;

/** Which printer prints the labels: chosen from what this PC and its network have, or typed; then what the others are for. */
export const Printer = ({ form, reads, save }: { form: Form; reads: readonly TestRead[]; save: () => void }) => {
  const { station } = useBench();
  const [printers, setPrinters] = useState<Printers | null>(null);
  const [found, setFound] = useState<string>(text.searching);
  const { printer } = form.draft;
  const fixed = form.fixed("printer") !== null;

  const look = useCallback(
    async (sweep: boolean): Promise<void> => {
      setFound(sweep ? text.sweeping : text.searching);
      const list = await station.ask("printer.list", sweep ? { sweep } : {});
      if (list.ok) setPrinters(list.value.printers);
      else setPrinters((known) => known ?? []);
      if (list.ok) setFound(list.value.printers.length === 0 ? text.noPrinters : text.printersFound);
      else
        setFound(
          list.failure.kind === "printer-unreachable" ? text.noPrintService(list.failure.detail, sweep) : failureWords(list.failure),
        );
    },
    [station],
  );
  useEffect(() => void look(false), [look]);

  const nameOf = (uri: string): string => printers?.find((one) => one.uri === uri)?.name ?? uri;
  const { state, run } = useTestPrint({ form, reads, nameOf });

  /** The next of those found, for hands that only scan. */
  const chooseNext = (): void => {
    const list = printers ?? [];
    const next = list[(list.findIndex(({ uri }) => uri === printer) + 1) % Math.max(1, list.length)];
    if (next !== undefined && !fixed) form.set({ printer: next.uri });
  };
  const heard = useRef(reads[0]?.number ?? 0);
  const newest = reads[0];
  const byScan: Readonly<Record<string, () => void>> = {
    CMDNEXT: chooseNext,
    CMDREPRINT: () => void run(printer.trim()),
    CMDFINISH: save,
  };
  useEffect(() => {
    if (newest === undefined || newest.number === heard.current) return;
    heard.current = newest.number;
    byScan[newest.text.trim().toUpperCase()]?.();
  });

  return (
    <>
      <Group title={text.printer}>
        <ol className="steps">
          {text.printerSteps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
        <p className="field-hint mode-text">{text.printerByScan}</p>
        <div className="field-hint found">
          <span role="status">{found}</span>
          <span className="found-links">
            <button type="button" className="link" onClick={() => void look(false)}>
              {text.lookAgain}
            </button>
            <button type="button" className="link" onClick={() => void look(true)}>
              {text.sweep}
            </button>
          </span>
        </div>
        {printers !== null && printers.length > 0 && (
          <FoundChoices
            choices={printers.map(({ uri, name, health, words: said }) => ({
              value: uri,
              name,
              said,
              health,
              on: uri === printer,
              title: uri,
            }))}
            fixed={fixed}
            many
            onChoose={(uri) => form.set({ printer: uri })}
          />
        )}
        <TextField name="printer" label={text.printerUri} form={form} mono hint={text.printerHint} />
        <PrintersInUse form={form} nameOf={nameOf} state={state} run={run} />
      </Group>
      <PrinterRoutes form={form} printers={printers ?? []} nameOf={nameOf} />
    </>
  );
};
