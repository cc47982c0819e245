import { join } from "node:path";
import manifest from "../package.json" with { type: "json" };
import { runKiosk } from "./launch/kiosk-shell.ts";
import { openStation } from "./station.ts";

await runKiosk({
  given: process.argv.slice(2),
  environment: process.env,
  version: manifest.version,
  screenFolder: join(import.meta.dirname, "../dist/renderer"),
  openStation,
});
