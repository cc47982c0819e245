// `npm run aliases -- import|export|list|remove …`: codes that no order gave, in and out of a station that does not run.
import { homedir } from "node:os";
import { fileURLToPath } from "node:url";
import { install, underGoodNode } from "./ground.mjs";

install();
await underGoodNode(fileURLToPath(import.meta.url));
const { defaultDataFolder } = await import("./folders.ts");
const { runAliases } = await import("../aliases/command.ts");
const { words, code } = await runAliases(process.argv.slice(2), {
  now: Date.now,
  dataFolder: defaultDataFolder(process.platform, process.env, homedir()),
});
(code === 0 ? process.stdout : process.stderr).write(`${words}\n`);
process.exitCode = code;
