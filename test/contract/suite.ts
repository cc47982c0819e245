import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LONGEST_PASTE } from "../../shared/alias.ts";
import { createClient, type Client, type Transport } from "../../shared/client.ts";
import {
  callNames,
  contract,
  eventSchema,
  replySchema,
  type CallInput,
  type CallName,
  type EventBody,
  type Reply,
} from "../../shared/contract.ts";
import { failureSchema } from "../../shared/failures.ts";

/** One way to a running station. */
export type Way = Readonly<{
  transport: Transport;
  /** Ends the way and the station behind it. */
  close: () => Promise<void>;
}>;

type Snapshot = EventBody<"snapshot">;

/** Inputs that change nothing a later test needs. */
const harmlessInputs: { readonly [Name in CallName]: CallInput<Name> } = {
  "station.snapshot": {},
  scan: { text: "NO-SUCH-CODE", source: "wedge" },
  "screen.opened": { screen: "bench" },
  "task.acknowledge": { ftNo: "NO-SUCH-TASK" },
  "trouble.act": { id: "outbox:999999", action: "retry" },
  "trouble.correct": { id: "outbox:999999", values: {} },
  "parcel.life": { parcelNo: "NO-SUCH-PARCEL" },
  "parcel.label": { parcelNo: "NO-SUCH-PARCEL" },
  "settings.get": {},
  "settings.save": { theme: "light" },
  // A port that nobody listens on answers at once, where the real host would have to time out
  "settings.test-oms4": { baseUrl: "http://127.0.0.1:9/openapi/" },
  "printer.list": {},
  "printer.test": { printer: "folder:/nowhere/at/all" },
  "scanner.list": {},
  "scanner.test": { on: false },
  "scanner-sheet.print": {},
  "scanner-sheet.pdf": {},
  "scale.list": {},
  "port.list": {},
  "sheet.print": {},
  "sheet.pdf": {},
  "disk.state": {},
  "disk.back-up": {},
  "owed.copy": {},
  "owed.move": {},
  "owed.preview": { name: "no-such-file" },
  "owed.take": { name: "no-such-file" },
  "codes.state": {},
  "codes.preview": { list: { name: "no-such-file" } },
  "codes.remove": { code: "NO-SUCH-CODE", sure: true },
  "codes.take": { list: { name: "no-such-file" }, goodOnly: false },
  "codes.export": {},
  "storage.restore": { name: "no-such-backup.db" },
};

/** Sends any string and gives the reply to `id` (NO_REQUEST's number for what has none). */
const createRaw = (transport: Transport) => {
  const replies: Reply[] = [];
  const waiting: { id: number; settle: (reply: Reply) => void }[] = [];
  transport.onMessage((json) => {
    const read = replySchema.safeParse(JSON.parse(json));
    if (!read.success) return;
    const reply = read.data as Reply;
    const index = waiting.findIndex(({ id }) => id === reply.id);
    if (index === -1) replies.push(reply);
    else waiting.splice(index, 1)[0]?.settle(reply);
  });
  return (json: string, id: number): Promise<Reply> =>
    new Promise((settle) => {
      waiting.push({ id, settle });
      transport.send(json);
    });
};

/** The same promises over every way between screen and station. */
export const contractSuite = (name: string, open: () => Promise<Way>): unknown =>
  describe(`the contract over ${name}`, () => {
    let way: Way;
    let client: Client;
    let raw: (json: string, id: number) => Promise<Reply>;
    const events: Snapshot[] = [];
    const arrivals = new Set<() => void>();

    /** Resolves with the first snapshot, among those that came and those to come, that fits. */
    const snapshotWhere = (fits: (snapshot: Snapshot) => boolean): Promise<Snapshot> =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = events.find(fits);
          if (found === undefined) return;
          arrivals.delete(look);
          resolve(found);
        };
        arrivals.add(look);
        look();
      });

    beforeAll(async () => {
      way = await open();
      client = createClient(way.transport, { check: true });
      raw = createRaw(way.transport);
      client.on("snapshot", (snapshot) => {
        events.push(snapshot);
        for (const look of arrivals) look();
      });
    });
    afterAll(async () => {
      await way?.close();
    });

    it("gives the snapshot first, without being asked", async () => {
      const first = await snapshotWhere(() => true);
      expect(contract.events.snapshot.safeParse(first).success).toBe(true);
    });

    it("answers every call of the table with its own output or a failure of the closed list", async () => {
      for (const call of callNames) {
        const result = await client.call(call, harmlessInputs[call]);
        if (result.ok) expect(contract.calls[call].output.safeParse(result.value).error, call).toBeUndefined();
        else expect(failureSchema.safeParse(result.failure).success, call).toBe(true);
        // What the client itself finds wrong with an answer is no failure of the station
        if (!result.ok) expect(result.failure.detail, call).not.toContain("outside the contract");
      }
    });

    it("shows an answered scan in a later snapshot, with its number and a revision that only grows", async () => {
      const answer = await client.call("scan", { text: "4006381333931", source: "wedge" });
      if (!answer.ok) throw new Error(answer.failure.detail);
      const shown = await snapshotWhere((snapshot) => snapshot.scanSeq >= answer.value.seq);
      expect(shown.verdict?.kind).toBe(answer.value.verdict.kind);
      const revisions = events.map(({ revision }) => revision);
      expect(revisions).toEqual(revisions.toSorted((a, b) => a - b));
    });

    it("gives each of many calls at once its own answer", async () => {
      const texts = Array.from({ length: 40 }, (_, index) => `UNKNOWN-${index}`);
      const answers = await Promise.all(texts.map((text) => client.call("scan", { text, source: "hid" })));
      const numbers = answers.map((answer) => (answer.ok ? answer.value.seq : answer.failure.detail));
      expect(new Set(numbers).size).toBe(texts.length);
    });

    it("gives a verdict on 5,000 characters and on emoji, and refuses what no scanner sends by naming the field", async () => {
      for (const text of ["9".repeat(5_000), "📦🏷️✅", "\u0000\u001d\r\n", ""]) {
        const answer = await client.call("scan", { text, source: "wedge" });
        expect(answer.ok, answer.ok ? "" : answer.failure.detail).toBe(true);
      }
      const flood = await client.call("scan", { text: "9".repeat(LONGEST_PASTE + 1), source: "wedge" });
      expect(flood).toMatchObject({ ok: false, failure: { kind: "call-bad", detail: expect.stringContaining("text") } });
    });

    it("answers an unknown call with call-unknown, also for names that every object has", async () => {
      for (const [index, call] of ["shutdown", "constructor", "__proto__", "toString", ""].entries()) {
        const id = 1_000 + index;
        expect(await raw(JSON.stringify({ id, call, input: {} }), id), call).toMatchObject({
          ok: false,
          failure: { kind: "call-unknown" },
        });
      }
    });

    it("answers a bad input with call-bad naming the field", async () => {
      const cases = [
        { input: { text: 7, source: "wedge" }, names: "text" },
        { input: { text: "A", source: "telepathy" }, names: "source" },
        { input: { text: "A", source: "wedge", alternates: [1] }, names: "alternates.0" },
        { input: null, names: "whole" },
      ];
      for (const [index, { input, names }] of cases.entries()) {
        const id = 2_000 + index;
        const reply = await raw(JSON.stringify({ id, call: "scan", input }), id);
        expect(reply).toMatchObject({ ok: false, failure: { kind: "call-bad", detail: expect.stringContaining(names) } });
      }
    });

    it("answers what is no JSON and what is no request with call-bad", async () => {
      for (const json of ["", "{", "null", "[]", '"scan"', '{"call":"scan"}', '{"id":"x","call":"scan","input":{}}']) {
        expect(await raw(json, -1), json).toMatchObject({ ok: false, failure: { kind: "call-bad" } });
      }
      expect(await raw('{"id":3000,"call":7}', 3_000)).toMatchObject({ ok: false, failure: { kind: "call-bad" } });
    });

    it("still answers after all that", async () => {
      const result = await client.call("station.snapshot", {});
      expect(result.ok).toBe(true);
      expect(eventSchema.safeParse({ event: "snapshot", body: result.ok ? result.value : null }).success).toBe(true);
    });
  });
