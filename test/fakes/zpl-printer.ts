import { createServer, type Server, type Socket } from "node:net";

/**
 * `normal`: reads everything and closes · `keeps-open`: reads everything, never closes its side · `half-read`: reads some, then
 * resets · `stuck`: reads nothing until set to another mode (out of paper).
 */
export type ZplMode = "normal" | "keeps-open" | "half-read" | "stuck";

/** A label printer on a raw TCP port that collects what it is sent, one entry per connection that carried anything. */
export type ZplPrinter = Readonly<{
  port: number;
  uri: string;
  labels: () => readonly Buffer[];
  /** every connection ever made, with and without bytes */
  connections: () => number;
  /** connections that may still bring bytes: while one does, more may come out */
  busy: () => number;
  setMode: (mode: ZplMode) => void;
  /** Refuses connections until `listen`. */
  close: () => Promise<void>;
  listen: () => Promise<void>;
}>;

/** After this many bytes the `half-read` printer resets the connection. */
const HALF = 2_048;

/** `onBytes` is called with every piece as it arrives, `onWhole` when the other side has sent all of it. */
export const startZplPrinter = async (onBytes: (part: Buffer) => void = () => {}, onWhole: () => void = () => {}): Promise<ZplPrinter> => {
  let mode: ZplMode = "normal";
  let port = 0;
  let server: Server | null = null;
  let connections = 0;
  const labels: Buffer[] = [];
  const open = new Map<Socket, () => void>();
  const reading = new Set<Socket>();

  const serve = (socket: Socket): void => {
    connections += 1;
    const parts: Buffer[] = [];
    let kept = false;
    const keep = (): void => {
      if (kept || parts.length === 0) return;
      kept = true;
      labels.push(Buffer.concat(parts));
    };
    const read = (): void => {
      if (mode === "stuck") socket.pause();
      else socket.resume();
    };
    open.set(socket, read);
    reading.add(socket);
    socket.on("data", (part: Buffer) => {
      parts.push(part);
      onBytes(part);
      if (mode === "half-read" && Buffer.concat(parts).length >= HALF) {
        keep();
        socket.resetAndDestroy();
      }
    });
    socket.on("end", () => {
      keep();
      onWhole();
      reading.delete(socket);
      if (mode !== "keeps-open") socket.end();
    });
    socket.on("error", keep);
    socket.on("close", () => {
      open.delete(socket);
      reading.delete(socket);
    });
    read();
  };
  const listen = (): Promise<void> =>
    new Promise((resolve, reject) => {
      server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, serve);
      server.on("error", reject);
      server.listen(port, "127.0.0.1", () => {
        const address = server?.address();
        if (typeof address === "object" && address !== null && address !== undefined) port = address.port;
        resolve();
      });
    });
  await listen();
  return {
    port,
    uri: `zpl://127.0.0.1:${port}`,
    labels: () => labels,
    connections: () => connections,
    busy: () => reading.size,
    setMode: (next) => {
      mode = next;
      for (const read of open.values()) read();
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of open.keys()) socket.destroy();
        if (server === null) return resolve();
        server.close(() => resolve());
        server = null;
      }),
    listen,
  };
};
