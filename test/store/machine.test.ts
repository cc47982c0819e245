import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { defaultSettings } from "../../shared/settings.ts";
import { silentLog } from "../../electron/kit/log.ts";
import { machineMark, markOf } from "../../electron/kit/machine.ts";
import { openDatabase } from "../../electron/store/database.ts";
import { createStores } from "../../electron/works/stores.ts";
import { testFolder } from "../fakes/folder.ts";

const NOW = Date.UTC(2026, 10, 23, 9);

/** Opens the database as a station on that machine does; gives the next parcel's number and closes it again. */
const numberOn = (machine: string | null, path: string): string => {
  const opened = openDatabase(path);
  if (!opened.ok) throw new Error(opened.failure.detail);
  const { parcels } = createStores({ database: opened.value, settings: () => defaultSettings, machine, log: silentLog });
  const { parcelNo, commit } = parcels.nextParcelNo(NOW);
  commit();
  opened.value.close();
  return parcelNo;
};
const prefixOf = (parcelNo: string): string => parcelNo.slice(0, 6);
const freshPath = (): string => join(testFolder(), "packbench.db");

test("fresh installs differ in what their parcel numbers begin with", () => {
  const prefixes = Array.from({ length: 8 }, () => prefixOf(numberOn("A", freshPath())));
  expect(new Set(prefixes).size).toBe(prefixes.length);
  for (const prefix of prefixes) expect(prefix).toMatch(/^PB[A-Z2-9]{4}$/);
});

test("a data folder copied to another machine gives numbers of its own there, once and for all, and the original keeps its own", () => {
  const [original, copy] = [freshPath(), freshPath()];
  const first = prefixOf(numberOn("A", original));
  copyFileSync(original, copy);
  const there = prefixOf(numberOn("B", copy));
  expect(there).not.toBe(first);
  expect(prefixOf(numberOn("B", copy))).toBe(there);
  expect(prefixOf(numberOn("A", original))).toBe(first);
});

test("a mark that can't be read changes nothing, neither before it was known nor after", () => {
  const path = freshPath();
  const first = prefixOf(numberOn(null, path));
  for (const machine of ["A", null, "A"]) expect(prefixOf(numberOn(machine, path))).toBe(first);
});

test("the install id stays: messages that were taken over are known by it", () => {
  const path = freshPath();
  numberOn("A", path);
  const idOf = (): unknown => {
    const opened = openDatabase(path);
    if (!opened.ok) throw new Error(opened.failure.detail);
    onTestFinished(() => opened.value.close());
    return opened.value.prepare("select install_id from identity").get();
  };
  const before = idOf();
  numberOn("B", path);
  expect(idOf()).toEqual(before);
});

test("a machine is told by its host name and its id together; without either there is no mark", () => {
  expect(machineMark()).toBe(machineMark());
  expect(markOf("pc-1", "id")).not.toBe(markOf("pc-2", "id"));
  expect(markOf("pc-1", "id")).not.toBe(markOf("pc-1", "other"));
  expect(markOf("pc-1", null)).toMatch(/^[0-9a-f]{16}$/);
  expect([markOf("", "id"), markOf("pc-1", "")]).toEqual([null, null]);
});
