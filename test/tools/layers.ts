/** One layer of the project: which files, and what they may import beside each other. */
type Layer = Readonly<{
  name: string;
  /** globs: `**` any folders, `*` any name, `{a,b}` choices */
  files: readonly string[];
  /** other layers it may import */
  layers: readonly string[];
  /** npm packages or scopes it may import, with their subpaths */
  packages: readonly string[];
  /** may it import node:…? */
  node: boolean;
}>;

const everythingButElectron = [
  "owed",
  "aliases",
  "shared",
  "engine",
  "desk",
  "store",
  "sync",
  "device",
  "scale",
  "scanner",
  "printer",
  "practice",
  "kit",
  "bridge",
  "station",
];

/**
 * What may import what: the one list behind the linter's rules (oxlint.config.ts) and the test that walks the imports
 * (test/unit/layers.test.ts). A file's layer is the first one that fits.
 */
export const layers: readonly Layer[] = [
  { name: "shared", files: ["shared/**/*.ts"], layers: [], packages: ["zod"], node: false },

  // Pure: no clock, no I/O, no store
  {
    name: "engine",
    files: [
      "electron/packing/{bench,closing,commands,decision,engine,handover,items,match,milestone-modes,news,stop-verdicts,teaching,undo,verdicts,view,weight-answers,weight-check,words}.ts",
      "electron/counting/{commands,count,decide,words}.ts",
      "electron/*/decode-*.ts",
    ],
    layers: ["shared"],
    packages: [],
    node: false,
  },

  { name: "kit", files: ["electron/kit/**/*.ts"], layers: ["shared"], packages: ["pino", "undici", "zod"], node: true },
  { name: "store", files: ["electron/store/**/*.ts"], layers: ["shared", "kit"], packages: ["better-sqlite3", "zod"], node: true },
  { name: "owed", files: ["electron/owed/**/*.ts"], layers: ["shared", "kit", "store"], packages: ["zod"], node: true },
  { name: "aliases", files: ["electron/aliases/**/*.ts"], layers: ["shared", "kit", "store"], packages: ["csv-parse", "zod"], node: true },
  { name: "sync", files: ["electron/sync/**/*.ts"], layers: ["shared", "kit", "store"], packages: ["zod"], node: true },
  {
    name: "scanner",
    files: ["electron/scanner/**/*.ts"],
    layers: ["shared", "kit", "store", "engine", "device"],
    packages: ["gs1-barcode-parser-mod", "zod"],
    node: true,
  },
  { name: "device", files: ["electron/device/**/*.ts"], layers: ["shared", "kit"], packages: ["node-hid", "serialport"], node: true },
  { name: "scale", files: ["electron/scale/**/*.ts"], layers: ["shared", "kit", "engine", "device"], packages: [], node: true },
  {
    name: "printer",
    files: ["electron/printer/**/*.ts"],
    layers: ["shared", "kit", "store"],
    packages: [
      "@hyzyla/pdfium",
      "@expo-google-fonts",
      "bidi-js",
      "bwip-js",
      "fontkit",
      "pdfkit",
      "pdf-to-printer",
      "pngjs",
      "zod",
      "zpl-renderer-js",
      "zxing-wasm",
    ],
    node: true,
  },
  // The embedded OMS4 speaks the same endpoint table and makes real labels
  {
    name: "practice",
    files: ["electron/practice/**/*.ts"],
    layers: ["shared", "kit", "store", "sync", "printer"],
    packages: ["bwip-js", "pdfkit", "zod"],
    node: true,
  },
  {
    name: "desk",
    files: ["electron/packing/**/*.ts", "electron/counting/**/*.ts"],
    layers: ["shared", "engine", "store", "kit"],
    packages: [],
    node: false,
  },
  { name: "bridge", files: ["electron/bridge/**/*.ts"], layers: ["shared", "kit"], packages: ["ws", "zod"], node: true },
  // Electron's own files come before the station's, which are whatever else lies directly in electron/
  {
    name: "shell",
    files: ["electron/{main,preload}.ts", "electron/shell/**/*.ts"],
    layers: ["shared", "kit", "bridge", "launch", "station"],
    packages: ["electron", "zod"],
    node: true,
  },
  { name: "launch", files: ["electron/kiosk.ts", "electron/launch/**/*.ts"], layers: everythingButElectron, packages: ["zod"], node: true },
  { name: "station", files: ["electron/*.ts", "electron/works/**/*.ts"], layers: everythingButElectron, packages: ["zod"], node: true },

  {
    name: "renderer",
    files: ["renderer/**/*.{ts,tsx}"],
    layers: ["shared"],
    packages: ["react", "react-dom", "bwip-js", "@fontsource", "@fontsource-variable"],
    node: false,
  },
];

/** Turns one of the globs above into a regular expression over a path from the project's root. */
export const globExpression = (glob: string): RegExp =>
  new RegExp(
    `^${glob
      .replaceAll(/[.+^$()|[\]\\]/g, String.raw`\$&`)
      .replaceAll("**/", "\u0000")
      .replaceAll("*", "[^/]*")
      .replaceAll("\u0000", "(?:.*/)?")
      .replaceAll(/\{([^}]*)\}/g, (_, choices: string) => `(?:${choices.replaceAll(",", "|")})`)}$`,
  );

/** The layer of a file, by its path from the project's root with forward slashes; null outside all layers (tests, tools). */
export const layerOf = (path: string): Layer | null =>
  layers.find((layer) => layer.files.some((glob) => globExpression(glob).test(path))) ?? null;

/** The package that a bare specifier names: `@scope/name/sub` → `@scope/name`. */
export const packageOf = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");

const scopeOf = (name: string): string => name.split("/")[0] ?? name;

/** Says in words what is wrong with one import, or null. `target` is the path of the file behind a relative specifier. */
export const importFault = (from: string, specifier: string, target: string | null): string | null => {
  const layer = layerOf(from);
  if (layer === null) return null;
  if (specifier.startsWith("node:"))
    return layer.node ? null : `${from} (${layer.name}) imports ${specifier}: this layer uses nothing of Node`;
  if (target === null) {
    const name = packageOf(specifier);
    const allowed = layer.packages.includes(name) || layer.packages.includes(scopeOf(name));
    return allowed ? null : `${from} (${layer.name}) imports the package ${name}: allowed are ${layer.packages.join(", ") || "none"}`;
  }
  const other = layerOf(target);
  if (other === layer || (other !== null && layer.layers.includes(other.name))) return null;
  if (other === null && !/\.(ts|tsx)$/.test(target)) return null; // styles, pictures
  return `${from} (${layer.name}) imports ${target} (${other?.name ?? "outside all layers"}): allowed are ${layer.layers.join(", ") || "none"}`;
};

const escaped = (text: string): string => text.replaceAll(/[/.]/g, String.raw`\$&`);
const oneOf = (names: readonly string[]): string => `(?:${names.map(escaped).join("|")})`;

/** The folder of electron/ that a layer fills, or null. */
const folderOf = (layer: Layer): string | null => layer.files[0]?.match(/^electron\/([a-z]+)\//)?.[1] ?? null;
const folders = [...new Set(layers.map(folderOf).filter((folder) => folder !== null))];
const named = (name: string): Layer[] => layers.filter((layer) => layer.name === name);

/**
 * Lint rules by layer, for packages that the project has. The linter sees specifiers, not files, and knows no
 * look-ahead: so what is forbidden is written out here, and the test that resolves the imports sees the rest. `packages` are
 * all of package.json.
 */
export const lintOverrides = (packages: readonly string[]) =>
  // The linter lets the last fitting rule win, this list the first
  layers.toReversed().map((layer) => {
    const allowed = (name: string): boolean => layer.packages.includes(name) || layer.packages.includes(scopeOf(name));
    const mayUse = [layer, ...layer.layers.flatMap(named)].map(folderOf);
    const closed = folders.filter((folder) => !mayUse.includes(folder));
    const patterns = [
      {
        regex: `^${oneOf([...packages.filter((name) => !allowed(name)), "electron"].filter((name) => !allowed(name)))}(?:/|$)`,
        message: `Layer "${layer.name}" may import these packages only: ${layer.packages.join(", ") || "none"}.`,
      },
    ];
    if (!layer.node) patterns.push({ regex: "^node:", message: `Layer "${layer.name}" uses nothing of Node.` });
    if (layer.name === "shared") patterns.push({ regex: String.raw`^\.\./`, message: "shared/ imports nothing outside itself." });
    else if (layer.name === "renderer") {
      patterns.push({
        regex: String.raw`^(?:\.\./)+(?:electron|test)/`,
        message: "The screen talks to the station through the bridge only.",
      });
    } else if (closed.length > 0) {
      patterns.push({
        regex: String.raw`^(?:\.\./|\./)${oneOf(closed)}/`,
        message: `Layer "${layer.name}" may import these layers only: ${layer.layers.join(", ")}.`,
      });
    }
    return {
      files: [...layer.files],
      rules: { "no-restricted-imports": ["error" as const, { patterns }] as ["error", { patterns: typeof patterns }] },
    };
  });
