import type { ParcelAbout as About } from "../../shared/parcel-about.ts";
import { words } from "../words/en.ts";
import { joined } from "../words/joined.ts";
import { ReceiverAddress, ReceiverName } from "./receiver.tsx";

/** What OMS4 has of a parcel's order, for whoever has to ask or to answer about it. */
export const ParcelAbout = ({ about }: { about: About }) => {
  const text = words.about;
  const { receiver } = about;
  const isKept = receiver.name !== "" || receiver.address !== "";
  const carrier = joined(
    about.carrier,
    about.carrierId === "" ? "" : text.carrierId(about.carrierId),
    about.deliveryType,
    about.crossBorder ? words.packing.crossBorder : "",
  );
  const rows = [
    [text.order, <bdi key="order">{joined(about.ftNo, about.orderNo, about.salesChannel)}</bdi>],
    [text.to, isKept ? <ReceiverName key="to" receiver={receiver} /> : text.notKept],
    [text.address, isKept ? <ReceiverAddress key="address" receiver={receiver} /> : ""],
    [text.from, about.source === "" ? "" : <bdi key="source">{about.source}</bdi>],
    [text.carrier, carrier],
    [text.oms4, text.statuses(about.status, about.itemStatuses)],
  ] as const;
  return (
    <dl className="life-about" data-about={about.ftNo}>
      {rows
        .filter(([, value]) => value !== "")
        .map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
};
