import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { layGuest } from "./wine-root.ts";

/** Wine's own files are unpacked into memory. */
const GUEST_MEMORY_MB = 3_072;
/** In software emulation two to four minutes are usual. */
const LONGEST_RUN_MS = 20 * 60_000;

/** Wine without a screen: the null driver stands in for one. */
const userRegistry = String.raw`WINE REGISTRY Version 2
;; All keys relative to \\User\\S-1-5-21-0-0-0-1000

#arch=win32

[Software\\Wine\\Drivers] 1600000000
"Graphics"="null"
`;

const quoted = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;

/** CUPS lets a caller from its own machine in under the name of that machine only: the guest calls through a door of its own on the same port. */
const initScript = (port: number, words: readonly string[]): string => `#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin:/usr/bin:/usr/lib/wine
mount -t proc proc /proc; mount -t sysfs sysfs /sys; mount -t devtmpfs dev /dev; mount -t tmpfs tmpfs /tmp
insmod /e1000.ko
ifconfig lo 127.0.0.1 up; ifconfig eth0 10.0.2.15 up; route add default gw 10.0.2.2; hostname guest
echo "root:x:0:0:root:/root:/bin/sh" > /etc/passwd; echo "127.0.0.1 localhost guest" > /etc/hosts
nc -ll -p ${port} -e /bin/busybox nc 10.0.2.2 ${port} &
export HOME=/root USER=root LANG=C CUPS_SERVER=127.0.0.1:${port} WINEPREFIX=/root/wine WINEDEBUG=err+all,fixme-all
export WINESERVER=/usr/lib/wine/wineserver32 WINELOADER=/usr/lib/wine/wine WINEDLLOVERRIDES="mscoree,mshtml,winemenubuilder.exe="
wine wineboot -i; echo "GUEST wineboot $?"
cd /root; wine sumatra.exe ${words.map(quoted).join(" ")}; echo "GUEST printed $?"
sleep 3
poweroff -f
`;

export type GuestFiles = Readonly<{ root: string; kernel: string; network: string; sumatra: string; label: string }>;

/**
 * Boots the guest in software emulation, a real 32-bit CPU for Wine where the machine's own kernel may run none, and lets SumatraPDF print
 * `label.pdf` with these words into the CUPS on this machine's port. Returns SumatraPDF's exit code, null when it came to none, and the console.
 */
export const printInWine = async (
  folder: string,
  { root, kernel, network, sumatra, label }: GuestFiles,
  port: number,
  words: readonly string[],
): Promise<Readonly<{ exitCode: number | null; console: readonly string[] }>> => {
  const guest = join(folder, "guest");
  layGuest(root, guest, { "e1000.ko": network, "root/sumatra.exe": sumatra, "root/label.pdf": label });
  mkdirSync(join(guest, "root/wine"), { recursive: true });
  writeFileSync(join(guest, "root/wine/user.reg"), userRegistry);
  writeFileSync(join(guest, "init"), initScript(port, words));
  chmodSync(join(guest, "init"), 0o755);
  const initramfs = join(folder, "initramfs.cpio");
  execFileSync("sh", ["-c", `find . | cpio -o -H newc --quiet > '${initramfs}'`], { cwd: guest });
  const machine = spawn(
    "qemu-system-x86_64",
    [
      // With SMAP, the emulated return from 32-bit code faults on the program's own stack
      ...["-accel", "tcg,thread=multi", "-cpu", "max,smap=off,smep=off", "-m", String(GUEST_MEMORY_MB), "-smp", "2"],
      ...["-nodefaults", "-display", "none", "-no-reboot", "-kernel", kernel, "-initrd", initramfs],
      ...["-append", "console=ttyS0 quiet panic=-1", "-serial", "stdio", "-netdev", "user,id=net", "-device", "e1000,netdev=net"],
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const end = (): void => void machine.kill("SIGKILL");
  process.once("exit", end);
  const limit = setTimeout(end, LONGEST_RUN_MS);
  const console: string[] = [];
  createInterface({ input: machine.stdout }).on("line", (line) => console.push(line));
  await once(machine, "close");
  clearTimeout(limit);
  process.removeListener("exit", end);
  const told = console.map((line) => /GUEST printed (\d+)/.exec(line)?.[1]).find((code) => code !== undefined);
  return { exitCode: told === undefined ? null : Number(told), console };
};
