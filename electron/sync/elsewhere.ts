import { succeed, type FailureKind, type Result } from "../../shared/failures.ts";
import type { ParcelAtOms4 } from "../../shared/parcel.ts";
import type { Clock } from "../kit/clock.ts";
import type { TaskStore } from "../store/tasks.ts";
import type { Api, CallOptions } from "./api.ts";
import { NUMBERS_LIMIT, PAGE_LIMIT } from "./endpoints.ts";
import type { Ingest } from "./ingest.ts";
import { parcelsOfTask } from "./label-match.ts";
import type { Pull } from "./pull.ts";

/** Of an OMS4 that has no such call, or answers it in its own way, nobody can learn more; what it says of the task itself counts. */
const SAYS_NOTHING: readonly FailureKind[] = ["call-refused", "oms4-refused", "not-oms4"];

/** Asks OMS4 for the parcels of tasks, with what it says of these tasks now: status, cancellations, buyers' requests. */
export const createElsewhere = ({
  api,
  ingest,
  tasks,
  pull,
  clock,
}: Readonly<{ api: Api; ingest: Ingest; tasks: TaskStore; pull: Pick<Pull, "lookUp" | "tell">; clock: Clock }>) => {
  const askCancellations = async (ftNo: string, options: CallOptions): Promise<Result<null>> => {
    const answer = await api.getCancellations({ ft_no: ftNo, offset: 0, limit: PAGE_LIMIT }, options);
    if (!answer.ok) return SAYS_NOTHING.includes(answer.failure.kind) ? succeed(null) : answer;
    pull.tell(ingest.cancellationPage(answer.value.items, clock.now()));
    return succeed(null);
  };
  const askRequests = async (ftNos: readonly string[], options: CallOptions): Promise<Result<null>> => {
    const answer = await api.getCancelRequests({ ft_no: [...ftNos] }, options);
    if (!answer.ok) return SAYS_NOTHING.includes(answer.failure.kind) ? succeed(null) : answer;
    const about = answer.value.filter(({ ftNo }) => ftNos.includes(ftNo));
    pull.tell(ingest.cancelRequests(about, ftNos, clock.now()));
    return succeed(null);
  };
  const askTasks = async (ftNos: readonly string[], options: CallOptions): Promise<Result<null>> => {
    const answer = await api.getTasksByNo({ ft_nos: [...ftNos] }, options);
    if (!answer.ok) return answer;
    pull.tell(ingest.taskPage(answer.value, clock.now()));
    return succeed(null);
  };

  return {
    /**
     * Parcels of the tasks named, at most five of them; of the task with this very number where none is named. Empty where OMS4 knows none.
     * Failures: those of a call; then nothing may be said of these parcels.
     */
    ask: async (code: string, known: readonly string[], options: CallOptions = {}): Promise<Result<readonly ParcelAtOms4[]>> => {
      if (known.length === 0) {
        const found = await pull.lookUp(code, options);
        if (!found.ok) return found;
        if (!found.value) return succeed([]);
      }
      const ftNos = (known.length > 0 ? known : tasks.byCode(code).map(({ task }) => task.ftNo)).slice(0, NUMBERS_LIMIT);
      if (ftNos.length === 0) return succeed([]);
      const [shipping, ...rest] = await Promise.all([
        api.getShippingInfo({ ft_no: ftNos }, options),
        askTasks(ftNos, options),
        askRequests(ftNos, options),
        ...ftNos.map((ftNo) => askCancellations(ftNo, options)),
      ]);
      if (!shipping.ok) return shipping;
      const failed = rest.find(({ ok }) => !ok);
      if (failed !== undefined && !failed.ok) return failed;
      return succeed(
        ftNos.flatMap((ftNo) =>
          parcelsOfTask(shipping.value, ftNo, ftNos.length).flatMap(({ fp_parcel_no, tracking_no, delivery_carrier }) =>
            // Without a number of a station nobody has packed it yet
            fp_parcel_no.trim() === ""
              ? []
              : [{ ftNo, parcelNo: fp_parcel_no.trim(), trackingNo: tracking_no.trim(), carrier: delivery_carrier }],
          ),
        ),
      );
    },
  };
};
export type Elsewhere = ReturnType<typeof createElsewhere>;
