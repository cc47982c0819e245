import { useState } from "react";
import { failureWords } from "../../../shared/failures.ts";
import type { SettingsChange } from "../../../shared/settings.ts";
import { useBench } from "../../use-station.ts";
import { words } from "../../words/en.ts";
import { Answer, Choice, Group, TextField, type Form } from "./fields.tsx";

const text = words.settings;
const SKEW_WORTH_SAYING_MS = 5_000;

/** How the station reaches OMS4, with a live call to try it before it is saved. */
export const Connection = ({ form, secretStored, change }: { form: Form; secretStored: boolean; change: () => SettingsChange | null }) => {
  const { station } = useBench();
  const [answer, setAnswer] = useState<Readonly<{ good: boolean | null; words: string }> | null>(null);

  const test = async (): Promise<void> => {
    const values = change();
    if (values === null) return;
    setAnswer({ good: null, words: text.testing });
    // the typed connection is tried, also while the station still practises
    const tried = await station.ask("settings.test-oms4", { ...values, mode: "live" });
    if (!tried.ok) {
      setAnswer({ good: false, words: failureWords(tried.failure) });
      return;
    }
    const { words: said, skewMs, tasks } = tried.value;
    const skewed = skewMs !== null && Math.abs(skewMs) >= SKEW_WORTH_SAYING_MS;
    setAnswer({
      good: true,
      words: [said, text.testTasks(tasks), skewed ? text.skew(skewMs) : ""].filter((part) => part !== "").join(" · "),
    });
  };

  return (
    <Group title={text.connection}>
      <Choice
        name="mode"
        label={text.mode}
        form={form}
        value={form.draft.mode}
        values={text.modes}
        onChoose={(mode) => form.set({ mode })}
      />
      <p className="field-hint mode-text">{text.modeTexts[form.draft.mode]}</p>
      <TextField name="baseUrl" label={text.baseUrl} form={form} mono />
      <div className="field-pair">
        <TextField name="tenantId" label={text.tenantId} form={form} mono />
        <TextField name="apiKey" label={text.apiKey} form={form} mono />
      </div>
      <TextField
        name="apiSecret"
        label={text.apiSecret}
        form={form}
        secret
        mono
        hint={secretStored ? text.secretStored : text.secretNone}
        onEnter={() => void test()}
      />
      <div className="field-action">
        <button type="button" className="command" onClick={() => void test()}>
          {text.test}
        </button>
        <Answer answer={answer} />
      </div>
    </Group>
  );
};
