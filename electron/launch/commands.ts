import { homedir } from "node:os";
import { runAliases } from "../aliases/command.ts";
import { runOwed } from "../owed/command.ts";
import { defaultDataFolder } from "./folders.ts";

export type Ran = Readonly<{ words: string; code: number }>;

const commands = {
  owed: (given: readonly string[]): Promise<Ran> => runOwed(given, Date.now()),
  aliases: (given: readonly string[]): Promise<Ran> =>
    runAliases(given, { now: Date.now, dataFolder: defaultDataFolder(process.platform, process.env, homedir()) }),
} as const;

const isCommand = (word: string): word is keyof typeof commands => Object.hasOwn(commands, word);

/**
 * What an installed Packbench does instead of opening its station: `Packbench owed export …`, `Packbench aliases import …`, as `npm run`
 * does where the project lies. Null when the command line names neither. `given`: without the program; where Electron runs a folder, that
 * folder comes first.
 */
export const runCommand = async (given: readonly string[]): Promise<Ran | null> => {
  const at = given.slice(0, 2).findIndex(isCommand);
  const word = given[at];
  return word !== undefined && isCommand(word) ? await commands[word](given.slice(at + 1)) : null;
};
