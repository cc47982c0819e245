import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** Tests of the screen and of Electron's files run what is built: brings the build up to date first. */
export const setup = (): void => {
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, "../../electron/launch/build.mjs")], {
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) throw new Error("The build failed; its words stand above.");
};
