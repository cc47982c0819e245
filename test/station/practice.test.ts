import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../electron/kit/clock.ts";
import { silentLog } from "../../electron/kit/log.ts";
import { startPracticeOms4 } from "../../electron/practice/practice-oms4.ts";
import { normaliseCode } from "../../shared/scan.ts";
import { testFolder } from "../fakes/folder.ts";
import { openTestSync } from "../fakes/oms4-sync.ts";

const practiceIn = async (file: string) => {
  const started = await startPracticeOms4({ file, clock: systemClock, log: silentLog });
  if (!started.ok) throw new Error(started.failure.detail);
  onTestFinished(() => started.value.close());
  return started.value;
};
const pulled = async (connection: Awaited<ReturnType<typeof practiceIn>>["connection"]) => {
  const sync = openTestSync(connection, { timeoutMs: 20_000 });
  const result = await sync.pull.run();
  expect(result.ok).toBe(true);
  return sync;
};

describe("practice", () => {
  test("offers forty orders of all three ways, every one of them readable and every barcode a valid EAN-13", async () => {
    const practice = await practiceIn(join(testFolder(), "oms4.json"));
    const sync = await pulled(practice.connection);
    const ways = practice.scanCodes().map(({ ftNo }) => sync.tasks.get(ftNo)?.task.way);
    expect([
      ways.length,
      ways.filter((way) => way === "single").length,
      ways.filter((way) => way === "split").length,
      ways.filter((way) => way === "own").length,
    ]).toEqual([40, 24, 8, 8]);
    expect(sync.setAside.count()).toBe(0);
    const tasks = practice.scanCodes().flatMap(({ ftNo }) => sync.tasks.get(ftNo)?.task ?? []);
    expect(
      tasks
        .flatMap(({ details }) => details.flatMap(({ barcodes }) => barcodes))
        .every((code) => /^\d{13}$/.test(code) && normaliseCode(code) === `0${code}`),
    ).toBe(true);
    expect(tasks.some(({ details }) => new Set(details.map(({ brandSkuCode }) => brandSkuCode)).size < details.length)).toBe(true);
    expect(tasks.some(({ details }) => details.some(({ qty }) => qty > 1))).toBe(true);
    expect(
      new Set(tasks.flatMap(({ receiver }) => receiver.name.match(/\p{Script=Han}|\p{Script=Thai}|\p{Script=Arabic}|ế|ễ|ị/u)?.[0] ?? []))
        .size,
    ).toBeGreaterThan(2);
  });

  test("has the labels of one-parcel orders at once and those of split parcels soon after packing", async () => {
    const practice = await practiceIn(join(testFolder(), "oms4.json"));
    const sync = await pulled(practice.connection);
    expect((await sync.labelPull.run()).ok).toBe(true);
    expect(sync.stored).toHaveLength(24);
    const split = practice.scanCodes().find(({ way }) => way === "split");
    if (split === undefined) throw new Error("no split order");
    sync.pack(split.ftNo, "PBPRACTICE1");
    sync.sync.start();
    onTestFinished(() => sync.sync.stop());
    await expect.poll(() => sync.labels.forParcel("PBPRACTICE1")?.format).toBe("pdf");
    expect(sync.parcels.get("PBPRACTICE1")?.trackingNo).not.toBe("");
  });

  test("remembers across a restart what was packed, and refuses a wrong signature", async () => {
    const file = join(testFolder(), "oms4.json");
    const first = await practiceIn(file);
    const sync = await pulled(first.connection);
    const own = first.scanCodes().find(({ way }) => way === "own");
    if (own === undefined) throw new Error("no own delivery");
    sync.pack(own.ftNo, "PBPRACTICE2");
    expect(await sync.push.drain()).toBeNull();
    await first.close();
    const again = await practiceIn(file);
    expect(again.scanCodes().map(({ ftNo }) => ftNo)).not.toContain(own.ftNo);
    sync.connect(again.connection);
    expect(await sync.api.getShippingInfo({ ft_no: [own.ftNo] })).toMatchObject({
      ok: true,
      value: [{ parcels: [{ fp_parcel_no: "PBPRACTICE2", tracking_no: "PBPRACTICE2" }] }],
    });
    sync.connect({ ...again.connection, apiSecret: "guessed" });
    expect(await sync.api.getTasks({})).toMatchObject({ ok: false, failure: { kind: "credentials-refused" } });
  });

  test("never runs dry: new orders come when fewer than ten are left", async () => {
    const practice = await practiceIn(join(testFolder(), "oms4.json"));
    const sync = await pulled(practice.connection);
    for (const [index, { ftNo }] of practice.scanCodes().slice(0, 35).entries()) sync.pack(ftNo, `PB${index}`);
    expect(await sync.push.drain()).toBeNull();
    expect(practice.scanCodes().length).toBeGreaterThanOrEqual(10);
    expect((await sync.pull.run()).ok).toBe(true);
    expect(practice.scanCodes().every(({ ftNo }) => sync.tasks.get(ftNo) !== null)).toBe(true);
  });
});
