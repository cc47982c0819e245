import { expect } from "vitest";
import { openTestSync, type TestSync } from "./oms4-sync.ts";
import type { TestOms4, TestTask } from "./oms4.ts";

/** The parcel that `packedSync` packs. */
export const PACKED_PARCEL = "PBTEST1";

/** The sync side with FT1 packed; its "received" is out of the way. `timeoutMs`: of a call, where the test is about it. */
export const packedSync = async (
  oms4: TestOms4,
  { timeoutMs, ...task }: Partial<Omit<TestTask, "ftNo">> & Readonly<{ timeoutMs?: number }> = {},
): Promise<TestSync> => {
  oms4.addTask({ lines: [{ sku: "A", qty: 2 }], ...task, ftNo: "FT1" });
  const sync = openTestSync(oms4.connection, timeoutMs === undefined ? {} : { timeoutMs });
  expect((await sync.pull.run()).ok).toBe(true);
  expect(await sync.push.drain()).toBeNull();
  sync.pack("FT1", PACKED_PARCEL);
  return sync;
};

/** Drains, and lets the time of every wait pass, until all is told or parked. */
export const settleOutbox = async (sync: TestSync): Promise<void> => {
  for (let round = 0; round < 20; round++) {
    const next = await sync.push.drain();
    if (next === null) return;
    sync.jump(Math.max(0, next - sync.clock.now()));
  }
  throw new Error("the outbox did not settle");
};
