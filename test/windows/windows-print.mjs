// `npm run test:windows-print`: SumatraPDF prints a label under Wine, with the very words the station gives it on Windows; see windows-print.ts.
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { install, root, underGoodNode } from "../../electron/launch/ground.mjs";

install();
await underGoodNode(fileURLToPath(import.meta.url));
await import(pathToFileURL(join(root, "test/windows/windows-print.ts")).href);
