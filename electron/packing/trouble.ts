import { fail, succeed, type Result } from "../../shared/failures.ts";
import type { Trouble, TroubleAction } from "../../shared/trouble.ts";
import type { SetAside } from "../store/set-aside.ts";
import type { StopStore } from "../store/stops.ts";
import type { CountTroubles } from "../counting/troubles.ts";
import { createLabelTroubles } from "./label-troubles.ts";
import type { OutboxTroubles } from "./outbox-troubles.ts";
import { createPrintAgain, type PrintAgainParts } from "./print-again.ts";
import { createPrintTroubles, isBadLabel, type PrintTroubleParts } from "./print-troubles.ts";
import { createStopTroubles } from "./stop-troubles.ts";
import { troubleOf } from "./trouble-ways.ts";

export type TroubleParts = Omit<PrintAgainParts & PrintTroubleParts, "again"> &
  Readonly<{
    outboxTroubles: OutboxTroubles;
    setAside: SetAside;
    countTroubles: CountTroubles;
    stops: StopStore;
    /** A person says that a stopped parcel was dealt with. */
    vouch: (parcelNo: string, at: number) => Result<null>;
    /** OMS4 is asked for this parcel's label at once. */
    askLabel: (parcelNo: string) => void;
    /** After something is to be sent or printed again. */
    onWork: () => void;
  }>;

/** More than a screen holds: the rest shows when these are dealt with. */
const MOST_SHOWN = 50;

const recordWords = { task: "A task can't be used", cancellation: "A cancellation can't be used", label: "A label can't be used" } as const;

/** What needs a person: parked entries, prints that failed or may not have come out, records that can't be read. */
export const createTroubleList = (parts: TroubleParts) => {
  const { database, clock, journal, outboxTroubles, parcels, labelChanges, printJobs, setAside, countTroubles, stops } = parts;
  const { vouch, askLabel, onWork } = parts;
  const stopTroubles = createStopTroubles({ clock, stops, vouch });
  const labelTroubles = createLabelTroubles({ database, clock, journal, parcels, labelChanges, printJobs, askLabel });
  const again = createPrintAgain(parts);
  const printTroubles = createPrintTroubles({ ...parts, again });

  /** Records that can't be used. A bad label is one trouble: its failed print says all there is to say. */
  const badRecords = (prints: readonly Trouble[]) => {
    const bad = prints.filter(({ failure }) => isBadLabel(failure)).flatMap(({ about }) => about.split(" · "));
    return setAside.list(MOST_SHOWN).filter(({ source, name }) => source !== "label" || !bad.includes(name));
  };

  const listed = (prints: readonly Trouble[]): readonly Trouble[] => [
    ...stopTroubles.list(MOST_SHOWN),
    ...labelTroubles.list(),
    ...prints,
    ...outboxTroubles.list(),
    ...badRecords(prints).map(({ id, source, name, failure, at }) =>
      troubleOf("record-set-aside", { id: `set-aside:${id}`, source: "set-aside", title: recordWords[source], about: name, failure, at }),
    ),
    ...countTroubles.list(),
  ];
  const list = (): readonly Trouble[] => listed(printTroubles.list(MOST_SHOWN));

  /** `reason`: why a report is given up, or a doubtful label accepted. */
  const act = (id: string, action: TroubleAction, reason = ""): Result<null> => {
    const [source, number] = id.split(":");
    const at = clock.now();
    if (source === "print") return printTroubles.act(Number(number), action, reason.trim(), at);
    if (source === "outbox") return outboxTroubles.act(Number(number), action, reason.trim());
    if (source === "late" || source === "changed") {
      if (source === "late" || action !== "reprint" || number === undefined) return labelTroubles.act(id, action);
      // Answered from a picture of a moment ago: the new label is out by now, and one more would be a double
      const change = labelChanges.get(number);
      if (change === null) return fail("not-found", id);
      if (labelTroubles.isInDoubt(change)) return fail("not-now", `Say first whether the new label of ${number} came out.`);
      const reprinted = again.printAgain(number, "OMS4 has another label");
      return reprinted.ok ? succeed(null) : reprinted;
    }
    if (source === "count") {
      const acted = countTroubles.act(id, action);
      onWork();
      return acted;
    }
    if (source === "stop" && action === "reprint" && number !== undefined) {
      if (stops.get(number)?.kind !== "relabel") return fail("not-found", id);
      const reprinted = again.printAgain(number, "the address or carrier was changed");
      return reprinted.ok ? succeed(null) : reprinted;
    }
    if (source === "stop" && action === "discard" && number !== undefined) {
      const vouched = stopTroubles.discard(number);
      if (vouched.ok) onWork();
      return vouched;
    }
    if (source === "set-aside" && action === "discard") {
      setAside.discard(Number(number));
      return succeed(null);
    }
    return fail("not-found", id);
  };

  /** Puts typed values into a report and sends it again. */
  const correct = (id: string, values: Readonly<Record<string, string>>): Result<null> => {
    const [source, number] = id.split(":");
    return source === "outbox" ? outboxTroubles.correct(Number(number), values) : fail("not-found", id);
  };

  return { list, act, correct, ...again, isOfSlip: printTroubles.isOfSlip };
};
export type TroubleList = ReturnType<typeof createTroubleList>;
