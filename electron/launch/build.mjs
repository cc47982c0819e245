// Builds what is older than its sources: the screen (dist/renderer), and for Electron main and preload (dist/main, dist/preload).
// `npm run build` builds everything; the launchers ask only for what they start.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { giveUp, install, root, say, underGoodNode } from "./ground.mjs";

const common = ["shared", "vite.config.ts", "package.json", "package-lock.json"];
const targets = {
  renderer: ["renderer", ...common],
  main: ["electron", ...common],
  preload: ["electron/preload.ts", ...common],
};

const dist = join(root, "dist");
const lockPath = join(dist, ".building");
const stampPath = (target) => join(dist, `${target}.stamp`);
const WAIT_STEP_MS = 100;

const filesBelow = (path) => {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  if (/\.[a-z]+$/.test(path)) return [path];
  return readdirSync(full, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? filesBelow(`${path}/${entry.name}`) : [`${path}/${entry.name}`]))
    .toSorted();
};

const sourceHash = (target) => {
  const hash = createHash("sha256");
  for (const path of targets[target].flatMap(filesBelow)) hash.update(`${path}\0`).update(readFileSync(join(root, path)));
  return hash.digest("hex");
};

const stampOf = (target) =>
  existsSync(stampPath(target)) && existsSync(join(dist, target)) ? readFileSync(stampPath(target), "utf8") : "";

const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
};

/** One build at a time per folder; a lock whose builder died is taken over. */
const withLock = (work) => {
  mkdirSync(dist, { recursive: true });
  for (;;) {
    try {
      writeFileSync(lockPath, String(process.pid), { flag: "wx" });
      break;
    } catch (error) {
      if (error.code !== "EEXIST") giveUp(`the build can't write to ${dist} (${error.message}).`);
      const holder = existsSync(lockPath) ? Number(readFileSync(lockPath, "utf8")) : 0;
      if (holder > 0 && !isAlive(holder)) rmSync(lockPath, { force: true });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_STEP_MS);
    }
  }
  try {
    return work();
  } finally {
    rmSync(lockPath, { force: true });
  }
};

const buildOne = (target) => {
  const hash = sourceHash(target);
  if (stampOf(target) === hash) return;
  say(`building ${target === "renderer" ? "the screen" : target}…`);
  const aside = join(dist, `.new-${process.pid}`);
  const old = join(dist, `.old-${process.pid}`);
  const vite = join(root, "node_modules/vite/bin/vite.js");
  const { status } = spawnSync(process.execPath, [vite, "build", "--mode", target, "--configLoader", "native", "--logLevel", "warn"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    env: { ...process.env, NODE_ENV: "production", PACKBENCH_BUILD_TO: aside },
  });
  if (status !== 0) {
    rmSync(aside, { recursive: true, force: true });
    throw new Error(`the build of ${target} failed; its words stand above.`);
  }
  rmSync(stampPath(target), { force: true });
  if (existsSync(join(dist, target))) renameSync(join(dist, target), old);
  renameSync(join(aside, target), join(dist, target));
  writeFileSync(stampPath(target), hash);
  for (const path of [aside, old]) rmSync(path, { recursive: true, force: true });
};

/** Builds the named targets where their sources changed since. Returns words about what failed, or null. */
export const build = (names) => {
  const stale = names.filter((target) => stampOf(target) !== sourceHash(target));
  if (stale.length === 0) return null;
  try {
    withLock(() => stale.forEach(buildOne));
    return null;
  } catch (error) {
    return error.message;
  }
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  install();
  await underGoodNode(process.argv[1]);
  const asked = process.argv.slice(2);
  const unknown = asked.find((name) => !(name in targets));
  if (unknown !== undefined) giveUp(`there is nothing named ${unknown} to build; say ${Object.keys(targets).join(", ")} or nothing.`);
  const failed = build(asked.length === 0 ? Object.keys(targets) : asked);
  if (failed !== null) giveUp(failed);
}
