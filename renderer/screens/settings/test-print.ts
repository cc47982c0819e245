import { useEffect, useState } from "react";
import { failureWords } from "../../../shared/failures.ts";
import { factsOf, TEST_CODE_HEAD } from "../../../shared/printers.ts";
import type { TestRead } from "../../scanner-tests.ts";
import { useBench } from "../../use-station.ts";
import { words } from "../../words/en.ts";
import { printerSettings } from "./draft.ts";
import type { Form } from "./fields.tsx";

const text = words.settings;
const OUT = ["sent", "accepted", "printed", "scanned"];

/** `waiting`: the print is out, and its barcode is to be scanned back. */
type Asked = Readonly<{
  uri: string;
  code: string;
  words: string;
  stage: "printing" | "waiting" | "failed" | "right";
  readsBefore: number;
}>;
export type TestPrint = Readonly<{ uri: string; good: boolean | null; words: string }> | null;

const stateOf = (asked: Asked | null, reads: readonly TestRead[], nameOf: (uri: string) => string): TestPrint => {
  if (asked?.stage === "right") return { uri: asked.uri, good: true, words: text.printerRight(nameOf(asked.uri)) };
  if (asked === null || asked.stage !== "waiting")
    return asked === null ? null : { uri: asked.uri, good: asked.stage === "failed" ? false : null, words: asked.words };
  const heard = reads.filter(({ number }) => number > asked.readsBefore);
  const texts = heard.flatMap((read) => [read.text, ...read.alternates]).map((read) => read.trim().toUpperCase());
  if (texts.includes(asked.code)) return { uri: asked.uri, good: true, words: text.printerRight(nameOf(asked.uri)) };
  const other = texts.find((read) => read.startsWith(TEST_CODE_HEAD));
  return {
    uri: asked.uri,
    good: other === undefined ? null : false,
    words: other === undefined ? `${asked.words} ${text.scanTestBack(asked.code)}` : text.otherTest(other, asked.code),
  };
};

/** A test print that is right only once its own barcode was scanned back: a sheet of an older one doesn't pass for it. */
export const useTestPrint = ({
  form,
  reads,
  nameOf,
}: Readonly<{
  form: Form;
  reads: readonly TestRead[];
  nameOf: (uri: string) => string;
}>): Readonly<{ state: TestPrint; run: (uri: string) => Promise<void> }> => {
  const { station } = useBench();
  const [asked, setAsked] = useState<Asked | null>(null);

  const run = async (uri: string): Promise<void> => {
    if (uri === "" || asked?.stage === "printing") return;
    const readsBefore = reads[0]?.number ?? 0;
    const start = { uri, code: "", words: text.printing, stage: "printing", readsBefore } as const;
    setAsked(start);
    const { dpi, paper } = factsOf(printerSettings(form.draft), uri);
    const printed = await station.ask("printer.test", { printer: uri, dpi, paper });
    if (!printed.ok) return setAsked({ ...start, stage: "failed", words: failureWords(printed.failure) });
    const { state, words: said, code } = printed.value;
    setAsked({ ...start, stage: OUT.includes(state) ? "waiting" : "failed", words: said, code });
  };

  const state = stateOf(asked, reads, nameOf);
  const good = state?.good ?? null;
  const stage = asked?.stage ?? null;
  const name = asked === null ? "" : nameOf(asked.uri);
  const code = asked?.code ?? "";
  // The band is what can be read from the printer
  useEffect(() => {
    // Later scans push this one off the list: right stays right until the next test print
    if (good === true) setAsked((now) => (now?.stage === "waiting" ? { ...now, stage: "right" } : now));
    if (good === true) station.say({ tone: "ok", title: text.printerRight(name), text: text.rulers });
    else if (stage === "waiting" && good === null)
      station.say({ tone: "info", title: text.scanBackTitle, text: text.scanBackText(name, code) });
  }, [station, good, stage, name, code]);
  return { state, run };
};
