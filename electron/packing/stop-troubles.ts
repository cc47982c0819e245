import type { Result } from "../../shared/failures.ts";
import type { Trouble } from "../../shared/station.ts";
import type { Clock } from "../kit/clock.ts";
import type { Database } from "../store/database.ts";
import type { StopKind, StopStore } from "../store/stops.ts";

const titles: Readonly<Record<StopKind, string>> = {
  pull: "Pull this parcel",
  "take-out": "Take cancelled items out",
  request: "The buyer asks to cancel",
  left: "Cancelled after it left",
};

/** Stopped parcels in the trouble list: they stay there until they were scanned, or a person vouches for them. */
export const createStopTroubles = ({
  database,
  clock,
  stops,
  vouch,
}: Readonly<{
  database: Database;
  clock: Clock;
  stops: StopStore;
  /** Runs inside a transaction. */
  vouch: (parcelNo: string, at: number) => Result<null>;
}>) => ({
  list: (most: number): readonly Trouble[] =>
    stops.open(most).map(({ parcelNo, ftNo, kind, words, at }): Trouble => ({
      id: `stop:${parcelNo}`,
      source: "stop",
      title: titles[kind],
      about: `${parcelNo} · ${ftNo}`,
      failure: { kind: kind === "request" ? "cancel-requested" : "parcel-cancelled", detail: words },
      at,
      actions: kind === "request" ? [] : ["discard"],
    })),
  discard: (parcelNo: string): Result<null> => database.transaction(() => vouch(parcelNo, clock.now())),
});
