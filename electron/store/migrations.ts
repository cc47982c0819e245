import { packingLine } from "./migrations/1-packing-line.ts";
import { scanBackAndSerials } from "./migrations/2-scan-back-and-serials.ts";
import { codes } from "./migrations/3-codes.ts";
import { sparePrinter } from "./migrations/4-spare-printer.ts";
import { labelsOutOfForce } from "./migrations/5-labels-out-of-force.ts";
import { grantedUnits } from "./migrations/6-granted-units.ts";
import { expiry } from "./migrations/7-expiry.ts";
import { machine } from "./migrations/8-machine.ts";
import { sharedTasks } from "./migrations/9-shared-tasks.ts";
import { bareNumbers } from "./migrations/10-bare-numbers.ts";
import { oldOwnLabels } from "./migrations/11-old-own-labels.ts";
import { stopUnits } from "./migrations/12-stop-units.ts";

/** One schema step. `sql` runs in one transaction with the version bump; a step that has shipped is never edited. */
export type Migration = Readonly<{ version: number; name: string; sql: string }>;

export const migrations: readonly Migration[] = [
  packingLine,
  scanBackAndSerials,
  codes,
  sparePrinter,
  labelsOutOfForce,
  grantedUnits,
  expiry,
  machine,
  sharedTasks,
  bareNumbers,
  oldOwnLabels,
  stopUnits,
];
