import type { SerialHandle, SerialLibrary, SerialLine } from "../../electron/device/serial-library.ts";

type OpenPort = { data: (bytes: Uint8Array) => void; gone: (error: unknown) => void; dead: boolean; line: SerialLine };

/** Serial ports as serialport shows them: cables come and go, bytes arrive only while a port is open. */
export const createSerialPorts = () => {
  const plugged = new Set<string>();
  const open = new Map<string, OpenPort>();
  const written: string[] = [];
  const library: SerialLibrary = {
    list: async () => [...plugged].map((path) => ({ path, name: path })),
    open: async (path, line) => {
      if (!plugged.has(path)) throw new Error(`No such file or directory, cannot open ${path}`);
      if (open.get(path)?.dead === false) throw new Error("Resource temporarily unavailable, cannot lock port");
      const port: OpenPort = { data: () => {}, gone: () => {}, dead: false, line };
      open.set(path, port);
      return {
        onData: (listener) => void (port.data = listener),
        onGone: (listener) => void (port.gone = listener),
        write: (bytes) => void written.push(new TextDecoder().decode(bytes)),
        close: async () => void (port.dead = true),
      } satisfies SerialHandle;
    },
  };
  return {
    library,
    written,
    plug: (path: string): void => void plugged.add(path),
    unplug: (path: string): void => {
      plugged.delete(path);
      const port = open.get(path);
      if (port === undefined || port.dead) return;
      port.dead = true;
      port.gone(new Error("disconnected"));
    },
    /** False when nobody reads: the bytes are lost, as in life. */
    send: (path: string, bytes: string | readonly number[]): boolean => {
      const port = open.get(path);
      if (port === undefined || port.dead) return false;
      port.data(typeof bytes === "string" ? new TextEncoder().encode(bytes) : Uint8Array.from(bytes));
      return true;
    },
    lineOf: (path: string): SerialLine | null => open.get(path)?.line ?? null,
  };
};
