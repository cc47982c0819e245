import { bareNumber, isSameNumber, SHORTEST_NUMBER, SHORTEST_WITHIN, type OwnedNumber } from "../../shared/carried-number.ts";
import { normaliseCode } from "../../shared/scan.ts";
import type { Database } from "./database.ts";

/** Seen from one parcel; `parcelNo` null: not packed yet. */
export type SeenFrom = Readonly<{ ftNo: string; parcelNo: string | null }>;

/** Longer texts are whole documents; the numbers in them stand in pieces of their own. */
const MOST_LOOKED_THROUGH = 500;

const commonStart = (one: string, other: string): string => {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return one.slice(0, length);
};

/** Who has a tracking number: as it stands, however it is written, or somewhere in a longer code. Indexed, with any number of tasks. */
export const createNumberOwners = ({ database }: Readonly<{ database: Database }>) => {
  const byCode = database.prepare<{ ft_no: string }>(
    "select ft_no from task_code where code = ? and kind = 'tracking' and ft_no <> ? limit 1",
  );
  const byBare = database.prepare<{ ft_no: string }>(
    "select ft_no from task_code where bare = ? and kind = 'tracking' and ft_no <> ? limit 1",
  );
  const nearest = database.prepare<{ bare: string; ft_no: string }>(
    `select bare, ft_no from task_code
     where bare between ? and ? and kind = 'tracking' and ft_no <> ? order by bare desc limit 1`,
  );
  const byParcelNo = database.prepare<{ parcel_no: string }>("select parcel_no from parcel where parcel_no = ?");
  const tracked = database.prepare<{ parcel_no: string; tracking_no: string }>(
    "select parcel_no, tracking_no from parcel where ft_no = ? and tracking_no is not null and tracking_no <> '' and state <> 'pulled'",
  );
  const siblingsOf = ({ ftNo, parcelNo }: SeenFrom) =>
    parcelNo === null ? [] : tracked.all(ftNo).filter((one) => one.parcel_no !== parcelNo);

  /** Other tasks' numbers with which this text begins. Each step asks for the number next to what is left, so there are few. */
  const atStart = (text: string, ftNo: string): readonly OwnedNumber[] => {
    const found: OwnedNumber[] = [];
    let left = text;
    while (left.length >= SHORTEST_WITHIN) {
      const row = nearest.get(left.slice(0, SHORTEST_WITHIN), left, ftNo);
      if (row === null) break;
      if (left.startsWith(row.bare)) found.push({ number: row.bare, owner: row.ft_no });
      left = left.startsWith(row.bare) ? row.bare.slice(0, -1) : commonStart(left, row.bare);
    }
    return found;
  };

  return {
    /**
     * Who else here has this number, in whatever way it is written: another task with this tracking number, another parcel of the same task,
     * or another parcel of ours by its own number. Null when nobody has.
     */
    ownerOf: (number: string, from: SeenFrom): string | null => {
      const code = normaliseCode(number);
      if (code === "") return null;
      const other = byParcelNo.get(code);
      if (other !== null && other.parcel_no !== from.parcelNo && from.parcelNo !== null) return other.parcel_no;
      const sibling = siblingsOf(from).find((one) => isSameNumber(one.tracking_no, code))?.parcel_no;
      const bare = bareNumber(number);
      const task = byCode.get(code, from.ftNo) ?? (bare.length < SHORTEST_NUMBER ? null : byBare.get(bare, from.ftNo));
      return sibling ?? task?.ft_no ?? null;
    },
    /** Others' numbers of eight characters and more that lie in this cleaned text, longest first. Some may be there by chance. */
    numbersWithin: (text: string, from: SeenFrom): readonly OwnedNumber[] => {
      const looked = text.slice(0, MOST_LOOKED_THROUGH);
      const siblings = siblingsOf(from)
        .map((one) => ({ number: bareNumber(one.tracking_no), owner: one.parcel_no }))
        .filter(({ number }) => number.length >= SHORTEST_WITHIN && looked.includes(number));
      const starts = Array.from({ length: Math.max(0, looked.length - SHORTEST_WITHIN + 1) }, (_, start) => looked.slice(start));
      const ofTasks = starts.flatMap((start) => atStart(start, from.ftNo));
      return [...siblings, ...ofTasks].toSorted((a, b) => b.number.length - a.number.length);
    },
  };
};
