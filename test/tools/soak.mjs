// `npm run soak`: the crash test, as long as you like; see test/tools/soak.ts for its options.
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { install, root, underGoodNode } from "../../electron/launch/ground.mjs";

install();
await underGoodNode(fileURLToPath(import.meta.url));
await import(pathToFileURL(join(root, "test/tools/soak.ts")).href);
