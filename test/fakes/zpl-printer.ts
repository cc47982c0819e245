import { createServer, type Server, type Socket } from "node:net";

/**
 * `normal`: reads everything and closes · `keeps-open`: reads everything, never closes its side · `half-read`: reads some, then
 * resets · `stuck`: reads nothing until set to another mode (out of paper) · `slow`: reads a piece every few ms.
 */
export type ZplMode = "normal" | "keeps-open" | "half-read" | "stuck" | "slow";

/** What the printer tells when it is asked with ~HS. */
export type ZplHost = Readonly<{ paperOut?: boolean; headOpen?: boolean; paused?: boolean; ribbonOut?: boolean; bufferFull?: boolean }>;

/** Host Status Return, as the ZPL II guide shows it. */
const hostAnswer = ({ paperOut = false, headOpen = false, paused = false, ribbonOut = false, bufferFull = false }: ZplHost): string => {
  const bit = (set: boolean): string => (set ? "1" : "0");
  return [
    `030,${bit(paperOut)},${bit(paused)},1234,000,${bit(bufferFull)},0,0,000,0,0,0`,
    `000,0,${bit(headOpen)},${bit(ribbonOut)},0,2,4,0,00000000,1,000`,
    "1234,0",
  ]
    .map((line) => `\u0002${line}\u0003\r\n`)
    .join("");
};

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
  /** What it tells of itself from now on; null: it knows no ~HS, as at first. */
  setHost: (host: ZplHost | null) => void;
  /** Refuses connections until `listen`. */
  close: () => Promise<void>;
  listen: () => Promise<void>;
}>;

/** After this many bytes the `half-read` printer resets the connection. */
const HALF = 2_048;
const SLOW_MS = 5;

/** `onBytes` is called with every piece as it arrives, `onWhole` when the other side has sent all of it. */
export const startZplPrinter = async (onBytes: (part: Buffer) => void = () => {}, onWhole: () => void = () => {}): Promise<ZplPrinter> => {
  let mode: ZplMode = "normal";
  let host: ZplHost | null = null;
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
      const bytes = Buffer.concat(parts);
      // A question is no label
      if (kept || bytes.length === 0 || bytes.toString() === "~HS") return;
      kept = true;
      labels.push(bytes);
    };
    const read = (): void => {
      if (mode === "stuck") socket.pause();
      else socket.resume();
    };
    open.set(socket, read);
    reading.add(socket);
    socket.on("data", (part: Buffer) => {
      const asked = parts.length === 0 && part.toString() === "~HS";
      parts.push(part);
      if (asked && host !== null) socket.write(hostAnswer(host));
      if (!asked) onBytes(part);
      if (mode === "slow") {
        socket.pause();
        setTimeout(read, SLOW_MS);
      }
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
    setHost: (next) => {
      host = next;
    },
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
