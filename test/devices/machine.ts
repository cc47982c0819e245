import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { createConnection, type Socket } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";

const GUEST_MEMORY_MB = 1024;

/** Connects to a socket of the machine as soon as that listens. */
const connect = async (path: string): Promise<Socket> => {
  for (;;) {
    const socket = createConnection(path);
    try {
      await once(socket, "connect");
      // The machine takes its sockets along when it ends
      socket.on("error", () => {});
      return socket;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
};

/**
 * Boots the guest in software emulation, with a USB keyboard and a second serial port. `onLine` gets each line of its console;
 * `command` speaks to the monitor; `line` is the other end of the serial port.
 */
export const bootMachine = ({
  folder,
  kernel,
  initramfs,
  onLine,
}: Readonly<{ folder: string; kernel: string; initramfs: string; onLine: (line: string) => void }>) => {
  const [monitorPath, linePath] = [join(folder, "monitor.sock"), join(folder, "line.sock")];
  for (const path of [monitorPath, linePath]) rmSync(path, { force: true });
  const machine = spawn(
    "qemu-system-x86_64",
    [
      ...["-accel", "tcg,thread=multi", "-cpu", "max", "-m", String(GUEST_MEMORY_MB), "-smp", "2"],
      ...["-nodefaults", "-display", "none", "-no-reboot", "-kernel", kernel, "-initrd", initramfs],
      ...["-append", "console=ttyS0 quiet panic=-1", "-serial", "stdio"],
      ...["-chardev", `socket,id=line,path=${linePath},server=on,wait=off`, "-serial", "chardev:line"],
      ...["-monitor", `unix:${monitorPath},server=on,wait=off`, "-device", "qemu-xhci,id=usb", "-device", "usb-kbd,id=keyboard,bus=usb.0"],
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  createInterface({ input: machine.stdout }).on("line", onLine);
  const ended = once(machine, "exit");
  const monitor = connect(monitorPath);
  const line = connect(linePath);
  return {
    ended: ended.then(() => {}),
    /** Ends the machine; for one that hangs. */
    kill: () => machine.kill("SIGKILL"),
    command: async (words: string): Promise<void> => {
      const socket = await monitor;
      const prompt = once(socket, "data");
      socket.write(`${words}\n`);
      await prompt;
    },
    write: async (bytes: string | Uint8Array): Promise<void> => void (await line).write(bytes),
  };
};
