import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Programs it takes, and the Debian package of each. */
const programs = {
  "apt-get": "apt",
  "dpkg-deb": "dpkg",
  busybox: "busybox-static",
  unshare: "util-linux",
  cupsd: "cups",
  ippeveprinter: "cups-ipp-utils",
  pdftoppm: "poppler-utils",
  gs: "ghostscript",
} as const;
const FOLDERS = ["/usr/bin", "/usr/sbin", "/bin", "/sbin"];
const pathOf = (program: string): string | null => FOLDERS.map((folder) => join(folder, program)).find((path) => existsSync(path)) ?? null;

/** What is missing to run Wine, in words; null when all is there. */
export const whatIsMissing = (): string | null => {
  if (process.platform !== "linux" || process.arch !== "x64") return "it is done on Linux on x64 only";
  const missing = Object.entries(programs).filter(([program]) => pathOf(program) === null);
  return missing.length === 0 ? null : `install ${missing.map(([, deb]) => deb).join(", ")}`;
};

const WINE_PACKAGES = ["wine", "wine32", "libcups2", "fonts-dejavu-core"];
/** An apt of our own for 32-bit packages, which leaves the machine's alone. */
const fetchPackages = (folder: string): string | null => {
  const apt = join(folder, "apt");
  for (const path of ["state/lists/partial", "cache/archives/partial"]) mkdirSync(join(apt, path), { recursive: true });
  writeFileSync(join(apt, "status"), "");
  const settings = {
    "APT::Architecture": "i386",
    "APT::Architectures::": "i386",
    "APT::Install-Recommends": "false",
    "APT::Sandbox::User": "root",
    "Dir::State": join(apt, "state"),
    "Dir::State::status": join(apt, "status"),
    "Dir::Cache": join(apt, "cache"),
    "Debug::NoLocking": "true",
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  // A source that can't be read now may be one that isn't needed: what counts is whether the packages come
  spawnSync("apt-get", [...options, "-qq", "update"], { stdio: ["ignore", 2, 2] });
  const got = spawnSync("apt-get", [...options, "-qq", "-y", "--download-only", "install", ...WINE_PACKAGES], { encoding: "utf8" });
  if (got.status !== 0) return `Debian's 32-bit Wine can't be downloaded (${got.stderr.trim().split("\n").at(-1) ?? ""})`;
  const archives = join(apt, "cache/archives");
  for (const deb of readdirSync(archives).filter((name) => name.endsWith(".deb")))
    execFileSync("dpkg-deb", ["-x", join(archives, deb), join(folder, "root.part")]);
  rmSync(apt, { recursive: true });
  return null;
};

/**
 * A 32-bit Debian with Wine in it, made from Debian's packages without installing any of them; it stays in `folder` for the next time. Returns
 * its path, or the words why it can't be made here.
 */
export const makeWineRoot = (folder: string): Readonly<{ root: string } | { words: string }> => {
  mkdirSync(folder, { recursive: true });
  const root = join(folder, "root");
  if (!existsSync(root)) {
    rmSync(join(folder, "root.part"), { recursive: true, force: true });
    const words = fetchPackages(folder);
    if (words !== null) return { words };
    renameSync(join(folder, "root.part"), root);
  }
  return { root };
};

/** The guest's own files beside Wine: copied over a fresh `guest` folder that shares the rest. */
export const layGuest = (root: string, guest: string, files: Readonly<Record<string, string>>): void => {
  rmSync(guest, { recursive: true, force: true });
  execFileSync("cp", ["-al", root, guest]);
  for (const path of ["dev", "proc", "sys", "tmp", "etc", "bin"]) mkdirSync(join(guest, path), { recursive: true });
  for (const [to, from] of Object.entries(files)) cpSync(from, join(guest, to), { recursive: true });
  copyFileSync(pathOf("busybox") ?? "busybox", join(guest, "bin/busybox"));
};
