import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { environmentOf, openBrowser, openStation } from "../fakes/bench-ground.ts";
import { LIST_HEADER } from "../fakes/alias-lists.ts";
import { testFolder } from "../fakes/folder.ts";
import { startTestOms4 } from "../fakes/oms4.ts";
import { startPacker, type Packer } from "../fakes/packer.ts";
import { until } from "../fakes/until.ts";
import { overflows } from "./screens-ground.ts";

const NEW = "8850001111111";
/** Where pictures go, for a person to look at; nowhere unless it is said. */
const PICTURES = process.env["PACKBENCH_PICTURES"] ?? "";
const SIZES = [
  { width: 1366, height: 768 },
  { width: 1920, height: 1080 },
] as const;

const sees = (packer: Packer, words: string | RegExp) => packer.page.getByText(words).first().waitFor({ timeout: 30_000 });
const fits = async ({ page }: Packer, name: string): Promise<void> => {
  for (const size of SIZES) {
    await page.setViewportSize({ ...size });
    if (PICTURES !== "") await page.screenshot({ path: join(PICTURES, `${name}-${size.width}.png`) });
    expect(await overflows(page)).toEqual([]);
  }
};

test("an unknown code is taught and packs with scans alone; lists go in and out with keys alone", async () => {
  const oms4 = await startTestOms4();
  oms4.addTask({
    ftNo: "FT0001",
    lines: [
      { sku: "MUG", brand: "BR02", name: "Blue mug 350 ml", barcode: "4006381333931", qty: 24 },
      { sku: "BAG", brand: "BR01", name: "Tote bag", qty: 4 },
    ],
  });
  const dataFolder = testFolder();
  const station = await openStation(environmentOf(oms4, `folder:${testFolder()}`), dataFolder);
  const packer = await startPacker(await openBrowser(), station.url);
  await sees(packer, "FT0001");

  expect([await packer.scan("FT0001"), await packer.scan("CMDQTY12"), await packer.scan(NEW)]).toEqual([
    "task-opened",
    "command-ok",
    "unknown-code",
  ]);
  await fits(packer, "teach-unknown");
  expect(await packer.scan("CMDTEACH")).toBe("command-ok");
  await sees(packer, /Scan TEACH again/);
  expect(await packer.scan("CMDTEACH")).toBe("command-ok");
  const panel = packer.page.locator(`[data-teaching-code="${NEW}"][data-teaching-quantity="12"]`);
  await panel.waitFor();
  expect(await packer.page.locator("[data-line-number] kbd").allInnerTexts()).toEqual(["1", "2"]);
  await fits(packer, "teach-ask");
  expect(await packer.scan("4006381333931")).toBe("command-ok");
  await panel.waitFor({ state: "detached" });
  await sees(packer, "Taught: Blue mug 350 ml");
  await fits(packer, "teach-taught");
  expect([await packer.scan(NEW), await packer.scan(NEW), await packer.scan(NEW)]).toEqual(["item-ok", "item-ok", "over-scan"]);

  const folder = join(dataFolder, "aliases");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "supplier.csv"), `${LIST_HEADER}BAG-CASE,BR01,BAG,4\r\n${NEW},BR01,BAG,1\r\n8.85E+12,BR01,BAG,1\r\n`);
  expect(await packer.scan("CMDCODES")).toBe("command-ok");
  await packer.page.waitForSelector('[data-codes="1"]');
  await fits(packer, "codes");
  await packer.page.keyboard.press("1");
  await packer.page.waitForSelector('[data-preview="supplier.csv"][data-fresh="1"][data-refused="2"]');
  await sees(packer, /It is Blue mug 350 ml \(BR02 · MUG\) here already: it can't be Tote bag \(BR01 · BAG\) too/);
  await sees(packer, /8\.85E\+12 was cut by a spreadsheet/);
  await fits(packer, "codes-preview");
  await packer.page.keyboard.press("g");
  await packer.page.waitForSelector('[data-codes="2"]');
  await packer.page.evaluate((text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    document.activeElement?.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  }, "PASTED;BR01;BAG;1");
  await packer.page.waitForSelector('[data-preview="What was pasted"][data-fresh="1"][data-refused="0"]');
  await packer.page.keyboard.press("y");
  await packer.page.waitForSelector('[data-codes="3"]');
  await packer.page.keyboard.press("e");
  await sees(packer, /3 codes in /);
  await fits(packer, "codes-after");
  // The taught code is below the two lists; D twice makes it unknown
  for (const key of ["ArrowDown", "ArrowDown"]) await packer.page.keyboard.press(key);
  await packer.page.waitForSelector(`[data-code="${NEW}"][aria-current=true]`);
  await packer.page.keyboard.press("d");
  await sees(packer, /Sure\? Press D again/);
  await fits(packer, "codes-remove");
  await packer.page.keyboard.press("d");
  await packer.page.waitForSelector('[data-codes="2"]');
  await sees(packer, `Unknown again: ${NEW}: 12 × Blue mug 350 ml (BR02 · MUG)`);
  await sees(packer, "A code was made unknown");
  expect(await packer.scan("CMDBACK")).toBe("command-ok");
  expect(await packer.scan("BAG-CASE")).toBe("task-done");
  await until(() => oms4.parcels("FT0001").length === 1, "OMS4 has the parcel");
  expect(packer.complaints).toEqual([]);
  expect(oms4.violations()).toEqual([]);
});
