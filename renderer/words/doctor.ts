import type { Finding } from "../../shared/doctor.ts";
import type { TestCode } from "../../shared/doctor-codes.ts";
import type { LayoutName, ScannerLayout } from "../../shared/keyboard-layouts.ts";
import type { DoctorScan, ScanOrigin } from "../doctor-scans.ts";
import { visibleText } from "../visible.ts";

const codeNames: Readonly<Record<TestCode["id"], string>> = {
  letters: "code 1, letters and signs",
  digits: "code 2, digits and repeats",
  gs1: "code 3, GS1",
};

const layoutWords: Readonly<Record<LayoutName, string>> = { us: "US", uk: "UK", german: "German", french: "French" };

const ways: Readonly<Record<ScanOrigin["way"], string>> = { wedge: "keyboard mode", hid: "HID-POS", serial: "serial port" };

const caseWords = {
  none: "",
  flipped: "Upper and lower case are turned round",
  upper: "All letters come in upper case",
  lower: "All letters come in lower case",
} as const;

/** A finding in plain words, and what to do about it. */
export type FindingWords = Readonly<{ title: string; text: string }>;

const layoutFinding = ({ scanner, system, read }: Finding & { kind: "layout" }): FindingWords => {
  const [scannerName, systemName] = [layoutWords[scanner], layoutWords[system]];
  const title =
    scanner === system
      ? `Scanner and PC are both set to ${scannerName}`
      : `This PC's keyboard is ${systemName}, the scanner sends ${scannerName}`;
  if (read === "first")
    return {
      title,
      text:
        scanner === system
          ? "Packbench reads it that way first."
          : `Packbench reads it right. For other programs set the scanner's keyboard country to ${systemName}, with its manual's setup barcode.`,
    };
  if (read === "found")
    return { title, text: "Packbench finds it by itself, but tries US first. T takes it over: then it is tried first." };
  return {
    title,
    text: `Codes arrive mangled. T takes it over: Packbench then reads the keys as ${scannerName}. Or set the scanner's keyboard country to US.`,
  };
};

/** `medianMs`: the pace of the scanner, null where nobody can tell. */
export const findingWords = (finding: Finding, medianMs: number | null): FindingWords => {
  switch (finding.kind) {
    case "lost": {
      const pace = medianMs === null ? "" : ` at ${medianMs.toFixed(1)} ms a character`;
      return {
        title: `Characters are lost: ${visibleText(finding.characters)}`,
        text: `In ${codeNames[finding.code]}${pace}. Set the scanner's inter-character delay to 10 ms or more; on a radio scanner look for the cradle's range.`,
      };
    }
    case "doubled":
      return {
        title: `Characters come twice: ${visibleText(finding.characters)}`,
        text: `In ${codeNames[finding.code]}. Set the scanner's inter-character delay to 10 ms, or take another cable or port.`,
      };
    case "extra":
      return {
        title: `Characters that are not in the code: ${visibleText(finding.characters)}`,
        text: `In ${codeNames[finding.code]}. Somebody typed, or a second scanner scanned. Scan it once more.`,
      };
    case "twice":
      return {
        title: "One pull of the trigger came as two scans",
        text: `${codeNames[finding.code]}. Set the scanner's same-symbol timeout to 700 ms or more.`,
      };
    case "no-end":
      return { title: "The scan has no end", text: "Set the scanner to send Enter (CR) after each code. Until then scans run together." };
    case "tab-end":
      return { title: "Scans end with Tab", text: "That works. Enter is safer: it ends scans at any pace." };
    case "prefix":
    case "suffix": {
      const where = finding.kind === "prefix" ? "in front of" : "behind";
      return {
        title: `The scanner sends ${visibleText(finding.text)} ${where} every code`,
        text: finding.takenOff
          ? "Packbench takes it off."
          : `T takes it over: Packbench then takes it off. Or clear the scanner's ${finding.kind}.`,
      };
    }
    case "case":
      return {
        title: caseWords[finding.how],
        text:
          finding.how === "flipped" && finding.capsLock
            ? "Caps Lock is on: switch it off. Packbench doesn't mind the case, other programs do."
            : "Set the scanner's case conversion to none. Packbench doesn't mind the case, other programs do.",
      };
    case "layout":
      return layoutFinding(finding);
    case "fnc1":
      if (finding.came === "")
        return {
          title: "FNC1 is left out of GS1 codes",
          text: "Batch and serial can't be told apart then. Set the scanner to send FNC1 as GS (ASCII 29, Ctrl+]), also called function-code transmission.",
        };
      return {
        title: `FNC1 comes as ${visibleText(finding.came)}`,
        text: finding.understood
          ? "Packbench understands it. GS (ASCII 29) is surer: some codes may hold that character."
          : "Packbench can't know that. Set the scanner to send FNC1 as GS (ASCII 29).",
      };
    case "identifier":
      return { title: "The scanner tells the kind of each code", text: "As it should: the AIM identifier goes along and is taken off." };
  }
};

export const doctorWords = {
  title: "Scanner doctor",
  text: "Scan the three codes, from this screen or from the printed sheet.",
  missing: (left: number): string => (left === 1 ? "One code to go" : `${left} codes to go`),
  good: "Nothing is wrong",
  goodText: "Three codes came whole, once and as they are.",
  careful: "It works, with a note",
  bad: "This scanner needs setting",
  badText: "Each line says what to set. Then scan the three codes again.",
  printSheet: "Print",
  savePdf: "Save as PDF",
  takeOver: "Take over",
  anew: "Another scanner",
  saved: "Saved as PDF.",
  takenOver: "Taken over into the settings.",
  working: "One moment",
  scanned: "came",
  codeTitles: { letters: "1  Letters and signs", digits: "2  Digits and repeats", gs1: "3  GS1-128 with FNC1" },
  got: (code: TestCode["id"]): string => `Came: ${codeNames[code]}`,
  gotText: (scan: DoctorScan): string => `${visibleText(scan.text)} · ${ways[scan.origin.way]}`,
  noTestCode: "That is none of the three codes",
  noTestCodeText: (text: string): string => `${text}. Scan a code of the test sheet. Escape goes back to packing.`,
  cameBy: ({ way, name, path }: ScanOrigin): string => (way === "wedge" ? "Keyboard mode" : `${ways[way]} · ${name} · ${path}`),
  wanted: {
    wedge: "Wanted: keyboard mode with Enter at the end. If the scanner has HID-POS, set that: no layout, Caps Lock or focus can spoil it.",
    hid: "HID-POS is the setup that is wanted.",
    serial: "A serial port is as good as HID-POS: no layout or Caps Lock can spoil it.",
  } satisfies Record<ScanOrigin["way"], string>,
  pace: (median: number, longest: number): string => `${median.toFixed(1)} ms a character, the longest pause ${longest.toFixed(0)} ms`,
  layouts: { auto: "Find out", us: "US", uk: "UK", german: "German", french: "French" } satisfies Record<ScannerLayout, string>,
} as const;
