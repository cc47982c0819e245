import { createServer } from "node:net";

const anyPort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });

/** Handed out before, and perhaps not listened at yet. */
const given = new Set<number>();

/** A port on 127.0.0.1 at which nobody listens just now, another one each time. */
export const freePort = async (): Promise<number> => {
  for (;;) {
    const port = await anyPort();
    if (given.has(port)) continue;
    given.add(port);
    return port;
  }
};
