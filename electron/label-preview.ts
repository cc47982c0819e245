import type { CallOutput } from "../shared/contract.ts";
import { fail, succeed, type Result } from "../shared/failures.ts";
import type { Log } from "./kit/log.ts";
import type { Works } from "./works.ts";

const base64 = (pngs: readonly Uint8Array[]): string[] => pngs.map((png) => Buffer.from(png).toString("base64"));

/** A label of our own is not kept: it is drawn again as it prints, with the settings as they are now. */
const previewOwn = async (works: Works, parcelNo: string): Promise<Result<CallOutput<"parcel.label">>> => {
  const job = works.printJobs.latestForParcel(parcelNo);
  if (job === null || job.document !== "own-label") return fail("not-found", `${parcelNo} has no label.`);
  const drawn = await works.documents.forJob(job);
  if (!drawn.ok) return drawn;
  const dpi = drawn.value.dpi ?? works.labelDpi();
  const seen = await works.preflight.previewOwn(drawn.value, parcelNo, dpi);
  if (!seen.ok) return seen;
  const { outcome, words, pngs } = seen.value;
  return succeed({ trackingNo: parcelNo, outcome, words, dpi, pages: base64(pngs) });
};

/** A parcel's label as its printer draws it, and what was read back from it. Failures: `not-found`, those of drawing it. */
export const previewLabel = async (works: Works, parcelNo: string, log: Log): Promise<Result<CallOutput<"parcel.label">>> => {
  const parcel = works.parcels.get(parcelNo);
  const id = works.labels.forParcel(parcelNo)?.id ?? (parcel === null ? undefined : works.labels.forTask(parcel.ftNo)?.id);
  const label = id === undefined ? null : works.labels.get(id);
  if (label === null) return previewOwn(works, parcelNo);
  const seen = await works.preflight.preview(label);
  if (!seen.ok) return seen;
  const { outcome, words, dpi } = seen.value.check;
  const drawn = label.format === "zpl" ? await works.zplPictures.draw(label.bytes, works.labelDpi()) : succeed(seen.value.pngs);
  if (!drawn.ok) log.warn({ parcelNo, detail: drawn.failure.detail }, "a ZPL label can't be shown");
  return succeed({ trackingNo: label.trackingNo, outcome, words, dpi, pages: drawn.ok ? base64(drawn.value) : [] });
};
