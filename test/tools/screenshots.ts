import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../electron/kit/clock.ts";
import { launchChromium } from "../fakes/chromium.ts";
import { startOms4 } from "../fakes/oms4-running.ts";
import { detailIdOf, type TestTask } from "../fakes/oms4-tasks.ts";
import { startPacker, type Packer } from "../fakes/packer.ts";
import { removeFolder } from "../fakes/removal.ts";
import { startStation } from "../fakes/station-process.ts";

/** Pictures of every screen, taken from a real station with a real OMS4 behind it. */
const sizes = [
  { name: "", width: 1366, height: 768 },
  { name: "-1080p", width: 1920, height: 1080 },
] as const;
const minutes = (count: number): number => Date.now() + count * 60_000;
const goods = {
  mug: { sku: "SKU-0009", brand: "BR02", name: "Blue mug 350 ml", barcode: "8882345002022" },
  greenMug: { sku: "SKU-0010", brand: "BR02", name: "Green mug 350 ml", barcode: "8884567004013" },
  gloves: { sku: "SKU-0042", brand: "BR03", name: "Thermal gloves, size M", barcode: "8885678005029" },
  notebook: { sku: "SKU-0017", brand: "BR01", name: "Notebook A5, dotted", barcode: "8997891007015" },
} as const;

const order = (ftNo: string, channel: string, carrier: string, more: Partial<TestTask> & Pick<TestTask, "lines">): TestTask => ({
  ftNo,
  ...more,
  raw: {
    sales_channel: channel,
    sc_type: channel.split(" ")[0],
    ...(more.way === "own" ? {} : { delivery_carrier: carrier }),
    ...more.raw,
  },
});

const tasks: readonly TestTask[] = [
  order("FT00000118", "Shopee SG", "J&T Express", { lines: [goods.notebook], shipBy: minutes(10) }),
  order("FT00000121", "Shopee SG", "J&T Express", {
    lines: [{ ...goods.mug, qty: 2 }, { ...goods.gloves, qty: 3 }, goods.notebook],
    shipBy: minutes(12),
    raw: { packing_instruction: "Fragile: use a double box" },
  }),
  order("FT00000124", "Lazada SG", "Ninja Van", { lines: [goods.greenMug], shipBy: minutes(14) }),
  order("FT00000130", "TikTok SG", "SPX Express", { way: "split", lines: [{ ...goods.mug, qty: 2 }, goods.gloves], shipBy: minutes(130) }),
  order("FT00000119", "Shopify", "", {
    way: "own",
    lines: [goods.notebook, goods.gloves],
    shipBy: minutes(133),
    raw: { avail_delivery_carrier: [{ name: "City bikes", id: 7 }] },
  }),
  order("FT00000131", "Shopee SG", "J&T Express", { lines: [goods.mug, goods.gloves], shipBy: minutes(150) }),
  ...Array.from({ length: 12 }, (_, index) =>
    order(`FT000002${String(index).padStart(2, "0")}`, "Lazada SG", "Ninja Van", { lines: [goods.mug], shipBy: minutes(200 + index * 20) }),
  ),
];

const folder = join(import.meta.dirname, "../../resources/screenshots");
mkdirSync(folder, { recursive: true });
const dataFolder = mkdtempSync(join(tmpdir(), "packbench-pictures-"));
const oms4 = await startOms4({ port: 0, clock: systemClock, splitLabelMs: 0, labels: "real" });
for (const task of tasks) oms4.addTask(task);
const environment = {
  ...oms4.environment,
  STATION_ID: "Bench 7",
  STATION_POLL_MS: "300",
  LABEL_PRINTER: `folder:${join(dataFolder, "labels")}`,
};
let station = await startStation({ dataFolder, environment });
const browser = await launchChromium();

const shoot = async ({ page }: Packer, name: string): Promise<void> => {
  for (const size of sizes) {
    await page.setViewportSize({ width: size.width, height: size.height });
    // Barcodes load what draws them with the first one
    await page.waitForFunction(() => document.querySelector("[data-barcode='']") === null);
    // The band's flash is an answer to the scan, not part of the picture
    await page.evaluate(() =>
      Promise.all(
        document.getAnimations().map((animation) => (animation.effect?.getTiming().iterations === Infinity ? null : animation.finished)),
      ),
    );
    await page.screenshot({ path: join(folder, `${name}${size.name}.png`) });
  }
  await page.setViewportSize({ width: sizes[0].width, height: sizes[0].height });
};
const scan = async (packer: Packer, ...texts: readonly string[]): Promise<void> => {
  for (const text of texts) await packer.scan(text);
};
const sees = (packer: Packer, words: string) => packer.page.getByText(words).first().waitFor({ timeout: 30_000 });
const screen = async (packer: Packer, key: string, name: string): Promise<void> => {
  await packer.page.keyboard.press(key);
  await packer.page.waitForSelector(`[data-screen="${name}"]`);
};

let packer = await startPacker(browser, station.url);
await packer.until("online", "true");
await sees(packer, "18 waiting");
await sees(packer, "All sent");
await scan(packer, "FT00000118", goods.notebook.barcode);
await sees(packer, "label printed");
await sees(packer, "All sent");
await shoot(packer, "ready");
await screen(packer, "ArrowDown", "life");
await sees(packer, "FT00000118");
await shoot(packer, "parcel-life");
await packer.page.keyboard.press("Escape");

await scan(packer, "FT00000121", goods.mug.barcode, goods.mug.barcode, goods.gloves.barcode);
await shoot(packer, "packing");
await scan(packer, goods.greenMug.barcode);
await shoot(packer, "wrong-item");
await scan(packer, goods.mug.barcode);
await shoot(packer, "over-scan");
oms4.cancel("FT00000121", [detailIdOf("FT00000121", 1)]);
await packer.until("verdict", "cancelled");
await shoot(packer, "cancelled");
await scan(packer, goods.gloves.barcode, goods.notebook.barcode);
await scan(packer, "FT00000130", goods.mug.barcode, "CMDNEWPARCEL", goods.mug.barcode, goods.gloves.barcode);
await sees(packer, "All sent");
await shoot(packer, "split");
await scan(packer, "CMDFINISH", "CMDHANDOVER");
await shoot(packer, "handover");
await scan(packer, "CMDHANDOVER");

oms4.setSplitLabelMs(3_600_000);
const late = ["FT00000140", "FT00000141"];
for (const ftNo of late) {
  oms4.addTask(order(ftNo, "TikTok SG", "SPX Express", { way: "split", lines: [goods.mug], shipBy: minutes(140) }));
  await scan(packer, ftNo);
  await packer.until("ft", ftNo);
  await scan(packer, goods.mug.barcode, "CMDFINISH");
}
await packer.page.locator('[data-labels-waiting="2"]').waitFor({ timeout: 30_000 });
await sees(packer, "slip on it");
const [first] = oms4.parcels(late[0]);
if (first !== undefined) first.labelAt = 0;
await packer.page.locator('[data-labels-ready="1"]').waitFor({ timeout: 30_000 });
await shoot(packer, "late-labels");
await scan(packer, first?.parcelNo ?? "");
await sees(packer, "label printed");

oms4.setBadRow(goods.greenMug.sku, { how: "refuse", words: "brand_sku_code SKU-0010 does not exist" });
await scan(packer, "CMDCOUNT", goods.notebook.barcode, "126", "CMDFINISH", goods.greenMug.barcode, "7", "CMDFINISH");
await sees(packer, "OMS4 refuses it");
await scan(packer, goods.mug.barcode, "48", goods.gloves.barcode, "118");
await shoot(packer, "count");
await scan(packer, "CMDUNDO", "CMDUNDO", "CMDUNDO", "CMDUNDO", "CMDNEXT", "CMDDISCARD", "CMDDISCARD", "CMDCOUNT");

oms4.fault({ kind: "envelope", code: "400", message: "Carrier account is suspended" }, { call: "setParcelPacked", times: null });
await scan(packer, "FT00000119", goods.notebook.barcode, goods.gloves.barcode);
await sees(packer, "1 in trouble");
await scan(packer, "CMDTROUBLE");
await shoot(packer, "trouble");
await scan(packer, "CMDDISCARD");
await packer.page.waitForSelector('[data-giving-up="reason"]');
await shoot(packer, "giving-up");
await packer.page.keyboard.press("Escape");
await scan(packer, "CMDCORRECT");
await packer.page.waitForSelector("#correct-weight:focus");
await shoot(packer, "correct");
await packer.page.keyboard.press("Escape");
await screen(packer, "F1", "help");
await shoot(packer, "help");
await packer.page.keyboard.press("Escape");
await scan(packer, "CMDSHEET");
await shoot(packer, "command-sheet");
await packer.page.keyboard.press("Escape");
await scan(packer, "CMDDOCTOR");
await shoot(packer, "doctor");
await packer.page.keyboard.press("Escape");
const carton = "18850000123459";
await scan(packer, "FT00000131", carton, "CMDTEACH", "CMDTEACH");
await shoot(packer, "teach");
await scan(packer, goods.mug.barcode);
await sees(packer, "Taught");
await scan(packer, "CMDCLOSE", "CMDCODES");
await sees(packer, carton);
await shoot(packer, "codes");
await packer.page.keyboard.press("Escape");
await screen(packer, "F12", "settings");
await shoot(packer, "settings");
await packer.page.locator("#setting-scanBack label").filter({ hasText: "Before the next parcel" }).click();
await packer.page.keyboard.press("Control+s");
await sees(packer, "Saved");
await packer.page.keyboard.press("Escape");
await scan(packer, "FT00000124", goods.greenMug.barcode);
await packer.page.waitForSelector("section[data-scan-back]");
await sees(packer, "scan it on the box");
await shoot(packer, "scan-back");
await scan(packer, "CMDLATER");
await oms4.setOnline(false);
await packer.until("online", "false");
await scan(packer, "FT00000131", goods.mug.barcode);
await shoot(packer, "offline");
await packer.page.close();
await station.stop();

writeFileSync(join(dataFolder, "packbench.db"), "not a database any more ".repeat(400));
station = await startStation({ dataFolder, environment });
packer = await startPacker(browser, station.url);
await packer.until("phase", "trouble");
await shoot(packer, "storage-trouble");
await packer.page.close();
await station.stop();

const practice = await startStation({ dataFolder: join(dataFolder, "beginner") });
packer = await startPacker(browser, practice.url);
await sees(packer, "waiting");
await shoot(packer, "practice");
await practice.stop();

await browser.close();
await oms4.close();
removeFolder(dataFolder);
