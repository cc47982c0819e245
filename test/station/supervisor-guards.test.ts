import { expect, test } from "vitest";
import type { SettingsChange } from "../../shared/settings.ts";
import { createScanTest } from "../../electron/scanner/scan-test.ts";
import { createHeldClock } from "../fakes/hid.ts";
import { openTestStation } from "../fakes/open-station.ts";
import { startTestOms4 } from "../fakes/oms4.ts";

const list = { text: "CASE-A;BR01;A;12" };

const openBench = async () => {
  const bench = await openTestStation(await startTestOms4());
  const { handlers } = bench.station;
  return {
    ...bench,
    save: async (change: SettingsChange) => handlers["settings.save"](change),
    take: async () => handlers["codes.take"]({ list, goodOnly: false }),
    remove: async (sure: boolean) => handlers["codes.remove"]({ code: "case-a", sure }),
    codes: async () => {
      const state = await handlers["codes.state"]({});
      return state.ok ? state.value : null;
    },
  };
};

const wantsBadge = { ok: false, failure: { kind: "not-now", detail: expect.stringContaining("A supervisor scans their badge") } };

test("with a PIN set, label rules, lists of codes and the removal of a code want the supervisor's badge; all else is saved without", async () => {
  const { save, take, remove, codes, scan, station } = await openBench();
  expect(await save({ supervisorPin: "4711" })).toMatchObject({ ok: true });
  for (const labelRules of [{ "*": "off" }, { "Ninja Van": "warn" }] as const) expect(await save({ labelRules })).toMatchObject(wantsBadge);
  expect(await take()).toMatchObject(wantsBadge);
  expect(await save({ labelRules: {}, scanBack: true })).toMatchObject({ ok: true });

  expect(scan("CMDSUPER0000")).toEqual(["command-refused"]);
  expect(await take()).toMatchObject(wantsBadge);
  expect(scan("CMDSUPER4711")).toEqual(["command-ok"]);
  expect(await save({ labelRules: { "*": "block" } })).toMatchObject({ ok: true, value: { settings: { labelRules: { "*": "block" } } } });
  expect(await take()).toMatchObject({ ok: true });
  expect(await codes()).toMatchObject({ count: 1 });
  expect(await remove(false)).toMatchObject({ ok: true, value: { removed: true, words: expect.stringContaining("CASE-A: 12 ×") } });
  expect(await codes()).toMatchObject({ count: 0, last: [{ kind: "code-removed", code: null }, { kind: "codes-imported" }] });
  expect(JSON.stringify(station.snapshot())).not.toContain("4711");
});

test("without a PIN nothing wants a badge, and a code is removed when it was asked twice", async () => {
  const { save, take, remove, codes } = await openBench();
  expect(await save({ labelRules: { "*": "off" } })).toMatchObject({ ok: true });
  expect(await take()).toMatchObject({ ok: true });
  expect(await remove(false)).toMatchObject({ ok: true, value: { removed: false } });
  expect(await codes()).toMatchObject({ count: 1 });
  expect(await remove(true)).toMatchObject({ ok: true, value: { removed: true } });
  expect(await remove(true)).toMatchObject({ ok: false, failure: { kind: "not-found" } });
});

test("a badge scanned while scanners are tested goes to the bench, and its PIN into no picture", () => {
  const time = createHeldClock();
  const scanTest = createScanTest({ clock: time.clock, onChange: () => {} });
  scanTest.hold(true);
  const read = { symbology: null, way: "hid", path: "usb-1", name: "Left" } as const;
  expect([scanTest.take({ ...read, text: "cmdsuper4711" }), scanTest.take({ ...read, text: "FT-1" })]).toEqual([false, true]);
  expect(scanTest.reads().map(({ text }) => text)).toEqual(["FT-1"]);
});
