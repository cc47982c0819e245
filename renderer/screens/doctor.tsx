import { useCallback, useEffect, useRef, useState } from "react";
import { testCodes } from "../../shared/doctor-codes.ts";
import { diagnose, levelOf, worstOf, type DoctorSetup, type Finding, type Level } from "../../shared/doctor.ts";
import { failureWords } from "../../shared/failures.ts";
import type { SettingsChange } from "../../shared/settings.ts";
import type { DoctorScan } from "../doctor-scans.ts";
import { Barcode } from "../parts/barcode.tsx";
import { HealthDot } from "../parts/marks.tsx";
import { Press } from "../parts/press.tsx";
import { savePdf } from "../save-pdf.ts";
import { useScannerTest } from "../use-scanner-test.ts";
import { useScrollKeys } from "../use-scroll-keys.ts";
import { useBench, useLoneKey } from "../use-station.ts";
import { doctorWords as text, findingWords } from "../words/doctor.ts";

const BASIC: DoctorSetup = { prefix: "", suffix: "", layout: "auto" };
const order: Readonly<Record<Level, number>> = { broken: 0, careful: 1, fine: 2 };

/** What one key takes over into the settings; empty where there is nothing to. */
const changeOf = (findings: readonly Finding[]): SettingsChange =>
  Object.assign(
    {},
    ...findings.map((finding): SettingsChange => {
      if (finding.kind === "prefix") return finding.takenOff ? {} : { scanPrefix: finding.text };
      if (finding.kind === "suffix") return finding.takenOff ? {} : { scanSuffix: finding.text };
      return finding.kind === "layout" && finding.read !== "first" ? { scannerLayout: finding.scanner } : {};
    }),
  ) as SettingsChange;

const Findings = ({ findings, scans }: { findings: readonly Finding[]; scans: readonly DoctorScan[] }) => {
  const gaps = scans.flatMap((scan) => (scan.gaps === null ? [] : [scan.gaps]));
  const medians = gaps.map(({ median }) => median).toSorted((a, b) => a - b);
  const median = medians[medians.length >> 1] ?? null;
  const origin = scans.at(-1)?.origin;
  return (
    <ul className="doctor-findings">
      {findings.map((finding, index) => {
        const words = findingWords(finding, median);
        return (
          <li key={index} data-finding={finding.kind} data-level={levelOf(finding)}>
            <HealthDot health={levelOf(finding)} />
            <div>
              <b>{words.title}</b>
              <p>{words.text}</p>
            </div>
          </li>
        );
      })}
      {origin !== undefined && (
        <li data-finding="way">
          <HealthDot health="fine" />
          <div>
            <b>{text.cameBy(origin)}</b>
            <p>{text.wanted[origin.way]}</p>
            {median !== null && <p data-pace="">{text.pace(median, Math.max(...gaps.map(({ longest }) => longest)))}</p>}
          </div>
        </li>
      )}
    </ul>
  );
};

/** Three scans tell what is wrong with a scanner: what is lost, doubled, turned round or mangled, how it is set, and how it should be. */
export const Doctor = ({ scans }: { scans: readonly DoctorScan[] }) => {
  const { station } = useBench();
  const [setup, setSetup] = useState<DoctorSetup>(BASIC);
  const [answer, setAnswer] = useState("");
  useScannerTest();

  const load = useCallback(async (): Promise<void> => {
    const got = await station.ask("settings.get", {});
    if (!got.ok) return setAnswer(failureWords(got.failure));
    const { scanPrefix: prefix, scanSuffix: suffix, scannerLayout: layout } = got.value.settings;
    setSetup({ prefix, suffix, layout });
  }, [station]);
  useEffect(() => void load(), [load]);

  const left = testCodes.filter(({ id }) => !scans.some(({ code }) => code === id)).length;
  const complete = left === 0;
  const findings = complete ? diagnose(scans, setup).toSorted((a, b) => order[levelOf(a)] - order[levelOf(b)]) : [];
  const level = complete ? worstOf(findings) : null;
  const change = changeOf(findings);
  const mayTakeOver = Object.keys(change).length > 0;

  const act = async (key: string): Promise<void> => {
    if (key === "N") {
      setAnswer("");
      return station.forgetDoctorScans();
    }
    setAnswer(text.working);
    if (key === "T") {
      const saved = await station.ask("settings.save", change);
      if (saved.ok) await load();
      return setAnswer(saved.ok ? text.takenOver : failureWords(saved.failure));
    }
    if (key === "P") {
      const printed = await station.ask("scanner-sheet.print", {});
      return setAnswer(printed.ok ? printed.value.words : failureWords(printed.failure));
    }
    const made = await station.ask("scanner-sheet.pdf", {});
    if (made.ok) savePdf(made.value.base64, "packbench-scanner-test.pdf");
    setAnswer(made.ok ? text.saved : failureWords(made.failure));
  };
  const list = useRef<HTMLElement>(null);
  useScrollKeys(list);
  useLoneKey((key) => {
    const known = key === "P" || key === "S" || (key === "N" && scans.length > 0) || (key === "T" && mayTakeOver);
    if (known) void act(key);
    return known;
  });
  const button = (key: string, label: string, main = false) => (
    <Press className={main ? "command command-main" : "command"} onPress={() => void act(key)}>
      {label} <kbd>{key}</kbd>
    </Press>
  );

  const heading = level === null ? text.missing(left) : level === "fine" ? text.good : level === "careful" ? text.careful : text.bad;
  return (
    <main className="overlay doctor">
      <div className="overlay-head">
        <h2>{text.title}</h2>
        <p role="status">{answer === "" ? text.text : answer}</p>
        {button("P", text.printSheet)}
        {button("S", text.savePdf)}
        {scans.length > 0 && button("N", text.anew)}
      </div>
      <div className="doctor-columns">
        <ol className="doctor-codes">
          {testCodes.map(({ id, text: code, shown }) => {
            const came = scans.some((scan) => scan.code === id);
            return (
              <li key={id} data-test-code={id} data-came={came}>
                <b>
                  {text.codeTitles[id]} {came && <span className="doctor-came">✓ {text.scanned}</span>}
                </b>
                <Barcode text={id === "gs1" ? shown : code} gs1={id === "gs1"} className="doctor-barcode" />
                <code dir="ltr">{shown}</code>
              </li>
            );
          })}
        </ol>
        <section ref={list} className="scroller doctor-answer" data-doctor={level ?? ""}>
          <div className={`doctor-verdict doctor-${level ?? "waiting"}`}>
            <h3>{heading}</h3>
            {level === "fine" && findings.length === 0 && <p>{text.goodText}</p>}
            {level === "broken" && <p>{text.badText}</p>}
            {mayTakeOver && button("T", text.takeOver, true)}
          </div>
          <Findings findings={findings} scans={scans} />
        </section>
      </div>
    </main>
  );
};
