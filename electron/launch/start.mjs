// `npm start`: the station with its window.
import { fileURLToPath } from "node:url";
import { launch } from "./run.mjs";

await launch({ script: fileURLToPath(import.meta.url), window: true });
