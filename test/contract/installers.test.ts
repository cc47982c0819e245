import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { extractAll, listPackage } from "@electron/asar";
import { describe, expect, it } from "vitest";
import type { Snapshot } from "../../shared/station.ts";
import { startElectron } from "../fakes/electron-app.ts";
import { testFolder } from "../fakes/folder.ts";
import { until } from "../fakes/until.ts";

const root = join(import.meta.dirname, "../..");
const sumatra = "node_modules/pdf-to-printer/dist/SumatraPDF-3.4.6-32.exe";

/** The mark behind which Electron's binary keeps its fuses, with nine of them at their defaults. */
const FUSES = Buffer.concat([Buffer.from("dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX"), Buffer.from([1, 9]), Buffer.from("101001111")]);
const PE_HEADER_AT = 0x3c;
/** from the PE mark: 24 bytes of header, then in the optional header of a 32-bit program 96 bytes and four table entries */
const SIGNATURE_ENTRY_AT = 24 + 96 + 4 * 8;

/** A Windows program that the builder can take for Electron: any real one without its signature will do. */
const unsignedProgram = (): Buffer => {
  const bytes = readFileSync(join(root, sumatra));
  const at = bytes.readUInt32LE(PE_HEADER_AT) + SIGNATURE_ENTRY_AT;
  return Buffer.concat([bytes.fill(0, at, at + 8), FUSES]);
};

const standIn = { linux: () => Buffer.concat([Buffer.from("#!/bin/sh\nexit 0\n"), FUSES]), win: unsignedProgram } as const;

/** Packs the app around a stand-in for Electron's binary, which can't be fetched everywhere. Returns the resources folder. */
const pack = (
  system: keyof typeof standIn,
): Readonly<{ resources: string; program: string; files: readonly string[]; unpacked: readonly string[] }> => {
  const folder = testFolder();
  const electron = join(folder, "electron");
  mkdirSync(electron);
  const binary = join(electron, system === "win" ? "electron.exe" : "electron");
  writeFileSync(binary, standIn[system]());
  chmodSync(binary, 0o755);
  const output = join(folder, "release");
  const builder = join(root, "node_modules/electron-builder/cli.js");
  const options = [`--${system}`, "dir", "--x64", `-c.electronDist=${electron}`, `-c.directories.output=${output}`];
  const built = spawnSync(process.execPath, [builder, ...options], { cwd: root, encoding: "utf8" });
  expect(built.status, built.stdout + built.stderr).toBe(0);
  const resources = join(output, `${system}-unpacked/resources`);
  const beside = join(resources, "app.asar.unpacked");
  return {
    resources,
    program: join(output, `${system}-unpacked`, system === "win" ? "Packbench.exe" : "packbench"),
    files: listPackage(join(resources, "app.asar"), { isPack: false }).map((path) => path.slice(1).replaceAll("\\", "/")),
    unpacked: readdirSync(beside, { recursive: true, encoding: "utf8" }).filter((path) => /\.(node|exe|ttf)$/.test(path)),
  };
};

const natives = (paths: readonly string[]): readonly string[] => paths.filter((path) => /\.(node|exe)$/.test(path)).toSorted();

const labelFonts = (paths: readonly string[]): readonly string[] => paths.filter((path) => /@expo-google-fonts.*\.ttf$/.test(path));

const expectTrimmed = (files: readonly string[]): void => {
  for (const path of [
    "dist/main/main.cjs",
    "dist/main/raster-worker.cjs",
    "dist/main/label-worker.cjs",
    "dist/main/check-worker.cjs",
    "dist/preload/preload.cjs",
    "dist/renderer/index.html",
    "package.json",
    "node_modules/zxing-wasm/dist/cjs/reader/index.js",
    "node_modules/zxing-wasm/dist/reader/zxing_reader.wasm",
  ]) {
    expect(files).toContain(path);
  }
  const foreign =
    /^(electron|shared|renderer|test|test-results|release)\/|\.tsx?$|hidapi|better-sqlite3\/deps|node-(linux|win)-x64|prebuilds\/.*(darwin|musl)|^node_modules\/(vitest|playwright|electron|vite)|\.map$/;
  expect(files.filter((path) => foreign.test(path) && !path.startsWith("node_modules/pkg-prebuilds/"))).toEqual([]);
  expect(files.filter((path) => path.endsWith(".wasm") && path.includes("zxing"))).toHaveLength(1);
  const fonts = labelFonts(files);
  expect(fonts.length).toBeGreaterThan(0);
  expect(fonts.filter((path) => !/\/(400Regular|700Bold)\//.test(path))).toEqual([]);
};

/** Packing compresses a hundred megabytes. */
const PATIENCE_MS = 240_000;

describe("the installers' content", { timeout: PATIENCE_MS }, () => {
  it("for Linux: what runs and nothing else, natives and fonts beside the archive, and the packed app takes scans", async () => {
    const { resources, program, files, unpacked } = pack("linux");
    expectTrimmed(files);
    expect(natives(unpacked)).toEqual([
      "node_modules/@serialport/bindings-cpp/prebuilds/linux-x64/@serialport+bindings-cpp.glibc.node",
      "node_modules/better-sqlite3/prebuilds/linux-x64.node",
      "node_modules/node-hid/prebuilds/HID-linux-x64/node-napi-v4.node",
      "node_modules/node-hid/prebuilds/HID_hidraw-linux-x64/node-napi-v4.node",
    ]);
    expect(natives(files)).toEqual(natives(unpacked));
    expect(labelFonts(unpacked)).toHaveLength(labelFonts(files).length);
    expect(existsSync(join(resources, "70-packbench-scanner.rules"))).toBe(true);
    // No way into Node through the program: no ELECTRON_RUN_AS_NODE, no NODE_OPTIONS, no --inspect; only app.asar is loaded
    const bytes = readFileSync(program);
    const fuses = bytes.subarray(bytes.indexOf(FUSES.subarray(0, 32)) + 34).toString("latin1");
    expect(fuses.slice(0, 6)).toBe("010011");

    const unfolded = join(testFolder(), "app");
    extractAll(join(resources, "app.asar"), unfolded);
    cpSync(join(resources, "app.asar.unpacked"), unfolded, { recursive: true });
    const app = startElectron({ main: join(unfolded, "dist/main/main.cjs"), args: ["--data-dir", testFolder()] });
    try {
      await app.untilShown();
      const call = async (name: string, input: unknown) => {
        const json = JSON.stringify({ id: 1, call: name, input });
        return JSON.parse(await app.evaluate<string>(`window.packbench.call(${JSON.stringify(json)})`));
      };
      expect(await call("scan", { text: "NO-SUCH-CODE", source: "wedge" })).toMatchObject({
        ok: true,
        value: { verdict: { kind: "unknown-task" } },
      });
      // Fonts, barcodes and the label reader's worker are found where they were packed
      expect(await call("sheet.pdf", {})).toMatchObject({ ok: true, value: { base64: expect.stringMatching(/^JVBERi0/) } });
      // Labels are read back by the packed reader's own file
      const lookAt = async () => (await call("station.snapshot", {})).value as Snapshot;
      const [next] = (await lookAt()).waiting.next.filter(({ way }) => way === "single");
      const scan = async (text: string): Promise<string> => (await call("scan", { text, source: "wedge" })).value.verdict.kind;
      expect(await scan(next?.ftNo ?? "")).toBe("task-opened");
      for (let verdict = ""; verdict !== "task-done";) {
        const line = (await lookAt()).task?.lines.find(({ state }) => state === "next");
        verdict = await scan(line?.barcodes[0] ?? line?.brandSkuCode ?? "");
        expect(["item-ok", "task-done"]).toContain(verdict);
      }
      const parcelNo = (await lookAt()).lastParcels[0]?.parcelNo;
      await until(async () => (await call("parcel.label", { parcelNo })).value?.outcome === "match", "the label is read back");
      const printed = testFolder();
      expect(await call("printer.test", { printer: `folder:${printed}` })).toMatchObject({ ok: true });
      expect(readdirSync(printed)).not.toEqual([]);
    } finally {
      await app.quit();
    }
  });

  it("for Windows: the same with its own natives and SumatraPDF beside the archive", () => {
    const { files, unpacked } = pack("win");
    expectTrimmed(files);
    expect(natives(unpacked)).toEqual([
      "node_modules/@serialport/bindings-cpp/prebuilds/win32-x64/@serialport+bindings-cpp.node",
      "node_modules/better-sqlite3/prebuilds/win32-x64.node",
      "node_modules/node-hid/prebuilds/HID-win32-x64/node-napi-v4.node",
      sumatra,
    ]);
  });
});
