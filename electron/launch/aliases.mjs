// `npm run aliases -- import|export|list|remove|audit …`: codes that no order gave, in and out of a station that does not run.
import { fileURLToPath } from "node:url";
import { runByHand } from "./by-hand.mjs";

await runByHand("aliases", fileURLToPath(import.meta.url));
