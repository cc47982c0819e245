import { layoutNames, readUsKey, usReadingOf, type LayoutName, type ScannerLayout } from "./keyboard-layouts.ts";
import { AIM_IDENTIFIER } from "./scan.ts";
import { align, alignmentCost, type Alignment } from "./doctor-align.ts";
import { testCodes, type TestCode } from "./doctor-codes.ts";
import { FNC1_SUBSTITUTE } from "./fnc1.ts";
import { changesOfCase, changeCase, type CaseChange } from "./letter-case.ts";

/** One scan as the doctor sees it. Times in ms. */
export type DoctorRead = Readonly<{
  /** a keyboard: what it typed by the positions of the keys on a US keyboard; else what the scanner sent */
  text: string;
  /** a keyboard: what the PC's own layout made of the same keys; null where there are none */
  typed: string | null;
  /** `pause`: it never ended; null where a scan needs no end */
  end: "Enter" | "Tab" | "pause" | null;
  /** AIM identifier that the device told beside the text */
  symbology: string | null;
  gaps: Readonly<{ median: number; longest: number }> | null;
  capsLock: boolean;
  at: number;
}>;

/** What the station takes off or tries first already. */
export type DoctorSetup = Readonly<{ prefix: string; suffix: string; layout: ScannerLayout }>;

export type Finding =
  | Readonly<{ kind: "lost"; code: TestCode["id"]; characters: string }>
  | Readonly<{ kind: "doubled"; code: TestCode["id"]; characters: string }>
  | Readonly<{ kind: "extra"; code: TestCode["id"]; characters: string }>
  | Readonly<{ kind: "twice"; code: TestCode["id"] }>
  | Readonly<{ kind: "case"; how: CaseChange; capsLock: boolean }>
  /** `first`: the station tries this layout first; `found`: it finds it by itself */
  | Readonly<{ kind: "layout"; scanner: LayoutName; system: LayoutName; read: "first" | "found" | "wrong" }>
  | Readonly<{ kind: "no-end" }>
  | Readonly<{ kind: "tab-end" }>
  | Readonly<{ kind: "prefix" | "suffix"; text: string; takenOff: boolean }>
  | Readonly<{ kind: "fnc1"; came: string; understood: boolean }>
  | Readonly<{ kind: "identifier" }>;

export type Level = "fine" | "careful" | "broken";

/** broken: scans go wrong at this bench · careful: this bench reads it right, others may not · fine: only to know. */
export const levelOf = (finding: Finding): Level => {
  switch (finding.kind) {
    case "lost":
    case "doubled":
    case "extra":
    case "twice":
    case "no-end":
      return "broken";
    case "case":
      return "careful";
    case "layout":
      return finding.read === "wrong" ? "broken" : finding.read === "found" && finding.scanner !== "us" ? "careful" : "fine";
    case "prefix":
    case "suffix":
      return finding.takenOff ? "fine" : "broken";
    case "fnc1":
      return finding.understood ? "careful" : "broken";
    case "tab-end":
    case "identifier":
      return "fine";
  }
};

/** A code that lost or gained more of its characters than this is another one. */
const LARGEST_SHARE_WRONG = 0.45;
/** … and with less than this no other can be meant. */
const SHARE_OF_A_SCRATCH = 0.15;
const LONGEST_CAME = 160;
/** A layout or a change of letters is believed when it explains more than one odd character. */
const CHANGE_COST = 0.5;
/** One setting for all codes: less than the same character at each of two. */
const AFFIX_COST = 0.25;
/** The same code again so soon was no person's second pull of the trigger, ms. */
export const TWICE_WITHIN_MS = 700;

/** What GS1 readers, this station's among them, take for FNC1 (electron/scanner/gs1.ts). */
const UNDERSTOOD = new RegExp(`^(?:${FNC1_SUBSTITUTE}|~1)$`, "i");

const withoutEnd = (text: string): string => text.replace(/[\r\n\t]+$/, "");

/** What a keyboard scanner of this layout would be read as, by key positions. */
const sentAs = (code: TestCode, layout: LayoutName, how: CaseChange): string =>
  [...changeCase(code.text, how)].map((character) => usReadingOf(character, layout) ?? character).join("");

/** What the text is of which test code; null when it is none of the sheet's. Any layout, any letter case. */
export const codeOf = (text: string, typed: string | null): TestCode | null => {
  const came = withoutEnd(text).replace(AIM_IDENTIFIER, "");
  if (came === "" || came.length > LONGEST_CAME) return null;
  let best: Readonly<{ code: TestCode; share: number }> | null = null;
  for (const layout of typed === null ? (["us"] as const) : layoutNames) {
    for (const how of changesOfCase) {
      for (const code of testCodes) {
        const share = alignmentCost(sentAs(code, layout, how), came) / code.text.length;
        if (share < (best?.share ?? LARGEST_SHARE_WRONG)) best = { code, share };
        if (share <= SHARE_OF_A_SCRATCH) return code;
      }
    }
  }
  return best?.code ?? null;
};

const commonStart = (texts: readonly string[]): string => {
  const [first = "", ...others] = texts;
  let length = first.length;
  for (const other of others) while (!other.startsWith(first.slice(0, length))) length -= 1;
  return first.slice(0, length);
};
const reversed = (text: string): string => [...text].toReversed().join("");

const isAll = (text: string, character: string): boolean => [...text].every((each) => each === character);

/** The layout of the PC, told by what it made of the keys: the one that explains most, US where several do. */
const systemLayout = (reads: readonly DoctorRead[]): LayoutName => {
  const hits = (layout: LayoutName): number =>
    reads.reduce((sum, { text, typed }) => {
      const meant = [...withoutEnd(text)].map((character) => readUsKey(character, layout)).join("");
      return sum + (meant.toLowerCase() === withoutEnd(typed ?? "").toLowerCase() ? text.length : 0);
    }, 0);
  return layoutNames.map((name) => [name, hits(name)] as const).toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? "us";
};

type Aligned = Readonly<{ code: TestCode; alignment: Alignment }>;
type Explained = Readonly<{ layout: LayoutName; how: CaseChange; cost: number }>;

/** The layout and the letter case that together explain all scans with the fewest faults. */
const explain = (cames: readonly Readonly<{ came: string; code: TestCode }>[], keyed: boolean): Explained =>
  (keyed ? layoutNames : (["us"] as const)).reduce<Explained>(
    (best, layout) =>
      changesOfCase.reduce<Explained>((bestOfLayout, how) => {
        const changes = (layout === "us" ? 0 : CHANGE_COST) + (how === "none" ? 0 : CHANGE_COST);
        let cost = changes;
        for (const { came, code } of cames) {
          if (cost >= bestOfLayout.cost) return bestOfLayout;
          cost += alignmentCost(sentAs(code, layout, how), came);
        }
        return cost < bestOfLayout.cost ? { layout, how, cost } : bestOfLayout;
      }, best),
    { layout: "us", how: "none", cost: Number.POSITIVE_INFINITY },
  );

type Bare = Readonly<{ code: TestCode; came: string; sent: string }>;
const together = (cames: readonly Bare[]): number => cames.reduce((sum, { sent, came }) => sum + alignmentCost(sent, came), 0);

/**
 * What the scanner puts in front of every code (`side` "lead") or behind: of what stands there in one of the scans and in all of them, that
 * which explains most. Told together, because a lost first character can look like a prefix, and a prefix like a doubled character.
 */
const affixOf = (cames: readonly Bare[], side: "lead" | "trail"): string => {
  const turned = (text: string): string => (side === "lead" ? text : reversed(text));
  const aligned = cames.map(({ sent, came }) => turned(align(sent, came, sent)[side]));
  const candidates = [...new Set([commonStart(aligned), ...aligned])].filter(
    (candidate) => candidate !== "" && cames.every(({ came }) => turned(came).startsWith(candidate)),
  );
  const taken = (candidate: string): readonly Bare[] =>
    cames.map((each) => ({ ...each, came: turned(turned(each.came).slice(candidate.length)) }));
  return candidates.reduce<Readonly<{ text: string; cost: number }>>(
    (best, candidate) => {
      const cost = together(taken(candidate)) + AFFIX_COST;
      return cost < best.cost ? { text: turned(candidate), cost } : best;
    },
    { text: "", cost: together(cames) },
  ).text;
};

const layoutFinding = (layout: LayoutName, system: LayoutName, setup: DoctorSetup): readonly Finding[] => {
  if (layout === "us" && system === "us" && (setup.layout === "auto" || setup.layout === "us")) return [];
  const first = setup.layout === layout || (setup.layout === "auto" && layout === "us");
  const read = first ? "first" : setup.layout === "auto" && layout === system ? "found" : "wrong";
  return [{ kind: "layout", scanner: layout, system, read }];
};

/**
 * What is wrong with a scanner, told from its scans of the test codes. All scans must be of one scanner; a code that was scanned again stands
 * for itself again. Empty: nothing is wrong and nothing is worth knowing. Scans that are no test code are left out.
 */
export const diagnose = (reads: readonly DoctorRead[], setup: DoctorSetup): readonly Finding[] => {
  const known = reads.flatMap((read) => {
    const code = codeOf(read.text, read.typed);
    return code === null ? [] : [{ read, code }];
  });
  const twice = known.filter(({ read, code }, index) => {
    const before = known[index - 1];
    return before !== undefined && before.code.id === code.id && read.at - before.read.at < TWICE_WITHIN_MS;
  });
  const whole = known.filter((each) => !twice.includes(each));
  if (whole.length === 0) return [];
  const cames = whole.map(({ read, code }) => ({ code, text: withoutEnd(read.text) }));
  const identified = whole.some(({ read }) => read.symbology !== null) || cames.some(({ text }) => AIM_IDENTIFIER.test(text));
  const keyed = whole.some(({ read }) => read.typed !== null);
  const bare = cames.map(({ code, text }) => ({ code, came: text.replace(AIM_IDENTIFIER, "") }));
  const { layout, how } = explain(bare, keyed);
  const sent = bare.map(({ code, came }): Bare => ({ code, came, sent: sentAs(code, layout, how) }));
  const prefix = affixOf(sent, "lead");
  const suffix = affixOf(sent, "trail");
  const aligned = sent.map(({ code, came, sent: wanted }): Aligned => {
    const inner = came.slice(prefix.length, came.length - suffix.length);
    return { code, alignment: align(wanted, inner, code.text) };
  });
  const meant = (text: string): string => [...text].map((character) => readUsKey(character, layout)).join("");

  const damages = aligned.flatMap(({ code, alignment }): Finding[] => {
    // Once, and not at every code: a character too many
    const lead = meant(alignment.lead);
    const trail = meant(alignment.trail);
    const wanted = changeCase(code.text, how);
    const leadDoubled = lead !== "" && isAll(lead, wanted.at(0) ?? "");
    const trailDoubled = trail !== "" && isAll(trail, wanted.at(-1) ?? "");
    const doubled = (leadDoubled ? lead : "") + alignment.doubled + (trailDoubled ? trail : "");
    const extra = (leadDoubled ? "" : lead) + meant(alignment.extra) + (trailDoubled ? "" : trail);
    const { id } = code;
    return [
      ...(alignment.lost === "" ? [] : [{ kind: "lost" as const, code: id, characters: alignment.lost }]),
      ...(doubled === "" ? [] : [{ kind: "doubled" as const, code: id, characters: doubled }]),
      ...(extra === "" ? [] : [{ kind: "extra" as const, code: id, characters: extra }]),
    ];
  });
  const separator = aligned.map(({ alignment }) => alignment.separator).findLast((each) => each !== null) ?? "\u001d";
  const came = meant(separator);
  const ends = new Set(whole.map(({ read }) => read.end));
  const affix = (kind: "prefix" | "suffix", text: string): readonly Finding[] =>
    text === "" ? [] : [{ kind, text: meant(text), takenOff: setup[kind].toLowerCase() === meant(text).toLowerCase() }];
  return [
    ...damages,
    ...twice.map(({ code }): Finding => ({ kind: "twice", code: code.id })),
    ...(ends.has("pause") ? [{ kind: "no-end" as const }] : []),
    ...affix("prefix", prefix),
    ...affix("suffix", suffix),
    ...(how === "none" ? [] : [{ kind: "case" as const, how, capsLock: whole.some(({ read }) => read.capsLock) }]),
    ...(keyed ? layoutFinding(layout, systemLayout(whole.map(({ read }) => read)), setup) : []),
    ...(came === "\u001d" ? [] : [{ kind: "fnc1" as const, came, understood: UNDERSTOOD.test(came) }]),
    ...(ends.has("Tab") ? [{ kind: "tab-end" as const }] : []),
    ...(identified ? [{ kind: "identifier" as const }] : []),
  ];
};

/** The worst of the findings; `fine` without any. */
export const worstOf = (findings: readonly Finding[]): Level => {
  const levels = findings.map(levelOf);
  return levels.includes("broken") ? "broken" : levels.includes("careful") ? "careful" : "fine";
};
