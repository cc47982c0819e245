import { dpiSchema, factsOf, ROUTED, type PrinterFacts } from "../../../shared/printers.ts";
import { words } from "../../words/en.ts";
import { printerSettings, type Draft } from "./draft.ts";
import { Answer, type Form } from "./fields.tsx";
import { PaperChoice } from "./paper-choice.tsx";
import type { TestPrint } from "./test-print.ts";

const text = words.settings;
const DENSITIES = dpiSchema.options.map(({ value }) => value);

/** Every printer that the form gives something to do, with what it does. */
const rolesOf = ({ printer, sparePrinter, routes }: Draft): readonly Readonly<{ uri: string; roles: string }>[] => {
  const all = [
    { uri: printer.trim(), role: text.roles.labels },
    { uri: sparePrinter.trim(), role: text.roles.spare },
    ...ROUTED.map((document) => ({ uri: routes[document], role: text.documents[document] })),
  ].filter(({ uri }) => uri !== "");
  return [...new Set(all.map(({ uri }) => uri))].map((uri) => ({
    uri,
    roles: all
      .filter((one) => one.uri === uri)
      .map(({ role }) => role)
      .join(", "),
  }));
};

/** Density and paper of each printer in use, and its test print. */
export const PrintersInUse = ({
  form,
  nameOf,
  state,
  run,
}: {
  form: Form;
  nameOf: (uri: string) => string;
  state: TestPrint;
  run: (uri: string) => Promise<void>;
}) => {
  const set = (uri: string, change: Partial<PrinterFacts>): void => {
    const known = form.draft.printers.find((one) => one.uri === uri) ?? { uri, dpi: factsOf(printerSettings(form.draft), uri).dpi };
    form.set({ printers: [...form.draft.printers.filter((one) => one.uri !== uri), { ...known, ...change }] });
  };
  return (
    <ul className="in-use">
      {rolesOf(form.draft).map(({ uri, roles }) => {
        const { dpi, paper } = factsOf(printerSettings(form.draft), uri);
        const known = form.draft.printers.find((one) => one.uri === uri);
        return (
          <li key={uri} className="in-use-printer" data-printer={uri}>
            <b dir="auto">{nameOf(uri)}</b>
            <span className="in-use-roles">{roles}</span>
            <select
              data-typing=""
              aria-label={`${text.dpi}: ${nameOf(uri)}`}
              value={dpi}
              onChange={(event) => set(uri, { dpi: DENSITIES.find((one) => String(one) === event.target.value) ?? dpi })}
            >
              {DENSITIES.map((one) => (
                <option key={one} value={one}>
                  {one} dpi
                </option>
              ))}
            </select>
            <PaperChoice
              name={nameOf(uri)}
              paper={known?.paper ?? null}
              unsaid={known?.paper === undefined && paper === "A4" ? text.paperUnsaid.office : text.paperUnsaid.label}
              choose={(chosen) => set(uri, { paper: chosen ?? undefined })}
            />
            <button type="button" className="command" onClick={() => void run(uri)}>
              {text.testPrint}
            </button>
            {state?.uri === uri && <Answer answer={state} />}
            {state?.uri === uri && state.good === true && <p className="field-hint ruler-hint">{text.rulers}</p>}
          </li>
        );
      })}
    </ul>
  );
};
