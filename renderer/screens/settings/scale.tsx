import { useCallback, useEffect, useState } from "react";
import type { CallOutput } from "../../../shared/contract.ts";
import type { ScaleView } from "../../../shared/station.ts";
import { HealthDot } from "../../parts/marks.tsx";
import { Weight } from "../../parts/scale.tsx";
import { useBench } from "../../use-station.ts";
import { words } from "../../words/en.ts";
import { Group, TextField, type Form } from "./fields.tsx";

const text = words.settings;
type Found = Readonly<{ scales: CallOutput<"scale.list">["scales"]; ports: CallOutput<"port.list">["ports"] }>;

/** What can be chosen: none, any USB scale, each USB scale that is there, and each serial port with each protocol. */
const choicesOf = ({ scales, ports }: Found): readonly Readonly<{ uri: string; name: string; said: string }>[] => [
  { uri: "", name: text.noScale, said: "" },
  { uri: "usb", name: text.anyScale, said: "" },
  ...scales.flatMap(({ setting, name, words: said }) => (setting === null ? [] : [{ uri: setting, name, said }])),
  ...ports.flatMap(({ path, name }) => [
    { uri: `toledo:${path}`, name, said: "Toledo" },
    { uri: `and:${path}`, name, said: "A&D" },
  ]),
];

/** Which scale weighs, and what it says now: put something on it and see. */
export const Scale = ({ form, scale }: { form: Form; scale: ScaleView | null }) => {
  const { station } = useBench();
  const [found, setFound] = useState<Found>({ scales: [], ports: [] });
  const look = useCallback(async (): Promise<void> => {
    const [scales, ports] = await Promise.all([station.ask("scale.list", {}), station.ask("port.list", {})]);
    setFound({ scales: scales.ok ? scales.value.scales : [], ports: ports.ok ? ports.value.ports : [] });
  }, [station]);
  useEffect(() => void look(), [look]);
  return (
    <Group title={text.scale}>
      <div className="field-hint found">
        <span>{scale === null ? text.scaleMissing : text.scaleHint}</span>
        <button type="button" className="link" onClick={() => void look()}>
          {text.lookAgain}
        </button>
      </div>
      {scale !== null && <Weight scale={scale} />}
      <ul className="found-list">
        {choicesOf(found).map(({ uri, name, said }) => (
          <li key={uri}>
            <button
              type="button"
              className={uri === form.draft.scale ? "found-item found-on" : "found-item"}
              aria-pressed={uri === form.draft.scale}
              disabled={form.fixed("scale") !== null}
              onClick={() => form.set({ scale: uri })}
            >
              <HealthDot health={uri === "" ? "careful" : "fine"} />
              <b dir="auto">{name}</b>
              <span dir="auto">{said}</span>
            </button>
          </li>
        ))}
      </ul>
      <TextField name="scale" label={text.scaleUri} form={form} mono hint={text.scaleUriHint} />
      <TextField name="scannerPort" label={text.scannerPort} form={form} mono hint={text.scannerPortHint} />
    </Group>
  );
};
