// `npm run owed -- export|import …`: carries what a station still owes to another one, without either of them running.
import { fileURLToPath } from "node:url";
import { install, underGoodNode } from "./ground.mjs";

install();
await underGoodNode(fileURLToPath(import.meta.url));
const { runOwed } = await import("../owed/command.ts");
const { words, code } = await runOwed(process.argv.slice(2), Date.now());
(code === 0 ? process.stdout : process.stderr).write(`${words}\n`);
process.exitCode = code;
