import { useEffect, useRef, useState } from "react";
import { sheetEntries } from "../../shared/command-sheet.ts";
import { failureWords } from "../../shared/failures.ts";
import { Barcode } from "../parts/barcode.tsx";
import { Press } from "../parts/press.tsx";
import { savePdf } from "../save-pdf.ts";
import { useScrollKeys } from "../use-scroll-keys.ts";
import { useBench, useLoneKey } from "../use-station.ts";
import { words } from "../words/en.ts";

/** Every command as a barcode, to print and put on the bench. */
export const Sheet = () => {
  const { station } = useBench();
  const [answer, setAnswer] = useState("");
  const [boxes, setBoxes] = useState<readonly string[]>([]);
  useEffect(() => {
    let wanted = true;
    void station.ask("settings.get", {}).then((got) => {
      if (wanted && got.ok) setBoxes(got.value.settings.cartons.map(({ code }) => code));
    });
    return () => {
      wanted = false;
    };
  }, [station]);
  const print = async (): Promise<void> => {
    setAnswer(words.sheet.printing);
    const printed = await station.ask("sheet.print", {});
    setAnswer(printed.ok ? printed.value.words : failureWords(printed.failure));
  };
  const save = async (): Promise<void> => {
    setAnswer(words.sheet.printing);
    const made = await station.ask("sheet.pdf", {});
    if (made.ok) savePdf(made.value.base64, "packbench-commands.pdf");
    setAnswer(made.ok ? words.sheet.saved : failureWords(made.failure));
  };
  const list = useRef<HTMLUListElement>(null);
  useScrollKeys(list);
  useLoneKey((key) => {
    if (key === "P") void print();
    else if (key === "S") void save();
    else return false;
    return true;
  });
  return (
    <main className="overlay sheet">
      <div className="overlay-head">
        <h2>{words.sheet.title}</h2>
        <p role="status">{answer === "" ? words.sheet.text : answer}</p>
        <Press className="command" onPress={() => void print()}>
          {words.commands.printSheet} <kbd>P</kbd>
        </Press>
        <Press className="command" onPress={() => void save()}>
          {words.commands.savePdf} <kbd>S</kbd>
        </Press>
        <Press className="command" onPress={() => window.print()}>
          {words.commands.office} <kbd>Ctrl+P</kbd>
        </Press>
      </div>
      <ul ref={list} className="scroller sheet-entries">
        {sheetEntries(boxes).map(({ code, title, help, key }) => (
          <li key={code}>
            <b>
              {title} {key !== null && <kbd>{key === "Escape" ? "Esc" : key}</kbd>}
            </b>
            <small>{help}</small>
            <Barcode text={code} />
            <code>{code}</code>
          </li>
        ))}
      </ul>
    </main>
  );
};
