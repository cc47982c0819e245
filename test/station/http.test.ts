import { createServer, type Server } from "node:http";
import { createServer as createTcpServer } from "node:net";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { describe, expect, it, onTestFinished } from "vitest";
import { createHttp } from "../../electron/kit/http.ts";

const listen = async (server: Server): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  onTestFinished(() => void server.close().closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/x?y=1`;
};
const asked = { method: "GET", headers: { tenant_id: "7" }, redirect: "manual" as const, signal: new AbortController().signal };

describe("HTTP to OMS4", () => {
  it("sends what it is given, keeps its connection, and reads packed and plain answers alike", async () => {
    const ports = new Set<number | undefined>();
    const server = createServer((request, response) => {
      ports.add(request.socket.remotePort);
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        const body = JSON.stringify({
          method: request.method,
          tenant: request.headers["tenant_id"],
          url: request.url,
          body: Buffer.concat(parts).toString(),
        });
        const packed = request.method === "POST";
        response.writeHead(200, packed ? { "content-encoding": "gzip", "x-one": "1" } : { "x-one": "1" });
        response.end(packed ? gzipSync(body) : body);
      });
    });
    const http = createHttp();
    const url = await listen(server);
    const got = await http(url, asked);
    expect([got.status, got.headers.get("X-One"), got.headers.get("x-two")]).toEqual([200, "1", null]);
    expect(JSON.parse(await got.text())).toEqual({ method: "GET", tenant: "7", url: "/x?y=1", body: "" });
    for (let count = 0; count < 5; count++) {
      const posted = await http(url, { ...asked, method: "POST", body: "已出库 é" });
      expect(JSON.parse(await posted.text())).toMatchObject({ method: "POST", body: "已出库 é" });
    }
    expect(ports.size).toBeLessThan(3);
  });

  it("follows no redirect", async () => {
    const url = await listen(
      createServer((_request, response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end("elsewhere")),
    );
    const answer = await createHttp()(url, asked);
    expect([answer.status, await answer.text()]).toEqual([302, "elsewhere"]);
  });

  it("rejects with the code of what happened: nobody there, an answer that breaks off, a call given up", async () => {
    const http = createHttp();
    const gone = createTcpServer();
    await new Promise<void>((resolve) => gone.listen(0, "127.0.0.1", () => resolve()));
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    await expect(http(`http://127.0.0.1:${port}/`, asked)).rejects.toMatchObject({ code: "ECONNREFUSED" });

    const half = await listen(
      createServer((_request, response) => void response.writeHead(200, { "content-length": 100 }).write("half", () => response.destroy())),
    );
    const answer = await http(half, asked);
    await expect(answer.text()).rejects.toMatchObject({ code: "UND_ERR_SOCKET" });

    const giveUp = new AbortController();
    const silent = await listen(createServer(() => giveUp.abort()));
    await expect(http(silent, { ...asked, signal: giveUp.signal })).rejects.toMatchObject({ name: "AbortError" });
  });

  it("breaks off an answer that doesn't end, packed or plain", async () => {
    const http = createHttp();
    const megabyte = Buffer.alloc(1024 * 1024, "x");
    const endless = await listen(
      createServer((_request, response) => {
        const write = (): void => void response.write(megabyte, (error) => (error instanceof Error ? null : write()));
        response.writeHead(200);
        write();
      }),
    );
    await expect(http(endless, asked).then((answer) => answer.text())).rejects.toMatchObject({ code: "UND_ERR_RES_EXCEEDED_MAX_SIZE" });

    const bomb = gzipSync(Buffer.alloc(80 * 1024 * 1024));
    const packed = await listen(createServer((_request, response) => response.writeHead(200, { "content-encoding": "gzip" }).end(bomb)));
    await expect(http(packed, asked).then((answer) => answer.text())).rejects.toMatchObject({ code: "ERR_BUFFER_TOO_LARGE" });
  });
});
