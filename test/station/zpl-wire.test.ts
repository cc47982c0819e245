import { createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../electron/kit/clock.ts";
import { createZplWire, zplTimes } from "../../electron/printer/zpl-wire.ts";
import { startZplPrinter } from "../fakes/zpl-printer.ts";

const HERE = "127.0.0.1";
const wire = (port: number) =>
  createZplWire({ name: "printer", host: HERE, port, clock: systemClock, times: { ...zplTimes, stallAfterMs: 50 } });
const opened = async (port: number) => {
  const socket = await wire(port).opened();
  if (!socket.ok) throw new Error(socket.failure.detail);
  return socket.value;
};

test("what goes wrong while a stall is told, as on a full disk, ends the label's sending and not the station", async () => {
  const printer = await startZplPrinter();
  onTestFinished(() => printer.close());
  printer.setMode("stuck");
  const full = (): void => {
    throw new Error("database or disk is full");
  };
  const poured = wire(printer.port).pour(await opened(printer.port), new Uint8Array(16_000_000), full, new AbortController().signal);
  await expect(poured).rejects.toThrow("disk is full");
});

test("a printer that answers with the two strings that say it all is believed", async () => {
  const server = createServer((socket) =>
    socket.on("data", () =>
      socket.write("\u0002030,1,0,1234,000,0,0,0,000,0,0,0\u0003\r\n\u0002000,0,0,0,0,2,4,0,00000000,1,000\u0003\r\n"),
    ),
  );
  const port = await new Promise<number>((resolve) =>
    server.listen(0, HERE, () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    }),
  );
  onTestFinished(() => void server.close());
  expect(await wire(port).askState(await opened(port))).toMatchObject({ paperOut: true, headOpen: false });
});
