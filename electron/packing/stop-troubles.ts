import type { FailureKind, Result } from "../../shared/failures.ts";
import type { Trouble } from "../../shared/trouble.ts";
import type { Clock } from "../kit/clock.ts";
import type { StopKind, StopStore } from "../store/stops.ts";
import { troubleOf } from "./trouble-ways.ts";

const titles: Readonly<Record<StopKind, string>> = {
  pull: "Pull this parcel",
  "take-out": "Take cancelled items out",
  request: "The buyer asks to cancel",
  relabel: "New address or carrier",
  more: "More was ordered",
  left: "Cancelled after it left",
};

const failures: Readonly<Record<StopKind, FailureKind>> = {
  pull: "parcel-cancelled",
  "take-out": "parcel-cancelled",
  request: "cancel-requested",
  relabel: "order-changed",
  more: "order-changed",
  left: "parcel-cancelled",
};

/** Stopped parcels in the trouble list: they stay there until they were scanned, or a person vouches for them. */
export const createStopTroubles = ({
  clock,
  stops,
  vouch,
}: Readonly<{ clock: Clock; stops: StopStore; vouch: (parcelNo: string, at: number) => Result<null> }>) => ({
  list: (most: number): readonly Trouble[] =>
    stops.open(most).map(({ parcelNo, ftNo, kind, words, at }) =>
      troubleOf(`stop-${kind}`, {
        id: `stop:${parcelNo}`,
        source: "stop",
        title: titles[kind],
        about: `${parcelNo} · ${ftNo}`,
        failure: { kind: failures[kind], detail: words },
        at,
      }),
    ),
  discard: (parcelNo: string): Result<null> => vouch(parcelNo, clock.now()),
});
