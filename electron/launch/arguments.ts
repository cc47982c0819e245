import { parseArgs } from "node:util";
import { errorWords } from "../../shared/error-words.ts";
import { fail, succeed, type Result } from "../../shared/failures.ts";

export type Arguments = Readonly<{
  /** null: the system's usual place */
  dataFolder: string | null;
  /** 0: any free port */
  port: number;
  /** open a window of the system's browser */
  window: boolean;
  /** full screen without a frame */
  kiosk: boolean;
}>;

const USAGE = "Usage: [--data-dir DIR] [--port N] [--window] [--kiosk]";
const HIGHEST_PORT = 65_535;

const OWN_OPTION = /^--(data-dir|port|window|kiosk)(=|$)/;

/** What is ours of a command line that Chromium's own switches may stand in. */
export const ownArguments = (given: readonly string[]): readonly string[] =>
  given.filter((one, index) => OWN_OPTION.test(one) || (!one.startsWith("-") && /^--(data-dir|port)$/.test(given[index - 1] ?? "")));

/** Reads the command line (without program and script). Failure `setting-bad` names the argument. */
export const readArguments = (given: readonly string[]): Result<Arguments> => {
  try {
    const { values } = parseArgs({
      args: [...given],
      strict: true,
      allowPositionals: false,
      options: { "data-dir": { type: "string" }, port: { type: "string" }, window: { type: "boolean" }, kiosk: { type: "boolean" } },
    });
    const { "data-dir": dataFolder = null, port = "0", window = false, kiosk = false } = values;
    if (dataFolder === "") return fail("setting-bad", "--data-dir names no folder.");
    if (!/^\d{1,5}$/.test(port) || Number(port) > HIGHEST_PORT) {
      return fail("setting-bad", `--port is "${port}": write a whole number from 0 to ${HIGHEST_PORT}.`);
    }
    return succeed({ dataFolder, port: Number(port), window, kiosk });
  } catch (error) {
    return fail("setting-bad", `${errorWords(error)} ${USAGE}`);
  }
};
