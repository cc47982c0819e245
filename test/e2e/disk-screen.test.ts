import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { environmentOf, openBrowser, openStation } from "../fakes/bench-ground.ts";
import { testFolder } from "../fakes/folder.ts";
import { startTestOms4 } from "../fakes/oms4.ts";
import { startPacker, type Packer } from "../fakes/packer.ts";
import { until } from "../fakes/until.ts";

const sees = (packer: Packer, words: string | RegExp) => packer.page.getByText(words).first().waitFor({ timeout: 30_000 });
const press = (packer: Packer, key: string) => packer.page.keyboard.press(key);

describe("the disk screen, by scan and key alone", () => {
  test("makes a backup, goes back to it with a second press, and what was packed since is still packed", async () => {
    const oms4 = await startTestOms4();
    for (const ftNo of ["FT0001", "FT0002"]) oms4.addTask({ ftNo, lines: [{ sku: "A" }] });
    const dataFolder = testFolder();
    const station = await openStation(environmentOf(oms4, `folder:${testFolder()}`), dataFolder);
    const packer = await startPacker(await openBrowser(), station.url);
    await sees(packer, "FT0001");
    expect(await packer.scan("CMDDISK")).toBe("command-ok");
    await sees(packer, "Make a backup now");
    await press(packer, "b");
    await sees(packer, /^Backed up as/);
    expect(await packer.scan("CMDBACK")).toBe("command-ok");
    expect([await packer.scan("FT0001"), await packer.scan("A")]).toEqual(["task-opened", "task-done"]);
    await until(() => oms4.parcels("FT0001").length === 1, "OMS4 has the parcel");
    await packer.scan("CMDDISK");
    await sees(packer, "Make a backup now");
    await press(packer, "1");
    await sees(packer, /Press 1 once more/);
    await press(packer, "1");
    await sees(packer, /is in force|Backup restored/);
    await packer.until("phase", "ready");
    expect(await packer.scan("FT0001")).toBe("done-already");
    expect([await packer.scan("FT0002"), await packer.scan("A")]).toEqual(["task-opened", "task-done"]);
    await until(() => oms4.parcels("FT0002").length === 1, "OMS4 has the next parcel");
    expect(oms4.parcels("FT0001")).toHaveLength(1);
    expect(readdirSync(dataFolder).some((name) => name.includes(".replaced-"))).toBe(true);
  });

  test("exports a copy, moves what is owed away with a second press, and takes it back", async () => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT0001", lines: [{ sku: "A" }] });
    const dataFolder = testFolder();
    const station = await openStation(environmentOf(oms4, `folder:${testFolder()}`), dataFolder);
    const packer = await startPacker(await openBrowser(), station.url);
    await sees(packer, "FT0001");
    await sees(packer, "All sent");
    await oms4.setOnline(false);
    expect([await packer.scan("FT0001"), await packer.scan("A")]).toEqual(["task-opened", "task-done"]);
    await packer.scan("CMDDISK");
    await sees(packer, /What OMS4 is still to hear: 3/);
    await press(packer, "e");
    await sees(packer, /Copied to/);
    await press(packer, "m");
    await sees(packer, /Press M once more/);
    await press(packer, "m");
    await sees(packer, /Moved into/);
    await sees(packer, /What OMS4 is still to hear: 0/);
    expect(readdirSync(join(dataFolder, "owed")).length).toBeGreaterThan(0);
    await oms4.setOnline(true);
    await press(packer, "t");
    await sees(packer, /Press T once more/);
    await press(packer, "t");
    await sees(packer, /^Taken over:/);
    await until(() => oms4.parcels("FT0001").length === 1, "OMS4 has the parcel", 30_000);
  });
});
