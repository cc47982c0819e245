// `npm run long-shift`: memory over twelve hours of packing; see test/tools/long-shift.ts for its options.
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { install, root, underGoodNode } from "../../electron/launch/ground.mjs";

install();
await underGoodNode(fileURLToPath(import.meta.url));
await import(pathToFileURL(join(root, "test/tools/long-shift.ts")).href);
