import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { layGuest } from "./wine-root.ts";

/** Seconds are usual: Wine makes its Windows first. */
const LONGEST_RUN_MS = 5 * 60_000;
/** CUPS takes a job for a PDF by the ending of its name, and this one comes as PostScript: the name has none. SumatraPDF looks into the file. */
const LABEL_FILE = "label";

const IN_WINE = "Z:\\root\\";

/** Wine without a screen: the null driver stands in for one. */
const userRegistry = String.raw`WINE REGISTRY Version 2
;; All keys relative to \\User\\S-1-5-21-0-0-0-1000

#arch=win32

[Software\\Wine\\Drivers] 1600000000
"Graphics"="null"
`;

const quoted = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;

const script = (server: string, words: readonly string[]): string => String.raw`export PATH=/bin:/usr/bin:/usr/lib/wine
export HOME=/root USER=root LANG=C CUPS_SERVER=${server} WINEPREFIX=/root/wine WINEDEBUG=err+all,fixme-all
export WINESERVER=/usr/lib/wine/wineserver32 WINELOADER=/usr/lib/wine/wine WINEDLLOVERRIDES="mscoree,mshtml,winemenubuilder.exe="
wine wineboot -i; echo "GUEST wineboot $?"
wine ${quoted(`${IN_WINE}sumatra.exe`)} ${words.map(quoted).join(" ")} ${quoted(IN_WINE + LABEL_FILE)}; echo "GUEST printed $?"
`;

export type GuestFiles = Readonly<{ root: string; sumatra: string; label: string }>;

/** Why a 32-bit Wine can't run on this machine's own kernel, in words; null when it can. */
export const whyNoWine = (root: string): string | null => {
  if (process.getuid?.() !== 0) return "it is done as root, in a folder of its own as the root folder";
  const loader = spawnSync("chroot", [root, "/lib/ld-linux.so.2", "--version"]);
  return loader.status === 0 ? null : "this machine's kernel runs no 32-bit programs";
};

/**
 * Lets SumatraPDF print a label with these words under Wine into the CUPS at `server`, in a root folder and a process tree of its own that end
 * together. Returns SumatraPDF's exit code, null when it came to none, and what was said.
 */
export const printInWine = async (
  folder: string,
  { root, sumatra, label }: GuestFiles,
  server: string,
  words: readonly string[],
): Promise<Readonly<{ exitCode: number | null; console: readonly string[] }>> => {
  const guest = join(folder, "guest");
  layGuest(root, guest, { "root/sumatra.exe": sumatra, [`root/${LABEL_FILE}`]: label });
  mkdirSync(join(guest, "root/wine/drive_c/windows/system32"), { recursive: true });
  execFileSync("sh", ["-c", `cp ${quoted(guest)}/usr/i686-w64-mingw32/lib/*.dll ${quoted(guest)}/root/wine/drive_c/windows/system32/`]);
  writeFileSync(join(guest, "root/wine/user.reg"), userRegistry);
  writeFileSync(join(guest, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n");
  writeFileSync(join(guest, "etc/hosts"), "127.0.0.1 localhost\n");
  writeFileSync(join(guest, "run.sh"), script(server, words));
  chmodSync(join(guest, "run.sh"), 0o755);
  const enter = `mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && exec chroot "$1" /bin/busybox sh /run.sh`;
  const inside = spawn("unshare", ["--mount", "--pid", "--fork", "--kill-child", "sh", "-c", enter, "sh", guest], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const end = (): void => void inside.kill("SIGKILL");
  process.once("exit", end);
  const limit = setTimeout(end, LONGEST_RUN_MS);
  const console: string[] = [];
  for (const stream of [inside.stdout, inside.stderr]) createInterface({ input: stream }).on("line", (line) => console.push(line));
  await once(inside, "exit");
  clearTimeout(limit);
  process.removeListener("exit", end);
  const told = console.map((line) => /GUEST printed (\d+)/.exec(line)?.[1]).find((code) => code !== undefined);
  return { exitCode: told === undefined ? null : Number(told), console };
};
