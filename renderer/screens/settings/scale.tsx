import type { ScaleView } from "../../../shared/device-view.ts";
import { Weight } from "../../parts/scale.tsx";
import { words } from "../../words/en.ts";
import { Group, TextField, type Form } from "./fields.tsx";
import { FoundChoices, type FoundChoice } from "./found-choices.tsx";
import type { Devices } from "./use-devices.ts";

const text = words.settings;

/** What can be chosen: none, any USB scale, each USB scale that is there, and each serial port with each protocol. */
const choicesOf = ({ scales, ports }: Devices, set: string): readonly FoundChoice[] => {
  const choice = (value: string, name: string, said: string, health: FoundChoice["health"] = "fine"): FoundChoice => ({
    value,
    name,
    said,
    health,
    on: value === set,
  });
  return [
    choice("", text.noScale, "", "careful"),
    choice("usb", text.anyScale, ""),
    ...scales.flatMap(({ setting, name, words: said, health }) => (setting === null ? [] : [choice(setting, name, said, health)])),
    ...ports.flatMap(({ path, name }) => [choice(`toledo:${path}`, name, "Toledo"), choice(`and:${path}`, name, "A&D")]),
  ];
};

/** Which scale weighs, and what it says now: put something on it and see. */
export const Scale = ({ form, scale, devices }: { form: Form; scale: ScaleView | null; devices: Devices | null }) => (
  <Group title={text.scale}>
    <p className="field-hint">{scale === null ? text.scaleMissing : text.scaleHint}</p>
    {scale !== null && <Weight scale={scale} />}
    {devices !== null && (
      <FoundChoices
        choices={choicesOf(devices, form.draft.scale)}
        fixed={form.fixed("scale") !== null}
        onChoose={(chosen) => form.set({ scale: chosen })}
      />
    )}
    <TextField name="scale" label={text.scaleUri} form={form} mono hint={text.scaleUriHint} />
  </Group>
);
