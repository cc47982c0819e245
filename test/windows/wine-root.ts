import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

/** Programs it takes, and the Debian package of each. */
const programs = {
  "qemu-system-x86_64": "qemu-system-x86",
  "apt-get": "apt",
  "dpkg-deb": "dpkg",
  busybox: "busybox-static",
  cpio: "cpio",
  strip: "binutils",
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
/** What no printing needs: half a gigabyte less for the guest to unpack. */
const DROPPED =
  /^(d3d|xaudio|x3daudio|xactengine|xapofx|xinput|msvc[pr]\d|mshtml|jscript|vbscript|msxml|quartz|wined3d|dsound|mf|winegstreamer|evr|qcap|dm[a-z]+\.dll|ddraw|wmp|wmvcore|concrt|vcruntime|vcomp|mscoree|ieframe|hhctrl|light\.|winemenubuilder|vulkan|winevulkan|opencl|sapi|msado|twain)|16$|\.ocx$/;
const DROPPED_FOLDERS = [
  "usr/share/doc",
  "usr/share/man",
  "usr/share/locale",
  "usr/lib/i386-linux-gnu/wine/x86_64-windows",
  "usr/lib/i386-linux-gnu/gconv",
  "usr/lib/i386-linux-gnu/dri",
];

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

const slim = (root: string): void => {
  for (const path of DROPPED_FOLDERS) rmSync(join(root, path), { recursive: true, force: true });
  const programsOfWindows = join(root, "usr/lib/i386-linux-gnu/wine/i386-windows");
  for (const name of readdirSync(programsOfWindows)) if (DROPPED.test(name)) rmSync(join(programsOfWindows, name));
  const left = readdirSync(programsOfWindows).map((name) => join(programsOfWindows, name));
  // Some are no programs, and strip says so; the rest shrinks to less than half
  spawnSync("strip", ["--strip-debug", ...left], { stdio: "ignore" });
  // Registering every library takes software emulation minutes, and printing needs none of it
  const inf = join(root, "usr/share/wine/wine.inf");
  execFileSync("sed", ["-i", "/^RegisterDlls=RegisterDllsSection/d", inf]);
  const mingw = join(root, "usr/i686-w64-mingw32/lib");
  for (const place of [programsOfWindows, join(root, "root/wine/drive_c/windows/system32")]) {
    mkdirSync(place, { recursive: true });
    for (const name of readdirSync(mingw)) if (name.endsWith(".dll")) copyFileSync(join(mingw, name), join(place, name));
  }
};

const unpackKernel = (folder: string): string | null => {
  const depends = spawnSync("apt-cache", ["depends", "linux-image-amd64"], { encoding: "utf8" });
  const name = /Depends: (linux-image-\S+)/.exec(depends.stdout)?.[1];
  if (name === undefined) return "apt-cache knows no linux-image-amd64: run apt-get update";
  const got = spawnSync("apt-get", ["download", "-qq", name], { cwd: folder, encoding: "utf8" });
  const deb = readdirSync(folder).find((file) => file.startsWith(`${name}_`) && file.endsWith(".deb"));
  if (got.status !== 0 || deb === undefined) return `${name} can't be downloaded (${got.stderr.trim()})`;
  mkdirSync(join(folder, "kernel.part"), { recursive: true });
  const wanted = "--wildcards './boot/vmlinuz-*' '*/e1000.ko'";
  execFileSync("sh", ["-c", `dpkg-deb --fsys-tarfile '${deb}' | tar x -C kernel.part ${wanted}`], { cwd: folder });
  rmSync(join(folder, deb));
  renameSync(join(folder, "kernel.part"), join(folder, "kernel"));
  return null;
};

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) => join(folder, path));

/**
 * A 32-bit Debian with Wine in it and a kernel for it, made from Debian's packages without running any of them; both stay in `folder` for the
 * next time. Returns the paths, or the words why it can't be made here.
 */
export const makeWineRoot = (folder: string): Readonly<{ root: string; kernel: string; network: string } | { words: string }> => {
  mkdirSync(folder, { recursive: true });
  const root = join(folder, "root");
  if (!existsSync(root)) {
    rmSync(join(folder, "root.part"), { recursive: true, force: true });
    const words = fetchPackages(folder);
    if (words !== null) return { words };
    slim(join(folder, "root.part"));
    renameSync(join(folder, "root.part"), root);
  }
  if (!existsSync(join(folder, "kernel"))) {
    const words = unpackKernel(folder);
    if (words !== null) return { words };
  }
  const files = filesBelow(join(folder, "kernel"));
  const kernel = files.find((path) => basename(path).startsWith("vmlinuz-"));
  const network = files.find((path) => basename(path) === "e1000.ko");
  return kernel === undefined || network === undefined ? { words: "the kernel package holds no kernel" } : { root, kernel, network };
};

/** The guest's own files beside Wine: copied over a fresh `guest` folder that shares the rest. */
export const layGuest = (root: string, guest: string, files: Readonly<Record<string, string>>): void => {
  rmSync(guest, { recursive: true, force: true });
  execFileSync("cp", ["-al", root, guest]);
  for (const path of ["dev", "proc", "sys", "tmp", "etc", "bin"]) mkdirSync(join(guest, path), { recursive: true });
  for (const [to, from] of Object.entries(files)) cpSync(from, join(guest, to), { recursive: true });
  copyFileSync(pathOf("busybox") ?? "busybox", join(guest, "bin/busybox"));
};
