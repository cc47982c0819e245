// `npm run owed -- export|import …`: carries what a station still owes to another one, without either of them running.
import { fileURLToPath } from "node:url";
import { runByHand } from "./by-hand.mjs";

await runByHand("owed", fileURLToPath(import.meta.url));
