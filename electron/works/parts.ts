import type { Settings } from "../../shared/settings.ts";
import type { Clock } from "../kit/clock.ts";
import type { Fetch } from "../kit/http.ts";
import type { Log } from "../kit/log.ts";
import type { Environment } from "../kit/settings.ts";
import type { PinCheck } from "../packing/supervisor.ts";
import type { BenchScale } from "../packing/weighing.ts";
import type { LabelMaker } from "../printer/label-maker.ts";
import type { PrinterPort } from "../printer/port.ts";
import type { Rasteriser } from "../printer/rasteriser.ts";
import type { Database } from "../store/database.ts";
import type { Stores } from "./stores.ts";

/** What a station stands on, as it is or with something put before it: a test that ends the process at one exact step, for one. */
export type Ground = Readonly<{
  http: (real: Fetch) => Fetch;
  database: (real: Database) => Database;
  printer: (real: PrinterPort) => PrinterPort;
}>;

export type WorksParts = Readonly<{
  mode: "practice" | "live";
  /** the folder of this mode's database; practice has its own */
  folder: string;
  settings: () => Settings;
  secret: () => string;
  supervisorPin: PinCheck;
  scale: BenchScale;
  environment: Environment;
  rasteriser: Rasteriser;
  labelMaker: LabelMaker;
  http: Fetch;
  ground?: Ground;
  clock: Clock;
  log: Log;
  /** Something on screen changed. `now`: a person waits for it. */
  onChange: (now: boolean) => void;
  /** The database was found damaged beside the scans. */
  onDamage: (words: string) => void;
}>;

/** What each of the works' rooms is built from. */
export type CommonParts = WorksParts & Readonly<{ database: Database; stores: Stores }>;
