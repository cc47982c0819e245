import { existsSync } from "node:fs";
import { join } from "node:path";
import { errorWords } from "../../shared/error-words.ts";
import type { LoadedSerial, SerialDevice, SerialHandle, SerialLine } from "./serial-library.ts";

const BY_ID = "/dev/serial/by-id"; // udev's names: the same device has the same one in every socket and after every restart

/**
 * Loads serialport; nothing else imports it. Its native part is missing on platforms it has no build for: the station works on
 * without it.
 */
export const loadSerialPort = async (): Promise<LoadedSerial> => {
  try {
    const { SerialPort } = await import("serialport");
    const list = async (): Promise<readonly SerialDevice[]> => {
      const ports = await SerialPort.list();
      return (
        ports
          // A PC's own UARTs are listed whether anything is on them or not; those without a maker on Linux are empty sockets
          .filter(
            ({ path, manufacturer, vendorId }) => !/^\/dev\/ttyS\d+$/.test(path) || manufacturer !== undefined || vendorId !== undefined,
          )
          .map(({ path, manufacturer = "", pnpId = "" }) => {
            const stable = pnpId === "" ? path : join(BY_ID, pnpId);
            return { path: existsSync(stable) ? stable : path, name: manufacturer === "" ? path : `${manufacturer} (${path})` };
          })
      );
    };
    const open = async (path: string, line: SerialLine): Promise<SerialHandle> => {
      const port = new SerialPort({ path, ...line, autoOpen: false, hupcl: true });
      await new Promise<void>((resolve, reject) => port.open((error) => (error === null ? resolve() : reject(error))));
      return {
        onData: (listener) => void port.on("data", listener),
        onGone: (listener) => {
          port.on("error", listener);
          port.on("close", (error: Error | null) => listener(error ?? new Error("the port was closed")));
        },
        write: (bytes) => void port.write(bytes),
        close: () => new Promise<void>((resolve) => (port.isOpen ? port.close(() => resolve()) : resolve())),
      };
    };
    return { ok: true, library: { list, open } };
  } catch (error) {
    return { ok: false, words: `Serial ports can't be used on this PC. (${errorWords(error)})` };
  }
};
