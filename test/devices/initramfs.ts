import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";

export const root = join(import.meta.dirname, "../..");

/** Programs the guest is made with, and the Debian package of each. */
const programs = { "qemu-system-x86_64": "qemu-system-x86", busybox: "busybox-static", cpio: "cpio", strip: "binutils" } as const;
const KERNEL_MODULES = ["usb-common", "usbcore", "xhci-hcd", "xhci-pci", "hid", "hid-generic", "usbhid", "uhid", "evdev"];
const PACKAGES = ["node-hid", "pkg-prebuilds", "serialport", "@serialport", "node-gyp-build", "debug", "ms", "zod"];

const pathOf = (program: string): string | null =>
  [...(process.env["PATH"] ?? "").split(delimiter), "/usr/bin", "/usr/sbin", "/bin", "/sbin"]
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path)) ?? null;

/** What is missing to make a guest, in words; null when all is there. */
export const whatIsMissing = (): string | null => {
  if (process.platform !== "linux" || process.arch !== "x64") return "the guest is made on Linux on x64 only";
  const missing = Object.entries(programs).filter(([program]) => pathOf(program) === null);
  if (missing.length > 0) return `install ${missing.map(([, deb]) => deb).join(", ")}`;
  return pathOf("apt-get") === null || pathOf("dpkg-deb") === null
    ? "the guest's kernel is a Debian package: apt-get and dpkg are missing"
    : null;
};

/** Debian's plain kernel and the modules wanted, unpacked below `folder`; null with the words why not. The cloud kernel has no HID. */
const unpackKernel = (folder: string): Readonly<{ kernel: string; modules: string } | { words: string }> => {
  const kernels = join(folder, "kernel");
  const find = () =>
    existsSync(join(kernels, "boot")) ? (readdirSync(join(kernels, "boot")).find((name) => name.startsWith("vmlinuz")) ?? null) : null;
  if (find() === null) {
    mkdirSync(kernels, { recursive: true });
    const depends = spawnSync("apt-cache", ["depends", "linux-image-amd64"], { encoding: "utf8" });
    const name = /Depends: (linux-image-\S+)/.exec(depends.stdout)?.[1];
    if (name === undefined) return { words: "apt-cache knows no linux-image-amd64: run apt-get update" };
    const got = spawnSync("apt-get", ["download", "-qq", name], { cwd: folder, encoding: "utf8" });
    const deb = readdirSync(folder).find((file) => file.startsWith(`${name}_`) && file.endsWith(".deb"));
    if (got.status !== 0 || deb === undefined) return { words: `${name} can't be downloaded (${got.stderr.trim()})` };
    const wanted = ["./boot/vmlinuz-*", ...KERNEL_MODULES.map((module) => `*/${module}.ko`)].map((pattern) => `'${pattern}'`).join(" ");
    execFileSync("sh", ["-c", `dpkg-deb --fsys-tarfile '${deb}' | tar x -C kernel --wildcards ${wanted}`], { cwd: folder });
    rmSync(join(folder, deb));
  }
  const kernel = find();
  return kernel === null
    ? { words: "the kernel package holds no kernel" }
    : { kernel: join(kernels, "boot", kernel), modules: join(kernels, "lib/modules") };
};

/** Every library that these programs load. */
const librariesOf = (files: readonly string[]): readonly string[] => {
  const found = files.flatMap((file) => spawnSync("ldd", [file], { encoding: "utf8" }).stdout.match(/\/[^\s)]+/g) ?? []);
  return [...new Set(found)].filter((path) => existsSync(path) && /\.so/.test(path));
};

const nativesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".node") && !path.includes("musl"))
    .map((path) => join(folder, path));

const initScript = `#!/bin/busybox sh
/bin/busybox mount -t proc proc /proc; /bin/busybox mount -t sysfs sysfs /sys; /bin/busybox mount -t devtmpfs dev /dev
for module in ${KERNEL_MODULES.join(" ")}; do [ -f /modules/$module.ko ] && /bin/busybox insmod /modules/$module.ko; done
/bin/busybox sleep 1
cd /app && /bin/node test/devices/guest.ts; echo "GUEST_EXIT $?"
/bin/busybox poweroff -f
`;

/**
 * Makes kernel and initramfs of a guest that runs the project's own sources against devices made with uhid. What is slow to make stays in
 * `folder` for the next time. Returns the two files, or the words why it can't be made here.
 */
export const makeGuest = (folder: string): Readonly<{ kernel: string; initramfs: string } | { words: string }> => {
  mkdirSync(folder, { recursive: true });
  const unpacked = unpackKernel(folder);
  if ("words" in unpacked) return unpacked;
  const guest = join(folder, "root");
  rmSync(guest, { recursive: true, force: true });
  for (const path of ["bin", "dev", "proc", "sys", "tmp", "run", "modules", "app/node_modules", "lib64", "lib/x86_64-linux-gnu"])
    mkdirSync(join(guest, path), { recursive: true });
  copyFileSync(pathOf("busybox") ?? "busybox", join(guest, "bin/busybox"));
  for (const path of readdirSync(unpacked.modules, { recursive: true, encoding: "utf8" }))
    if (path.endsWith(".ko")) copyFileSync(join(unpacked.modules, path), join(guest, "modules", basename(path)));

  // Stripping the Node binary takes seconds and saves the guest a third of its memory: once a version
  const stripped = join(folder, `node-${process.version}`);
  if (!existsSync(stripped)) {
    copyFileSync(process.execPath, `${stripped}.part`);
    execFileSync("strip", [`${stripped}.part`]);
    renameSync(`${stripped}.part`, stripped);
  }
  copyFileSync(stripped, join(guest, "bin/node"));
  chmodSync(join(guest, "bin/node"), 0o755);

  const app = join(guest, "app");
  copyFileSync(join(root, "package.json"), join(app, "package.json"));
  for (const sources of ["electron/device", "electron/scale", "electron/scanner", "electron/kit", "shared", "test/devices", "test/fakes"])
    cpSync(join(root, sources), join(app, sources), { recursive: true, filter: (path) => !/\.(png|sql|pdf)$/.test(path) });
  const foreign = /prebuilds\/(?!.*linux-x64)|\/hidapi|bindings-cpp\/src|\.map$|\.d\.ts$/;
  for (const name of PACKAGES) {
    const from = join(root, "node_modules", name);
    mkdirSync(dirname(join(app, "node_modules", name)), { recursive: true });
    cpSync(from, join(app, "node_modules", name), {
      recursive: true,
      filter: (path) => !foreign.test(path.slice(from.length)) || /prebuilds$/.test(path),
    });
  }
  for (const library of librariesOf([stripped, ...nativesBelow(join(app, "node_modules"))]))
    copyFileSync(library, join(guest, library.startsWith("/lib64/") ? "lib64" : "lib/x86_64-linux-gnu", basename(library)));
  writeFileSync(join(guest, "init"), initScript);
  chmodSync(join(guest, "init"), 0o755);
  const initramfs = join(folder, "initramfs.cpio");
  execFileSync("sh", ["-c", `find . | cpio -o -H newc --quiet > '${initramfs}'`], { cwd: guest });
  return { kernel: unpacked.kernel, initramfs };
};
