import { describe, expect, it } from "vitest";
import { createRouter, type Sender } from "../../electron/bridge/router.ts";
import { silentLog } from "../../electron/kit/log.ts";
import { createClient } from "../../shared/client.ts";
import { contract } from "../../shared/contract.ts";
import { createStationFake } from "../fakes/station.ts";

const trusted: Sender = { trusted: true };

describe("the router's own promises", () => {
  const broken: string[] = [];
  const log = { ...silentLog, error: (_: unknown, words: string) => void broken.push(words) };
  const router = createRouter({ handlers: createStationFake().handlers, log });
  const ask = async (call: string, input: unknown, sender: Sender = trusted): Promise<unknown> =>
    JSON.parse(await router.answer(JSON.stringify({ id: 1, call, input }), sender));

  it("a handler that throws, now or later, becomes internal with its words, and is logged", async () => {
    broken.length = 0;
    const failure = { kind: "internal", detail: expect.stringContaining("the disk went away") };
    expect(await ask("scan", { text: "THROW", source: "wedge" })).toMatchObject({ id: 1, ok: false, failure });
    expect(await ask("sheet.print", {})).toMatchObject({ ok: false, failure: { kind: "internal" } });
    expect(broken).toHaveLength(2);
  });

  it("an answer outside the contract never reaches the screen: internal, naming the field, and logged", async () => {
    broken.length = 0;
    const failure = { kind: "internal", detail: expect.stringContaining("state") };
    expect(await ask("printer.test", { printer: "folder:x" })).toMatchObject({ ok: false, failure });
    expect(broken).toHaveLength(1);
  });

  it("an untrusted sender gets a refusal to its own call, and nothing is done", async () => {
    const station = createStationFake();
    const guarded = createRouter({ handlers: station.handlers, log: silentLog });
    const sender: Sender = { trusted: false, words: "It is a frame of https://evil.example." };
    const reply = JSON.parse(await guarded.answer(JSON.stringify({ id: 9, call: "scan", input: { text: "A", source: "wedge" } }), sender));
    expect(reply).toMatchObject({ id: 9, ok: false, failure: { kind: "sender-untrusted", detail: sender.words } });
    expect(station.texts).toEqual([]);
    expect(JSON.parse(await guarded.answer("nonsense", sender))).toMatchObject({ id: -1, failure: { kind: "sender-untrusted" } });
  });

  it("every call of the table has a handler, and there is no other", () => {
    expect(Object.keys(createStationFake().handlers).toSorted()).toEqual(Object.keys(contract.calls).toSorted());
  });
});

describe("the client", () => {
  it("tells whoever waits when the way closes, and whoever asks when it is closed", async () => {
    let close: () => void = () => {};
    let open = true;
    const client = createClient({
      send: () => {
        if (!open) throw new Error("there is no connection");
      },
      onMessage: () => () => {},
      onClose: (listener) => {
        close = listener;
        return () => {};
      },
    });
    const waiting = client.call("settings.get", {});
    open = false;
    close();
    expect(await waiting).toMatchObject({ ok: false, failure: { kind: "not-now" } });
    expect(await client.call("settings.get", {})).toMatchObject({
      ok: false,
      failure: { kind: "not-now", detail: expect.stringContaining("no connection") },
    });
  });

  it("gives a late listener the newest snapshot at once, and a dropped one nothing more", () => {
    let deliver: (json: string) => void = () => {};
    const client = createClient({
      send: () => {},
      onMessage: (listener) => {
        deliver = listener;
        return () => {};
      },
    });
    const station = createStationFake();
    deliver(JSON.stringify({ event: "snapshot", body: station.snapshot() }));
    const seen: number[] = [];
    const drop = client.on("snapshot", ({ revision }) => void seen.push(revision));
    deliver("no JSON");
    deliver(JSON.stringify({ event: "other", body: 1 }));
    deliver(JSON.stringify({ event: "snapshot", body: { ...station.snapshot(), revision: 2 } }));
    drop();
    deliver(JSON.stringify({ event: "snapshot", body: { ...station.snapshot(), revision: 3 } }));
    expect(seen).toEqual([1, 2]);
  });

  it("in tests and development finds an answer outside the contract", async () => {
    const client = createClient(
      {
        send: (json) => deliver(JSON.stringify({ id: JSON.parse(json).id, ok: true, value: { odd: true } })),
        onMessage: (listener) => {
          deliver = listener;
          return () => {};
        },
      },
      { check: true },
    );
    expect(await client.call("settings.get", {})).toMatchObject({ ok: false, failure: { kind: "internal" } });
  });
  let deliver: (json: string) => void = () => {};
});
