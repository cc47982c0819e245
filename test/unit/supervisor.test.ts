import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { veiled } from "../../shared/scan.ts";
import { createSupervisorPin } from "../../electron/kit/supervisor-pin.ts";
import { testFolder } from "../fakes/folder.ts";

const open = (path = join(testFolder(), "supervisor-pin")) => {
  let now = 1_000_000;
  const clock = { now: () => now, after: () => () => {} };
  return { path, pin: createSupervisorPin({ path, clock }), pass: (ms: number): void => void (now += ms) };
};

describe("the supervisor's PIN", () => {
  test("is kept as a hash that only its owner can read, and is known again after a restart", () => {
    const { path, pin } = open();
    expect(pin.isSet()).toBe(false);
    expect(pin.verify("4711")).toMatchObject({ ok: false });
    expect(pin.change("ab4711", "")).toEqual({ ok: true, value: null });
    expect(readFileSync(path, "utf8")).not.toMatch(/ab4711/i);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const again = open(path).pin;
    expect(again.isSet()).toBe(true);
    expect([again.verify("AB4711").ok, again.verify(" ab4711 ").ok, again.verify("AB4712").ok]).toEqual([true, true, false]);
  });

  test("is changed and taken away only by who knows it", () => {
    const { path, pin } = open();
    pin.change("4711", "");
    expect(pin.change("9999", "0000")).toMatchObject({ ok: false });
    expect(pin.change("0", "")).toMatchObject({ ok: false });
    expect(pin.change("9999", "4711").ok).toBe(true);
    expect([pin.verify("4711").ok, pin.verify("9999").ok]).toEqual([false, true]);
    expect(pin.change("0", "9999").ok).toBe(true);
    expect([pin.isSet(), open(path).pin.isSet()]).toEqual([false, false]);
  });

  test("must be 4 to 12 letters and digits, as a badge's barcode can hold them", () => {
    const { path, pin } = open();
    for (const bad of ["123", "1234567890123", "12 34", "pässword"]) expect(pin.change(bad, "")).toMatchObject({ ok: false });
    expect(existsSync(path)).toBe(false);
  });

  test("can't be tried out: after five wrong ones even the right one waits a minute, and a clock set back doesn't prolong it", () => {
    const { pin, pass } = open();
    pin.change("4711", "");
    for (let wrong = 0; wrong < 5; wrong++) expect(pin.verify("0000").ok).toBe(false);
    expect(pin.verify("4711")).toMatchObject({ ok: false, failure: { detail: "Too many wrong PINs: wait a minute." } });
    pass(60_000);
    expect(pin.verify("4711").ok).toBe(true);
    for (let wrong = 0; wrong < 5; wrong++) pin.verify("0000");
    pass(-3_600_000);
    expect(pin.verify("4711").ok).toBe(true);
  });

  test("that can't be read is a PIN nobody knows: what it guards stays shut", () => {
    const { path } = open();
    writeFileSync(path, "{half");
    const { pin } = open(path);
    expect([pin.isSet(), pin.verify("4711").ok, pin.change("4711", "").ok]).toEqual([true, false, false]);
  });
});

describe("a supervisor's badge", () => {
  test("is never shown in clear, in any letter case and however it is spaced; other texts stay as they are", () => {
    expect(veiled("CMDSUPER4711")).toBe("CMDSUPER••••");
    expect(veiled("]C0cmdsuper4711")).toBe("]C0cmdsuper••••");
    expect(veiled("C M D S U P E R 4711")).not.toContain("4711");
    expect(veiled("CMDSUPER")).toBe("CMDSUPER");
    expect(veiled("SKU-4711")).toBe("SKU-4711");
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Z0-9]{4,12}$/), (pin) => {
        expect(veiled(`cmdSuper${pin}`)).toBe(`cmdSuper${"•".repeat(pin.length)}`);
      }),
    );
  });
});
