/** What a transaction is about, by what it writes. */
export const commitKinds = ["decision", "label-queued", "outbox", "noted", "print", "label", "pull"] as const;
export type CommitKind = (typeof commitKinds)[number];
export const postCalls = ["setParcelPacked", "updateTaskActivity", "updateParcelActivity"] as const;
const askedCalls = [...postCalls, "getTasks", "getTasksByNo", "getShippingInfo", "getCancellations", "getCancelRequests"] as const;

/** Steps at which the station's process ends itself. */
export const stationPoints = [
  // Everything is written, nothing is kept yet · kept, and nobody has heard of it
  ...commitKinds.flatMap((kind) => [`commit.before.${kind}`, `commit.after.${kind}`]),
  // Not a byte has left · the whole answer is here, nothing was made of it
  ...askedCalls.flatMap((call) => [`send.before.${call}`, `answer.before.${call}`]),
  "print.before.prepare",
  "print.after.prepare",
  "print.before.send",
  "print.after.send",
  "print.before.recover",
  "print.after.recover",
] as const;

/** Steps at which whoever the station speaks to ends its process: OMS4 has the request · has acted on it, its answer never leaves. */
export const oms4Points = postCalls.flatMap((call) => [`oms4.asked.${call}`, `oms4.acted.${call}`]);

/** Steps seen by a printer on the network: the first bytes came · the whole label came, nobody was told. */
export const printerPoints = ["printer.bytes", "printer.whole"] as const;

export const allPoints = (printer: "folder" | "zpl"): readonly string[] => [
  ...stationPoints,
  ...oms4Points,
  // Each twice: only the one shift in three that prints over the network passes them
  ...(printer === "zpl" ? [...printerPoints, ...printerPoints] : []),
];

export const isStationPoint = (point: string): boolean => (stationPoints as readonly string[]).includes(point);

/** A point that a packer comes to by handing parcels over. */
export const needsHandover = (point: string): boolean => point.endsWith("updateParcelActivity");
/** A point of looking after a print that was cut off: the session before has to be ended in the middle of one. */
export const needsCutPrint = (point: string): boolean => point.endsWith(".recover");
/** Points that come by so often that a later passing is as interesting as the first. */
export const isFrequent = (point: string): boolean => /decision|outbox|noted|pull|getTasks|updateTaskActivity|print$/.test(point);
