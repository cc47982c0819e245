// The checks that `npm run check` and `npm test` share. Plain JavaScript: a fresh clone runs this before anything is installed.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { modules, root, say } from "../../electron/launch/ground.mjs";

/** Runs one of the project's tools under this Node; its words go to standard error. True when it was content. */
export const runTool = (script, args, { stdout = 2, env = process.env } = {}) =>
  spawnSync(process.execPath, [join(modules, script), ...args], { cwd: root, stdio: ["ignore", stdout, 2], env }).status === 0;

const vitest = "vitest/vitest.mjs";

/** Each check: what it is called, and how it is run. */
export const checks = [
  { name: "types", run: () => runTool("typescript/bin/tsc", ["--project", root]) },
  { name: "lint", run: () => runTool("oxlint/bin/oxlint", ["--deny-warnings"]) },
  { name: "format", run: () => runTool("prettier/bin/prettier.cjs", ["--check", "--log-level", "warn", "."]) },
];
export const layersCheck = { name: "layers", run: () => runTool(vitest, ["run", "test/unit/layers.test.ts"]) };

/** Runs checks one after the other, says how each ended, and returns how many did not pass. */
export const runChecks = (list) =>
  list.filter(({ name, run }) => {
    const content = run();
    say(`${name}: ${content ? "fine" : "NOT fine, see above"}`);
    return !content;
  }).length;

/** Programs that tests start, the Debian package of each, and what is tested with it. */
const programs = [
  { program: "chromium", deb: "chromium", for: "everything on the screen" },
  { program: "cupsd", deb: "cups", for: "printing through a real queue" },
  { program: "lp", deb: "cups-client", for: "printing through a real queue" },
  { program: "ippeveprinter", deb: "cups-ipp-utils", for: "the printer behind the queue" },
  { program: "dbus-daemon", deb: "dbus", for: "the printer behind the queue" },
  { program: "Xvfb", deb: "xvfb", for: "a window with a wedge scanner typing into it" },
  { program: "xdotool", deb: "xdotool", for: "a window with a wedge scanner typing into it" },
  { program: "pdftotext", deb: "poppler-utils", for: "what is printed on a label" },
  { program: "zbarimg", deb: "zbar-tools", for: "whether a label's barcodes can be read" },
];

const isThere = (program) =>
  [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"].some((folder) => existsSync(join(folder, program)));

/** Installs the missing programs where that is possible, and says plainly what will fail where it isn't. */
export const installPrograms = () => {
  const missing = () => programs.filter(({ program }) => !isThere(program));
  if (missing().length === 0) return;
  const debs = [...new Set(missing().map(({ deb }) => deb))];
  if (process.getuid?.() === 0 && isThere("apt-get")) {
    say(`installing what the tests start: ${debs.join(" ")}…`);
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const apt = (args) => spawnSync("apt-get", args, { stdio: ["ignore", 2, 2], env });
    apt(["update", "-qq"]);
    apt(["install", "-y", "-qq", "--no-install-recommends", ...debs]);
  }
  for (const { program, deb, for: use } of missing())
    say(`${program} is missing: tests of ${use} will fail. Install it with: apt-get install ${deb}`);
};
