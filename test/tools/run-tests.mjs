// `npm test`: installs what is missing, builds, checks types, lint and format, runs every test, and ends with the line
// `N passed, N failed` (and `, N skipped`). Arguments go on to Vitest.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "../../electron/launch/build.mjs";
import { install, root, say, underGoodNode } from "../../electron/launch/ground.mjs";
import { checks, installPrograms, runChecks, runTool } from "./steps.mjs";

/** Passed, but only at the second try (vitest.config.ts says what may have one): named, with what went wrong at the first. */
const saySecondTries = (testResults) => {
  for (const { fullName, status, failureMessages } of testResults.flatMap(({ assertionResults }) => assertionResults))
    if (status === "passed" && failureMessages.length > 0) say(`passed only at the second try: ${fullName}: ${failureMessages[0]}`);
};

/** Vitest's report as three numbers. A file that could not even be loaded is one failure, and so is an error outside all tests. */
const count = (path, content) => {
  try {
    const { numPassedTests: passed, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(readFileSync(path, "utf8"));
    saySecondTries(testResults);
    const broken = testResults.filter(
      ({ status, assertionResults }) => status === "failed" && !assertionResults.some((one) => one.status === "failed"),
    ).length;
    const failed = numFailedTests + broken;
    return { passed, failed: failed === 0 && !content ? 1 : failed, skipped: numPendingTests + numTodoTests };
  } catch {
    say("Vitest left no report.");
    return { passed: 0, failed: 1, skipped: 0 };
  }
};

install();
await underGoodNode(fileURLToPath(import.meta.url));
installPrograms();

const buildCheck = {
  name: "build",
  run: () => {
    const failed = build(["renderer", "main", "preload"]);
    if (failed !== null) say(failed);
    return failed === null;
  },
};
/** What the device tests end with where they can't be run; see test/devices/run.ts. */
const SKIPPED = 75;
let skippedChecks = 0;
/** Real kernel HID devices in a guest: where the tests are asked for it, and where it can be done. */
const devicesCheck = {
  name: "devices",
  run: () => {
    const { status } = spawnSync(process.execPath, [join(root, "test/devices/devices.mjs")], { stdio: ["ignore", 2, 2] });
    skippedChecks += status === SKIPPED ? 1 : 0;
    return status === 0 || status === SKIPPED;
  },
};
const firstChecks = [buildCheck, ...checks, ...((process.env.PACKBENCH_DEVICES ?? "") === "" ? [] : [devicesCheck])];
const failedChecks = runChecks(firstChecks);

const folder = mkdtempSync(join(tmpdir(), "packbench-tests-"));
const report = join(folder, "report.json");
const content = runTool(
  "vitest/vitest.mjs",
  ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`, ...process.argv.slice(2)],
  {
    stdout: "inherit",
  },
);
const tests = count(report, content);
rmSync(folder, { recursive: true, force: true });

const passed = tests.passed + firstChecks.length - failedChecks - skippedChecks;
const skipped = tests.skipped + skippedChecks;
const failed = tests.failed + failedChecks;
process.exitCode = failed === 0 ? 0 : 1;
process.stdout.write(`${passed} passed, ${failed} failed${skipped === 0 ? "" : `, ${skipped} skipped`}\n`);
