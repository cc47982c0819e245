import { fail, succeed, type FailureKind, type Result } from "../../shared/failures.ts";
import { answerTo, type LabelOutcome, type LabelRule } from "../../shared/label-check.ts";
import type { PaperSize } from "../../shared/printers.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import type { Database } from "../store/database.ts";
import type { Journal } from "../store/journal.ts";
import type { LabelCheck, LabelChecks } from "../store/label-checks.ts";
import type { LabelStore, StoredLabel } from "../store/labels.ts";
import { decodeBitmapPng } from "./bitmap-png.ts";
import type { LabelDocument, LabelDots } from "./format.ts";
import { judgeLabel, nobodyElse, type Judgement } from "./preflight-judge.ts";
import { readZplCodes } from "./preflight-zpl.ts";
import type { Rasteriser } from "./rasteriser.ts";

export type PreflightParts = Readonly<{
  database: Database;
  labels: LabelStore;
  labelChecks: LabelChecks;
  journal: Journal;
  rasteriser: Rasteriser;
  /** dots per inch of the printer that shipping labels go to now; asked each time */
  dpi: () => number;
  /** the paper that pages are turned for before they are kept; null: the printer turns them itself */
  paper?: () => PaperSize | null;
  /** What the settings say about this carrier's labels. */
  ruleFor: (carrier: string) => LabelRule;
  clock: Clock;
  log: Log;
  /** After a label was looked at in the background. */
  onChange: () => void;
}>;

/** The rest between two labels looked at ahead, as a share of what one takes: packing shares this processor. */
const REST_SHARE = 2;
const SHORTEST_REST_MS = 20;
const AFTER_START_MS = 2_000;
/** After trouble with the disk. */
const TRY_AGAIN_MS = 5_000;
/** Dots of parcels that have left are dropped after so many labels. */
const PRUNE_EVERY = 50;

const BLOCKED: Readonly<Partial<Record<LabelOutcome, FailureKind>>> = {
  "other-parcel": "label-of-other-parcel",
  mismatch: "label-other-number",
  unreadable: "label-no-barcode",
  "no-number": "label-unchecked",
  "not-checked": "label-unchecked",
};

/**
 * Looks at every label before it is paper: draws it as its printer will, reads its barcodes back, and says whether it is this parcel's. It
 * is done when the label comes, beside the scans; a label that prints before its turn is looked at in that moment.
 */
export const createPreflight = ({
  database,
  labels,
  labelChecks,
  journal,
  rasteriser,
  dpi,
  paper = () => null,
  ruleFor,
  clock,
  log,
  onChange,
}: PreflightParts) => {
  const looking = new Map<string, Promise<LabelCheck>>();
  let running = false;
  let busy: Promise<void> | null = null;
  let takeTimer: (() => void) | null = null;
  let looked = 0;

  const judge = (label: Pick<StoredLabel, "ftNo" | "parcelNo" | "trackingNo">, codes: LabelCheck["codes"]): Judgement =>
    codes === null
      ? { outcome: "not-checked", words: "" }
      : judgeLabel({
          codes,
          trackingNo: label.trackingNo,
          others: {
            ownerOf: (number) => labelChecks.ownerOf(number, label),
            numbersWithin: (text) => labelChecks.numbersWithin(text, label),
          },
        });

  type Found = Omit<LabelCheck, "labelId" | "released"> & Readonly<{ pngs: readonly Uint8Array[] }>;
  const find = async (label: StoredLabel, density: number): Promise<Found> => {
    const none = { pngs: [], codes: null, dpi: null };
    if (label.format === "zpl") {
      const codes = readZplCodes(Buffer.from(label.bytes).toString("utf8"));
      return {
        ...none,
        codes,
        ...(codes === null ? { outcome: "not-checked", words: "its bars are drawn by the printer" } : judge(label, codes)),
      };
    }
    if (ruleFor(label.carrier) === "off")
      return { ...none, outcome: "not-checked", words: "the settings leave this carrier's labels unchecked" };
    const read = await rasteriser.preflight({ format: label.format, bytes: label.bytes }, density, "", paper());
    // No reading: it may be the reader that fell ill, so whoever wants to print it looks again
    if (!read.ok) return { ...none, codes: [], outcome: "unreadable", words: read.failure.detail };
    const { pngs, codes, trouble } = read.value;
    if (codes === null) log.error({ trouble }, "barcodes can't be read back here: labels print unchecked");
    const judged = codes === null ? { outcome: "not-checked" as const, words: trouble } : judge(label, codes);
    return { pngs, codes, dpi: density, ...judged };
  };

  const note = (label: StoredLabel, { outcome, words }: Judgement, before: LabelOutcome | null): void => {
    if (answerTo(outcome, ruleFor(label.carrier)) === "pass" || before === outcome) return;
    const after = { label: label.id, trackingNo: label.trackingNo, outcome, words };
    journal.add({ kind: "label-doubted", ftNo: label.ftNo, parcelNo: label.parcelNo, before: null, after }, clock.now());
  };

  const lookAt = async (label: StoredLabel, density: number): Promise<LabelCheck> => {
    const { pngs, ...found } = await find(label, density);
    const before = labelChecks.get(label.id);
    const check: LabelCheck = { labelId: label.id, released: before?.released ?? null, ...found };
    // A power cut costs no more than reading it again
    database.transactionAhead(() => {
      labelChecks.store(check, pngs, clock.now());
      note(label, check, before?.outcome ?? null);
      if (++looked % PRUNE_EVERY === 0) labelChecks.prune();
    });
    return check;
  };

  /** What is known of a label at the printer's density; looked at now if nobody has. */
  const ensure = async (label: StoredLabel, density: number = dpi()): Promise<LabelCheck> => {
    const known = labelChecks.get(label.id);
    const noDots = label.format === "zpl" || ruleFor(label.carrier) === "off";
    const isRead = noDots || (known?.dpi === density && known.codes !== null);
    if (known !== null && known.outcome !== "waiting" && isRead) return known;
    const key = `${label.id} at ${density}`;
    const going = looking.get(key) ?? lookAt(label, density).finally(() => looking.delete(key));
    looking.set(key, going);
    return going;
  };

  const dotsOf = (check: LabelCheck): LabelDots | null => {
    // Kept for one density at a time: another print of it, on another printer, may have asked for its own meanwhile
    const pages = check.dpi === null || labelChecks.get(check.labelId)?.dpi !== check.dpi ? [] : labelChecks.pages(check.labelId);
    return check.dpi === null || pages.length === 0 ? null : { dpi: check.dpi, pages: pages.map(decodeBitmapPng) };
  };

  const lookAhead = async (): Promise<number | null> => {
    const id = labelChecks.nextWaiting();
    const label = id === null ? null : labels.get(id);
    if (label === null) return null;
    const start = clock.now();
    await ensure(label);
    onChange();
    return Math.max(SHORTEST_REST_MS, REST_SHARE * (clock.now() - start));
  };

  const turn = (): void => {
    takeTimer = null;
    if (!running || busy !== null) return;
    busy = lookAhead()
      .catch((error: unknown) => {
        log.error({ error: String(error) }, "labels could not be looked at ahead");
        return TRY_AGAIN_MS;
      })
      .then((restMs) => {
        busy = null;
        if (running && restMs !== null) takeTimer = clock.after(restMs, turn);
      });
  };

  return {
    /** `afterMs`: the reader costs half a second of processor time to start, which the station's own start needs more. */
    start: (afterMs: number = AFTER_START_MS): void => {
      running = true;
      takeTimer = clock.after(afterMs, turn);
    },
    stop: async (): Promise<void> => {
      running = false;
      takeTimer?.();
      await busy;
    },
    /** Call it after labels were stored. */
    kick: (): void => {
      if (takeTimer === null) turn();
    },
    /**
     * The last word before a label prints: what is known now counts, as a parcel that came after the label was read may be the one it belongs
     * to. With the label's dots where there are any, at
     * the density of the printer it goes to. Failures: `label-of-other-parcel`, `label-other-number`, `label-no-barcode`, `label-unchecked`.
     */
    forPrint: async (label: StoredLabel, parcelNo: string | null, density: number = dpi()): Promise<Result<LabelDots | null>> => {
      const check = await ensure(label, density);
      const rule = ruleFor(label.carrier);
      const facts = { ...label, parcelNo: label.parcelNo ?? parcelNo };
      const judged: Judgement = check.codes === null || check.codes.length === 0 ? check : judge(facts, check.codes);
      if (judged.outcome !== check.outcome) {
        database.transactionAhead(() => {
          labelChecks.judge(label.id, judged.outcome, judged.words);
          note({ ...label, parcelNo: facts.parcelNo }, judged, check.outcome);
        });
      }
      const blocked = answerTo(judged.outcome, rule) === "block" && check.released === null ? BLOCKED[judged.outcome] : undefined;
      if (blocked === undefined) return succeed(dotsOf(check));
      log.warn({ parcelNo, label: label.id, outcome: judged.outcome }, "a label was kept from printing");
      return fail(blocked, `${parcelNo ?? label.ftNo}: ${judged.words}.`);
    },
    /**
     * What the station drew itself, read back before it prints: a label without its own number never leaves. A reader that fails keeps
     * nothing from printing, and the rule for all other carriers may turn it off. Failure `label-unreadable`.
     */
    ownLabel: async (document: LabelDocument, parcelNo: string, density: number = dpi()): Promise<Result<LabelDocument>> => {
      if (ruleFor("") === "off") return succeed(document);
      const read = await rasteriser.preflight(document, density, parcelNo);
      if (!read.ok || read.value.codes === null) {
        log.warn({ parcelNo, trouble: read.ok ? read.value.trouble : read.failure.detail }, "an own label could not be read back");
        return succeed(document);
      }
      const { outcome, words } = judgeLabel({ codes: read.value.codes, trackingNo: parcelNo, others: nobodyElse });
      if (outcome === "match") return succeed({ ...document, dots: { dpi: density, pages: read.value.pages } });
      return fail("label-unreadable", `The station's own label for ${parcelNo} can't be read back: ${words}.`);
    },
    /** A label that the station drew itself, as it prints, and what is read back from it. Failure `label-unreadable`. */
    previewOwn: async (
      document: LabelDocument,
      parcelNo: string,
      density: number,
    ): Promise<Result<Judgement & Readonly<{ pngs: readonly Uint8Array[] }>>> => {
      const read = await rasteriser.preflight(document, density, parcelNo);
      if (!read.ok) return read;
      const { pngs, codes, trouble } = read.value;
      const judged: Judgement =
        codes === null ? { outcome: "not-checked", words: trouble } : judgeLabel({ codes, trackingNo: parcelNo, others: nobodyElse });
      return succeed({ ...judged, pngs });
    },
    /** A label's pages as PNG, as they will come out, and what was read from them. Failures: those of reading it. */
    preview: async (label: StoredLabel): Promise<Result<Readonly<{ check: LabelCheck; pngs: readonly Uint8Array[] }>>> => {
      const check = await ensure(label);
      const kept = labelChecks.pages(label.id);
      if (kept.length > 0 || label.format === "zpl") return succeed({ check, pngs: kept });
      const drawn = await rasteriser.preflight({ format: label.format, bytes: label.bytes }, dpi(), "", paper());
      return drawn.ok ? succeed({ check, pngs: drawn.value.pngs }) : drawn;
    },
  };
};
export type Preflight = ReturnType<typeof createPreflight>;
