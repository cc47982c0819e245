import { spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { onTestFinished } from "vitest";

export type SmallDisk = Readonly<{
  folder: string;
  /** Takes all but about `leaveBytes` of it. */
  fill: (leaveBytes?: number) => void;
  free: () => void;
  /** The file system breaks down and turns read-only under whoever has files open; false where the kernel has no such switch. */
  breakDown: () => boolean;
  /** As after a restart of the PC: repaired and mounted again (`ext4`). */
  repair: () => void;
}>;

const run = (command: string, ...args: readonly string[]): Readonly<{ ok: boolean; words: string }> => {
  const { status, stdout, stderr, error } = spawnSync(command, [...args], { encoding: "utf8" });
  return { ok: status === 0, words: `${error?.message ?? ""}${stderr ?? ""}${stdout ?? ""}`.trim() };
};

/**
 * A file system of its own, some megabytes small. Null where mounting is not permitted here: the test then says so loudly and is skipped.
 * `tmpfs` lies in memory; `ext4` on a file, as on a real disk.
 */
export const mountSmallDisk = (kind: "tmpfs" | "ext4", megabytes: number): SmallDisk | null => {
  const folder = mkdtempSync(join(tmpdir(), "packbench-disk-"));
  const image = `${folder}.img`;
  const clear = (): void => {
    rmSync(folder, { recursive: true, force: true });
    rmSync(image, { force: true });
  };
  let mounted: Readonly<{ ok: boolean; words: string }>;
  if (kind === "tmpfs") mounted = run("mount", "-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder);
  else {
    writeFileSync(image, "");
    const made = run("truncate", "-s", `${megabytes}M`, image);
    const formatted = made.ok ? run("mkfs.ext4", "-q", "-m", "0", image) : made;
    mounted = formatted.ok ? run("mount", "-o", "loop,errors=remount-ro", image, folder) : formatted;
  }
  if (!mounted.ok) {
    clear();
    process.stderr.write(`\nSKIPPED: a ${kind} file system can't be mounted here (${mounted.words}). Run this test as root to have it.\n`);
    return null;
  }
  const filler = join(folder, "filler");
  onTestFinished(() => {
    if (!run("umount", folder).ok) run("umount", "-l", folder);
    clear();
  });
  return {
    folder,
    fill: (leaveBytes = 0) => {
      const file = openSync(filler, "a");
      try {
        for (let size = 1 << 20; size >= 4096; size >>= 1) {
          const block = Buffer.alloc(size, 0x5a);
          try {
            for (;;) writeSync(file, block);
          } catch {
            // Smaller pieces until nothing more fits
          }
        }
      } finally {
        closeSync(file);
      }
      if (leaveBytes > 0) run("truncate", "-s", `-${leaveBytes}`, filler);
    },
    free: () => rmSync(filler, { force: true }),
    breakDown: () => {
      const device = basename(run("findmnt", "-no", "SOURCE", folder).words);
      const trigger = `/sys/fs/ext4/${device}/trigger_fs_error`;
      if (!existsSync(trigger)) return false;
      writeFileSync(trigger, "the disk breaks down");
      return true;
    },
    repair: () => {
      run("umount", folder);
      run("e2fsck", "-fy", image);
      const again = run("mount", "-o", "loop", image, folder);
      if (!again.ok) throw new Error(again.words);
    },
  };
};
