// `npm run station`: the station without a window; prints one JSON line once scans are taken.
import { fileURLToPath } from "node:url";
import { launch } from "./run.mjs";

await launch({ script: fileURLToPath(import.meta.url), window: false });
