// Starts the station: installs, builds what is stale, then Electron or the kiosk shell.
import { existsSync, readFileSync } from "node:fs";
// As a whole: an older Node, which only hands on to a newer one, doesn't have the functions used below
import nodeModule from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "./build.mjs";
import { become, giveUp, install, modules, root, say, underGoodNode, withMemoryManners } from "./ground.mjs";

/** Electron's binary, only where it is already there: the package would download it otherwise, in the middle of a shift. */
const electronBinary = () => {
  const note = join(modules, "electron/path.txt");
  const name = existsSync(note) ? readFileSync(note, "utf8") : process.platform === "win32" ? "electron.exe" : "electron";
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(modules, "electron/dist");
  const path = join(folder, name);
  return existsSync(path) ? path : null;
};

const buildOrSay = (targets) => {
  const failed = build(targets);
  if (failed === null) return;
  // A station whose old screen is there goes on with it rather than standing still
  if (targets.every((target) => existsSync(join(root, "dist", target)))) say(`${failed} Going on with the last build.`);
  else giveUp(failed);
};

/**
 * @param {{ script: string, window: boolean }} what `script` is the launcher itself, run again under a better Node where needed
 */
export const launch = async ({ script, window }) => {
  install();
  await underGoodNode(script);
  const args = process.argv.slice(2);
  const electron = window && !args.includes("--no-electron") ? electronBinary() : null;
  if (electron !== null) {
    buildOrSay(["renderer", "main", "preload"]);
    const { ELECTRON_RUN_AS_NODE: _, ...environment } = process.env;
    await become(electron, [root, ...args], environment);
  }
  buildOrSay(["renderer"]);
  withMemoryManners(script);
  const kiosk = join(root, "electron/kiosk.ts");
  process.argv = [process.argv[0], kiosk, ...args.filter((one) => one !== "--no-electron"), ...(window ? ["--window"] : [])];
  // Half of a start is compiling what the last start compiled as well; where the folder can't be written, nothing is kept
  nodeModule.enableCompileCache(join(modules, ".cache/packbench-sources"));
  await import(pathToFileURL(kiosk).href);
  // Node writes at the end of a process: a station may run for weeks and then lose its power
  nodeModule.flushCompileCache();
};
