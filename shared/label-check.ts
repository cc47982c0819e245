import { z } from "zod";

/**
 * What reading a label's barcodes back gave. `waiting`: not looked at yet · `match`: its number is on it · `no-number`: OMS4 named no
 * tracking number to compare with · `mismatch`: other codes only · `other-parcel`: the number of another parcel known here ·
 * `unreadable`: no barcode could be read · `not-checked`: nobody could look (ZPL that draws its bars itself, no reader).
 */
export const labelOutcomeSchema = z.enum(["waiting", "match", "no-number", "mismatch", "other-parcel", "unreadable", "not-checked"]);
export type LabelOutcome = z.infer<typeof labelOutcomeSchema>;

/**
 * What the station does about a label that isn't surely this parcel's. `standard`: one with another parcel's number is not printed,
 * all else prints with a question mark · `block`: nothing prints without a supervisor · `warn`: everything prints, with a question mark ·
 * `off`: nobody looks.
 */
export const labelRuleSchema = z.enum(["standard", "block", "warn", "off"]);
export type LabelRule = z.infer<typeof labelRuleSchema>;

export type LabelAnswer = "pass" | "warn" | "block";

/** A rule for the carrier of this name, whatever its letter case; without one, "*" holds for all carriers, and without that `standard`. */
export const labelRuleFor = (rules: Readonly<Record<string, LabelRule>>, carrier: string): LabelRule => {
  const named = carrier.trim().toLowerCase();
  const own = Object.entries(rules).find(([name]) => name.trim().toLowerCase() === named && named !== "");
  return own?.[1] ?? rules["*"] ?? "standard";
};

export const answerTo = (outcome: LabelOutcome, rule: LabelRule): LabelAnswer => {
  if (rule === "off" || outcome === "match" || outcome === "no-number" || outcome === "not-checked" || outcome === "waiting") return "pass";
  if (rule === "block") return "block";
  return rule === "standard" && outcome === "other-parcel" ? "block" : "warn";
};
