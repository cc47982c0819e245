import { useEffect, useState } from "react";
import type { CallOutput } from "../../shared/contract.ts";
import { useBench } from "../use-station.ts";
import { words } from "../words/en.ts";

type Preview = CallOutput<"parcel.label">;
const text = words.labelPreview;

/** A parcel's label as its printer draws it, dot for dot, with what was read back from it. Nothing for parcels without a carrier's label. */
export const LabelPreview = ({ parcelNo }: { parcelNo: string }) => {
  const { station } = useBench();
  const [preview, setPreview] = useState<Preview | null>(null);
  useEffect(() => {
    let wanted = true;
    setPreview(null);
    void station.ask("parcel.label", { parcelNo }).then((answer) => {
      if (wanted && answer.ok) setPreview(answer.value);
    });
    return () => {
      wanted = false;
    };
  }, [station, parcelNo]);
  if (preview === null) return null;
  const { outcome, words: found, trackingNo, dpi, pages } = preview;
  return (
    <aside className="label-preview" data-label-outcome={outcome}>
      <h3>{text.outcomes[outcome]}</h3>
      <p dir="auto">{found}</p>
      <div className="label-pages">
        {pages.map((page, index) => (
          <img key={`${parcelNo} ${index}`} src={`data:image/png;base64,${page}`} alt={text.page(index + 1, pages.length)} />
        ))}
      </div>
      <p className="label-facts">
        {[
          trackingNo,
          dpi === null ? (pages.length > 0 ? text.shown : text.byPrinter) : text.dots(dpi),
          pages.length > 1 ? text.pages(pages.length) : "",
        ]
          .filter((part) => part !== "")
          .join(" · ")}
      </p>
    </aside>
  );
};
