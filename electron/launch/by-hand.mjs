// What a person starts instead of a station, from where the project lies: commands.ts under the right Node.
import { install, underGoodNode } from "./ground.mjs";

/**
 * @param {"owed" | "aliases"} command
 * @param {string} script the launcher itself, run again under a better Node where needed
 */
export const runByHand = async (command, script) => {
  install();
  await underGoodNode(script);
  const { runCommand } = await import("./commands.ts");
  const ran = await runCommand([command, ...process.argv.slice(2)]);
  (ran?.code === 0 ? process.stdout : process.stderr).write(`${ran?.words}\n`);
  process.exitCode = ran?.code ?? 1;
};
