import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { startCups, type FakeCups } from "../fakes/cups.ts";
import { environmentOf, openBrowser, openStation } from "../fakes/bench-ground.ts";
import { testFolder } from "../fakes/folder.ts";
import { detailIdOf, startTestOms4 } from "../fakes/oms4.ts";
import { startPacker } from "../fakes/packer.ts";
import { until } from "../fakes/until.ts";

const cupsFor = async (): Promise<FakeCups> => {
  const cups = await startCups();
  onTestFinished(() => cups.stop());
  return cups;
};

const textOf = (pdf: Buffer): string => {
  const path = join(testFolder(), "label.pdf");
  writeFileSync(path, pdf);
  return execFileSync("pdftotext", [path, "-"], { encoding: "utf8" });
};

describe("a packer with nothing but a scanner", () => {
  test("packs all three ways through a real CUPS queue, and OMS4 hears everything once, in order", async () => {
    const oms4 = await startTestOms4({ labels: "real", splitLabelMs: 300 });
    const cups = await cupsFor();
    oms4.addTask({ ftNo: "FT0001", lines: [{ sku: "MUG-1", qty: 2, barcode: "4006381333931" }, { sku: "GLOVE-1" }] });
    oms4.addTask({ ftNo: "FT0002", way: "split", lines: [{ sku: "BOOK-1", qty: 2 }, { sku: "MUG-1" }] });
    oms4.addTask({
      ftNo: "FT0003",
      way: "own",
      lines: [{ sku: "BAG-1" }],
      raw: { name: "Nguyễn Văn Tâm", avail_delivery_carrier: [{ name: "City bikes", id: 7 }] },
    });
    const station = await openStation(environmentOf(oms4, cups.uri, { CUPS_SERVER: cups.server }));
    const packer = await startPacker(await openBrowser(), station.url);
    await packer.until("online", "true");
    await until(async () => (await packer.page.textContent("body"))?.includes("FT0003") === true, "the tasks are on screen");

    expect(await packer.scan("ft0001")).toBe("task-opened");
    expect((await packer.root()).phase).toBe("packing");
    expect(await packer.line(detailIdOf("FT0001", 0))).toBe("0/2");
    expect(await packer.scan("4006381333931")).toBe("item-ok");
    expect(await packer.line(detailIdOf("FT0001", 0))).toBe("1/2");
    expect(await packer.scan("BAG-1")).toBe("wrong-item");
    expect(await packer.scan("mug-1")).toBe("item-ok");
    expect(await packer.scan("MUG-1")).toBe("over-scan");
    expect(await packer.scan("GLOVE-1")).toBe("task-done");
    expect((await packer.root()).phase).toBe("ready");

    for (const [scan, verdict] of [
      ["FT0002", "task-opened"],
      ["BOOK-1", "item-ok"],
      ["CMDNEWPARCEL", "parcel-closed"],
      ["BOOK-1", "item-ok"],
      ["MUG-1", "item-ok"],
      ["CMDFINISH", "task-done"],
      ["FT0003", "task-opened"],
      ["BAG-1", "task-done"],
      ["FT0001", "done-already"],
    ] as const) {
      expect([scan, await packer.scan(scan)]).toEqual([scan, verdict]);
    }

    await until(() => cups.printed().length === 4, "four labels come out", 40_000);
    await until(
      () => oms4.told().filter(({ call, committed }) => call === "setParcelPacked" && committed).length === 4,
      "OMS4 has four parcels",
    );
    await until(async () => /All sent/.test((await packer.page.textContent("body")) ?? ""), "all is sent");
    expect(oms4.violations()).toEqual([]);

    const printed = cups.printed().map(({ bytes }) => textOf(bytes));
    const parcels = oms4.parcels();
    expect(new Set(parcels.map(({ parcelNo }) => parcelNo)).size).toBe(4);
    const split = parcels.filter(({ ftNo }) => ftNo === "FT0002");
    for (const { trackingNo } of split) expect(printed.filter((text) => text.includes(trackingNo))).toHaveLength(1);
    const own = parcels.find(({ ftNo }) => ftNo === "FT0003");
    const ownLabel = printed.find((text) => text.includes(own?.parcelNo ?? "?"));
    expect(ownLabel).toContain("Nguyễn Văn Tâm");
    const words = oms4
      .told()
      .filter(({ ftNo }) => ftNo === "FT0001")
      .map(({ call, description }) => (call === "setParcelPacked" ? "packed-parcel" : (description ?? "").split(/[ :]/)[0]));
    expect(words).toEqual(["Received", "Packing", "packed-parcel", "Packed"]);
    expect(packer.complaints).toEqual([]);
    expect(await station.stop()).toBe(0);
  });

  test("notices a pulled cable only by a badge; after a kill and a restart OMS4 hears everything once", async () => {
    const oms4 = await startTestOms4();
    const dataFolder = testFolder();
    const labels = join(testFolder(), "labels");
    for (const ftNo of ["FT0001", "FT0002", "FT0003"]) oms4.addTask({ ftNo, lines: [{ sku: "A" }, { sku: "B" }] });
    const environment = environmentOf(oms4, `folder:${labels}`);
    const first = await openStation(environment, dataFolder);
    const browser = await openBrowser();
    const packer = await startPacker(browser, first.url);
    await packer.until("online", "true");
    await until(async () => (await packer.page.textContent("body"))?.includes("FT0003") === true, "the tasks are on screen");
    await until(() => (oms4.asked()["getShippingInfo"] ?? 0) > 0, "labels are fetched ahead");
    await until(() => oms4.told().length >= 3, "the tasks are confirmed");
    await oms4.setOnline(false);
    await packer.until("online", "false");
    for (const ftNo of ["FT0001", "FT0002"]) {
      expect(await packer.scan(ftNo)).toBe("task-opened");
      expect(await packer.scan("A")).toBe("item-ok");
      expect(await packer.scan("B")).toBe("task-done");
    }
    expect(await packer.scan("FT0003")).toBe("task-opened");
    expect(await packer.scan("A")).toBe("item-ok");
    expect(oms4.parcels()).toEqual([]);
    await first.kill();

    const second = await openStation(environment, dataFolder);
    const again = await startPacker(browser, second.url);
    expect(await again.root()).toMatchObject({ phase: "packing", ft: "FT0003" });
    expect(await again.line(detailIdOf("FT0003", 0))).toBe("1/1");
    expect(await again.scan("B")).toBe("task-done");
    await oms4.setOnline(true);
    await until(() => oms4.parcels().length === 3, "OMS4 has all parcels");
    await until(async () => /All sent/.test((await again.page.textContent("body")) ?? ""), "all is sent");
    const packed = oms4.told().filter(({ call }) => call === "setParcelPacked");
    expect(packed.map(({ ftNo }) => ftNo).toSorted()).toEqual(["FT0001", "FT0002", "FT0003"]);
    expect(oms4.violations()).toEqual([]);
  });
});

describe("what can go wrong is said, names the thing, and loses nothing", () => {
  test("a wrong secret and a print service that isn't there are named, and the screen goes on", async () => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT0001", way: "own", lines: [{ sku: "A" }] });
    const wrongSecret = await openStation(
      environmentOf(oms4, "cups:no-such-queue", { OMS4_API_SECRET: "wrong", CUPS_SERVER: "127.0.0.1:1" }),
    );
    const browser = await openBrowser();
    const packer = await startPacker(browser, wrongSecret.url);
    await until(async () => /refuses the credentials/i.test((await packer.page.textContent("body")) ?? ""), "the wrong secret is named");
    await until(async () => /CUPS can.t be reached/.test((await packer.page.textContent("body")) ?? ""), "the missing CUPS is named");
    expect((await packer.root()).phase).toBe("ready");
    expect(await packer.scan("FT0001")).toBe("unknown-task");
    expect(await packer.scan("🎁".repeat(3))).toBe("unknown-task");
    await wrongSecret.stop();
  });

  test("something that is not OMS4 and a queue that isn't there are named", async () => {
    const cups = await cupsFor();
    const other = createServer((_request, response) => response.end("<html>Sign in to this network</html>"));
    other.listen(0, "127.0.0.1");
    await once(other, "listening");
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const oms4 = await startTestOms4();
    const elsewhere = { OMS4_BASE_URL: `http://127.0.0.1:${port}/openapi/`, CUPS_SERVER: cups.server };
    const station = await openStation(environmentOf(oms4, "cups:no-such-queue", elsewhere));
    const packer = await startPacker(await openBrowser(), station.url);
    const reads = async (): Promise<string> => (await packer.page.textContent("body")) ?? "";
    await until(async () => /Not OMS4: check the address/.test(await reads()), "the other server is named");
    await until(async () => /no-such-queue · no such queue/.test(await reads()), "the missing queue is named");
    expect((await packer.root()).phase).toBe("ready");
  });

  test.each([
    ["a page of HTML", { kind: "html" }],
    ["half a body", { kind: "half" }],
    ["an error code", { kind: "status", status: 500 }],
  ] as const)("OMS4 answering with %s stops nothing, and the task is there when it is well again", async (_words, fault) => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT0001", lines: [{ sku: "A" }] });
    oms4.fault(fault, { call: "*", times: null });
    const station = await openStation(environmentOf(oms4, `folder:${testFolder()}`));
    const packer = await startPacker(await openBrowser(), station.url);
    await until(() => Object.values(oms4.asked()).reduce((sum, count) => sum + count, 0) > 1, "OMS4 was asked");
    expect(await packer.scan("FT0001")).toBe("unknown-task");
    oms4.clearFaults();
    await packer.until("online", "true");
    await until(async () => (await packer.page.textContent("body"))?.includes("FT0001") === true, "the task is on screen", 60_000);
    expect(await packer.scan("FT0001")).toBe("task-opened");
    expect(await packer.scan("A")).toBe("task-done");
  });
});
