import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "../fakes/until.ts";
import { openWalkBench, type WalkBench } from "../fakes/walk-bench.ts";
import { marks, noTrouble } from "./walk-hands.ts";
import { labelWalks } from "./walks-labels.ts";
import { walk, walksOf } from "./walks.ts";

let bench: WalkBench;
let cases = 0;
beforeAll(async () => {
  bench = await openWalkBench();
});
afterAll(async () => {
  await bench?.end();
});

describe("every way out of trouble with prints and labels, at a real station", () => {
  test.each(walksOf(labelWalks).map((each) => ({ ...each, by: each.taken.by })))("$kind: $way by $by", async (each) => {
    cases += 1;
    await walk(bench, each, `FT1${String(cases).padStart(3, "0")}`);
  });

  test("where a PIN is set the supervisor's badge takes the place of the second scan", async () => {
    const { packer, printer } = bench;
    await packer.page.keyboard.press("F12");
    await packer.page.locator("#setting-supervisorPin").fill("4711");
    await packer.page.keyboard.press("Control+s");
    await packer.page.getByText("Saved").first().waitFor();
    await packer.page.keyboard.press("Escape");
    await packer.page.waitForSelector('[data-screen="bench"]');
    const { shows, make } = labelWalks["label-kept-back"];
    const { ftNo } = await make(bench, "FT1900");
    await marks(bench, shows);
    for (const scan of ["CMDACCEPTCARRIER", "CMDACCEPTCARRIER"]) expect(await packer.scan(scan)).toBe("command-ok");
    await packer.page.waitForSelector('[data-giving-up="supervisor"]');
    const labels = printer.labels().length;
    expect(await packer.scan("CMDSUPER4711")).toBe("command-ok");
    await noTrouble(bench);
    await until(() => printer.labels().length === labels + 1, "the accepted label is out");
    expect(printer.labels().at(-1)?.includes(`^FD${ftNo}^FS`)).toBe(true);
  });

  test("nothing of it was against OMS4's documentation, and the page complained about nothing", () => {
    expect([bench.oms4.violations(), bench.packer.complaints]).toEqual([[], []]);
  });
});
