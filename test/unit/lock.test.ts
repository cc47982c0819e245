import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";

const entrySchema = z.object({
  version: z.string().optional(),
  dependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
});
const { packages } = z
  .object({ packages: z.record(z.string(), entrySchema) })
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, "../../package-lock.json"), "utf8")));

/** Folders that Node would look in for a package's dependency, nearest first. */
const lookedIn = (at: string): readonly string[] => {
  const parts = at.split("/node_modules/");
  return [...parts.map((_, index) => `${parts.slice(0, parts.length - index).join("/node_modules/")}/`), ""];
};

describe("the lock file", () => {
  it("knows every dependency of every package, also those of other systems: npm ci refuses a clone otherwise", () => {
    const missing = Object.entries(packages).flatMap(([at, { dependencies, optionalDependencies }]) =>
      Object.keys({ ...dependencies, ...optionalDependencies })
        .filter((name) => !lookedIn(at).some((folder) => packages[`${folder === "/" ? "" : folder}node_modules/${name}`] !== undefined))
        .map((name) => `${at || "package.json"} → ${name}`),
    );
    expect(missing).toEqual([]);
  });

  it("pins every package to a version", () => {
    expect(Object.entries(packages).filter(([at, { version }]) => at !== "" && version === undefined)).toEqual([]);
  });
});
