import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createAssets } from "../../electron/bridge/assets.ts";
import { isOwnHost, isOwnOrigin, isSameToken, pageHeaders } from "../../electron/bridge/guards.ts";
import { testFolder } from "../fakes/folder.ts";

describe("the loopback's guards", () => {
  it("know their own host by name and port, and no other", () => {
    for (const host of ["127.0.0.1:5000", "localhost:5000", "LOCALHOST:5000"]) expect(isOwnHost(host, 5000)).toBe(true);
    const others = [
      undefined,
      "",
      "127.0.0.1",
      "127.0.0.1:5001",
      "127.0.0.1:50000",
      "localhost.evil.example:5000",
      "evil.example:5000",
      "[::1]:5000",
    ];
    for (const host of others) expect(isOwnHost(host, 5000), String(host)).toBe(false);
  });

  it("know their own page, take programs without an origin, and refuse every other page", () => {
    for (const origin of [undefined, "http://127.0.0.1:5000", "http://localhost:5000"]) expect(isOwnOrigin(origin, 5000)).toBe(true);
    const others = ["null", "", "https://127.0.0.1:5000", "http://127.0.0.1:5001", "http://127.0.0.1", "http://evil.example", "file://"];
    for (const origin of others) expect(isOwnOrigin(origin, 5000), origin).toBe(false);
  });

  it("take the very token only", () => {
    expect(isSameToken("abc", "abc")).toBe(true);
    for (const token of [null, "", "ab", "abcd", "ABC", "abc "]) expect(isSameToken(token, "abc"), String(token)).toBe(false);
  });

  it("allow a page no inline script, no eval, no frame around it and no form", () => {
    const policy = pageHeaders["Content-Security-Policy"] ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain("unsafe");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("form-action 'none'");
  });
});

describe("the screen's files", () => {
  it("are served by list: nothing outside the folder can be named", () => {
    const folder = testFolder();
    const screen = join(folder, "screen");
    mkdirSync(join(screen, "assets"), { recursive: true });
    writeFileSync(join(folder, "secret.txt"), "secret");
    writeFileSync(join(screen, "index.html"), "<!doctype html>");
    writeFileSync(join(screen, "assets/main-abc123.js"), "1");
    const assets = createAssets(screen);
    const outside = [
      "/../secret.txt",
      "/%2e%2e/secret.txt",
      "/..%2fsecret.txt",
      "/assets/../../secret.txt",
      "/..\\secret.txt",
      "//secret.txt",
      "/%00",
      "/%",
      "/assets",
    ];
    for (const path of outside) expect(assets.find(path), path).toBeNull();
    expect(assets.find("/")).toMatchObject({ contentType: "text/html; charset=utf-8", cacheControl: "no-store" });
    expect(assets.find("/assets/main-abc123.js")).toMatchObject({ cacheControl: "public, max-age=31536000, immutable" });
    expect(createAssets(join(folder, "nowhere")).built).toBe(false);
  });
});
