import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { describe, expect, it } from "vitest";
import { importFault, layerOf, layers } from "../tools/layers.ts";

const root = join(import.meta.dirname, "../..");

const sources = ["shared", "electron", "renderer"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
    .filter((path) => /\.tsx?$/.test(path)),
);

/** Static and dynamic imports, re-exports, and module paths handed to workers, as written. */
const importsOf = (text: string): readonly string[] =>
  [...text.matchAll(/(?:\bfrom|\bimport|\bimport\(|\brequire\()\s*"([^"]+)"/g)].map((match) => match[1] ?? "");

const faultsIn = (path: string, text: string): readonly string[] =>
  importsOf(text).flatMap((specifier) => {
    const target = specifier.startsWith(".") ? posix.join(dirname(path), specifier) : null;
    return importFault(path, specifier, target) ?? [];
  });

describe("layers", () => {
  it("no source file imports what its layer may not", () => {
    expect(sources.flatMap((path) => faultsIn(path, readFileSync(join(root, path), "utf8")))).toEqual([]);
  });

  it("every source file belongs to a layer, and every layer but the pure decoders has files", () => {
    expect(sources.filter((path) => layerOf(path) === null)).toEqual([]);
    const filled = new Set(sources.map((path) => layerOf(path)?.name));
    expect(layers.map(({ name }) => name).filter((name) => !filled.has(name))).toEqual([]);
  });

  it("only main, preload and shell/ import electron", () => {
    const users = sources.filter((path) => importsOf(readFileSync(join(root, path), "utf8")).some((name) => /^electron(\/|$)/.test(name)));
    expect(users.filter((path) => layerOf(path)?.name !== "shell")).toEqual([]);
    expect(users).not.toEqual([]);
  });

  it("catches each kind of trespass", () => {
    expect(faultsIn("shared/task.ts", 'import { join } from "node:path";')).toHaveLength(1);
    expect(faultsIn("shared/task.ts", 'import type { Log } from "../electron/kit/log.ts";')).toHaveLength(1);
    expect(faultsIn("electron/packing/engine.ts", 'import { now } from "../kit/clock.ts";')).toHaveLength(1);
    expect(faultsIn("electron/scanner/decode-hid.ts", 'import { readFileSync } from "node:fs";')).toHaveLength(1);
    expect(faultsIn("electron/store/tasks.ts", 'import { push } from "../sync/push.ts";')).toHaveLength(1);
    expect(faultsIn("electron/bridge/router.ts", 'export { openStation } from "../station.ts";')).toHaveLength(1);
    expect(faultsIn("electron/station.ts", 'import { app } from "electron";')).toHaveLength(1);
    expect(faultsIn("electron/sync/api.ts", 'const { x } = await import("better-sqlite3");')).toHaveLength(1);
    expect(faultsIn("renderer/app.tsx", 'import { openDatabase } from "../electron/store/database.ts";')).toHaveLength(1);
    expect(faultsIn("electron/main.ts", 'import { openStation } from "./station.ts";')).toEqual([]);
    expect(faultsIn("renderer/app.tsx", 'import "./styles/app.css"; import { useState } from "react";')).toEqual([]);
  });
});
