import react from "@vitejs/plugin-react";
import { join } from "node:path";
import { defineConfig, type UserConfig } from "vite";
import manifest from "./package.json" with { type: "json" };

const root = import.meta.dirname;
/** The build writes aside and swaps when it is whole (electron/launch/build.mjs). */
const outDir = process.env["PACKBENCH_BUILD_TO"] ?? join(root, "dist");

const renderer: UserConfig = {
  root: join(root, "renderer"),
  base: "/",
  plugins: [react()],
  build: {
    outDir: join(outDir, "renderer"),
    emptyOutDir: true,
    // The page's policy allows fonts and sounds from its own files only: nothing is inlined as data:
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
};

/** Packages stay beside the bundle: natives, fonts, wasm and SumatraPDF are found as files. */
const besideTheBundle = ["electron", ...Object.keys(manifest.dependencies)];

const main: UserConfig = {
  root,
  publicDir: false,
  ssr: { external: besideTheBundle },
  build: {
    ssr: true,
    target: "node24",
    outDir: join(outDir, "main"),
    emptyOutDir: true,
    minify: false,
    sourcemap: true,
    rolldownOptions: {
      input: {
        main: join(root, "electron/main.ts"),
        "raster-worker": join(root, "electron/printer/raster-worker.ts"),
        "cups-guard-process": join(root, "electron/printer/cups-guard-process.ts"),
        "label-worker": join(root, "electron/printer/label-worker.ts"),
        "zpl-picture-worker": join(root, "electron/printer/zpl-picture-worker.ts"),
        "check-worker": join(root, "electron/store/check-worker.ts"),
      },
      output: { format: "cjs", entryFileNames: "[name].cjs", chunkFileNames: "[name]-[hash].cjs" },
    },
  },
};

/** A sandboxed preload can require `electron` and nothing else: everything is inside. */
const preload: UserConfig = {
  root,
  publicDir: false,
  ssr: { noExternal: true, external: ["electron"] },
  build: {
    ssr: true,
    target: "node24",
    outDir: join(outDir, "preload"),
    emptyOutDir: true,
    minify: true,
    rolldownOptions: {
      input: { preload: join(root, "electron/preload.ts") },
      output: { format: "cjs", entryFileNames: "[name].cjs", codeSplitting: false },
    },
  },
};

const config = defineConfig(({ mode }) => (mode === "main" ? main : mode === "preload" ? preload : renderer));

export default config;
