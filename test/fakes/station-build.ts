import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { build, type Plugin } from "vite";

const root = join(import.meta.dirname, "../..");
const folder = join(root, "node_modules/.cache/packbench-stations");
const programs = { kiosk: "electron/kiosk.ts", "station-entry": "test/fakes/crash/station-entry.ts" };
/** Set in the process that built them, and in all that it starts: what was built for other sources is never run. */
const MADE = "PACKBENCH_STATIONS_BUILT";

/** What brings files of its own (natives, wasm, fonts) stays where it is. */
const withFiles = [
  "better-sqlite3",
  "node-hid",
  "serialport",
  "@hyzyla/pdfium",
  "zxing-wasm",
  "zpl-renderer-js",
  "bwip-js",
  "fontkit",
  "pdfkit",
];

/** Workers and files are looked for where the source lies. */
const whereSourcesLie: Plugin = {
  name: "where-sources-lie",
  transform: (code, id) =>
    id.startsWith(root) && !id.includes("node_modules") && code.includes("import.meta.")
      ? code
          .replaceAll("import.meta.url", JSON.stringify(pathToFileURL(id).href))
          .replaceAll("import.meta.dirname", JSON.stringify(dirname(id)))
      : null,
};

const bundle = async (): Promise<readonly Readonly<{ fileName: string; text: string; isEntry: boolean }>[]> => {
  const made = await build({
    configFile: false,
    root,
    publicDir: false,
    logLevel: "warn",
    plugins: [whereSourcesLie],
    ssr: { noExternal: true, external: withFiles },
    build: {
      ssr: true,
      target: "node24",
      write: false,
      minify: false,
      rolldownOptions: {
        input: Object.fromEntries(Object.entries(programs).map(([name, path]) => [name, join(root, path)])),
        output: { format: "es", entryFileNames: "[name].mjs", chunkFileNames: "[name]-[hash].mjs" },
      },
    },
  });
  const outputs = Array.isArray(made) ? made : [made];
  return outputs.flatMap((one) =>
    "output" in one
      ? one.output.flatMap((file) => (file.type === "chunk" ? [{ fileName: file.fileName, text: file.code, isEntry: file.isEntry }] : []))
      : [],
  );
};

/**
 * Makes one file of each program that tests start as a station, and of the packages it needs: as Electron's main is made, and half the processor
 * time of a start, which is most of what a test with three hundred kills costs.
 */
export const buildStations = async (): Promise<void> => {
  if (process.env[MADE] !== undefined) return;
  mkdirSync(folder, { recursive: true });
  // Another test may be starting stations from there: each file is whole from its first moment, and what the entries need comes before them
  for (const { fileName, text } of (await bundle()).toSorted((a, b) => Number(a.isEntry) - Number(b.isEntry))) {
    const aside = join(folder, `${fileName}.${process.pid}`);
    writeFileSync(aside, text);
    renameSync(aside, join(folder, fileName));
  }
  process.env[MADE] = folder;
};

/** The file to run for one of this project's programs: built where that was done, else its source. */
export const programFile = (entry: string): string => {
  const made = process.env[MADE];
  const name = Object.entries(programs).find(([, path]) => path === entry)?.[0];
  return made === undefined || name === undefined ? join(root, entry) : join(made, `${name}.mjs`);
};
