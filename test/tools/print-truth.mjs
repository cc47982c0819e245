// `npm run print-truth`: a real CUPS and IPP printer under random kills; see test/tools/print-truth.ts for its options.
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { install, root, underGoodNode } from "../../electron/launch/ground.mjs";

install();
await underGoodNode(fileURLToPath(import.meta.url));
await import(pathToFileURL(join(root, "test/tools/print-truth.ts")).href);
