// `npm run check`: types, lint, format and layers, without the tests.
import { fileURLToPath } from "node:url";
import { install, underGoodNode } from "../../electron/launch/ground.mjs";
import { checks, layersCheck, runChecks } from "./steps.mjs";

install();
await underGoodNode(fileURLToPath(import.meta.url));
process.exitCode = runChecks([...checks, layersCheck]) === 0 ? 0 : 1;
