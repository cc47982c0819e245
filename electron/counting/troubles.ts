import { fail, succeed, type Result } from "../../shared/failures.ts";
import type { Trouble, TroubleAction } from "../../shared/trouble.ts";
import type { Clock } from "../kit/clock.ts";
import { troubleOf } from "../packing/trouble-ways.ts";
import { plural } from "../packing/words.ts";
import type { CountStore } from "../store/counts.ts";
import type { Database } from "../store/database.ts";
import type { Journal } from "../store/journal.ts";

/** More than a screen holds: the rest shows when these are dealt with. */
const MOST_SHOWN = 50;
/** Tried so often in vain for a reason of their own, rows are worth a look, although they go on being tried. */
const TRIES_WORTH_A_LOOK = 6;
const STUCK = "count:waiting";

/** Counted rows that need a person: those OMS4 refuses, and those it keeps failing on. */
export const createCountTroubles = ({
  database,
  clock,
  journal,
  counts,
}: Readonly<{ database: Database; clock: Clock; journal: Journal; counts: CountStore }>) => {
  const list = (): readonly Trouble[] => {
    const { waiting, failed } = counts.sizes();
    if (waiting + failed === 0) return [];
    const refused = counts.failed(MOST_SHOWN).map((row) =>
      troubleOf("count-row-refused", {
        id: `count:${row.id}`,
        source: "count",
        title: `Counted ${row.qty === null ? "as gone" : row.qty.toLocaleString("en")}: not at OMS4`,
        about: [row.name === row.brandSkuCode ? "" : row.name, row.brandCode, row.brandSkuCode].filter((word) => word !== "").join(" · "),
        failure: row.failure ?? fail("oms4-refused", "").failure,
        at: row.at,
      }),
    );
    const stuck = counts.stuck(TRIES_WORTH_A_LOOK);
    if (stuck === null) return refused;
    const { rows, failure, at } = stuck;
    return [
      ...refused,
      troubleOf("count-keeps-failing", {
        id: STUCK,
        source: "count",
        title: "OMS4 keeps failing on counted rows",
        about: plural(rows, "row"),
        failure,
        at,
      }),
    ];
  };

  /** Failures: `not-found`, `not-now`. */
  const act = (id: string, action: TroubleAction): Result<null> => {
    const at = clock.now();
    const note = (kind: string, before: unknown): void => journal.add({ kind, ftNo: null, parcelNo: null, before, after: null }, at);
    if (id === STUCK) {
      database.transaction(() => {
        counts.hurry();
        note("count-retried", null);
      });
      return succeed(null);
    }
    const row = counts.failed(Number.MAX_SAFE_INTEGER).find((each) => `count:${each.id}` === id);
    if (row === undefined) return fail("not-found", `Counted row ${id}.`);
    if (action !== "retry" && action !== "discard") return fail("not-now", "A counted row can be retried or given up.");
    const { product, brandCode, brandSkuCode, qty, failure } = row;
    database.transaction(() => {
      if (action === "retry") counts.retry([product], at);
      else counts.removeFailed(product);
      note(action === "retry" ? "count-retried" : "count-removed", { brandCode, brandSkuCode, qty, refused: failure?.detail ?? "" });
    });
    return succeed(null);
  };

  return { list, act };
};
export type CountTroubles = ReturnType<typeof createCountTroubles>;
