import { writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { testFolder } from "../fakes/folder.ts";
import { launchProgram, projectRoot } from "../fakes/launched.ts";

const doctor = (args: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
  launchProgram(process.execPath, [join(projectRoot, "electron/launch/doctor.mjs"), ...args], {
    OMS4_BASE_URL: "http://127.0.0.1:9/openapi/",
    ...environment,
  });

describe("the doctor", () => {
  it("names what is broken, the way out of it, and ends with 1", async () => {
    const folder = testFolder();
    writeFileSync(join(folder, "file"), "");
    const taken = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => taken.once("listening", resolve));
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as AddressInfo;
    const run = doctor(["--data-dir", join(folder, "file/below"), "--port", String(port)]);
    expect(await run.exited).toBe(1);
    const lines = run.output().split("\n");
    const lineOf = (name: string): string => lines.find((line) => line.slice(6).startsWith(name)) ?? "";
    expect(lineOf("data folder")).toMatch(/^FAIL .*file\/below/);
    expect(lineOf("port")).toMatch(new RegExp(`^FAIL .*${port}`));
    expect(lineOf("OMS4")).toMatch(/^FAIL .*127\.0\.0\.1:9/);
    expect(lines.filter((line) => line.includes("→")).length).toBeGreaterThanOrEqual(3);
    expect(lineOf("better-sqlite3")).toMatch(/^ok/);
  });

  it("asks the OMS4 of the stored settings, and names a settings file that can't be read", async () => {
    const folder = testFolder();
    const linesOf = async (stored: string, environment: Readonly<Record<string, string>>): Promise<string> => {
      writeFileSync(join(folder, "settings.json"), stored);
      const run = launchProgram(process.execPath, [join(projectRoot, "electron/launch/doctor.mjs"), "--data-dir", folder], environment);
      expect(await run.exited).toBe(1);
      return run.output();
    };
    const good = await linesOf(JSON.stringify({ baseUrl: "http://127.0.0.1:9/stored/" }), {});
    expect(good).toMatch(/^FAIL +OMS4 .*127\.0\.0\.1:9\/stored/m);
    expect(good).toMatch(/^ok +settings .*settings\.json/m);
    const cut = await linesOf('{"baseUrl": "http', { OMS4_BASE_URL: "http://127.0.0.1:9/" });
    expect(cut).toMatch(/^FAIL +settings .*settings\.json can't be read/m);
  });

  it("tells a clock that is wrong from one that is right", async () => {
    for (const { off, mark } of [
      { off: 0, mark: "ok" },
      { off: 3_600_000, mark: "FAIL" },
    ]) {
      const { createServer: createWebServer } = await import("node:http");
      const server = createWebServer((_, response) =>
        response.writeHead(200, { Date: new Date(Date.now() - off).toUTCString() }).end(),
      ).listen(0, "127.0.0.1");
      await new Promise((resolve) => server.once("listening", resolve));
      onTestFinished(() => void server.close());
      const run = doctor(["--data-dir", testFolder()], { OMS4_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` });
      await run.exited;
      expect(run.output()).toMatch(new RegExp(`^${mark} +clock`, "m"));
    }
  });
});
