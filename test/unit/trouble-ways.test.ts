import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { troubleWays } from "../../electron/packing/trouble-ways.ts";
import { labelWalks } from "../e2e/walks-labels.ts";
import { messageWalks } from "../e2e/walks-messages.ts";
import { walksOf } from "../e2e/walks.ts";

test("every way out that the trouble screen offers is walked in Chromium", () => {
  const offered = Object.entries(troubleWays).flatMap(([kind, ways]) => ways.map((way) => `${kind} ${way}`));
  const walked = new Set([...walksOf(labelWalks), ...walksOf(messageWalks)].map(({ kind, way }) => `${kind} ${way}`));
  expect([...walked].toSorted()).toEqual(offered.toSorted());
});

test("no trouble gets its ways out from anywhere else", () => {
  const electron = join(import.meta.dirname, "../../electron");
  const files = readdirSync(electron, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  expect(files.filter((name) => /\bactions:/.test(readFileSync(join(electron, name), "utf8")))).toEqual([
    join("packing", "trouble-ways.ts"),
  ]);
});
