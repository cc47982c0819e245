import { describe, expect, test } from "vitest";
import { environmentOf, openBrowser, openStation } from "../fakes/bench-ground.ts";
import { testFolder } from "../fakes/folder.ts";
import { startTestOms4, type TestOms4 } from "../fakes/oms4.ts";
import { startPacker, type Packer } from "../fakes/packer.ts";
import { until } from "../fakes/until.ts";

const sees = (packer: Packer, words: string | RegExp) => packer.page.getByText(words).first().waitFor({ timeout: 30_000 });
/** A key on its own: it counts only between pauses, so that no scan is taken for it. */
const press = async (packer: Packer, key: string, seen: string): Promise<void> => {
  await packer.page.keyboard.press(key);
  await packer.page.waitForSelector(seen, { timeout: 10_000 });
};
const reports = (oms4: TestOms4, ftNo: string) => oms4.told().filter((told) => told.call === "setParcelPacked" && told.ftNo === ftNo);
const partOf = (body: Readonly<Record<string, unknown>> | undefined): Record<string, unknown> =>
  ((body?.["parcels"] ?? []) as Record<string, unknown>[])[0] ?? {};

/** A bench at which OMS4 has refused the report of FT0001, an own delivery; FT0002 waits. */
const refused = async (times: number | null = 1) => {
  const oms4 = await startTestOms4();
  for (const ftNo of ["FT0001", "FT0002"]) oms4.addTask({ ftNo, way: "own", lines: [{ sku: "A" }] });
  oms4.fault({ kind: "envelope", code: "400", message: "weight is required" }, { call: "setParcelPacked", times });
  const station = await openStation(environmentOf(oms4, `folder:${testFolder()}`));
  const packer = await startPacker(await openBrowser(), station.url);
  await sees(packer, "FT0002");
  expect([await packer.scan("FT0001"), await packer.scan("A")]).toEqual(["task-opened", "task-done"]);
  await sees(packer, "1 in trouble");
  return { oms4, packer };
};

describe("a report that OMS4 refuses is corrected and sent again", () => {
  test("by scan: CORRECT, values into their fields, and it goes under the same number; another task was never held up", async () => {
    const { oms4, packer } = await refused();
    expect([await packer.scan("FT0002"), await packer.scan("A")]).toEqual(["task-opened", "task-done"]);
    await until(() => oms4.parcels("FT0002").length === 1, "the other task goes on");
    expect(await packer.scan("CMDCORRECT")).toBe("command-ok");
    await packer.page.waitForSelector("[data-correcting]:has(#correct-weight:focus)");
    await sees(packer, "weight is required");
    // Typed by hand, each value ended with Enter; the last one is scanned, and sends
    await packer.page.keyboard.type("1.25", { delay: 150 });
    for (const name of [
      "length",
      "width",
      "height",
      "actual_delivery_partner",
      "actual_delivery_type",
      "delivery_carrier_id",
      "actual_delivery_cost",
      "source_location",
      "dest_location",
      "order_no",
      "sales_channel",
      "tracking_no",
    ]) {
      await packer.page.keyboard.press("Enter");
      await packer.page.waitForSelector(`#correct-${name}:focus`);
    }
    await packer.page.keyboard.type("GG77001", { delay: 5 });
    await packer.page.keyboard.press("Enter");
    await until(() => oms4.parcels("FT0001").length === 1, "the corrected report goes through");
    const [first, second] = reports(oms4, "FT0001");
    expect(partOf(second?.body)).toEqual({ ...partOf(first?.body), weight: 1.25, tracking_no: "GG77001" });
    expect(oms4.violations()).toEqual([]);
    await sees(packer, "All sent");
  });

  test("by keyboard: C, the fields, and Esc leaves all as it was", async () => {
    const { oms4, packer } = await refused();
    await packer.page.keyboard.press("F9");
    await packer.page.waitForSelector('[data-screen="trouble"]');
    await press(packer, "c", "[data-correcting]");
    await packer.page.waitForSelector("#correct-weight:focus");
    await packer.page.keyboard.type("heavy", { delay: 300 });
    await packer.page.locator("#correct-tracking_no").focus();
    await packer.page.keyboard.press("Enter");
    await sees(packer, /Weight \(kg\): write a number, not heavy/);
    await packer.page.keyboard.press("Escape");
    await packer.page.waitForSelector('[data-screen="bench"]');
    expect(reports(oms4, "FT0001")).toHaveLength(1);
    await sees(packer, "1 in trouble");
    expect(packer.complaints).toEqual([]);
  });
});

describe("a report is given up", () => {
  test("without a PIN by a reason from the screen and a second scan", async () => {
    const { packer } = await refused(null);
    await packer.page.keyboard.press("F9");
    await packer.page.waitForSelector('[data-screen="trouble"]');
    await press(packer, "d", '[data-giving-up="reason"]');
    await press(packer, "1", '[data-giving-up="again"]');
    await sees(packer, /Put right in OMS4 by hand\. Press D or scan DISCARD once more/);
    expect(await packer.scan("CMDDISCARD")).toBe("command-ok");
    await sees(packer, "All sent");
    await sees(packer, "Nothing needs a person");
  });

  test("with a PIN only by the supervisor's badge, which is never seen in clear", async () => {
    const { packer } = await refused(null);
    await packer.page.keyboard.press("F12");
    await packer.page.locator("#setting-supervisorPin").fill("4711");
    await packer.page.keyboard.press("Control+s");
    await sees(packer, "Saved");
    // Who doesn't know the PIN can't change it
    await packer.page.locator("#setting-supervisorPin").fill("1234");
    await packer.page.locator("#setting-supervisorPinNow").fill("9999");
    await packer.page.keyboard.press("Control+s");
    await sees(packer, /This is not the supervisor's PIN/);
    await packer.page.locator("#setting-supervisorPin").fill("");
    await packer.page.locator("#setting-supervisorPinNow").fill("");
    await packer.page.keyboard.press("Escape");
    await packer.page.waitForSelector('[data-screen="bench"]');
    expect([await packer.scan("CMDTROUBLE"), await packer.scan("CMDDISCARDCANCELLED")]).toEqual(["command-ok", "command-ok"]);
    await packer.page.waitForSelector('[data-giving-up="supervisor"]');
    expect(await packer.scan("CMDDISCARDCANCELLED")).toBe("command-ok");
    await sees(packer, "1 in trouble");
    await packer.page.keyboard.type("CMDSUPER4711", { delay: 2 });
    await sees(packer, "CMDSUPER••••");
    expect(await packer.page.content()).not.toContain("4711");
    await packer.page.keyboard.press("Enter");
    await sees(packer, "All sent");
    expect(await packer.page.content()).not.toContain("4711");
    expect(packer.complaints).toEqual([]);
  });
});

describe("milestones", () => {
  test("are told of scanned parcels and of a pasted list, and the screen counts and names what was not taken", async () => {
    const oms4 = await startTestOms4();
    const numbers = Array.from({ length: 5 }, (_, index) => `FT000${index}`);
    for (const ftNo of numbers) oms4.addTask({ ftNo, way: "own", lines: [{ sku: "A" }] });
    const station = await openStation(environmentOf(oms4, `folder:${testFolder()}`));
    const browser = await openBrowser();
    const packer = await startPacker(browser, station.url);
    await sees(packer, "FT0004");
    for (const ftNo of numbers) expect([await packer.scan(ftNo), await packer.scan("A")]).toEqual(["task-opened", "task-done"]);
    await until(() => oms4.parcels().length === 5, "all are reported");
    const parcels = oms4.parcels().map(({ parcelNo }) => parcelNo);
    expect(await packer.scan("CMDHANDOVER")).toBe("command-ok");
    await packer.page.waitForSelector('[data-milestone="SHIPPING"]');
    expect(await packer.scan(parcels[0] ?? "")).toBe("parcel-ok");
    await packer.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await packer.page.evaluate((text) => navigator.clipboard.writeText(text), `${parcels.join("\n")}, NOBODY1`);
    await packer.page.keyboard.press("Control+v");
    await packer.page.waitForSelector('[data-handed-over="5"]');
    await sees(packer, "Handed over: 4 · not taken: 2");
    await sees(packer, "NOBODY1");
    for (const [command, milestone, parcelNo] of [
      ["CMDDELIVERED", "DELIVERED", parcels[0]],
      ["CMDPENDING", "PENDING DELIVERY", parcels[1]],
      ["CMDRETURNED", "RETURNED TO FP", parcels[2]],
      ["CMDLOST", "LOST", parcels[3]],
    ] as const) {
      expect(await packer.scan(command)).toBe("command-ok");
      await packer.page.waitForSelector(`[data-milestone="${milestone}"]`);
      expect([await packer.scan(parcelNo ?? ""), await packer.scan(parcelNo ?? "")]).toEqual(["parcel-ok", "done-already"]);
    }
    await packer.page.keyboard.press("Escape");
    await packer.until("activity", "packing");
    const told = (parcelNo: string | undefined): readonly (string | null)[] =>
      oms4
        .told()
        .filter((one) => one.call === "updateParcelActivity" && one.parcelNo === parcelNo)
        .map(({ milestone }) => milestone);
    await until(() => told(parcels[3]).length === 2, "the last one is told");
    expect(parcels.map(told)).toEqual([
      ["SHIPPING", "DELIVERED"],
      ["SHIPPING", "PENDING DELIVERY"],
      ["SHIPPING", "RETURNED TO FP"],
      ["SHIPPING", "LOST"],
      ["SHIPPING"],
    ]);
    expect(oms4.violations()).toEqual([]);
    expect(packer.complaints).toEqual([]);
  });
});

describe("boxes and own carriers", () => {
  test("are typed into the settings, chosen by scan, shown to the packer, and told", async () => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT0001", way: "own", lines: [{ sku: "A" }, { sku: "B" }] });
    const station = await openStation(environmentOf(oms4, `folder:${testFolder()}`));
    const packer = await startPacker(await openBrowser(), station.url);
    await sees(packer, "FT0001");
    await packer.page.keyboard.press("F12");
    await packer.page.locator("#setting-cartons").fill("M 30x20x15 0.12\nL 40 x 30");
    await packer.page.keyboard.press("Control+s");
    await sees(packer, /"L 40 x 30": write M 30 20 15 0\.12/);
    await packer.page.locator("#setting-cartons").fill("M 30x20x15 0.12\nL 40 30 20 0.3");
    await packer.page.locator("#setting-ownCarriers").fill("GoGo Courier; premium; 7.90; 302");
    await packer.page.keyboard.press("Control+s");
    await sees(packer, "Saved");
    await packer.page.keyboard.press("Escape");
    await packer.page.waitForSelector('[data-screen="bench"]');
    expect(await packer.scan("FT0001")).toBe("task-opened");
    expect([await packer.scan("CMDBOXS"), await packer.scan("CMDBOXM"), await packer.scan("CMDCARRIER302")]).toEqual([
      "command-refused",
      "command-ok",
      "command-ok",
    ]);
    expect([await packer.scan("CMDWEIGHT1234"), await packer.scan("A")]).toEqual(["command-ok", "item-ok"]);
    await sees(packer, /box M · 30 × 20 × 15 cm · 1\.234 kg/);
    await sees(packer, /GoGo Courier/);
    expect(await packer.scan("B")).toBe("task-done");
    await until(() => oms4.parcels("FT0001").length === 1, "it is reported");
    expect(partOf(reports(oms4, "FT0001")[0]?.body)).toMatchObject({
      weight: 1.234,
      length: 30,
      width: 20,
      height: 15,
      actual_delivery_carrier: "GoGo Courier",
      actual_delivery_cost: 7.9,
      delivery_carrier_id: "302",
    });
    expect(oms4.violations()).toEqual([]);
    expect(packer.complaints).toEqual([]);
  });
});
