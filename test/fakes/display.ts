import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";

/** A screen without glass: its name for DISPLAY, the names of the windows on it, and its end. */
export type Display = Readonly<{ name: string; titles: () => string; stop: () => void }>;

/**
 * An X server of 1280×800 dots on a number of its own choice, once it takes windows.
 * Rejects when the X server ends without telling its number.
 */
export const startDisplay = async (): Promise<Display> => {
  // An X server starts anew whenever its only client leaves, and a browser that is just connecting would be thrown out
  const server = spawn("Xvfb", ["-displayfd", "3", "-noreset", "-screen", "0", "1280x800x24", "-nolisten", "tcp"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  const numbers = server.stdio[3];
  if (numbers === null || numbers === undefined) throw new Error("Xvfb tells no display number");
  const failed = once(server, "exit").then(([code]) => Promise.reject(new Error(`Xvfb ended with ${String(code)}`)));
  const [number] = (await Promise.race([once(numbers, "data"), failed])) as [Buffer];
  failed.catch(() => "it was stopped");
  const name = `:${number.toString().trim()}`;
  return {
    name,
    titles: () =>
      spawnSync("xdotool", ["search", "--name", ".", "getwindowname", "%@"], { env: { ...process.env, DISPLAY: name } }).stdout.toString(),
    stop: () => void server.kill("SIGTERM"),
  };
};
