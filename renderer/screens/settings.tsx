import { useEffect, useRef, useState } from "react";
import { failureWords } from "../../shared/failures.ts";
import type { SettingsChange, SettingsView } from "../../shared/settings.ts";
import type { ScaleView } from "../../shared/device-view.ts";
import type { TestRead } from "../scanner-tests.ts";
import { useBench, useLoneKey } from "../use-station.ts";
import { words } from "../words/en.ts";
import { Connection } from "./settings/connection.tsx";
import { changeOf, draftOf, fixedBy, type Draft, type FieldName } from "./settings/draft.ts";
import { Answer, Choice, Group, LinesField, TextField, type Form } from "./settings/fields.tsx";
import { Printer } from "./settings/printer.tsx";
import { Scale } from "./settings/scale.tsx";
import { Scanner } from "./settings/scanner.tsx";
import { useDevices } from "./settings/use-devices.ts";

const text = words.settings;
const noProblems: ReadonlyMap<FieldName, string> = new Map();

type Shown = Readonly<{ reads: readonly TestRead[]; scale: ScaleView | null }>;

/** The settings form, once the settings in force are known. */
const SettingsForm = ({ first, reads, scale }: Shown & { first: SettingsView }) => {
  const { station } = useBench();
  const devices = useDevices();
  const [view, setView] = useState(first);
  const [draft, setDraft] = useState(() => draftOf(first));
  const [problems, setProblems] = useState(noProblems);
  const [answer, setAnswer] = useState<Readonly<{ good: boolean | null; words: string }> | null>(null);
  const warned = useRef(false);

  const checked = changeOf(draft, view);
  const dirty = !checked.ok || Object.keys(checked.change).length > 0;

  const form: Form = {
    draft,
    set: (change: Partial<Draft>) => {
      warned.current = false;
      setDraft({ ...draft, ...change });
      setProblems(noProblems);
      setAnswer(null);
    },
    problem: (name) => problems.get(name) ?? null,
    fixed: (name) => fixedBy(name, view),
  };

  /** The change to save or to try; null after each bad field was told what is wrong with it. */
  const readChange = (): SettingsChange | null => {
    setProblems(checked.ok ? noProblems : checked.problems);
    return checked.ok ? checked.change : null;
  };

  const save = async (): Promise<void> => {
    const change = readChange();
    if (change === null) {
      setAnswer({ good: false, words: text.notSaved });
      return;
    }
    if (!dirty) {
      setAnswer({ good: null, words: text.nothingChanged });
      return;
    }
    const saved = await station.ask("settings.save", change);
    if (!saved.ok) {
      setAnswer({ good: false, words: `${text.notSaved}: ${failureWords(saved.failure)}` });
      return;
    }
    setView(saved.value);
    setDraft(draftOf(saved.value));
    setAnswer({ good: true, words: text.saved });
  };

  const newest = useRef(dirty);
  useEffect(() => {
    newest.current = dirty;
  });
  useEffect(() => {
    station.guardLeaving(() => {
      if (!newest.current || warned.current) return true;
      warned.current = true;
      setAnswer({ good: false, words: text.unsaved });
      return false;
    });
    return () => station.guardLeaving(null);
  }, [station]);
  useLoneKey((key) => {
    if (key !== "Save") return false;
    void save();
    return true;
  });

  return (
    <>
      <div className="overlay-head">
        <h2>{text.title}</h2>
        <Answer answer={answer ?? (view.settings.mode === "practice" ? { good: null, words: text.firstSteps } : null)} />
        <button type="button" className={dirty ? "command command-main" : "command"} onClick={() => void save()}>
          {words.commands.save} <kbd>Ctrl+S</kbd>
        </button>
      </div>
      <div className="scroller settings-groups">
        <div className="settings-column">
          <Connection form={form} secretStored={view.secretStored} change={readChange} />
          <Group title={text.station}>
            <div className="field-pair">
              <TextField name="stationId" label={text.stationId} form={form} />
              <TextField name="pollMs" label={text.pollMs} form={form} mono />
            </div>
            <div className="field-pair">
              <TextField name="receiverDays" label={text.receiverDays} form={form} mono />
              <TextField name="workDays" label={text.workDays} form={form} mono />
            </div>
            <div className="field-pair">
              <Choice
                name="theme"
                label={text.theme}
                form={form}
                value={draft.theme}
                values={text.themes}
                onChoose={(theme) => form.set({ theme })}
              />
              <Choice
                name="sound"
                label={text.sound}
                form={form}
                value={draft.sound ? "on" : "off"}
                values={text.sounds}
                onChoose={(sound) => form.set({ sound: sound === "on" })}
              />
            </div>
          </Group>
          <Group title={text.carrier}>
            <TextField name="carrierName" label={text.carrierName} form={form} />
            <Choice
              name="carrierType"
              label={text.carrierType}
              form={form}
              value={draft.carrierType}
              values={{ Standard: "Standard", Economic: "Economic", Premium: "Premium" }}
              onChoose={(carrierType) => form.set({ carrierType })}
            />
            <LinesField name="ownCarriers" label={text.ownCarriers} form={form} hint={text.ownCarriersHint} rows={3} />
          </Group>
          <Group title={text.packing}>
            <LinesField name="cartons" label={text.cartons} form={form} hint={text.cartonsHint} rows={4} />
            <TextField name="parallelTasks" label={text.parallelTasks} form={form} mono />
          </Group>
          <Group title={text.supervisor}>
            <p className="field-hint mode-text">{view.supervisorPinSet ? text.supervisorSet : text.supervisorNone}</p>
            <div className="field-pair">
              <TextField name="supervisorPin" label={text.supervisorPin} form={form} secret mono />
              {view.supervisorPinSet && <TextField name="supervisorPinNow" label={text.supervisorPinNow} form={form} secret mono />}
            </div>
          </Group>
        </div>
        <div className="settings-column">
          <Printer form={form} reads={reads} save={() => void save()} />
          <Scanner form={form} reads={reads} devices={devices} />
          <Scale form={form} scale={scale} devices={devices} />
          <Group title={text.sender}>
            <TextField name="senderName" label={text.senderName} form={form} />
            <TextField name="senderAddress" label={text.senderAddress} form={form} />
            <TextField name="senderPhone" label={text.senderPhone} form={form} />
          </Group>
        </div>
      </div>
    </>
  );
};

/** Connection, printer, scanner test and station, on one page; scans are only read here, nothing is packed. */
export const SettingsScreen = ({ reads, scale }: Shown) => {
  const { station } = useBench();
  const [view, setView] = useState<SettingsView | null>(null);
  const [answer, setAnswer] = useState<string>(text.loading);
  useEffect(() => {
    let wanted = true;
    void station.ask("settings.get", {}).then((got) => {
      if (!wanted) return;
      if (got.ok) setView(got.value);
      else setAnswer(failureWords(got.failure));
    });
    return () => {
      wanted = false;
    };
  }, [station]);
  return (
    <main className="overlay settings">
      {view === null ? (
        <p className="empty-line" role="status">
          {answer}
        </p>
      ) : (
        <SettingsForm first={view} reads={reads} scale={scale} />
      )}
    </main>
  );
};
