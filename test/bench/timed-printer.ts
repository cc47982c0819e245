import { createServer, type AddressInfo, type Socket } from "node:net";

/** One document as a printer on a raw TCP port sees it come, ms since epoch. */
export type Received = Readonly<{ connectedAt: number; firstAt: number; lastAt: number; bytes: Buffer }>;

/** Fractions of a millisecond, unlike Date.now(). */
export const epochNow = (): number => performance.timeOrigin + performance.now();

/** A printer that reads everything at once and notes when; connections without a byte (status checks) don't count. */
export const startTimedPrinter = async () => {
  const received: Received[] = [];
  const waiting: ((one: Received) => void)[] = [];
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const connectedAt = epochNow();
    const parts: Buffer[] = [];
    let firstAt = 0;
    let lastAt = 0;
    open.add(socket);
    socket.on("data", (part) => {
      lastAt = epochNow();
      if (parts.length === 0) firstAt = lastAt;
      parts.push(part);
    });
    socket.on("end", () => {
      socket.end();
      // A status check, empty or asked in words, is no document
      if (parts.length === 0 || Buffer.concat(parts).toString() === "~HS") return;
      const one = { connectedAt, firstAt, lastAt, bytes: Buffer.concat(parts) };
      const next = waiting.shift();
      if (next === undefined) received.push(one);
      else next(one);
    });
    socket.on("error", () => {});
    socket.on("close", () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    uri: `zpl://127.0.0.1:${port}`,
    /** The next document, come or still to come. */
    next: (): Promise<Received> => {
      const here = received.shift();
      return here === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(here);
    },
    stop: (): Promise<void> =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
};
export type TimedPrinter = Awaited<ReturnType<typeof startTimedPrinter>>;
