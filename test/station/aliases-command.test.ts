import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { environmentOf, openStation } from "../fakes/bench-ground.ts";
import { LIST_HEADER } from "../fakes/alias-lists.ts";
import { testFolder } from "../fakes/folder.ts";
import { startTestOms4 } from "../fakes/oms4.ts";
import { connectStation } from "../fakes/station-process.ts";

const projectRoot = join(import.meta.dirname, "../..");
const aliases = (...given: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(projectRoot, "electron/launch/aliases.mjs"), ...given], {
    encoding: "utf8",
  });
  return { status, words: `${stdout}${stderr}` };
};

test("lists go in and out by command while the station is stopped, and by call while it runs", async () => {
  const oms4 = await startTestOms4();
  oms4.addTask({ ftNo: "FT001", lines: [{ sku: "A", brand: "BR01", qty: 14 }] });
  const [dataFolder, elsewhere] = [testFolder(), testFolder()];
  const station = await openStation(environmentOf(oms4, `folder:${testFolder()}`), dataFolder);
  const file = join(elsewhere, "codes.csv");
  writeFileSync(file, `${LIST_HEADER}CASE-A,BR01,A,12\r\n0042,BR01,A,1\r\n`);
  const at = ["--data-dir", dataFolder];
  expect(aliases("list", ...at)).toMatchObject({ status: 1, words: expect.stringContaining("Another Packbench uses this data folder") });

  const client = await connectStation(station.url);
  await client.until(({ waiting, outbox }) => waiting.count === 1 && outbox.waiting === 0, "the task");
  mkdirSync(join(dataFolder, "aliases"), { recursive: true });
  writeFileSync(join(dataFolder, "aliases", "mine.csv"), `${LIST_HEADER}MINE,BR01,A,1\r\nA,BR02,B,1\r\n`);
  expect((await client.call("codes.state", {})).files).toMatchObject([{ name: "mine.csv" }]);
  const list = { name: "mine.csv" };
  expect(await client.call("codes.preview", { list })).toMatchObject({ fresh: 1, conflicts: 1, problems: [{ line: 3 }] });
  await expect(client.call("codes.take", { list, goodOnly: false })).rejects.toThrow("codes-bad");
  expect((await client.call("codes.take", { list, goodOnly: true })).words).toContain("1 new");
  expect((await client.call("codes.take", { list: { text: "PASTED;BR01;A;2" }, goodOnly: false })).words).toContain("1 new");
  const state = await client.call("codes.state", {});
  expect([state.count, state.last.map(({ words }) => words)]).toEqual([
    2,
    ["pasted: 1 new, 0 changed, 0 as they were", "mine.csv: 1 new, 0 changed, 0 as they were"],
  ]);
  const written = await client.call("codes.export", {});
  expect(readFileSync(written.path, "utf8")).toBe(`${LIST_HEADER}MINE,BR01,A,1\r\nPASTED,BR01,A,2\r\n`);
  client.close();
  await station.stop();

  expect(aliases("import", file, ...at)).toMatchObject({ status: 0, words: expect.stringMatching(/2 new.*\n.*--yes/) });
  expect(aliases("list", ...at).words).not.toContain("CASE-A");
  expect(aliases("import", file, "--yes", ...at)).toMatchObject({ status: 0, words: expect.stringContaining("Taken over. 2 rows: 2 new") });
  expect(aliases("import", file, "--yes", ...at).words).toContain("2 as they are");
  expect(aliases("list", ...at).words).toMatch(/CASE-A: 12 × .*BR01 · A.* \(imported, /);
  expect(aliases("remove", "mine", ...at).words).toContain("MINE is unknown again");
  expect(aliases("remove", "mine", ...at).status).toBe(1);
  const audit = aliases("audit", ...at);
  expect(audit.status).toBe(0);
  expect(audit.words.trim().split("\n")).toEqual([
    expect.stringMatching(/^\d{4}-.*Z made unknown: MINE: was BR01 · A \(aliases, allowed by command line\)$/),
    expect.stringMatching(/Z list taken over: .*codes\.csv: 2 new, 0 changed, 0 as they were \(aliases\)$/),
    expect.stringMatching(/Z list taken over: pasted: 1 new, .*\(Bench 7\)$/),
    expect.stringMatching(/Z list taken over: mine\.csv: 1 new, .*\(Bench 7\)$/),
  ]);
  const out = join(elsewhere, "out.csv");
  expect(aliases("export", out, ...at).status).toBe(0);
  expect(readFileSync(out, "utf8")).toBe(`${LIST_HEADER}0042,BR01,A,1\r\nCASE-A,BR01,A,12\r\nPASTED,BR01,A,2\r\n`);
  for (const wrong of [[], ["import"], ["export"], ["list", "too-much"], ["fly", "x"], ["list", "--what"]])
    expect(aliases(...wrong, ...at)).toMatchObject({ status: 1, words: expect.stringContaining("npm run aliases") });
  expect(aliases("import", join(elsewhere, "none.csv"), ...at)).toMatchObject({
    status: 1,
    words: expect.stringContaining("There is no file"),
  });

  const again = await openStation(environmentOf(oms4, `folder:${testFolder()}`), dataFolder);
  const packer = await connectStation(again.url);
  const scan = async (text: string) => (await packer.call("scan", { text, source: "wedge" })).verdict.kind;
  expect([await scan("FT001"), await scan("CASE-A"), await scan("0042"), await scan("CASE-A"), await scan("A")]).toEqual([
    "task-opened",
    "item-ok",
    "item-ok",
    "over-scan",
    "task-done",
  ]);
  packer.close();
}, 120_000);
