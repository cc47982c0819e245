import { connect, createServer, type Socket } from "node:net";

/** Print-Job, as it stands behind the version in the first bytes of an IPP request. */
const PRINT_JOB = Buffer.from([0x02, 0x00, 0x00, 0x02]);

/** A way to a CUPS server that can be slammed shut: the job that was just handed in arrives, its answer doesn't, and nobody gets through. */
export const openDoor = async (to: number) => {
  let [isShut, slams] = [false, false];
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    // The other side was slammed on it
    socket.on("error", () => socket.destroy());
  };
  const server = createServer((socket) => {
    keep(socket);
    if (isShut) return socket.destroy();
    const inside = connect(to, "127.0.0.1");
    keep(inside);
    let prints = false;
    socket.on("data", (part: Buffer) => {
      prints ||= part.includes(PRINT_JOB);
      inside.write(part);
    });
    socket.on("end", () => inside.end());
    inside.on("data", (part: Buffer) => {
      if (prints && slams) {
        isShut = true;
        slams = false;
        socket.destroy();
      } else socket.write(part);
    });
    inside.on("end", () => socket.end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    /** Shuts as soon as CUPS has answered the next Print-Job, before the answer gets out. */
    slamOnPrint: (): void => {
      slams = true;
    },
    open: (): void => {
      isShut = false;
    },
    close: async (): Promise<void> => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
