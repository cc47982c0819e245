import { fail, succeed, type Result } from "../../shared/failures.ts";
import type { Parcel } from "../../shared/parcel.ts";
import type { Settings } from "../../shared/settings.ts";
import type { FulfillmentTask } from "../../shared/task.ts";
import type { LabelStore } from "../store/labels.ts";
import type { ParcelStore } from "../store/parcels.ts";
import type { PrintJob } from "../store/print-jobs.ts";
import type { TaskStore } from "../store/tasks.ts";
import { readFormat, type LabelDocument } from "./format.ts";
import type { LabelMaker } from "./label-maker.ts";
import type { OwnLabelFacts } from "./own-label.ts";
import type { ParkingSlipFacts } from "./parking-slip.ts";
import type { Preflight } from "./preflight.ts";

type Parts = Readonly<{
  tasks: TaskStore;
  parcels: ParcelStore;
  labels: LabelStore;
  settings: () => Settings;
  maker: LabelMaker;
  preflight: Pick<Preflight, "forPrint" | "ownLabel">;
}>;

/** What stands on a parcel's own label. `total`: null while the task may still grow parcels; `packedAt` in ms. */
export const ownLabelFacts = ({
  task,
  parcel,
  total,
  packedAt,
  settings: { sender, ownCarrier },
}: Readonly<{
  task: FulfillmentTask;
  parcel: Pick<Parcel, "parcelNo" | "sequence" | "carrier">;
  total: number | null;
  packedAt: number;
  settings: Settings;
}>): OwnLabelFacts => ({
  parcelNo: parcel.parcelNo,
  sequence: parcel.sequence,
  total,
  ftNo: task.ftNo,
  orderNo: task.orderNo,
  salesChannel: task.salesChannel,
  receiver: task.receiver,
  // Nobody has to type in settings what OMS4 tells with every task
  sender: sender.name.trim() === "" ? { ...sender, name: task.fpName || task.salesChannel } : sender,
  carrier: parcel.carrier ?? ownCarrier,
  deliveryInstruction: task.deliveryInstruction,
  packedAt,
});

/** What stands on the slip of a box that waits for its label. `at`: when it left the bench, ms. */
export const parkingSlipFacts = ({
  task,
  parcel,
  stationId,
  at,
}: Readonly<{
  task: FulfillmentTask;
  parcel: Pick<Parcel, "parcelNo" | "sequence" | "closedAt">;
  stationId: string;
  at: number;
}>): ParkingSlipFacts => ({
  parcelNo: parcel.parcelNo,
  sequence: parcel.sequence,
  maySplit: task.allowSplit,
  ftNo: task.ftNo,
  orderNo: task.orderNo,
  salesChannel: task.salesChannel,
  receiver: task.receiver.name,
  carrier: task.carrier,
  stationId,
  closedAt: parcel.closedAt ?? at,
});

/** The bytes behind a print job: a stored shipping label, or what the station draws itself. */
export const createDocuments = ({ tasks, parcels, labels, settings, maker, preflight }: Parts) => {
  const shippingLabel = async (job: PrintJob): Promise<Result<LabelDocument>> => {
    const label = job.labelId === null ? null : labels.get(job.labelId);
    if (label === null) return fail("label-missing", `Parcel ${job.parcelNo ?? "?"}.`);
    // Two tasks' labels are never mixed up, whatever the job says
    if (label.ftNo !== job.ftNo || (label.parcelNo !== null && label.parcelNo !== job.parcelNo)) {
      return fail("label-of-other-parcel", `The label of ${label.parcelNo ?? label.ftNo} was about to print for ${job.parcelNo ?? "?"}.`);
    }
    const format = readFormat(label.bytes);
    if (!format.ok) return format;
    const dots = await preflight.forPrint(label, job.parcelNo);
    if (!dots.ok) return dots;
    return succeed({ format: format.value, bytes: label.bytes, ...(dots.value === null ? {} : { dots: dots.value }) });
  };

  const ownLabel = async (job: PrintJob): Promise<Result<LabelDocument>> => {
    const parcel = job.parcelNo === null ? null : parcels.get(job.parcelNo);
    const stored = parcel === null ? null : tasks.get(parcel.ftNo);
    if (parcel === null || stored === null) return fail("label-missing", `Parcel ${job.parcelNo ?? "?"} has no task to make a label from.`);
    const { task, state } = stored;
    // While the task is open it may still grow parcels
    const total = state === "done" || !task.allowSplit ? parcels.ofTask(task.ftNo).length : null;
    const packedAt = parcel.closedAt ?? job.createdAt;
    const drawn = await maker.ownLabel(ownLabelFacts({ task, parcel, total, packedAt, settings: settings() }), settings().printerDpi);
    return drawn.ok ? preflight.ownLabel(drawn.value, parcel.parcelNo) : drawn;
  };

  const parkingSlip = async (job: PrintJob): Promise<Result<LabelDocument>> => {
    const parcel = job.parcelNo === null ? null : parcels.get(job.parcelNo);
    const stored = parcel === null ? null : tasks.get(parcel.ftNo);
    if (parcel === null || stored === null) return fail("label-missing", `Parcel ${job.parcelNo ?? "?"} has no task to make a slip from.`);
    const { stationId, printerDpi } = settings();
    return maker.parkingSlip(parkingSlipFacts({ task: stored.task, parcel, stationId, at: job.createdAt }), printerDpi);
  };

  const commandSheet = (): Promise<Result<LabelDocument>> => maker.commandSheet(settings().cartons.map(({ code }) => code));

  return {
    /** Failures: `label-missing`, `label-unreadable`, `label-of-other-parcel`, `label-other-number`, `label-no-barcode`. */
    forJob: async (job: PrintJob): Promise<Result<LabelDocument>> => {
      switch (job.document) {
        case "shipping-label":
          return shippingLabel(job);
        case "own-label":
          return ownLabel(job);
        case "parking-slip":
          return parkingSlip(job);
        case "test-label":
          return maker.testLabel({ stationId: settings().stationId, printer: job.printer, at: job.createdAt }, settings().printerDpi);
        case "command-sheet":
          return commandSheet();
        case "scanner-sheet":
          return maker.scannerSheet(settings().printerDpi);
      }
    },
    /** The sheets as PDFs for the screen. */
    commandSheet,
    scannerSheet: (): Promise<Result<LabelDocument>> => maker.scannerSheet(settings().printerDpi),
  };
};
export type Documents = ReturnType<typeof createDocuments>;
