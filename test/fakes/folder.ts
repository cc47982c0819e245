import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { removeFolder } from "./removal.ts";

/** A folder of its own for one test, gone afterwards. */
export const testFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "packbench-"));
  onTestFinished(() => removeFolder(folder));
  return folder;
};
