/** The journal's kinds in words of the bench; a kind that is not here is shown as it is written. */
export const journalWords: Readonly<Record<string, string>> = {
  "task-opened": "Task opened at the bench",
  "task-left": "Task left unfinished",
  "task-held": "Task put on hold",
  "task-released": "Task released",
  "task-done": "Task finished",
  "task-reopened": "Task opened again",
  "packing-started": "Packing started",
  "instruction-acknowledged": "Instruction seen",
  "parcel-started": "Parcel started",
  "parcel-dropped": "Empty parcel dropped",
  "parcel-closed": "Parcel closed",
  "parcel-reopened": "Parcel opened again",
  "parcel-handed-over": "Handed over to the carrier",
  "parcel-milestone": "Milestone told",
  "parcel-weighed": "Weight noted",
  "weight-accepted": "Weight accepted by a supervisor",
  "weight-off": "Closing refused: the weight is off",
  "cost-keyed": "Cost keyed",
  "unit-packed": "Item packed",
  "scan-undone": "Last scan taken back",
  "unit-taken-out": "Item taken out",
  "carton-chosen": "Box chosen",
  "carrier-chosen": "Carrier chosen",
  "cancellation-shown": "Cancellation shown",
  "cancellation-withdrawn": "Cancellation taken back",
  "cancel-request": "The buyer's request shown",
  "request-released": "Released by a person although OMS4's word was unclear",
  "task-changed": "OMS4 changed the task",
  "put-back-opened": "Opened to be put back",
  "parcel-stopped": "Parcel stopped",
  "parcel-resumed": "Parcel free again",
  "parcel-pulled": "Parcel pulled out of the way",
  "stop-vouched": "A person vouched for it",
  "print-queued": "Label put in the print queue",
  "box-parked": "Parking slip: the box waits for its label",
  "label-waits-for-slip": "The label came and waits for the box's slip",
  "slip-scanned": "Parking slip scanned",
  "label-replaced-in-queue": "OMS4 made the label anew before it was printed",
  "label-changed": "OMS4 made the label anew after it was printed",
  "label-changed-back": "OMS4 went back to the printed label",
  "label-change-given-up": "Changed label given up",
  "label-given-up": "Waiting for the label given up",
  "label-of-other-parcel": "Label refused: it is another parcel's",
  "label-doubted": "Label read back: it may be the wrong one",
  "label-released": "A person lets the doubtful label print",
  "tracking-changed": "Tracking number changed",
  "label-waiting": "Slip scanned: no label yet",
  "print-rendered": "Label checked",
  "print-sent": "Label sent to the printer",
  "print-accepted": "The printer has the label",
  "print-printed": "Label printed",
  "print-scanned": "Label checked on the box",
  "print-unknown": "Nobody knows whether the label came out",
  "print-failed": "Label did not print",
  "print-cancelled": "Label print cancelled",
  reprint: "Label printed again",
  "print-confirmed": "Print confirmed by a person",
  "print-given-up": "Print given up",
  "print-retried": "Print tried again",
  "report-retried": "Message to OMS4 tried again",
  "report-discarded": "Message to OMS4 given up",
  "report-corrected": "Message to OMS4 corrected",
  "supervisor-came": "A supervisor scanned their badge",
  "supervisor-refused": "A wrong supervisor badge",
  "count-started": "Counting started",
  "count-left": "Counting put aside",
  "count-item": "Item counted",
  "count-quantity": "Counted number keyed",
  "count-gone": "Counted as no longer here",
  "count-undone": "Last counting step taken back",
  "count-removed": "Taken out of the count",
  "count-taught": "A code was made known",
  "count-finished": "Count finished",
  "count-replaced": "Older count replaced by a newer one",
  "count-sent": "Count told to OMS4",
  "count-refused": "Counted row refused by OMS4",
  "count-retried": "Refused rows tried again",
  "wrong-item": "Wrong item stopped",
  "over-scan": "One too many stopped",
  "unknown-code": "Unknown code scanned",
  "unknown-task": "Unknown task scanned",
  "other-task": "Another task's code scanned",
  "command-refused": "Command refused",
  "done-already": "Done already, scanned again",
  "on-hold": "Scan stopped: on hold",
  ambiguous: "Code was not clear",
  cancelled: "Scan stopped: cancelled",
};

const FACTS: Readonly<Record<string, string>> = {
  detailId: "line",
  qty: "quantity",
  carton: "box",
  carrier: "carrier",
  carrierId: "carrier",
  reason: "reason",
  copy: "print",
  code: "code",
  document: "document",
  state: "state",
  sequence: "parcel",
  parcels: "parcels",
  call: "message",
  milestone: "milestone",
  grams: "grams",
  expectedG: "grams expected",
  source: "by",
  allowedBy: "allowed by",
  weight: "kg",
  description: "words",
  trackingNo: "tracking number",
};

const plain = (value: unknown): string | null => {
  if (typeof value === "string") return value === "" ? null : value;
  if (typeof value === "number") return String(value);
  if (typeof value === "object" && value !== null && "name" in value && typeof value.name === "string") return value.name;
  return null;
};

/** The facts of a journal line that a person can read: "box M · quantity 2"; lists are left to the journal itself. */
export const journalFacts = (before: unknown, after: unknown): string => {
  const facts = (value: unknown): readonly string[] =>
    typeof value !== "object" || value === null
      ? []
      : Object.entries(value).flatMap(([name, fact]) => {
          const known = FACTS[name];
          const text = plain(fact);
          return known === undefined || text === null ? [] : [`${known} ${text}`];
        });
  return facts(after ?? before).join(" · ");
};
