import { describe, expect, it } from "vitest";
import { silentLog } from "../../electron/kit/log.ts";
import { createDiskWatch, diskBounds, lookAtDisk, type DiskLook } from "../../electron/store/disk-watch.ts";
import { testFolder } from "../fakes/folder.ts";

const MB = 1024 * 1024;
const GB = 1024 * MB;

const watched = (first: DiskLook) => {
  let now = 1_000;
  let disk: DiskLook | Error = first;
  let backups = 0;
  const levels: string[] = [];
  const watch = createDiskWatch({
    folder: "/data",
    clock: { now: () => now, after: () => () => {} },
    log: silentLog,
    look: () => {
      if (disk instanceof Error) throw disk;
      return disk;
    },
    makeRoom: (enough) => {
      let removed = 0;
      while (!enough() && backups > 0) {
        backups -= 1;
        removed += 1;
        if (!(disk instanceof Error)) disk = { ...disk, freeBytes: disk.freeBytes + 10 * MB };
      }
      return removed;
    },
    onChange: ({ level }) => levels.push(level),
  });
  return {
    watch,
    levels,
    becomes: (next: DiskLook | Error, withBackups = 0): void => {
      disk = next;
      backups = withBackups;
      now += 1_000;
    },
    backups: () => backups,
  };
};
const of = (freeBytes: number, writable = true, totalBytes = 100 * GB): DiskLook => ({ freeBytes, totalBytes, writable });

describe("the watch over the disk", () => {
  it("warns early, refuses before a write fails, and takes scans again by itself", () => {
    const { watch, levels, becomes } = watched(of(50 * GB));
    expect(watch.refusal()).toBeNull();
    becomes(of(300 * MB));
    expect([watch.refusal(), watch.state()?.level]).toEqual([null, "low"]);
    becomes(of(5 * MB));
    expect(watch.refusal()).toMatchObject({ kind: "storage-full", detail: expect.stringContaining("5 MB") });
    becomes(of(50 * GB));
    expect(watch.refusal()).toBeNull();
    expect(levels).toEqual(["fine", "low", "full", "fine"]);
  });

  it("refuses while the disk is read-only", () => {
    const { watch, becomes } = watched(of(50 * GB));
    becomes(of(50 * GB, false));
    expect(watch.refusal()).toMatchObject({ kind: "storage-unwritable" });
    becomes(of(50 * GB));
    expect(watch.refusal()).toBeNull();
  });

  it("makes room from old backups before it refuses a scan", () => {
    const { watch, becomes, backups } = watched(of(50 * GB));
    becomes(of(5 * MB), 5);
    expect(watch.refusal()).toBeNull();
    expect(backups()).toBe(3);
  });

  it("lets the write itself speak where the system can't say how much is free", () => {
    const { watch, becomes } = watched(of(50 * GB));
    becomes(new Error("EIO"));
    expect(watch.refusal()).toBeNull();
  });

  it("has smaller bounds on a small disk, and reads a real one", () => {
    expect(diskBounds(100 * GB)).toEqual({ full: 16 * MB, low: 512 * MB });
    expect(diskBounds(40 * MB).full).toBeCloseTo(2 * MB);
    const found = lookAtDisk(testFolder());
    expect(found.writable).toBe(true);
    expect(found.freeBytes).toBeLessThanOrEqual(found.totalBytes);
  });
});
