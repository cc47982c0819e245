import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { toledoFrame } from "../fakes/scale.ts";
import { makeGuest, root, whatIsMissing } from "./initramfs.ts";
import { bootMachine } from "./machine.ts";

const say = (words: string): void => void process.stderr.write(`packbench: ${words}\n`);

/** Emulated in software, half a minute is usual. */
const LONGEST_RUN_MS = 240_000;
/** A key held shorter than the emulated keyboard is polled, on a busy machine, is lost. */
const KEY_HELD_MS = 100;

/** Neither passed nor failed; the tests' own count knows it (test/tools/run-tests.mjs). */
const SKIPPED = 75;

/** Skipped is said loudly: nobody is to take it for passed. */
const skip = (words: string): void => {
  say(`DEVICES SKIPPED: no real kernel HID device was tested, because it can't be done here: ${words}.`);
  process.exitCode = SKIPPED;
};

const run = async (): Promise<void> => {
  const missing = whatIsMissing();
  if (missing !== null) return skip(missing);
  const folder = join(root, "test-results/devices");
  const from = performance.now();
  const made = makeGuest(folder);
  if ("words" in made) return skip(made.words);
  const madeMs = performance.now() - from;

  const lines: string[] = [];
  const answers: Readonly<Record<string, () => Promise<void>>> = {
    type: async () => {
      for (const key of ["a", "b", "c", "1", "2", "3", "ret"]) {
        await machine.command(`sendkey ${key} ${KEY_HELD_MS}`);
        await pause(2 * KEY_HELD_MS);
      }
    },
    "unplug-keyboard": () => machine.command("device_del keyboard"),
    "plug-keyboard": () => machine.command("device_add usb-kbd,id=keyboard2,bus=usb.0"),
    "serial-scans": () => machine.write(Array.from({ length: 200 }, (_, count) => `SERIAL-${count}\r\n`).join("")),
    "serial-weights": () =>
      machine.write(
        Uint8Array.from([0, 0, 0, 1250, 1250, 1250, 1250].flatMap((digits) => toledoFrame({ digits, point: 3, checksum: true }))),
      ),
  };
  const machine = bootMachine({
    folder,
    ...made,
    onLine: (line) => {
      const told = /GUEST(?:_EXIT)? (.*)/.exec(line.trim())?.[1];
      lines.push(line);
      if (told === undefined) return;
      const asked = /^ASK (\S+)/.exec(told)?.[1];
      if (asked !== undefined) void answers[asked]?.();
      else say(`devices: ${told}`);
    },
  });
  const limit = setTimeout(() => {
    say(`the guest did not end within ${LONGEST_RUN_MS / 1000} s`);
    machine.kill();
  }, LONGEST_RUN_MS);
  await machine.ended;
  clearTimeout(limit);
  const passed = lines.filter((line) => line.includes("GUEST PASSED")).length;
  const failed = lines.filter((line) => line.includes("GUEST FAILED")).length;
  writeFileSync(join(folder, "console.log"), `${lines.join("\n")}\n`);
  const whole = lines.some((line) => line.includes("GUEST_EXIT 0"));
  if (!whole && failed === 0) say(`the guest ended without a result; its last words:\n${lines.slice(-20).join("\n")}`);
  const bad = whole ? failed : Math.max(1, failed);
  process.stdout.write(
    `devices: ${passed} passed, ${bad} failed (guest made in ${(madeMs / 1000).toFixed(0)} s, all in ${((performance.now() - from) / 1000).toFixed(0)} s)\n`,
  );
  process.exitCode = bad === 0 ? 0 : 1;
};

await run();
