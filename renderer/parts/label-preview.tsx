import { useEffect, useState } from "react";
import type { CallOutput } from "../../shared/contract.ts";
import { failureWords, type Result } from "../../shared/failures.ts";
import { useBench } from "../use-station.ts";
import { words } from "../words/en.ts";

const text = words.labelPreview;

/** A parcel's label as its printer draws it, dot for dot, with what was read back from it, or why it can't be drawn. Nothing for parcels without one. */
export const LabelPreview = ({ parcelNo }: { parcelNo: string }) => {
  const { station } = useBench();
  const [answer, setAnswer] = useState<Result<CallOutput<"parcel.label">> | null>(null);
  useEffect(() => {
    let wanted = true;
    setAnswer(null);
    void station.ask("parcel.label", { parcelNo }).then((got) => {
      if (wanted) setAnswer(got);
    });
    return () => {
      wanted = false;
    };
  }, [station, parcelNo]);
  if (answer === null || (!answer.ok && answer.failure.kind === "not-found")) return null;
  if (!answer.ok) {
    return (
      <aside className="label-preview" data-label-outcome="unseen">
        <p dir="auto">{failureWords(answer.failure)}</p>
      </aside>
    );
  }
  const { outcome, words: found, trackingNo, dpi, pages } = answer.value;
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
