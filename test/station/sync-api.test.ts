import { createServer } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { createHttp } from "../../electron/kit/http.ts";
import { systemClock } from "../../electron/kit/clock.ts";
import { silentLog } from "../../electron/kit/log.ts";
import { createApi, type Api, type Connection } from "../../electron/sync/api.ts";
import { taskActivityBody } from "../../electron/sync/bodies.ts";
import { readRetryAfter } from "../../electron/sync/classify.ts";
import { jumpingClock } from "../fakes/oms4-sync.ts";
import { startTestOms4, type Fault } from "../fakes/oms4.ts";

/** ms; a short one is for what is never answered */
const [GENEROUS_MS, SHORT_MS] = [20_000, 400];

const apiTo = (connection: Connection, timeoutMs = GENEROUS_MS): Api =>
  createApi({ connection: () => connection, fetch: createHttp(), clock: jumpingClock().clock, log: silentLog, timeoutMs });
const activity = { ft_no: "FT1", description: "Packed", event_time: 1_727_338_566_755 };

const failureOf = async (call: Promise<Awaited<ReturnType<Api["getTasks"]>> | Awaited<ReturnType<Api["updateTaskActivity"]>>>) => {
  const result = await call;
  if (result.ok) throw new Error("it went well");
  return result.failure;
};

describe("the nine calls", () => {
  test("each reach a strict OMS4 as the documentation asks", async () => {
    const oms4 = await startTestOms4();
    const { detailIds } = oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A", qty: 2 }] });
    oms4.addCancelRequest({
      ft_no: "FT1",
      requested_Time: 1_727_338_566,
      handling_Result: "",
      reply_Time: "",
      status: "OPEN",
      items: [{ task_detail_id: Number(detailIds[0]), qty: 1 }],
    });
    const api = apiTo(oms4.connection);
    expect(await api.getTasks({ offset: 0, limit: 50, updated_from: 1_727_338_000_000 })).toMatchObject({
      ok: true,
      value: { totalCount: 1 },
    });
    expect(await api.getTasksByNo({ ft_nos: ["FT1", "FT2"] })).toMatchObject({ ok: true, value: [{ ft_no: "FT1" }] });
    expect(await api.updateTaskActivity(activity)).toEqual({ ok: true, value: null });
    expect(
      await api.setParcelPacked({
        ft_no: "FT1",
        order_no: "ORD-FT1",
        sales_channel: "Shopee SG",
        parcels: [
          {
            fp_parcel_no: "PB1",
            parcel_packed_time: 1_727_338_566_755,
            tracking_no: "",
            source_location: "Hall 3",
            dest_location: "Blk 121 Bedok North Ave 3 #08-212, Bedok, Singapore, 460121, SG",
            parcel_items: [{ ft_detail_id: detailIds[0] ?? "", seller_sku_code: "", brand_code: "BR01", brand_sku_code: "A", qty: 2 }],
          },
        ],
      }),
    ).toEqual({ ok: true, value: null });
    expect(await api.getShippingInfo({ ft_no: ["FT1"], fp_parcel_no: "PB1" })).toMatchObject({
      ok: true,
      value: [{ ft_no: "FT1", parcels: [{ fp_parcel_no: "PB1" }] }],
    });
    expect(await api.updateParcelActivity({ ...activity, fp_parcel_no: "PB1", milestone: "SHIPPING", description: "已出库 é" })).toEqual({
      ok: true,
      value: null,
    });
    oms4.cancel("FT1");
    expect(await api.getCancellations({ offset: 0, limit: 50, ft_no: "FT1" })).toMatchObject({
      ok: true,
      value: { items: [{ ft_no: "FT1" }] },
    });
    expect(await api.getCancelRequests({ ft_no: ["FT1"] })).toMatchObject({
      ok: true,
      value: [{ ftNo: "FT1", open: true, requestedAt: 1_727_338_566_000, repliedAt: null, items: [{ detailId: detailIds[0], qty: 1 }] }],
    });
    expect(await api.updateInventory({ inventory: [{ brand_code: "BR01", brand_sku_code: "A", qty: 4 }] })).toEqual({
      ok: true,
      value: { rows: 1 },
    });
    expect(oms4.violations()).toEqual([]);
  });

  test("the two lists take every documented parameter, alone and together", async () => {
    let now = 1_727_000_000_000;
    const oms4 = await startTestOms4({ clock: { now: () => now, after: systemClock.after } });
    const timesOf = (name: "created" | "updated", at: number) => ({ [`${name}_from`]: at - 500, [`${name}_to`]: at + 500 });
    const made = ["FT1", "FT2", "FT3"].map((ftNo, index) => {
      now += 10_000;
      const [first] = oms4.addTask({ ftNo, lines: [{ sku: "A" }, { sku: "B" }], raw: { status: `STATUS ${index}` } }).detailIds;
      oms4.cancel(ftNo, [first ?? ""]);
      return { ftNo, at: now, status: `STATUS ${index}` };
    });
    const api = createApi({
      connection: () => oms4.connection,
      fetch: createHttp(),
      clock: { now: () => now, after: systemClock.after },
      log: silentLog,
      timeoutMs: GENEROUS_MS,
    });
    type Query = Parameters<Api["getTasks"]>[0];
    const numbers = (answer: Awaited<ReturnType<Api["getTasks"]>>): readonly unknown[] =>
      answer.ok ? answer.value.items.map((item) => (item as Record<string, unknown>)["ft_no"]) : [answer.failure];
    const [one, two, three] = made.map(({ ftNo }) => ftNo);
    const at = made[1]?.at ?? 0;
    for (const [query, found] of [
      [{}, [one, two, three]],
      [{ limit: 2 }, [one, two]],
      [{ offset: 1 }, [two, three]],
      [{ offset: 1, limit: 1 }, [two]],
      [{ created_from: at }, [two, three]],
      [{ created_to: at }, [one, two]],
      [{ updated_from: at }, [two, three]],
      [{ updated_to: at }, [one, two]],
      [{ ...timesOf("created", at), ...timesOf("updated", at), offset: 0, limit: 50 }, [two]],
    ] as const satisfies readonly (readonly [Query, readonly unknown[]])[]) {
      expect([query, numbers(await api.getTasks(query))]).toEqual([query, found]);
      expect([query, numbers(await api.getCancellations(query))]).toEqual([query, found]);
    }
    const all = { ...timesOf("created", at), ...timesOf("updated", at), offset: 0, limit: 50 };
    expect(numbers(await api.getTasks({ status: "STATUS 1" }))).toEqual([two]);
    expect(numbers(await api.getTasks({ ...all, status: "STATUS 1" }))).toEqual([two]);
    expect(numbers(await api.getTasks({ ...all, status: "STATUS 2" }))).toEqual([]);
    expect(numbers(await api.getCancellations({ ft_no: "FT3" }))).toEqual([three]);
    expect(numbers(await api.getCancellations({ ...all, status: "NEW", ft_no: "FT2" }))).toEqual([two]);
    expect(numbers(await api.getCancellations({ ...all, status: "DONE", ft_no: "FT2" }))).toEqual([]);
    expect(oms4.violations()).toEqual([]);
  });

  test("an activity of a task may name a milestone", async () => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }] });
    const body = taskActivityBody({ ftNo: "FT1", description: "Left the hall", at: 1_727_338_566_755, milestone: "SHIPPING" });
    expect(await apiTo(oms4.connection).updateTaskActivity(body as typeof activity)).toEqual({ ok: true, value: null });
    expect(oms4.told()).toMatchObject([{ call: "updateTaskActivity", milestone: "SHIPPING", body, committed: true }]);
    expect(oms4.violations()).toEqual([]);
  });

  test("are never sent beyond OMS4's limits: the station's own mistake is a failure that names it", async () => {
    const oms4 = await startTestOms4();
    const refused = await apiTo(oms4.connection).getTasksByNo({ ft_nos: ["1", "2", "3", "4", "5", "6"] });
    expect(refused).toMatchObject({ ok: false, failure: { kind: "call-bad" } });
    expect(oms4.asked()).toEqual({});
  });
});

describe("what goes wrong on the way", () => {
  const table: readonly [string, Fault, string, { get: boolean; post: boolean }][] = [
    ["a connection that ends", { kind: "drop" }, "answer-cut", { get: false, post: true }],
    ["half an answer", { kind: "half" }, "answer-cut", { get: false, post: true }],
    ["an empty answer", { kind: "empty" }, "answer-cut", { get: false, post: true }],
    ["no answer", { kind: "hang" }, "timeout", { get: false, post: true }],
    ["a sign-in page", { kind: "html" }, "not-oms4", { get: false, post: true }],
    ["a redirect", { kind: "redirect" }, "not-oms4", { get: false, post: true }],
    ["bytes of no form", { kind: "garbage" }, "not-oms4", { get: false, post: true }],
    ["status 500", { kind: "status", status: 500 }, "oms4-trouble", { get: false, post: true }],
    ["a proxy's 502 page", { kind: "status", status: 502, body: "<html>bad gateway</html>" }, "oms4-trouble", { get: false, post: true }],
    ["status 511", { kind: "status", status: 511, body: "<html>sign in</html>" }, "not-oms4", { get: false, post: true }],
    ["a 404 page", { kind: "status", status: 404, body: "<html>not found</html>" }, "not-oms4", { get: false, post: true }],
    ["status 401 without words", { kind: "status", status: 401 }, "credentials-refused", { get: false, post: false }],
    ["a wall's 403 page", { kind: "status", status: 403, body: "<html>blocked</html>" }, "not-oms4", { get: false, post: true }],
    ["envelope 500", { kind: "envelope", code: "500", message: "system busy" }, "oms4-trouble", { get: false, post: true }],
    ["a refusal with a 500", { kind: "envelope", code: "500", message: "order is frozen" }, "oms4-refused", { get: false, post: true }],
    ["envelope 401", { kind: "envelope", code: "401", message: "no" }, "credentials-refused", { get: false, post: false }],
    [
      "words about the signature",
      { kind: "envelope", code: "1001", message: "Invalid signature" },
      "credentials-refused",
      { get: false, post: false },
    ],
    [
      "words about the tenant",
      { kind: "envelope", code: "400", message: "tenant_id unknown" },
      "credentials-refused",
      { get: false, post: false },
    ],
    [
      "words about the body's time",
      { kind: "envelope", code: "400", message: "event_time: bad timestamp" },
      "oms4-refused",
      { get: false, post: false },
    ],
    ["envelope 400", { kind: "envelope", code: "400", message: "order is closed" }, "oms4-refused", { get: false, post: false }],
    ["an unknown code", { kind: "envelope", code: "E7", message: "hm" }, "oms4-refused", { get: false, post: true }],
    ["status 429", { kind: "throttle", retryAfter: "7" }, "throttled", { get: false, post: false }],
    ["envelope 429", { kind: "throttle", code: "429" }, "throttled", { get: false, post: false }],
  ];

  test.each(table)("%s is %o → %s", async (_what, fault, kind, ambiguous) => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }] });
    oms4.fault(fault, { times: null });
    const api = apiTo(oms4.connection, fault.kind === "hang" ? SHORT_MS : GENEROUS_MS);
    const get = await failureOf(api.getTasks({ limit: 50 }));
    const post = await failureOf(api.updateTaskActivity(activity));
    expect([get.kind, get.ambiguous ?? false]).toEqual([kind, ambiguous.get]);
    expect([post.kind, post.ambiguous ?? false]).toEqual([kind, ambiguous.post]);
    expect(get.detail).not.toBe("");
  });

  test("a pause that OMS4 asks for is kept by calls of every kind", async () => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }] });
    oms4.fault({ kind: "throttle", retryAfter: "7" }, { call: "updateTaskActivity" });
    const api = apiTo(oms4.connection);
    await failureOf(api.updateTaskActivity(activity));
    const early = await failureOf(api.getTasks({ limit: 50 }));
    expect(early.kind).toBe("throttled");
    expect(early.retryAfterMs).toBeGreaterThan(5_000);
    expect(oms4.asked()["getTasks"]).toBeUndefined();
  });

  test("nobody listening is offline, and nothing can have happened", async () => {
    const probe = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => probe.once("listening", resolve));
    const address = probe.address();
    await new Promise((resolve) => probe.close(resolve));
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const failure = await failureOf(
      apiTo({ baseUrl: `http://127.0.0.1:${port}/openapi/`, tenantId: "1", apiKey: "2", apiSecret: "3" }).updateTaskActivity(activity),
    );
    expect(failure).toMatchObject({ kind: "offline" });
    expect(failure.ambiguous).toBeUndefined();
    expect(failure.detail).toContain(String(port));
  });

  test("an unknown host is offline and is named", async () => {
    const failure = await failureOf(
      apiTo({ baseUrl: "http://oms4.invalid/openapi/", tenantId: "1", apiKey: "2", apiSecret: "3" }).updateTaskActivity(activity),
    );
    expect(failure).toMatchObject({ kind: "offline" });
    expect(failure.detail).toContain("oms4.invalid");
  });

  test("OMS4's own words for a duplicate parcel are told from any other refusal", async () => {
    const oms4 = await startTestOms4();
    oms4.fault({ kind: "envelope", code: "400", message: "Duplicate parcel PB1" });
    expect((await failureOf(apiTo(oms4.connection).updateTaskActivity(activity))).kind).toBe("duplicate-parcel");
  });

  test.each([
    ["7", 7_000],
    ["0", 0],
    [new Date(1_000_000_000_000 + 9_000).toUTCString(), 9_000],
    ["tomorrow", null],
    [null, null],
  ])("Retry-After %o means %o ms", (header, ms) => {
    expect(readRetryAfter(header, 1_000_000_000_000)).toBe(ms);
  });

  test("a wrong secret, tenant or key is refused in OMS4's words", async () => {
    const oms4 = await startTestOms4();
    for (const wrong of [{ apiSecret: "no" }, { tenantId: "9" }, { apiKey: "9" }]) {
      const failure = await failureOf(apiTo({ ...oms4.connection, ...wrong }).getTasks({}));
      expect(failure.kind).toBe("credentials-refused");
      expect(failure.detail).toMatch(/signature|tenant_id|api_key/);
    }
  });

  test("a base URL that is another server's is not OMS4", async () => {
    const oms4 = await startTestOms4();
    oms4.fault({ kind: "status", status: 404, body: "<html>nothing here</html>" });
    const failure = await failureOf(
      apiTo({ ...oms4.connection, baseUrl: oms4.connection.baseUrl.replace("/openapi/", "/api") }).getTasks({}),
    );
    expect(failure.kind).toBe("not-oms4");
  });
});

describe("the PC's clock", () => {
  test.each([-3_600_000, 3_600_000, 86_400_000])("off by %o ms is measured and corrected for, from the first call on", async (skew) => {
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT1", lines: [{ sku: "A" }] });
    oms4.setSkew(skew);
    const api = apiTo(oms4.connection);
    expect((await api.getTasks({})).ok).toBe(true);
    expect(Math.abs((api.skewMs() ?? 0) - skew)).toBeLessThan(10_000);
    expect((await api.updateTaskActivity(activity)).ok).toBe(true);
    expect(oms4.told()).toHaveLength(1);
  });

  test("is left alone when only the coarse measurement differs", async () => {
    const oms4 = await startTestOms4();
    oms4.setSkew(900);
    const stamps: number[] = [];
    const connection = oms4.connection;
    const { clock } = jumpingClock();
    const api = createApi({
      connection: () => connection,
      fetch: (input, init) => {
        stamps.push(Number(new Headers(init?.headers).get("timestamp")) - clock.now());
        return fetch(input, init);
      },
      clock,
      log: silentLog,
      timeoutMs: GENEROUS_MS,
    });
    await api.getTasks({});
    await api.getTasks({});
    expect(stamps.map((offset) => Math.abs(offset) < 450)).toEqual([true, true]);
  });

  test("is not judged by a sign-in page's date", async () => {
    const oms4 = await startTestOms4();
    oms4.setSkew(86_400_000);
    oms4.fault({ kind: "html" });
    const api = apiTo(oms4.connection);
    await api.getTasks({});
    expect(api.skewMs()).toBeNull();
  });
});

test("a call is broken off when the station stops, and says so", async () => {
  const oms4 = await startTestOms4();
  oms4.fault({ kind: "hang" });
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const call = apiTo(oms4.connection, 3 * GENEROUS_MS).updateTaskActivity(activity, { signal: stop.signal });
  await expect.poll(() => oms4.asked()["updateTaskActivity"]).toBe(1);
  stop.abort();
  expect(await failureOf(call)).toMatchObject({ kind: "answer-cut", ambiguous: true });
});
