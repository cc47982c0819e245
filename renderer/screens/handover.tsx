import { memo } from "react";
import type { Snapshot } from "../../shared/station.ts";
import { Barcode } from "../parts/barcode.tsx";
import { ParcelRow } from "../parts/parcels.tsx";
import { words } from "../words/en.ts";

const SHOWN = 4;

/** Parcels leave with the carrier: each one is scanned out. */
export const Handover = memo(({ snapshot }: { snapshot: Snapshot }) => {
  const out = snapshot.lastParcels.filter((parcel) => parcel.state === "handed-over").slice(0, SHOWN);
  return (
    <main className="handover">
      <div className="hero">
        <h2 className="hero-title">{words.handover.title}</h2>
        <p>{words.handover.text}</p>
        <div className="handover-end">
          <Barcode text="CMDHANDOVER" />
          <span>{words.handover.done}</span>
        </div>
      </div>
      <aside>
        <section className="card handover-count">
          <b data-handed-over={snapshot.handedOver}>{snapshot.handedOver}</b>
          <span>{words.handover.count}</span>
        </section>
        <section className="handover-last">
          <h2 className="section-title">{words.handover.last}</h2>
          {out.length === 0 ? (
            <p className="empty-line">{words.handover.none}</p>
          ) : (
            out.map((parcel) => <ParcelRow key={parcel.parcelNo} parcel={parcel} keyName={null} />)
          )}
        </section>
      </aside>
    </main>
  );
});
