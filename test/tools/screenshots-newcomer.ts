import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launchChromium } from "../fakes/chromium.ts";
import { newcomerSteps, openNewcomerBench, walkToFirstLabel } from "../fakes/newcomer.ts";
import { removeFolder } from "../fakes/removal.ts";

/** Pictures of a newcomer's way from the box to the first label, step by step: the walk of the test of that name. */
const folder = join(import.meta.dirname, "../../resources/screenshots");
const dataFolder = mkdtempSync(join(tmpdir(), "packbench-newcomer-"));
const browser = await launchChromium();
const bench = await openNewcomerBench(browser, dataFolder);
await walkToFirstLabel(bench, async (step) => {
  const { page } = bench.packer;
  // The band's flash is an answer to the scan, not part of the picture
  await page.evaluate(() =>
    Promise.all(
      document.getAnimations().map((animation) => (animation.effect?.getTiming().iterations === Infinity ? null : animation.finished)),
    ),
  );
  await page.screenshot({ path: join(folder, `newcomer-${newcomerSteps.indexOf(step) + 1}.png`) });
});
await bench.end();
await browser.close();
removeFolder(dataFolder);
