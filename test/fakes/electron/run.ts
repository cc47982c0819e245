// Runs a bundled main process with the double in Electron's place: node run.ts MAIN.cjs [arguments of the app]
import { readFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createElectronDouble } from "./electron.ts";

const main = process.argv[2] ?? "";
const root = dirname(dirname(dirname(main)));
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
const { electron, controls } = createElectronDouble({ root, version, backend: process.env["DOUBLE_KEYRING"] ?? "gnome_libsecret" });

type Load = (request: string, ...rest: unknown[]) => unknown;
const loader = Module as unknown as { _load: Load };
const load = loader._load;
loader._load = (request, ...rest) => (request === "electron" ? electron : load(request, ...rest));

type Command = Readonly<{ id: number; name: keyof typeof controls; values: never[] }>;
process.on("message", ({ id, name, values }: Command) => {
  const act = controls[name] as (...values: never[]) => unknown;
  Promise.resolve()
    .then(() => act(...values))
    .then(
      (value) => process.send?.({ id, value: value ?? null }),
      (error: unknown) => process.send?.({ id, error: error instanceof Error ? error.message : String(error) }),
    );
});

// Electron's argv: the program, then what it was given
process.argv = [process.argv[0] ?? "", ...process.argv.slice(3)];
createRequire(main)(main);
