import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "../fakes/until.ts";
import { openWalkBench, type WalkBench } from "../fakes/walk-bench.ts";
import { handOver, marks, noTrouble, packAndPrint, skuOf } from "./walk-hands.ts";
import { messageWalks } from "./walks-messages.ts";
import { walk, walksOf } from "./walks.ts";

let bench: WalkBench;
let cases = 0;
const nextTask = (): string => {
  cases += 1;
  return `FT2${String(cases).padStart(3, "0")}`;
};
beforeAll(async () => {
  bench = await openWalkBench();
});
afterAll(async () => {
  await bench?.end();
});

describe("every way out of trouble with reports, orders and counts, at a real station", () => {
  test.each(walksOf(messageWalks).map((each) => ({ ...each, by: each.taken.by })))("$kind: $way by $by", async (each) => {
    await walk(bench, each, nextTask());
  });
});

describe("a buyer's request that OMS4 closed with a word nobody knows", () => {
  const ask = (ftNo: string): void =>
    bench.oms4.addCancelRequest({
      ft_no: ftNo,
      requested_Time: 1_790_000_000,
      handling_Result: "See remarks",
      reply_Time: "1790000100",
      status: "CLOSE",
      items: [],
    });

  test("holds the open box, and RELEASE lets it go on to its label", async () => {
    const { oms4, packer } = bench;
    const ftNo = nextTask();
    const { trackingNo } = oms4.addTask({ ftNo, lines: [{ sku: skuOf(ftNo) }, { sku: "SECOND" }] });
    await until(async () => (await packer.scan(ftNo)) === "task-opened", `${ftNo} is here`);
    expect(await packer.scan("SECOND")).toBe("item-ok");
    ask(ftNo);
    await packer.until("verdict", "on-hold");
    expect([await packer.scan(skuOf(ftNo)), await packer.scan("CMDRELEASE"), await packer.scan(skuOf(ftNo))]).toEqual([
      "on-hold",
      "task-opened",
      "task-done",
    ]);
    await until(() => bench.printed(trackingNo) === 1 && oms4.parcels(ftNo).length === 1, "it is printed and told");
  });

  test("keeps a packed parcel here without a way out on the trouble screen, and its task and RELEASE let it leave", async () => {
    const { packer } = bench;
    const walked = await packAndPrint(bench, nextTask());
    ask(walked.ftNo);
    await packer.until("verdict", "on-hold");
    await marks(bench, "The buyer asks to cancel");
    expect(await packer.page.locator(".trouble-action").count()).toBe(0);
    expect([await packer.scan(walked.ftNo), await packer.scan("CMDRELEASE")]).toEqual(["on-hold", "command-ok"]);
    await packer.scan("CMDTROUBLE");
    await noTrouble(bench);
    await handOver(bench, walked);
  });
});

test("nothing of it was against OMS4's documentation, and the page complained about nothing", () => {
  expect([bench.oms4.violations(), bench.packer.complaints]).toEqual([[], []]);
});
