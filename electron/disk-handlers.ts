import { fail, succeed, type Result } from "../shared/failures.ts";
import { MEGABYTE } from "../shared/megabyte.ts";
import type { CallOutput } from "../shared/contract.ts";
import type { Handlers } from "./bridge/router.ts";
import type { Clock } from "./kit/clock.ts";
import { createCarry, listOwedFiles } from "./owed/carry.ts";
import { createWithWorks } from "./works-at-hand.ts";
import type { Works } from "./works.ts";

type DiskCalls = "disk.state" | "disk.back-up" | "owed.copy" | "owed.move" | "owed.preview" | "owed.take";

const toMegabytes = (bytes: number): number => Math.round((bytes / MEGABYTE) * 10) / 10;

/** The calls of the disk screen: what lies on the disk, and carrying what is owed to another station. */
export const createDiskHandlers = (
  parts: Readonly<{
    works: () => Works | null;
    folder: () => string;
    stationId: () => string;
    clock: Clock;
    onChange: (now: boolean) => void;
  }>,
): Pick<Handlers, DiskCalls> => {
  const { clock } = parts;
  const withWorks = createWithWorks(parts.works);
  /** What lies on the bench is in memory too: nothing of it may change hands below it. */
  const withBenchClear = <T>({ desk }: Works, carry: () => Result<T>): Result<T> =>
    desk.state().bench.open === null ? carry() : fail("not-now", "Finish or leave the task on the bench first.");
  const carryOf = ({ database, journal, mode }: Works) =>
    createCarry({ database, journal, mode, dataFolder: parts.folder(), stationId: parts.stationId() });

  return {
    "disk.state": () =>
      withWorks((works): Result<CallOutput<"disk.state">> => {
        const { disk, databaseBytes, logBytes, checkedAt, backups } = works.keeping.facts();
        const { waiting, parked } = works.outbox.counts();
        return succeed({
          level: disk?.level ?? "fine",
          freeMb: disk === null ? null : toMegabytes(disk.freeBytes),
          databaseMb: toMegabytes(databaseBytes),
          logMb: toMegabytes(logBytes),
          checkedAt,
          backups: [...backups],
          owed: { messages: waiting + parked, folder: parts.folder() },
          files: [...listOwedFiles(parts.folder())],
        });
      }),
    "disk.back-up": () => withWorks((works) => works.keeping.backUp()),
    "owed.copy": () => withWorks((works) => carryOf(works).copy(clock.now())),
    "owed.move": () =>
      withWorks(async (works) => {
        const clear = withBenchClear(works, () => succeed(null));
        if (!clear.ok) return clear;
        // Nothing may be on its way while it changes hands
        await Promise.all([works.sync.stop(), works.printQueue.stop()]);
        try {
          // Somebody may have scanned in those seconds
          return withBenchClear(works, () => carryOf(works).move(clock.now()));
        } finally {
          works.printQueue.start();
          works.sync.start();
          parts.onChange(true);
        }
      }),
    "owed.preview": ({ name }) => withWorks((works) => carryOf(works).preview(name, works.printer(), clock.now())),
    "owed.take": ({ name }) =>
      withWorks((works) =>
        withBenchClear(works, () => {
          const taken = carryOf(works).take(name, works.printer(), clock.now());
          works.routing.settle();
          // Before a report or a label of it goes out
          works.desk.settleNews();
          works.printQueue.kick();
          works.sync.kickPush();
          parts.onChange(true);
          return taken;
        }),
      ),
  };
};
