import { ROUTED } from "../../../shared/printers.ts";
import { words } from "../../words/en.ts";
import type { FieldName } from "./draft.ts";
import { Choice, Group, Label, TextField, type Form } from "./fields.tsx";
import type { Printers } from "./printer.tsx";

const text = words.settings;

const PrinterChoice = ({
  id,
  label,
  none,
  value,
  choices,
  nameOf,
  form,
  field,
  onChoose,
}: {
  id: string;
  label: string;
  none: string;
  value: string;
  choices: readonly string[];
  nameOf: (uri: string) => string;
  form: Form;
  field: FieldName;
  onChoose: (uri: string) => void;
}) => (
  <div className="field">
    <Label name={field} id={id} label={label} form={form} />
    <select id={id} data-typing="" value={value} disabled={form.fixed(field) !== null} onChange={(event) => onChoose(event.target.value)}>
      <option value="">{none}</option>
      {choices.map((uri) => (
        <option key={uri} value={uri}>
          {nameOf(uri) === uri ? uri : `${nameOf(uri)} · ${uri}`}
        </option>
      ))}
    </select>
  </div>
);

/** The spare printer, the printer of each document, and which slips print by themselves. */
export const PrinterRoutes = ({ form, printers, nameOf }: { form: Form; printers: Printers; nameOf: (uri: string) => string }) => {
  const { printer, sparePrinter, routes, packingSlips } = form.draft;
  const known = [printer.trim(), sparePrinter, ...Object.values(routes), ...printers.map(({ uri }) => uri)];
  const choices = [...new Set(known.filter((uri) => uri !== ""))];
  return (
    <Group title={text.routes}>
      <PrinterChoice
        id="setting-sparePrinter"
        label={text.sparePrinter}
        none={text.noSpare}
        value={sparePrinter}
        choices={choices.filter((uri) => uri !== printer.trim())}
        nameOf={nameOf}
        form={form}
        field="sparePrinter"
        onChoose={(uri) => form.set({ sparePrinter: uri })}
      />
      <p className="field-hint mode-text">{text.spareHint}</p>
      {ROUTED.map((document) => (
        <PrinterChoice
          key={document}
          id={`setting-route-${document}`}
          label={text.documents[document]}
          none={text.labelPrinterToo}
          value={routes[document]}
          choices={choices}
          nameOf={nameOf}
          form={form}
          field="routes"
          onChoose={(uri) => form.set({ routes: { ...routes, [document]: uri } })}
        />
      ))}
      <Choice
        name="packingSlips"
        label={text.packingSlips}
        form={form}
        value={packingSlips ? "on" : "off"}
        values={text.packingSlipChoices}
        onChoose={(packingSlip) => form.set({ packingSlips: packingSlip === "on" })}
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
    </Group>
  );
};
