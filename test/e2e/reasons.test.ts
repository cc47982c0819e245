import { join } from "node:path";
import { expect, test } from "vitest";
import { environmentOf, openBrowser, openStation } from "../fakes/bench-ground.ts";
import { testFolder } from "../fakes/folder.ts";
import { startTestOms4 } from "../fakes/oms4.ts";
import { startPacker } from "../fakes/packer.ts";
import { until } from "../fakes/until.ts";

const openBench = async (ftNos: readonly string[]) => {
  const oms4 = await startTestOms4({ labels: "real" });
  for (const ftNo of ftNos) oms4.addTask({ ftNo, lines: [{ sku: "A" }] });
  const station = await openStation(environmentOf(oms4, `folder:${join(testFolder(), "labels")}`));
  const packer = await startPacker(await openBrowser(), station.url);
  await packer.until("online", "true");
  for (const ftNo of ftNos) await packer.page.getByText(ftNo).first().waitFor();
  /** What OMS4 heard of this task's hold, in order. */
  const heard = (ftNo: string): readonly string[] =>
    oms4
      .told()
      .filter((one) => one.call === "updateTaskActivity" && one.committed && one.ftNo === ftNo)
      .map(({ description }) => description ?? "")
      .filter((description) => /hold/i.test(description));
  const scan = async (...scans: readonly (readonly [text: string, verdict: string])[]): Promise<void> => {
    for (const [text, verdict] of scans) expect([text, await packer.scan(text)]).toEqual([text, verdict]);
  };
  /** A key pressed on its own, and the answer to it. */
  const press = async (key: string): Promise<string> => {
    const { scanSeq } = await packer.root();
    await packer.page.keyboard.press(key);
    await packer.until("scan-seq", String(scanSeq + 1));
    return (await packer.root()).verdict;
  };
  return { oms4, packer, station, heard, scan, press };
};

test("a task is held, listed with its reason and released by scans alone, and OMS4 hears why", async () => {
  const { oms4, packer, station, heard, scan, press } = await openBench(["FT0001", "FT0002"]);
  const { page } = packer;
  await scan(["FT0001", "task-opened"], ["CMDHOLD", "command-ok"]);
  expect((await packer.root()).phase).toBe("ready");
  await page.locator("[data-reason-asked=CMDHOLD]").waitFor();
  await scan(["CMDHOLDDAMAGED", "command-ok"]);
  await page.locator("[data-reason-asked]").waitFor({ state: "detached" });
  await page.locator('[data-held="1"] [data-held-task=FT0001]').getByText("an item is damaged").waitFor();

  // The same by keys
  await scan(["FT0002", "task-opened"]);
  expect(await press("F5")).toBe("command-ok");
  await page.locator("[data-reason-asked=CMDHOLD]").waitFor();
  expect(await press("2")).toBe("command-ok");
  await page.locator('[data-held="2"] [data-held-task=FT0002]').getByText("an item is missing").waitFor();

  await scan(["FT0001", "on-hold"], ["CMDRELEASE", "task-opened"], ["A", "task-done"]);
  await page.locator('[data-held="1"]').waitFor();
  await until(() => oms4.parcels("FT0001").length === 1, "OMS4 has the parcel");
  await until(() => heard("FT0001").length === 3 && heard("FT0002").length === 2, "OMS4 has heard of both holds");
  expect(heard("FT0001")).toEqual([
    "Put on hold at the packing station",
    "On hold at the packing station because of: DAMAGED (an item is damaged)",
    "Released from hold at the packing station",
  ]);
  expect(heard("FT0002").at(-1)).toContain("MISSING");
  expect(oms4.violations()).toEqual([]);
  expect(packer.complaints).toEqual([]);
  expect(await station.stop()).toBe(0);
});

test("a weight that is off is let go, and a label printed again, with a reason by one key each", async () => {
  const { packer, station, scan, press } = await openBench(["FT0001", "FT0002", "FT0003", "FT0004"]);
  for (const ftNo of ["FT0001", "FT0002", "FT0003"]) await scan([ftNo, "task-opened"], ["CMDWEIGHT1000", "command-ok"], ["A", "task-done"]);
  await scan(["FT0004", "task-opened"], ["CMDWEIGHT3000", "command-ok"], ["A", "weight-off"]);
  await packer.page.locator("[data-reason-asked=CMDWEIGHTOK]").waitFor();
  expect(await press("1")).toBe("weight-off");
  await packer.page.getByText("A supervisor accepts this").waitFor();
  expect(await press("1")).toBe("command-ok");
  await scan(["CMDFINISH", "task-done"]);
  await packer.page
    .locator(".parcel-row")
    .first()
    .getByText(/label (sent|printed)/)
    .waitFor({ timeout: 30_000 });
  await scan(["CMDREPRINT", "command-ok"]);
  await packer.page.locator("[data-reason-asked=CMDREPRINT]").waitFor();
  expect(await press("3")).toBe("command-ok");
  await packer.page.getByText("Noted: JAM (stuck in the printer)").waitFor();
  expect(packer.complaints).toEqual([]);
  expect(await station.stop()).toBe(0);
});
