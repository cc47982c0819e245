import { z } from "zod";
import type { FailureKind } from "./failures.ts";
import { wordsOfReason } from "./reasons.ts";

/**
 * What reading a label's barcodes back gave. `waiting`: not looked at yet · `match`: its number is on it · `no-number`: OMS4 named no
 * tracking number to compare with · `mismatch`: other codes only · `other-parcel`: the number of another parcel known here ·
 * `unreadable`: no barcode could be read · `not-checked`: nobody could look (ZPL that draws its bars itself, no reader).
 */
export const labelOutcomeSchema = z.enum(["waiting", "match", "no-number", "mismatch", "other-parcel", "unreadable", "not-checked"]);
export type LabelOutcome = z.infer<typeof labelOutcomeSchema>;

/**
 * What the station does about a label that isn't surely this parcel's. `standard`: one with another parcel's number is not printed,
 * all else prints with a question mark · `block`: nothing prints without a supervisor but what surely is this parcel's, so also no label
 * that nobody could check · `warn`: everything prints, with a question mark ·
 * `off`: nobody looks.
 */
export const labelRuleSchema = z.enum(["standard", "block", "warn", "off"], {
  error: "write each as CARRIER: block, warn, off or standard; * is every other carrier",
});
export type LabelRule = z.infer<typeof labelRuleSchema>;

export type LabelAnswer = "pass" | "warn" | "block";

/** Failures of a print that was kept back because of what stands on the label: another label is the way out, or a supervisor. */
export const BLOCKED_LABELS = [
  "label-of-other-parcel",
  "label-other-number",
  "label-no-barcode",
  "label-unchecked",
] as const satisfies readonly FailureKind[];
export const isBlockedLabel = (kind: FailureKind): boolean => BLOCKED_LABELS.some((blocked) => blocked === kind);

/** Why a doubtful label prints all the same, as `CMDACCEPT` and the code; any other word is taken as it stands. */
export const acceptReasons = [
  { code: "COMPARED", words: "Compared with OMS4: it is this parcel's" },
  { code: "CARRIER", words: "This carrier's labels are like this" },
  { code: "REPLACED", words: "The carrier gave another number" },
] as const;
export const acceptReason = (text: string): string => wordsOfReason(acceptReasons, text);

/** A rule for the carrier of this name, whatever its letter case; without one, "*" holds for all carriers, and without that `standard`. */
export const labelRuleFor = (rules: LabelRules, carrier: string): LabelRule => {
  const named = carrier.trim().toLowerCase();
  const own = Object.entries(rules).find(([name]) => name.trim().toLowerCase() === named && named !== "");
  return own?.[1] ?? rules["*"] ?? "standard";
};

export const answerTo = (outcome: LabelOutcome, rule: LabelRule): LabelAnswer => {
  if (rule === "off" || outcome === "match" || outcome === "waiting") return "pass";
  if (rule === "block") return "block";
  if (outcome === "no-number" || outcome === "not-checked") return "pass";
  return rule === "standard" && outcome === "other-parcel" ? "block" : "warn";
};

export const labelRulesSchema = z.record(z.string(), labelRuleSchema);
export type LabelRules = Readonly<z.infer<typeof labelRulesSchema>>;

/** As people write them: "Ninja Van: block; *: warn". */
export const writeLabelRules = (rules: LabelRules): string =>
  Object.entries(rules)
    .map(([carrier, rule]) => `${carrier}: ${rule}`)
    .join("; ");

/** The other way round. What is no rule stays in as it was typed, for the schema to name it. */
export const readLabelRules = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    text
      .split(/[;\n]/)
      .map((line) => line.trim())
      .filter((line) => line !== "")
      .map((line) => {
        const colon = line.lastIndexOf(":");
        return colon < 0
          ? [line, ""]
          : [
              line.slice(0, colon).trim(),
              line
                .slice(colon + 1)
                .trim()
                .toLowerCase(),
            ];
      }),
  );
