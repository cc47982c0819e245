import type { TestOms4 } from "../oms4-running.ts";
import { parcelLives } from "./check-books.ts";
import type { Books } from "./books.ts";

const CALL_OF: Readonly<Record<string, string>> = {
  setParcelPacked: "parcel-packed",
  updateTaskActivity: "task-activity",
  updateParcelActivity: "parcel-activity",
};

/**
 * What must hold of tasks that were taken back, whenever it happened: OMS4 heard nothing that the station did not decide, each parcel once
 * and as it was when it was closed, every one of those that went on after all, and no label went to the printer after the station knew that all of the task was cancelled.
 */
export const checkTakenBack = (oms4: TestOms4, books: Books, takenBack: ReadonlySet<string>): readonly string[] => {
  const found: string[] = [];
  const lives = parcelLives(books, takenBack);
  const meant = Map.groupBy(books.outbox(), ({ ft_no }) => ft_no);
  const told = Map.groupBy(
    oms4.told().filter(({ committed }) => committed),
    ({ ftNo }) => ftNo,
  );
  for (const ftNo of takenBack) {
    const known = new Set((meant.get(ftNo) ?? []).map(({ call, body }) => `${call} ${body}`));
    for (const { call, body } of told.get(ftNo) ?? []) {
      const words = `${CALL_OF[call] ?? call} ${JSON.stringify(body)}`;
      if (!known.has(words)) found.push(`${ftNo} was taken back: OMS4 heard ${words}, which nobody decided`);
    }
    for (const parcel of oms4.parcels(ftNo)) {
      const life = lives.get(parcel.parcelNo);
      const content = Object.entries(parcel.units)
        .filter(([, qty]) => qty > 0)
        .toSorted(([a], [b]) => a.localeCompare(b))
        .map(([detailId, qty]) => `${qty}×${detailId}`)
        .join(" ");
      if (life?.closings.includes(content) !== true)
        found.push(
          `${ftNo} was taken back: OMS4 has ${parcel.parcelNo} with ${content}, closed with ${life?.closings.join(" | ") ?? "nothing"}`,
        );
    }
  }
  for (const { parcel_no, ft_no } of books.sound())
    if (takenBack.has(ft_no) && !oms4.parcels(ft_no).some(({ parcelNo }) => parcelNo === parcel_no))
      found.push(`${ft_no} was taken back in part: its parcel ${parcel_no} is packed, and OMS4 never heard of it`);
  for (const { parcel_no, sent_at, known_at } of books.printedAfterCancellation())
    found.push(`the label of ${parcel_no} went to the printer ${sent_at - known_at} ms after its cancellation was known`);
  return found;
};
