import { memo } from "react";
import type { ParcelView } from "../../shared/station.ts";
import { words } from "../words/en.ts";
import { Barcode } from "./barcode.tsx";
import { Ladder } from "./ladder.tsx";

const text = words.scanBack;

/** The one thing to do before anything else is packed: the label on the box, and its scan. */
export const ScanBack = memo(({ parcel }: { parcel: ParcelView }) => (
  <section className="scan-back" data-scan-back={parcel.parcelNo}>
    <h2 className="hero-title">{parcel.print === "failed" ? text.failed : text.title}</h2>
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
      <Barcode text="CMDLATER" className="barcode-small" />
      <span>{text.later}</span>
    </div>
  </section>
));
