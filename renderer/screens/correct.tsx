import { useState, type ChangeEvent, type KeyboardEvent } from "react";
import { failureKinds, failureWords } from "../../shared/failures.ts";
import { readCommand } from "../../shared/scan.ts";
import type { Snapshot } from "../../shared/station.ts";
import type { Trouble } from "../../shared/trouble.ts";
import { Press } from "../parts/press.tsx";
import { useBench } from "../use-station.ts";
import { words } from "../words/en.ts";

const text = words.correct;

/** The field so many steps from this one, or none beyond the ends. */
const fieldFrom = (from: HTMLElement, steps: number): HTMLElement | null => {
  const all = [...(from.closest("form")?.querySelectorAll<HTMLElement>("[data-correct]") ?? [])];
  return all[all.indexOf(from) + steps] ?? null;
};

/** Tab and the arrows go from field to field and send nothing; in a list of choices the arrows choose. */
const stepOf = ({ key, shiftKey, currentTarget }: KeyboardEvent<HTMLElement>): number => {
  if (key === "Tab") return shiftKey ? -1 : 1;
  if (currentTarget instanceof HTMLSelectElement) return 0;
  return key === "ArrowUp" ? -1 : key === "ArrowDown" ? 1 : 0;
};

const CorrectForm = ({ entry }: { entry: Trouble }) => {
  const { station } = useBench();
  const fields = entry.fields ?? [];
  const [values, setValues] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(fields.map(({ name, value }) => [name, value])),
  );
  const [problem, setProblem] = useState("");

  const send = async (given: Readonly<Record<string, string>>): Promise<void> => {
    const sent = await station.ask("trouble.correct", { id: entry.id, values: given });
    if (sent.ok) station.go("trouble");
    else setProblem(failureWords(sent.failure));
  };
  const goOn = (from: HTMLElement, given: Readonly<Record<string, string>>): void => {
    const next = fieldFrom(from, 1);
    if (next === null) void send(given);
    else next.focus();
  };
  const change = (event: ChangeEvent<HTMLInputElement | HTMLSelectElement>): void => {
    const { target, nativeEvent } = event;
    const isScan = nativeEvent instanceof InputEvent && nativeEvent.inputType === "insertReplacementText";
    if (isScan && readCommand(target.value) !== null) {
      station.takeText(target.value);
      return;
    }
    const given = { ...values, [target.name]: target.value };
    setValues(given);
    setProblem("");
    // A scan brings its own Enter, which the wedge has taken
    if (isScan) goOn(target, given);
  };
  const press = (event: KeyboardEvent<HTMLElement>): void => {
    const step = stepOf(event);
    if (step === 0 && event.key !== "Enter") return;
    event.preventDefault();
    if (step === 0) goOn(event.currentTarget, values);
    else fieldFrom(event.currentTarget, step)?.focus();
  };

  return (
    <form className="correct-form" onSubmit={(event) => event.preventDefault()}>
      {fields.map(({ name, label, choices }, index) => (
        <div className="field" key={name}>
          <label htmlFor={`correct-${name}`}>{label}</label>
          {choices.length === 0 ? (
            <input
              id={`correct-${name}`}
              name={name}
              data-correct=""
              data-typing=""
              data-scan-target=""
              value={values[name] ?? ""}
              onChange={change}
              onKeyDown={press}
              autoFocus={index === 0}
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
            />
          ) : (
            <select
              id={`correct-${name}`}
              name={name}
              data-correct=""
              data-typing=""
              value={values[name] ?? ""}
              onChange={change}
              onKeyDown={press}
              autoFocus={index === 0}
            >
              {choices.map((each) => (
                <option key={each} value={each}>
                  {each}
                </option>
              ))}
            </select>
          )}
        </div>
      ))}
      <div className="correct-send">
        <Press className="command command-main" onPress={() => void send(values)}>
          {text.send} <kbd>Enter</kbd>
        </Press>
        <p className={problem === "" ? "answer" : "answer answer-bad"} role="status" dir="auto">
          {problem === "" ? text.hint : problem}
        </p>
      </div>
    </form>
  );
};

/** The marked report that OMS4 refused, as a short form: put right what is wrong, and it goes again under the same number. */
export const Correct = ({ snapshot }: { snapshot: Snapshot }) => {
  // What was asked for stays, however the list behind it moves
  const [id] = useState(() => snapshot.troubles[snapshot.troubleMarked]?.id ?? "");
  const entry = snapshot.troubles.find((trouble) => trouble.id === id);
  if (entry === undefined) {
    return (
      <main className="overlay correct">
        <div className="overlay-head">
          <h2>{text.gone}</h2>
        </div>
      </main>
    );
  }
  return (
    <main className="overlay correct" data-correcting={entry.id}>
      <div className="overlay-head">
        <h2>{text.title}</h2>
        <p dir="auto">{entry.about}</p>
      </div>
      <p className="correct-why" dir="auto">
        <b>{failureKinds[entry.failure.kind].title}</b>
        {entry.failure.detail === "" ? "" : `: ${entry.failure.detail}`}
      </p>
      <CorrectForm entry={entry} />
    </main>
  );
};
