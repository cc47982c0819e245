import { memo } from "react";
import type { ParcelView } from "../../shared/bench-view.ts";
import type { Snapshot } from "../../shared/station.ts";
import { words } from "../words/en.ts";
import { Barcode } from "./barcode.tsx";
import { Ladder } from "./ladder.tsx";

const text = words.scanBack;

/** The label can't be there yet: the printer has it, or is to get it, and is out of labels, off or stuck. */
const titleOf = ({ print }: ParcelView, { health }: Snapshot["printer"]): string => {
  if (print === "failed") return text.failed;
  const isOut = print === "printed" || print === "scanned" || print === "unknown";
  return health === "broken" && !isOut ? text.look : text.title;
};

/** The one thing to do before anything else is packed: the label on the box, and its scan. */
export const ScanBack = memo(({ parcel, printer }: { parcel: ParcelView; printer: Snapshot["printer"] }) => (
  <section className="scan-back" data-scan-back={parcel.parcelNo}>
    <h2 className="hero-title">{titleOf(parcel, printer)}</h2>
    <p className="scan-back-number">
      <b>{parcel.trackingNo === "" ? parcel.parcelNo : parcel.trackingNo}</b>
    </p>
    <p className="scan-back-about" dir="auto">
      {text.about(parcel.ftNo, parcel.sequence, parcel.carrier)}
    </p>
    <Ladder rungs={parcel.ladder} />
    <p className="scan-back-words" dir="auto">
      {parcel.words}
    </p>
    <div className="scan-back-later">
      <span className="scan-back-code">
        <Barcode text="CMDLATER" className="barcode-small" />
        <b>{text.laterCode}</b>
      </span>
      <span>{text.later}</span>
    </div>
  </section>
));
