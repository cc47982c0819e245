import { memo } from "react";
import { labelWait } from "../../shared/label-wait.ts";
import type { Snapshot } from "../../shared/station.ts";
import { waited } from "../countdown.ts";
import { useNow } from "../use-station.ts";
import { words } from "../words/en.ts";

const WAITING_STEP_MS = 1_000; // a packer watches the seconds of a box on the bench

/** Boxes without their label, with how long they have waited, and parked ones whose slip is to be scanned now. Nothing when there are none. */
export const LabelNews = memo(({ labels }: { labels: Snapshot["labels"] }) => {
  const now = useNow(WAITING_STEP_MS);
  const { waiting, waitingCount, ready, readyCount, toScan, toScanCount } = labels;
  if (waitingCount === 0 && readyCount === 0 && toScanCount === 0) return null;
  const text = words.ready;
  const level = waiting.some(({ since }) => labelWait(now - since) !== "waiting") ? "late" : "waiting";
  return (
    <section className="label-news" data-labels-waiting={waitingCount} data-labels-ready={readyCount} data-labels-to-scan={toScanCount}>
      {readyCount > 0 && (
        <div className="label-news-line label-news-ready">
          <b>{text.slipsReady(readyCount)}</b>
          <span>
            {ready.map((parcelNo) => (
              <code key={parcelNo}>{parcelNo}</code>
            ))}
            {readyCount > ready.length && text.more(readyCount - ready.length)}
          </span>
        </div>
      )}
      {toScanCount > 0 && (
        <div className="label-news-line label-news-scan">
          <b>{text.toScan(toScanCount)}</b>
          <span>
            {toScan.map(({ parcelNo, trackingNo }) => (
              <code key={parcelNo} data-to-scan={parcelNo}>
                {trackingNo === "" ? parcelNo : trackingNo}
              </code>
            ))}
            {toScanCount > toScan.length && text.more(toScanCount - toScan.length)}
          </span>
        </div>
      )}
      {waitingCount > 0 && (
        <div className={`label-news-line label-news-${level}`}>
          <b>{text.labelsWaiting(waitingCount)}</b>
          <span>
            {waiting.map(({ parcelNo, since, parked }) => (
              <span key={parcelNo} className={`label-wait label-wait-${labelWait(now - since)}`} data-label-wait={labelWait(now - since)}>
                <code>{parcelNo}</code> {text.waitsSince(waited(now - since), parked)}
              </span>
            ))}
            {waitingCount > waiting.length && text.more(waitingCount - waiting.length)}
          </span>
        </div>
      )}
    </section>
  );
});
