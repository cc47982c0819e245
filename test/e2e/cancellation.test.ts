import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { environmentOf, openBrowser, openStation } from "../fakes/bench-ground.ts";
import { testFolder } from "../fakes/folder.ts";
import { detailIdOf, startTestOms4 } from "../fakes/oms4.ts";
import { startPacker, type Packer } from "../fakes/packer.ts";
import { until } from "../fakes/until.ts";

const MUG = { sku: "MUG-1", qty: 2 };
const GLOVES = { sku: "GLOVE-1", qty: 3 };

const ground = async () => {
  const oms4 = await startTestOms4();
  for (const ftNo of ["FT1", "FT2", "FT3"]) oms4.addTask({ ftNo, lines: [MUG, GLOVES] });
  const labels = join(testFolder(), "labels");
  const station = await openStation(environmentOf(oms4, `folder:${labels}`, { STATION_POLL_MS: "100" }));
  const packer = await startPacker(await openBrowser(), station.url);
  await packer.until("online", "true");
  await sees(packer, "3 waiting");
  return { oms4, packer };
};
const sees = (packer: Packer, words: string) => packer.page.getByText(words).first().waitFor({ timeout: 20_000 });
const list = (packer: Packer): Promise<readonly string[]> =>
  packer.page
    .locator("[data-put-back-line]")
    .evaluateAll((rows) => rows.map((row) => `${row.getAttribute("data-count")} ${row.getAttribute("data-put-back-line")}`));

describe("a cancellation while somebody packs", () => {
  test("of one line: the list says how many come out, each scan takes one off, and the rest goes on to its label", async () => {
    const { oms4, packer } = await ground();
    for (const scan of ["FT1", "MUG-1", "GLOVE-1", "GLOVE-1"]) await packer.scan(scan);
    const gloves = detailIdOf("FT1", 1);
    oms4.cancel("FT1", [gloves]);
    await packer.until("verdict", "cancelled");
    expect(await list(packer)).toEqual([`2 ${gloves}`]);
    expect(await packer.scan("GLOVE-1")).toBe("item-ok");
    expect(await list(packer)).toEqual([`1 ${gloves}`]);
    expect(await packer.scan("CMDFINISH")).toBe("command-refused");
    expect(await packer.scan("GLOVE-1")).toBe("item-ok");
    expect(await packer.page.locator("[data-put-back]").count()).toBe(0);
    expect(await packer.scan("MUG-1")).toBe("task-done");
    await sees(packer, "label printed");
    await until(() => oms4.parcels("FT1").length === 1, "OMS4 has the parcel");
    expect(oms4.parcels("FT1")[0]?.units).toEqual({ [detailIdOf("FT1", 0)]: 2 });
    expect([packer.complaints, oms4.violations()]).toEqual([[], []]);
  });

  test("of a whole packed task: pulled by scanning its label, and until then in trouble", async () => {
    const { oms4, packer } = await ground();
    for (const scan of ["FT2", "MUG-1", "MUG-1", "GLOVE-1", "GLOVE-1", "GLOVE-1"]) await packer.scan(scan);
    await sees(packer, "label printed");
    await sees(packer, "All sent");
    oms4.cancel("FT2");
    await packer.until("verdict", "cancelled");
    await packer.scan("CMDTROUBLE");
    await sees(packer, "Pull this parcel");
    const parcelNo = oms4.parcels("FT2")[0]?.parcelNo ?? "";
    expect(await packer.scan(parcelNo)).toBe("command-ok");
    await until(async () => (await packer.page.locator("[data-trouble]").count()) === 0, "nothing is in trouble");
    await until(
      () => oms4.told().some(({ call, description }) => call === "updateParcelActivity" && /Pulled/.test(description ?? "")),
      "OMS4 hears it",
    );
    expect([packer.complaints, oms4.violations()]).toEqual([[], []]);
  });

  test("a buyer's request holds the box, LEAVE puts it aside, and it goes on when OMS4 has refused", async () => {
    const { oms4, packer } = await ground();
    const { cancelRequests } = oms4.core.state;
    const asked = { ft_no: "FT3", requested_Time: 1_790_000_000, handling_Result: "", reply_Time: "", status: "OPEN", items: [] };
    for (const scan of ["FT3", "MUG-1"]) await packer.scan(scan);
    cancelRequests.push(asked);
    await packer.until("verdict", "on-hold");
    expect(await packer.scan("MUG-1")).toBe("on-hold");
    expect(await packer.scan("CMDCLOSE")).toBe("command-ok");
    expect(await packer.scan("FT3")).toBe("on-hold");
    cancelRequests.splice(0, 1, {
      ...asked,
      status: "CLOSE",
      handling_Result: "Rejected",
      reply_Time: String(Math.round(Date.now() / 1000)),
    });
    await until(async () => (await packer.scan("FT3")) === "task-opened", "the task opens again");
    expect(await packer.line(detailIdOf("FT3", 0))).toBe("1/2");
    expect([packer.complaints, oms4.violations()]).toEqual([[], []]);
  });
});
