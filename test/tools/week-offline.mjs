// `npm run week-offline`: a week without OMS4; see test/tools/week-offline.ts for its options.
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { install, root, underGoodNode } from "../../electron/launch/ground.mjs";

install();
await underGoodNode(fileURLToPath(import.meta.url));
await import(pathToFileURL(join(root, "test/tools/week-offline.ts")).href);
