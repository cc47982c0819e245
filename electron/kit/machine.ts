import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";

/** systemd's and D-Bus' number of an installation; other systems are told apart by their host names. */
const MACHINE_ID_FILE = "/etc/machine-id";

/** A hash that tells this machine from others; null where that can't be read. `machineId` null: the system has none, "": it can't be read. */
export const markOf = (host: string, machineId: string | null): string | null =>
  host === "" || machineId === ""
    ? null
    : createHash("sha256")
        .update(`${host}\n${machineId ?? ""}`)
        .digest("hex")
        .slice(0, 16);

const readMachineId = (): string => {
  try {
    return readFileSync(MACHINE_ID_FILE, "utf8").trim();
  } catch {
    // No such file, or not for this user: whatever the reason, nobody can tell
    return "";
  }
};

/** The mark of this machine, 16 hex digits; null where nobody can tell, as on a Linux whose machine id can't be read. */
export const machineMark = (): string | null => markOf(hostname(), process.platform === "linux" ? readMachineId() : null);
