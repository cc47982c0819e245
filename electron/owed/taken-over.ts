/** What taking a file over does, or would do. */
export type TakenOver = Readonly<{
  tasks: number;
  parcels: number;
  messages: number;
  prints: number;
  counts: number;
  /** messages that are here already */
  known: number;
  /** tasks that both stations worked on: a person has to look at them */
  both: readonly string[];
  /** rows that can't be used, with the reason */
  refused: readonly string[];
}>;

/** One line for a person. */
export const takeOverWords = ({ tasks, parcels, messages, prints, counts, known, both, refused }: TakenOver): string => {
  const count = (number: number, one: string, more: string): string => `${number} ${number === 1 ? one : more}`;
  const parts = [
    count(messages, "message to OMS4", "messages to OMS4"),
    count(parcels, "parcel", "parcels"),
    count(tasks, "task", "tasks"),
    count(prints, "label to print", "labels to print"),
    ...(counts > 0 ? [count(counts, "counted row", "counted rows")] : []),
    ...(known > 0 ? [`${known} known already`] : []),
    ...(both.length > 0 ? [`packed at both stations, look at them: ${both.join(", ")}`] : []),
    ...(refused.length > 0 ? [`${count(refused.length, "row", "rows")} that can't be used: ${refused.slice(0, 5).join("; ")}`] : []),
  ];
  return `${parts.join(" · ")}.`;
};
