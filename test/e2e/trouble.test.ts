import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openDatabase } from "../../electron/store/database.ts";
import { environmentOf, openBrowser, openStation } from "../fakes/bench-ground.ts";
import { testFolder } from "../fakes/folder.ts";
import { startTestOms4 } from "../fakes/oms4.ts";
import { startPacker, type Packer } from "../fakes/packer.ts";
import { until } from "../fakes/until.ts";
import { startZplPrinter } from "../fakes/zpl-printer.ts";

const sees = (packer: Packer, words: string | RegExp) => packer.page.getByText(words).first().waitFor({ timeout: 30_000 });

describe("a damaged database", () => {
  test("stops the scans, says so, is kept, and the station starts empty by two presses of a key", async () => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT0001", lines: [{ sku: "A" }] });
    const dataFolder = testFolder();
    writeFileSync(join(dataFolder, "packbench.db"), "not a database ".repeat(1_000));
    const station = await openStation(environmentOf(oms4, `folder:${testFolder()}`), dataFolder);
    expect(station.ready).toMatchObject({ ready: false, failure: { kind: "storage-corrupt" } });
    const packer = await startPacker(await openBrowser(), station.url);
    expect((await packer.root()).phase).toBe("trouble");
    await sees(packer, "The database is damaged");
    await packer.page.keyboard.press("n");
    await sees(packer, /Press N once more/);
    await packer.page.keyboard.press("n");
    await packer.until("phase", "ready");
    await sees(packer, "FT0001");
    expect(await packer.scan("FT0001")).toBe("task-opened");
    const aside = readdirSync(dataFolder).find((name) => name.includes("damaged"));
    expect(readFileSync(join(dataFolder, aside ?? ""), "utf8")).toContain("not a database");
  });

  test("is replaced by a backup by two presses of its number, an older one on the next page", async () => {
    const oms4 = await startTestOms4();
    const dataFolder = testFolder();
    const made = openDatabase(join(dataFolder, "packbench.db"));
    if (!made.ok) throw new Error(made.failure.detail);
    made.value.prepare("insert into identity (one, install_id) values (1, ?)").run("KEEP");
    mkdirSync(join(dataFolder, "backups"));
    const backup = (name: string) => made.value.backup(join(dataFolder, "backups", `${name}.db`));
    await backup("2026-11-20T08-00-00");
    made.value.prepare("update identity set install_id = 'NEWER'").run();
    for (const hour of [1, 2, 3, 4, 5, 6]) await backup(`2026-11-23T0${hour}-00-00`);
    made.value.close();
    writeFileSync(join(dataFolder, "packbench.db"), "not a database ".repeat(1_000));
    const station = await openStation(environmentOf(oms4, `folder:${testFolder()}`), dataFolder);
    const packer = await startPacker(await openBrowser(), station.url);
    await sees(packer, "1 to 6 of 7 are shown");
    await packer.page.keyboard.press("o");
    await sees(packer, "7 to 7 of 7 are shown");
    await packer.page.keyboard.press("1");
    await sees(packer, /Press the same key again/);
    await packer.page.keyboard.press("1");
    await packer.until("phase", "ready");
    await station.stop();
    const restored = openDatabase(join(dataFolder, "packbench.db"));
    expect(restored.ok && restored.value.prepare("select install_id from identity").get()).toEqual({ install_id: "KEEP" });
    if (restored.ok) restored.value.close();
  });
});

describe("trouble has a way out by scan", () => {
  test("a parcel OMS4 refuses is parked with OMS4's words, holds no other task, and goes with RETRY once it is put right", async () => {
    const oms4 = await startTestOms4();
    for (const ftNo of ["FT0001", "FT0002"]) oms4.addTask({ ftNo, lines: [{ sku: "A" }] });
    oms4.fault({ kind: "envelope", code: "400", message: "Carrier account is suspended" }, { call: "setParcelPacked", times: 1 });
    const station = await openStation(environmentOf(oms4, `folder:${testFolder()}`));
    const packer = await startPacker(await openBrowser(), station.url);
    await sees(packer, "FT0002");
    expect([await packer.scan("FT0001"), await packer.scan("A")]).toEqual(["task-opened", "task-done"]);
    await sees(packer, "1 in trouble");
    expect([await packer.scan("FT0002"), await packer.scan("A")]).toEqual(["task-opened", "task-done"]);
    await until(() => oms4.parcels("FT0002").length === 1, "the other task goes on");
    expect(oms4.parcels("FT0001")).toEqual([]);
    expect(await packer.scan("CMDTROUBLE")).toBe("command-ok");
    await sees(packer, "Carrier account is suspended");
    expect(await packer.scan("CMDRETRY")).toBe("command-ok");
    await until(() => oms4.parcels("FT0001").length === 1, "the retry goes through");
    await sees(packer, "All sent");
    expect(oms4.parcels("FT0001")).toHaveLength(1);
  });

  test("DISCARD asks why and asks twice before it gives anything up", async () => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT0001", lines: [{ sku: "A" }] });
    oms4.fault({ kind: "envelope", code: "400", message: "No such task" }, { call: "setParcelPacked", times: null });
    const station = await openStation(environmentOf(oms4, `folder:${testFolder()}`));
    const packer = await startPacker(await openBrowser(), station.url);
    await sees(packer, "FT0001");
    await packer.scan("FT0001");
    await packer.scan("A");
    await sees(packer, "1 in trouble");
    await packer.scan("CMDDISCARD");
    await sees(packer, "Give this up? Why?");
    await packer.scan("CMDDISCARDMISTAKE");
    await sees(packer, "Give this up?");
    await packer.scan("CMDDISCARD");
    await sees(packer, "All sent");
  });

  test("a printer that is off says so; the label comes once when it is on again", async () => {
    const oms4 = await startTestOms4({ labels: "tiny" });
    oms4.addTask({ ftNo: "FT0001", lines: [{ sku: "A" }] });
    oms4.setLabel("FT0001", Buffer.from("^XA^FO20,20^A0N,40,40^FDFT0001^FS^XZ").toString("base64"));
    const printer = await startZplPrinter();
    await printer.close();
    const station = await openStation(environmentOf(oms4, printer.uri));
    const packer = await startPacker(await openBrowser(), station.url);
    await sees(packer, "FT0001");
    await sees(packer, /can.t be reached/);
    expect([await packer.scan("FT0001"), await packer.scan("A")]).toEqual(["task-opened", "task-done"]);
    await until(() => oms4.parcels("FT0001").length === 1, "OMS4 has the parcel");
    await printer.listen();
    await until(() => printer.labels().length === 1, "the label comes", 40_000);
    expect(printer.labels()[0]?.toString()).toContain("^FDFT0001^FS");
  });

  test("a task that can't be read is set aside with its reason and stops no other", async () => {
    const oms4 = await startTestOms4();
    oms4.addRawTask({ ft_no: "FT0666", status: "NEW", task_details: "nonsense" });
    oms4.addTask({ ftNo: "FT0001", lines: [{ sku: "A" }] });
    const station = await openStation(environmentOf(oms4, `folder:${testFolder()}`));
    const packer = await startPacker(await openBrowser(), station.url);
    await sees(packer, "FT0001");
    await packer.scan("CMDTROUBLE");
    await sees(packer, "FT0666");
    expect([await packer.scan("FT0001"), await packer.scan("A")]).toEqual(["task-opened", "task-done"]);
    await until(() => oms4.parcels("FT0001").length === 1, "the other task goes on");
  });
});
