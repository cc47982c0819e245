import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const log = join(import.meta.dirname, "../../electron/kit/log.ts");
const program = `import { createLog } from ${JSON.stringify(log)}; createLog().warn({ disk: "full" }, "said"); process.stdout.write("lives on");`;

test.runIf(process.platform === "linux")("a log that can't be written ends nothing", () => {
  const run = (to: string) =>
    spawnSync("sh", ["-c", `exec "$0" --input-type=module-typescript -e "$1" ${to}`, process.execPath, program], { encoding: "utf8" });
  expect(run("").stderr).toContain("said");
  expect(run("2>/dev/full")).toMatchObject({ status: 0, stdout: "lives on" });
});
