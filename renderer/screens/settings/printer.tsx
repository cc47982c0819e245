import { useCallback, useEffect, useState } from "react";
import { failureWords } from "../../../shared/failures.ts";
import type { CallOutput } from "../../../shared/contract.ts";
import { HealthDot } from "../../parts/marks.tsx";
import { useBench } from "../../use-station.ts";
import { words } from "../../words/en.ts";
import { Answer, Choice, Group, TextField, type Form } from "./fields.tsx";

type Printers = CallOutput<"printer.list">["printers"];
const text = words.settings;
const PRINTED_STATES = ["sent", "accepted", "printed", "scanned"];

/** Which printer prints the labels: chosen from what this PC has, or typed; with a test print. */
export const Printer = ({ form }: { form: Form }) => {
  const { station } = useBench();
  const [printers, setPrinters] = useState<Printers | null>(null);
  const [found, setFound] = useState<string>(text.searching);
  const [answer, setAnswer] = useState<Readonly<{ good: boolean | null; words: string }> | null>(null);

  const look = useCallback(async (): Promise<void> => {
    setFound(text.searching);
    const list = await station.ask("printer.list", {});
    setPrinters(list.ok ? list.value.printers : []);
    setFound(list.ok ? (list.value.printers.length === 0 ? text.noPrinters : "") : failureWords(list.failure));
  }, [station]);
  useEffect(() => void look(), [look]);

  const test = async (): Promise<void> => {
    setAnswer({ good: null, words: text.printing });
    const printed = await station.ask("printer.test", { printer: form.draft.printer });
    setAnswer(
      printed.ok
        ? { good: PRINTED_STATES.includes(printed.value.state), words: printed.value.words }
        : { good: false, words: failureWords(printed.failure) },
    );
  };

  return (
    <Group title={text.printer}>
      <div className="field-hint found">
        <span>{printers !== null && printers.length > 0 ? text.printersFound : found}</span>
        <button type="button" className="link" onClick={() => void look()}>
          {text.lookAgain}
        </button>
      </div>
      {printers !== null && printers.length > 0 && (
        <ul className="found-list">
          {printers.map(({ uri, name, health, words: said }) => (
            <li key={uri}>
              <button
                type="button"
                className={uri === form.draft.printer ? "found-item found-on" : "found-item"}
                aria-pressed={uri === form.draft.printer}
                disabled={form.fixed("printer") !== null}
                onClick={() => form.set({ printer: uri })}
              >
                <HealthDot health={health} />
                <b dir="auto">{name}</b>
                <span dir="auto">{said}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <TextField name="printer" label={text.printerUri} form={form} mono hint={text.printerHint} />
      <Choice
        name="printerDpi"
        label={text.dpi}
        form={form}
        value={form.draft.printerDpi}
        values={{ "203": "203", "300": "300", "600": "600" }}
        onChoose={(printerDpi) => form.set({ printerDpi })}
      />
      <TextField name="parkingSlipSeconds" label={text.parkingSlip} form={form} hint={text.parkingSlipHint} />
      <Choice
        name="scanBack"
        label={text.scanBack}
        form={form}
        value={form.draft.scanBack ? "on" : "off"}
        values={text.scanBacks}
        onChoose={(scanBack) => form.set({ scanBack: scanBack === "on" })}
      />
      <TextField name="labelRules" label={text.labelRules} form={form} hint={text.labelRulesHint} />
      <div className="field-action">
        <button type="button" className="command" disabled={form.draft.printer.trim() === ""} onClick={() => void test()}>
          {text.testPrint}
        </button>
        <Answer answer={answer} />
      </div>
    </Group>
  );
};
