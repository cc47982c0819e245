import { expect, test } from "vitest";
import { environmentOf, openBrowser, openStation } from "../fakes/bench-ground.ts";
import { testFolder } from "../fakes/folder.ts";
import { startTestOms4 } from "../fakes/oms4.ts";
import { startPacker, type Packer } from "../fakes/packer.ts";
import { until } from "../fakes/until.ts";

/** A person at the keyboard: slower than any scanner. */
const KEY_DELAY_MS = 110;

const keyIn = async ({ page, root }: Packer, text: string): Promise<string> => {
  const { scanSeq } = await root();
  await page.keyboard.type(text, { delay: KEY_DELAY_MS });
  await page.keyboard.press("Enter");
  await page.waitForFunction((before) => Number(document.documentElement.dataset["scanSeq"]) > before, scanSeq);
  return (await root()).verdict;
};
const press = async ({ page, root }: Packer, key: string): Promise<string> => {
  const { scanSeq } = await root();
  await page.keyboard.press(key);
  await page.waitForFunction((before) => Number(document.documentElement.dataset["scanSeq"]) > before, scanSeq);
  return (await root()).verdict;
};
const rowsOf = ({ page }: Packer): Promise<readonly string[]> =>
  page.$$eval("[data-product]", (rows) =>
    rows.map((row) => [row.getAttribute("data-product"), row.getAttribute("data-qty"), row.getAttribute("data-state")].join(" ")),
  );

test("stock is counted with scans and keys, offline too; what OMS4 refuses is put right, and no mouse is touched", async () => {
  const oms4 = await startTestOms4();
  oms4.addTask({
    ftNo: "FT0001",
    lines: [
      { sku: "MUG", brand: "BR01", name: "Blue mug", barcode: "4006381333931" },
      { sku: "BAG", brand: "BR01", name: "Tote bag" },
      { sku: "SAME", brand: "BR01", name: "Soap" },
      { sku: "SAME", brand: "BR02", name: "Sponge" },
      { sku: "1234", brand: "BR01", name: "Tape" },
    ],
  });
  const station = await openStation(environmentOf(oms4, `folder:${testFolder()}`));
  const packer = await startPacker(await openBrowser(), station.url);
  await packer.until("online", "true");
  await until(async () => (await packer.page.textContent("body"))?.includes("FT0001") === true, "the order is on screen");
  await oms4.setOnline(false);
  await packer.until("online", "false");

  expect(await press(packer, "F7")).toBe("command-ok");
  await packer.until("activity", "counting");
  expect(await packer.scan("4006381333931")).toBe("item-ok");
  expect(await keyIn(packer, "12")).toBe("item-ok");
  expect(await packer.scan("1234")).toBe("item-ok");
  expect(await keyIn(packer, "1234")).toBe("item-ok");
  expect(await packer.scan("BAG")).toBe("item-ok");
  expect(await press(packer, "F10")).toBe("item-ok");
  expect(await packer.scan("SAME")).toBe("ambiguous");
  expect(await packer.scan("8850001234999")).toBe("unknown-code");
  await packer.page.waitForSelector("[data-unknown]");
  await packer.page.keyboard.press("T");
  await packer.page.waitForSelector('[data-teaching="brand"]');
  expect(await keyIn(packer, "br-9")).toBe("command-ok");
  await packer.page.waitForSelector('[data-teaching="sku"]');
  expect(await packer.scan("SKU-9")).toBe("item-ok");
  expect(await packer.scan("CMDQTY7")).toBe("item-ok");
  expect(await keyIn(packer, "-3")).toBe("scan-refused");
  expect(await packer.scan("8850001234999")).toBe("item-ok");
  expect(await press(packer, "F4")).toBe("command-ok");
  expect(await rowsOf(packer)).toEqual([
    "br-9/SKU-9 7 counting",
    "BR01/BAG gone counting",
    "BR01/1234 1234 counting",
    "BR01/MUG 12 counting",
  ]);

  oms4.setBadRow("SKU-9", { how: "refuse", words: "SKU-9 is not in the catalogue" });
  expect(await press(packer, "F2")).toBe("task-done");
  expect(await packer.scan("CMDCOUNT")).toBe("command-ok");
  await packer.until("activity", "packing");
  await packer.page.waitForSelector("[data-count-status]");
  expect(await packer.page.textContent("[data-count-status]")).toContain("4 rows to send");
  await oms4.setOnline(true);
  await until(async () => /1 row refused/.test((await packer.page.textContent("body")) ?? ""), "the bad row is found", 30_000);
  expect(oms4.inventory()).toEqual({ "BR01|MUG": 12, "BR01|1234": 1234 });

  expect(await packer.scan("CMDTROUBLE")).toBe("command-ok");
  await packer.page.waitForSelector('[data-trouble^="count:"]');
  expect(await packer.page.textContent('[data-trouble^="count:"]')).toContain("SKU-9 is not in the catalogue");
  await packer.scan("CMDBACK");
  expect(await packer.scan("CMDCOUNT")).toBe("command-ok");
  expect(await press(packer, "ArrowDown")).toBe("command-ok");
  oms4.setBadRow("SKU-9", null);
  expect(await keyIn(packer, "70")).toBe("item-ok");
  expect(await packer.scan("CMDFINISH")).toBe("task-done");
  await until(() => oms4.inventory()["br-9|SKU-9"] === 70, "OMS4 has the corrected row");
  expect(await press(packer, "Escape")).toBe("command-ok");
  await packer.until("activity", "packing");
  await until(async () => /All sent/.test((await packer.page.textContent("body")) ?? ""), "all is sent");
  expect(await packer.scan("FT0001")).toBe("task-opened");
  expect(oms4.violations()).toEqual([]);
  expect(packer.complaints).toEqual([]);
});
