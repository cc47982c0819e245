import { mkdirSync, writeFileSync } from "node:fs";
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { connect, createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { createAssets } from "../../electron/bridge/assets.ts";
import { createLoopback, type Loopback } from "../../electron/bridge/loopback.ts";
import { createRouter, LARGEST_REQUEST_BYTES, type Handlers } from "../../electron/bridge/router.ts";
import { silentLog } from "../../electron/kit/log.ts";
import { LONGEST_PASTE } from "../../shared/alias.ts";
import { fail, succeed } from "../../shared/failures.ts";
import { testFolder } from "../fakes/folder.ts";
import { createStationFake, type StationFake } from "../fakes/station.ts";

const serve = async (handlers: Partial<Handlers> = {}): Promise<{ loopback: Loopback; station: StationFake; token: string }> => {
  const screen = testFolder();
  mkdirSync(join(screen, "assets"));
  writeFileSync(join(screen, "index.html"), "<!doctype html><title>Packbench</title>");
  writeFileSync(join(screen, "assets/app-1234.js"), "1");
  const station = createStationFake();
  const router = createRouter({ handlers: { ...station.handlers, ...handlers }, log: silentLog });
  const served = await createLoopback({ station, router, assets: createAssets(screen), port: 0, log: silentLog });
  if (!served.ok) throw new Error(served.failure.detail);
  onTestFinished(served.value.stop);
  return { loopback: served.value, station, token: new URL(served.value.url).searchParams.get("token") ?? "" };
};

type Answer = Readonly<{ status: number; headers: IncomingHttpHeaders; body: string }>;

/** A request as written: fetch would tidy the path and forbid the Host header. */
const ask = (port: number, path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asked = httpRequest({ host: "127.0.0.1", port, path, method, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts).toString() }),
      );
    });
    asked.on("error", reject);
    asked.end();
  });

/** Opens a socket: the status that refused it, or its first message. */
const knock = (
  address: string,
  headers: Record<string, string> = {},
): Promise<{ refused: number } | { first: string; socket: WebSocket }> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(address, { headers });
    onTestFinished(() => socket.terminate());
    socket.once("unexpected-response", (_, response) => resolve({ refused: response.statusCode ?? 0 }));
    socket.once("message", (data) => resolve({ first: data.toString(), socket }));
    socket.once("error", reject);
  });

describe("the loopback host", () => {
  it("serves the screen with a strict policy, the page never cached and hashed files for ever", async () => {
    const { loopback } = await serve();
    const page = await ask(loopback.port, "/");
    expect(page).toMatchObject({ status: 200, body: expect.stringContaining("Packbench") });
    expect(page.headers).toMatchObject({
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "same-origin",
      "content-security-policy": expect.stringContaining("default-src 'none'"),
    });
    const script = await ask(loopback.port, "/assets/app-1234.js");
    expect(script.headers).toMatchObject({
      "cache-control": expect.stringContaining("immutable"),
      "content-type": expect.stringContaining("javascript"),
    });
    expect((await ask(loopback.port, "/", {}, "HEAD")).body).toBe("");
    expect((await ask(loopback.port, "/", {}, "POST")).status).toBe(405);
  });

  it("leads nowhere outside the screen's folder", async () => {
    const { loopback } = await serve();
    for (const path of [
      "/../package.json",
      "/%2e%2e/%2e%2e/etc/passwd",
      "/assets/..%2f..%2fetc/passwd",
      "/..\\..\\x",
      "//etc/passwd",
      "/%00",
      "/%zz",
      "//",
    ]) {
      expect([400, 404], path).toContain((await ask(loopback.port, path)).status);
    }
  });

  it("refuses a foreign Host (DNS rebinding) and a foreign Origin, for files and for the socket", async () => {
    const { loopback, token } = await serve();
    const { port } = loopback;
    expect((await ask(port, "/", { Host: `evil.example:${port}` })).status).toBe(403);
    expect((await ask(port, "/", { Origin: "http://evil.example" })).status).toBe(403);
    const address = `ws://127.0.0.1:${port}/socket?token=${token}`;
    expect(await knock(address, { Host: `evil.example:${port}` })).toEqual({ refused: 403 });
    expect(await knock(address, { Origin: "http://evil.example" })).toEqual({ refused: 403 });
    expect(await knock(address, { Origin: `http://127.0.0.1:${port}` })).toMatchObject({ first: expect.stringContaining("snapshot") });
    expect(await knock(address.replace("/socket", "/other"))).toEqual({ refused: 404 });
  });

  it("opens the socket for the token only, and tells a page why", async () => {
    const { loopback, token } = await serve();
    const socket = `/socket?token=`;
    for (const wrong of ["", "x", `${token}x`, token.slice(1), token.toUpperCase()]) {
      expect(await knock(`ws://127.0.0.1:${loopback.port}${socket}${wrong}`), wrong).toEqual({ refused: 401 });
    }
    const why = await ask(loopback.port, `${socket}x`);
    expect(why.status).toBe(401);
    expect(JSON.parse(why.body)).toMatchObject({ ok: false, failure: { kind: "sender-untrusted" } });
    expect((await ask(loopback.port, socket + token)).status).toBe(426);
    expect(Buffer.from(token, "base64url")).toHaveLength(32);
  });

  it("gives the browser that it starts an address that leads to the screen once and holds no token", async () => {
    const { loopback, token } = await serve();
    const address = new URL(loopback.addressOnce());
    const path = address.pathname + address.search;
    expect(address.origin).toBe(new URL(loopback.url).origin);
    expect(address.href).not.toContain(token);
    expect((await ask(loopback.port, path, { Host: "evil.example" })).status).toBe(403);
    expect(await ask(loopback.port, path)).toMatchObject({ status: 303, headers: { location: `/?token=${token}` } });
    expect(await ask(loopback.port, path)).toMatchObject({ status: 403, body: expect.stringContaining("used already") });
    expect((await ask(loopback.port, "/open")).status).toBe(403);
    const another = new URL(loopback.addressOnce());
    expect((await ask(loopback.port, another.pathname + another.search)).status).toBe(303);
  });

  it("listens on 127.0.0.1 and on nothing else", async () => {
    const { loopback } = await serve();
    const refused = await new Promise<boolean>((resolve) => {
      const socket = connect(loopback.port, "::1");
      socket.once("connect", () => resolve(false)).once("error", () => resolve(true));
    });
    expect(refused).toBe(true);
  });

  it("names a port that is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const station = createStationFake();
    const router = createRouter({ handlers: station.handlers, log: silentLog });
    const served = await createLoopback({ station, router, assets: createAssets("/nowhere"), port, log: silentLog });
    expect(served).toMatchObject({ ok: false, failure: { kind: "setting-bad", detail: expect.stringContaining(String(port)) } });
  });

  it("says what to do when the screen isn't built", async () => {
    const station = createStationFake();
    const router = createRouter({ handlers: station.handlers, log: silentLog });
    const served = await createLoopback({ station, router, assets: createAssets("/nowhere"), port: 0, log: silentLog });
    if (!served.ok) throw new Error(served.failure.detail);
    onTestFinished(served.value.stop);
    expect(await ask(served.value.port, "/")).toMatchObject({ status: 503, body: expect.stringContaining("npm run build") });
  });

  it("gives a slow reader the newest snapshot instead of a pile of old ones", async () => {
    const { loopback, station, token } = await serve();
    const knocked = await knock(`ws://127.0.0.1:${loopback.port}/socket?token=${token}`);
    if ("refused" in knocked) throw new Error("refused");
    const { socket } = knocked;
    const seen: number[] = [];
    const last = 400;
    const caughtUp = new Promise<void>((resolve) => {
      socket.on("message", (data) => {
        const { body } = JSON.parse(data.toString());
        seen.push(body.scanSeq);
        if (body.scanSeq === last) resolve();
      });
    });
    socket.pause();
    // About 100 MB in all: far more than the system's own buffers hold
    const version = "x".repeat(256 * 1024);
    for (let scanSeq = 1; scanSeq <= last; scanSeq += 1) {
      station.change({ scanSeq, version });
      await new Promise((resolve) => setImmediate(resolve));
    }
    socket.resume();
    await caughtUp;
    expect(seen.length).toBeLessThan(last / 2);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  });

  it("gives the newest snapshot as soon as a long reply that was in its way is through", async () => {
    const asked = Promise.withResolvers<void>();
    const { loopback, station, token } = await serve({
      "sheet.pdf": () => {
        asked.resolve();
        // Far more than the system's own buffers hold
        return succeed({ base64: "x".repeat(64 * 1024 * 1024) });
      },
    });
    const knocked = await knock(`ws://127.0.0.1:${loopback.port}/socket?token=${token}`);
    if ("refused" in knocked) throw new Error("refused");
    const { socket } = knocked;
    const seen = new Promise<number>((resolve) => {
      socket.on("message", (data) => {
        const { event, body } = JSON.parse(data.toString());
        if (event === "snapshot") resolve(body.scanSeq);
      });
    });
    socket.send(JSON.stringify({ id: 1, call: "sheet.pdf", input: {} }));
    socket.pause();
    await asked.promise;
    await new Promise((resolve) => setImmediate(resolve));
    station.change({ scanSeq: 7 });
    socket.resume();
    expect(await seen).toBe(7);
  });

  it("lives on when the snapshot of a page that has just come can't be read, and tells it the next one", async () => {
    const station = createStationFake();
    let broken = true;
    const flawed: StationFake = {
      ...station,
      snapshot: () => {
        if (broken) throw new Error("disk I/O error");
        return station.snapshot();
      },
    };
    const router = createRouter({ handlers: station.handlers, log: silentLog });
    const served = await createLoopback({ station: flawed, router, assets: createAssets("/nowhere"), port: 0, log: silentLog });
    if (!served.ok) throw new Error(served.failure.detail);
    onTestFinished(served.value.stop);
    const first = knock(served.value.url.replace("http", "ws").replace("/?", "/socket?"));
    await expect.poll(() => station.listeners()).toBe(1);
    broken = false;
    station.change({ scanSeq: 7 });
    expect(await first).toMatchObject({ first: expect.stringContaining(`"scanSeq":7`) });
  });

  it("takes a pasted list of the longest kind, whatever its characters, and keeps the connection", async () => {
    const texts: string[] = [];
    const { loopback, token } = await serve({
      "codes.preview": ({ list }) => {
        if ("text" in list) texts.push(list.text);
        return fail("not-now", "There are no codes here.");
      },
    });
    const knocked = await knock(`ws://127.0.0.1:${loopback.port}/socket?token=${token}`);
    if ("refused" in knocked) throw new Error("refused");
    for (const character of ["码", "\u0001"]) {
      const text = character.repeat(LONGEST_PASTE);
      const reply = new Promise<string>((resolve) => knocked.socket.once("message", (data) => resolve(data.toString())));
      knocked.socket.send(JSON.stringify({ id: 1, call: "codes.preview", input: { list: { text } } }));
      expect(JSON.parse(await reply)).toMatchObject({ id: 1, failure: { kind: "not-now" } });
      expect(texts.pop() === text).toBe(true);
    }
  });

  it("drops a request that is too large with its connection, and serves the next one", async () => {
    const { loopback, station, token } = await serve();
    const address = `ws://127.0.0.1:${loopback.port}/socket?token=${token}`;
    const knocked = await knock(address);
    if ("refused" in knocked) throw new Error("refused");
    const closed = new Promise<number>((resolve) => knocked.socket.once("close", resolve));
    knocked.socket.send("x".repeat(LARGEST_REQUEST_BYTES + 1));
    expect(await closed).toBe(1009);
    await expect.poll(() => station.listeners()).toBe(0);
    expect(await knock(address)).toMatchObject({ first: expect.stringContaining("snapshot") });
  });

  it("frees its port at once when it stops, open screens or not", async () => {
    const { loopback, token } = await serve();
    const knocked = await knock(`ws://127.0.0.1:${loopback.port}/socket?token=${token}`);
    if ("refused" in knocked) throw new Error("refused");
    const closed = new Promise((resolve) => knocked.socket.once("close", resolve));
    await loopback.stop();
    await closed;
    await expect(ask(loopback.port, "/")).rejects.toThrow("ECONNREFUSED");
  });
});
