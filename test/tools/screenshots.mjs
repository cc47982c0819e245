// `npm run screenshots`: makes the README's pictures from a real station; see screenshots.ts and screenshots-newcomer.ts.
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "../../electron/launch/build.mjs";
import { giveUp, install, root, underGoodNode } from "../../electron/launch/ground.mjs";

install();
await underGoodNode(fileURLToPath(import.meta.url));
const failed = build(["renderer"]);
if (failed !== null) giveUp(failed);
for (const script of ["screenshots.ts", "screenshots-newcomer.ts"]) await import(pathToFileURL(join(root, "test/tools", script)).href);
