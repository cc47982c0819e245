// `npm run test:devices`: the station's scanners and scales against real kernel HID devices, in a small guest; see test/devices/run.ts.
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { install, root, underGoodNode } from "../../electron/launch/ground.mjs";

install();
await underGoodNode(fileURLToPath(import.meta.url));
await import(pathToFileURL(join(root, "test/devices/run.ts")).href);
