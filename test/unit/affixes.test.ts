import { describe, expect, it } from "vitest";
import { readAffix, writeAffix } from "../../renderer/screens/settings/affix.ts";
import { withBareReadings, withoutAffixes } from "../../shared/affixes.ts";
import { affixSchema } from "../../shared/settings.ts";

describe("what a scanner sends around every code", () => {
  it("is taken off at both ends, in any letter case, before or behind the AIM identifier", () => {
    const set = { prefix: "*a", suffix: "#" };
    expect(withoutAffixes("*AFT-1#\r", set)).toBe("FT-1");
    expect(withoutAffixes("]C1*a0104012345678901#", set)).toBe("]C10104012345678901");
    expect(withoutAffixes("FT-1", set)).toBe("FT-1");
    expect(withoutAffixes("*a#", set)).toBe("*a#");
  });

  it("is read off only after the code as it came: one that begins like the prefix is meant as it stands", () => {
    expect(withBareReadings(["AB-1", "AB/1"], { prefix: "A", suffix: "" })).toEqual(["AB-1", "AB/1", "B-1", "B/1"]);
    expect(withBareReadings(["B-1"], { prefix: "A", suffix: "" })).toEqual(["B-1"]);
    const came = ["AB-1"];
    expect(withBareReadings(came, { prefix: "", suffix: "" })).toBe(came);
  });

  it("may be control characters, typed as they are shown; it may not look like a command", () => {
    for (const affix of ["\u0002", "\u001d*", "\\", "a\\x02", "plain"]) expect(readAffix(writeAffix(affix))).toBe(affix);
    expect(writeAffix("\u0002")).toBe("\\x02");
    for (const affix of ["c", "CM", "cmd", "CMDX"]) expect(affixSchema.safeParse(affix).success).toBe(false);
    for (const affix of ["*", "CODE:", " "]) expect(affixSchema.safeParse(affix).success).toBe(true);
  });
});
