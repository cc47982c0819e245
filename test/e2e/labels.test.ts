import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { environmentOf, openBrowser, openStation } from "../fakes/bench-ground.ts";
import { testFolder } from "../fakes/folder.ts";
import { startTestOms4, tinyPdf } from "../fakes/oms4.ts";
import { startPacker, type Packer } from "../fakes/packer.ts";
import { connectStation } from "../fakes/station-process.ts";
import { until } from "../fakes/until.ts";

const filesOf = (folder: string, parcelNo: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.startsWith(`${parcelNo}.`))
        .toSorted()
    : [];
const sees = (packer: Packer, words: string | RegExp) => packer.page.getByText(words).first().waitFor({ timeout: 30_000 });

test("a label that is late prints by itself, one that is later still after the scan of its parking slip, and one made anew raises the alarm", async () => {
  const oms4 = await startTestOms4({ splitLabelMs: 700 });
  for (const ftNo of ["FT0001", "FT0002"]) oms4.addTask({ ftNo, way: "split", lines: [{ sku: "A" }, { sku: "B" }] });
  const labels = join(testFolder(), "labels");
  const station = await openStation(environmentOf(oms4, `folder:${labels}`));
  const client = await connectStation(station.url);
  onTestFinished(client.close);
  const slipAfter = (parkingSlipSeconds: number) => client.call("settings.save", { parkingSlipSeconds });
  const packer = await startPacker(await openBrowser(), station.url);
  await sees(packer, "FT0002");

  // Late by a moment: nobody does anything
  await slipAfter(600);
  for (const scan of ["FT0001", "A", "B", "CMDFINISH"]) await packer.scan(scan);
  await until(() => oms4.parcels("FT0001").length === 1, "OMS4 has the parcel");
  const quick = oms4.parcels("FT0001")[0]?.parcelNo ?? "";
  await until(() => filesOf(labels, quick).length === 1, "its label prints by itself");
  expect(filesOf(labels, quick)).toEqual([`${quick}.shipping-label.1.pdf`]);

  // Later still: the box leaves the bench with a slip
  await slipAfter(2);
  oms4.setSplitLabelMs(3_600_000);
  for (const scan of ["FT0002", "A", "B", "CMDFINISH"]) await packer.scan(scan);
  await until(() => oms4.parcels("FT0002").length === 1, "OMS4 has the parcel");
  const late = oms4.parcels("FT0002")[0]?.parcelNo ?? "";
  await until(() => filesOf(labels, late).length === 1, "the slip prints by itself");
  expect(filesOf(labels, late)).toEqual([`${late}.parking-slip.1.pdf`]);
  await packer.page.locator('[data-labels-waiting="1"]').waitFor({ timeout: 30_000 });
  await sees(packer, /slip on it/);
  const parcel = oms4.core.parcel(late);
  if (parcel !== null) parcel.labelAt = 0;
  await packer.page.locator('[data-labels-ready="1"]').waitFor({ timeout: 30_000 });
  expect(filesOf(labels, late)).toHaveLength(1);
  expect(await packer.scan(late.toLowerCase())).toBe("parcel-ok");
  await until(() => filesOf(labels, late).length === 2, "the label prints after the scan");
  expect(await packer.scan(late)).toBe("done-already");

  // Made anew after it was printed
  oms4.setLabel(late, Buffer.from(tinyPdf("made anew")).toString("base64"));
  await packer.until("verdict", "label-changed");
  await sees(packer, new RegExp(`Wrong label on ${late}`));
  expect(await packer.scan("CMDTROUBLE")).toBe("command-ok");
  await sees(packer, /destroy its label/);
  expect(await packer.scan("CMDREPRINT")).toBe("command-ok");
  await until(() => filesOf(labels, late).length === 3, "the new label prints");
  expect(readFileSync(join(labels, `${late}.shipping-label.2.pdf`), "latin1")).toContain("made anew");
  await sees(packer, "Nothing needs a person");
  expect(oms4.violations()).toEqual([]);
  expect(packer.complaints).toEqual([]);
  expect(await station.stop()).toBe(0);
});
