import { useEffect, useRef, type ReactNode } from "react";
import { words } from "../../words/en.ts";
import type { Draft, FieldName } from "./draft.ts";

/** What each field needs of the form around it. */
export type Form = Readonly<{
  draft: Draft;
  set: (change: Partial<Draft>) => void;
  problem: (name: FieldName) => string | null;
  fixed: (name: FieldName) => string | null;
}>;

type TextName = { [Name in FieldName]: Draft[Name] extends string ? Name : never }[FieldName];

export const Label = ({
  name,
  id = `setting-${name}`,
  label,
  form,
  hint,
}: {
  name: FieldName;
  id?: string;
  label: string;
  form: Form;
  hint?: string | undefined;
}) => {
  const fixed = form.fixed(name);
  const problem = form.problem(name);
  return (
    <>
      <label htmlFor={id}>{label}</label>
      {fixed !== null && <span className="field-fixed">{words.settings.fixed(fixed)}</span>}
      {problem !== null ? (
        <span className="field-problem" id={`problem-${name}`} role="alert">
          {problem}
        </span>
      ) : (
        hint !== undefined && fixed === null && <span className="field-hint">{hint}</span>
      )}
    </>
  );
};

const focusAfter = (field: HTMLInputElement): void => {
  const fields = [...document.querySelectorAll<HTMLElement>("[data-typing]:not(:disabled)")];
  fields[fields.indexOf(field) + 1]?.focus();
};

export const TextField = ({
  name,
  label,
  form,
  hint,
  secret = false,
  mono = false,
  onEnter,
}: {
  name: TextName;
  label: string;
  form: Form;
  hint?: string;
  secret?: boolean;
  mono?: boolean;
  /** Enter, which a scanner ends its code with too, goes to the next field unless told otherwise. */
  onEnter?: () => void;
}) => (
  <div className={form.problem(name) === null ? "field" : "field field-bad"}>
    <Label name={name} label={label} form={form} hint={hint} />
    <input
      id={`setting-${name}`}
      name={name}
      type={secret ? "password" : "text"}
      className={mono ? "mono" : ""}
      data-typing=""
      value={form.draft[name]}
      readOnly={form.fixed(name) !== null}
      aria-invalid={form.problem(name) !== null}
      autoComplete="off"
      autoCapitalize="off"
      spellCheck={false}
      onChange={(event) => form.set({ [name]: event.target.value })}
      onKeyDown={(event) => {
        if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
        event.preventDefault();
        if (onEnter === undefined) focusAfter(event.currentTarget);
        else onEnter();
      }}
    />
  </div>
);

/** Several lines of text: a list, one thing a line. */
export const LinesField = ({
  name,
  label,
  form,
  hint,
  rows,
}: {
  name: TextName;
  label: string;
  form: Form;
  hint: string;
  rows: number;
}) => (
  <div className={form.problem(name) === null ? "field" : "field field-bad"}>
    <Label name={name} label={label} form={form} hint={hint} />
    <textarea
      id={`setting-${name}`}
      name={name}
      className="mono"
      rows={rows}
      data-typing=""
      value={form.draft[name]}
      aria-invalid={form.problem(name) !== null}
      autoComplete="off"
      autoCapitalize="off"
      spellCheck={false}
      onChange={(event) => form.set({ [name]: event.target.value })}
    />
  </div>
);

/** A few choices side by side, as real radio buttons. */
export const Choice = <Value extends string>({
  name,
  label,
  form,
  value,
  values,
  onChoose,
}: {
  name: FieldName;
  label: string;
  form: Form;
  value: Value;
  values: Readonly<Record<Value, string>>;
  onChoose: (value: Value) => void;
}) => (
  <div className="field" role="radiogroup" aria-label={label}>
    <Label name={name} label={label} form={form} />
    <div className="segments" id={`setting-${name}`}>
      {(Object.entries(values) as [Value, string][]).map(([key, title]) => (
        <label key={key} className={key === value ? "segment segment-on" : "segment"}>
          <input
            type="radio"
            name={name}
            value={key}
            data-typing=""
            checked={key === value}
            disabled={form.fixed(name) !== null}
            onChange={() => onChoose(key)}
          />
          {title}
        </label>
      ))}
    </div>
  </div>
);

export const Group = ({ title, className = "", children }: { title: string; className?: string; children: ReactNode }) => (
  <fieldset className={`card group ${className}`}>
    <legend>{title}</legend>
    {children}
  </fieldset>
);

/** An answer in words under a button: what came of a test. */
export const Answer = ({ answer }: { answer: Readonly<{ good: boolean | null; words: string }> | null }) => {
  const line = useRef<HTMLParagraphElement>(null);
  const said = answer?.words ?? "";
  // Whoever pressed the button above it must not have to look for it
  useEffect(() => {
    if (said !== "") line.current?.scrollIntoView({ block: "nearest" });
  }, [said]);
  return (
    <p
      ref={line}
      className={answer?.good === false ? "answer answer-bad" : answer?.good === true ? "answer answer-good" : "answer"}
      role="status"
      dir="auto"
    >
      {said}
    </p>
  );
};
