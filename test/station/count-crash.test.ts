import { describe, expect, onTestFinished, test } from "vitest";
import { testFolder } from "../fakes/folder.ts";
import { startTestOms4 } from "../fakes/oms4.ts";
import { connectStation, startStation, prepareStations, type StationClient } from "../fakes/station-process.ts";

const SKUS = ["A", "B", "C", "D"];

describe("a station that is killed while stock is counted", () => {
  test("has every step that was shown, and OMS4 has the last number of each product in the end", { timeout: 180_000 }, async () => {
    await prepareStations();
    const oms4 = await startTestOms4();
    oms4.addTask({ ftNo: "FT0001", lines: SKUS.map((sku) => ({ sku, brand: "BR01" })) });
    const dataFolder = testFolder();
    const environment = {
      ...oms4.environment,
      STATION_POLL_MS: "100",
      LABEL_PRINTER: `folder:${testFolder()}`,
    };
    const truth: Record<string, number> = {};
    const open = async (): Promise<Readonly<{ client: StationClient; kill: () => Promise<void> }>> => {
      const station = await startStation({ dataFolder, environment });
      onTestFinished(() => station.kill());
      const client = await connectStation(station.url);
      await client.until(({ waiting }) => waiting.count === 1, "the order is here");
      return {
        client,
        kill: async () => {
          await station.kill();
          client.close();
        },
      };
    };
    const scan = async (client: StationClient, text: string): Promise<string> =>
      (await client.call("scan", { text, source: "hid" })).verdict.kind;

    let bench = await open();
    expect(await scan(bench.client, "CMDCOUNT")).toBe("command-ok");
    for (let round = 0; round < 6; round++) {
      const sku = SKUS[round % SKUS.length] ?? "A";
      expect(await scan(bench.client, sku)).toBe("item-ok");
      expect(await scan(bench.client, `CMDQTY${round * 7}`)).toBe("item-ok");
      truth[`BR01|${sku}`] = round * 7;
      const calls = (): number => oms4.asked()["updateInventory"] ?? 0;
      const before = calls();
      // Killed with the count in progress, right after it was finished, and while OMS4 has it and the answer is on its way
      if (round % 3 === 2) oms4.fault({ kind: "hang", after: true }, { call: "updateInventory" });
      if (round % 3 > 0) expect(await scan(bench.client, "CMDFINISH")).toBe("task-done");
      if (round % 3 === 2) await expect.poll(calls).toBeGreaterThan(before);
      await bench.kill();
      bench = await open();
      expect(bench.client.snapshot().activity).toBe("counting");
      if (round % 3 === 0)
        expect(bench.client.snapshot().count).toMatchObject({ counting: 1, marked: { brandSkuCode: sku, qty: round * 7 } });
    }
    await bench.client.until(({ count }) => count.waiting === 0 && count.counting === 0 && count.failed === 0, "everything is sent");
    expect(oms4.inventory()).toEqual(truth);
    expect(oms4.violations()).toEqual([]);
    await bench.kill();
  });
});
