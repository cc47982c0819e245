import { randomBytes, scryptSync, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { fail, succeed, type Result } from "../../shared/failures.ts";
import { NO_SUPERVISOR_PIN, SUPERVISOR_PIN } from "../../shared/settings.ts";
import type { Clock } from "./clock.ts";
import { readPrivateFile, writePrivateFile } from "./secrets.ts";

const keptSchema = z.object({ kept: z.enum(["scrypt", "none"]), salt: z.string(), hash: z.string() });
type Kept = z.infer<typeof keptSchema>;

/** 30 ms on a bench PC: a person doesn't notice, somebody with the file and a list of PINs does. */
const COST = { N: 2 ** 14, r: 8, p: 1 };
const HASH_BYTES = 32;
/** Wrong ones in a row after which nobody is let in for a minute: a PIN of four digits must not be tried out at the bench. */
const MOST_WRONG = 5;
const PAUSE_MS = 60_000;

const hashOf = (pin: string, salt: Buffer): Buffer => scryptSync(pin, salt, HASH_BYTES, COST);

/**
 * The supervisor's PIN: kept as a scrypt hash in a file that only its owner can read, never in clear, never given out. A file that
 * can't be read counts as a PIN nobody knows: losing it must not open what it guards. Failures: `not-now` (wrong PIN, too many
 * wrong ones), `setting-bad`, `storage-unwritable`.
 */
export const createSupervisorPin = ({ path, clock }: Readonly<{ path: string; clock: Clock }>) => {
  let wrong = 0;
  let pausedAt = 0;

  /** null: no PIN is set; "unreadable": there is one, but nobody can tell which. */
  const read = (): Kept | null | "unreadable" => {
    const file = readPrivateFile(path);
    if (!file.ok) return "unreadable";
    if (file.value === null) return null;
    try {
      const kept = keptSchema.parse(JSON.parse(Buffer.from(file.value).toString("utf8")));
      return kept.kept === "none" ? null : kept;
    } catch {
      return "unreadable";
    }
  };
  // Asked with every picture of the screen: read once, and again after each change
  let kept = read();

  const verify = (typed: string): Result<null> => {
    const now = clock.now();
    if (wrong >= MOST_WRONG && now >= pausedAt && now < pausedAt + PAUSE_MS) return fail("not-now", "Too many wrong PINs: wait a minute.");
    const pin = typed.trim().toUpperCase();
    if (kept === null) return fail("not-now", "No supervisor PIN is set.");
    if (kept === "unreadable") return fail("setting-bad", `The supervisor's PIN can't be read. An administrator removes ${path}.`);
    const known = Buffer.from(kept.hash, "base64");
    if (SUPERVISOR_PIN.test(pin) && timingSafeEqual(hashOf(pin, Buffer.from(kept.salt, "base64")), known)) {
      wrong = 0;
      return succeed(null);
    }
    wrong = wrong >= MOST_WRONG ? 1 : wrong + 1;
    pausedAt = now;
    return fail("not-now", "This is not the supervisor's PIN.");
  };

  /** Whether another PIN, or none (NO_SUPERVISOR_PIN), may be set, by whoever knows the one in force; what is given back sets it. */
  const prepare = (next: string, now: string): Result<() => Result<null>> => {
    const pin = next.trim().toUpperCase();
    if (pin !== NO_SUPERVISOR_PIN && !SUPERVISOR_PIN.test(pin))
      return fail("setting-bad", "Supervisor PIN: use 4 to 12 letters and digits.");
    if (kept !== null) {
      const allowed = verify(now);
      if (!allowed.ok) return fail("setting-bad", `Supervisor PIN in force: ${allowed.failure.detail}`);
    }
    return succeed(() => {
      const salt = randomBytes(16);
      const keep: Kept =
        pin === NO_SUPERVISOR_PIN
          ? { kept: "none", salt: "", hash: "" }
          : { kept: "scrypt", salt: salt.toString("base64"), hash: hashOf(pin, salt).toString("base64") };
      const written = writePrivateFile(path, JSON.stringify(keep));
      if (written.ok) kept = read();
      return written;
    });
  };

  return {
    isSet: (): boolean => kept !== null,
    verify,
    prepare,
    /** `prepare`, and at once sets it. */
    change: (next: string, now: string): Result<null> => {
      const prepared = prepare(next, now);
      return prepared.ok ? prepared.value() : prepared;
    },
  };
};
export type SupervisorPin = ReturnType<typeof createSupervisorPin>;
