import { cartonOf, commandCode, sizeWords } from "../../shared/measures.ts";
import { benchReason } from "../../shared/reasons.ts";
import type { Command } from "../../shared/scan.ts";
import { openParcel, packedElsewhere, partElsewhere, unitsToTakeOut, wholeCancelled, type Bench, type BenchTask } from "./bench.ts";
import { closeParcel, closeTask, isComplete, leaveTask, mayCloseShort } from "./closing.ts";
import { stay, type Decision, type Policy } from "./decision.ts";
import { withOpenParcel } from "./items.ts";
import { undoDone, undoOpen } from "./undo.ts";
import { answer, stoppedAnswer } from "./verdicts.ts";

export type CommandInput = Readonly<{
  command: Command;
  nextParcelNo: string;
  policy: Policy;
  last: BenchTask | null;
  held: BenchTask | null;
}>;

const finish = (bench: Bench, open: BenchTask, policy: Policy): Decision => {
  const stopped = stoppedAnswer(open);
  if (stopped !== null) return stay(bench, stopped);
  if (unitsToTakeOut(open) > 0)
    return stay(bench, answer.refused(open, "Take the cancelled items out first", "Scan each one as you take it out."));
  if (!isComplete(open) && !mayCloseShort(open)) return stay(bench, answer.stillToPack(open));
  return closeTask(open, policy, []);
};

const newParcel = (bench: Bench, open: BenchTask, policy: Policy): Decision => {
  const stopped = stoppedAnswer(open);
  if (stopped !== null) return stay(bench, stopped);
  if (!open.task.allowSplit)
    return stay(bench, answer.refused(open, "This task is one parcel", "OMS4 does not let it be split: pack everything into one box."));
  const parcel = openParcel(open);
  if (parcel === null || !open.units.some((unit) => unit.parcelNo === parcel.parcelNo)) {
    return stay(bench, answer.refused(open, "This parcel is still empty", "Scan its items first."));
  }
  if (unitsToTakeOut(open) > 0)
    return stay(bench, answer.refused(open, "Take the cancelled items out first", "Scan each one as you take it out."));
  if (isComplete(open)) return closeTask(open, policy, []);
  const closed = closeParcel(open, policy);
  return { bench: { open: closed.bench }, effects: closed.effects, verdict: answer.parcelClosed(parcel.sequence, closed.bench) };
};

const chooseCarrier = (bench: Bench, open: BenchTask, wanted: string, { ownCarriers }: Policy): Decision => {
  // Where OMS4 offers none, the settings' own are there to choose from
  const offered =
    open.task.availableCarriers.length > 0 ? open.task.availableCarriers : ownCarriers.map(({ id, name }) => ({ id: id || name, name }));
  const chosen = offered.find(({ id }) => commandCode(id) === wanted);
  if (open.task.way !== "own")
    return stay(bench, answer.refused(open, "The carrier is fixed", `OMS4 ships this with ${open.task.carrier}.`));
  if (chosen === undefined) {
    const names = offered.map(({ id, name }) => `${name} (${id})`).join(", ");
    return stay(
      bench,
      answer.refused(
        open,
        `No carrier ${wanted} here`,
        names === "" ? "OMS4 offers no carriers for this task." : `Choose one of: ${names}.`,
      ),
    );
  }
  return {
    bench: { open: { ...open, carrierId: chosen.id } },
    effects: [{ kind: "carrier-chosen", ftNo: open.task.ftNo, carrierId: chosen.id }],
    verdict: answer.commandOk(open, `Carrier: ${chosen.name}`, "Go on scanning items."),
  };
};

/** The weight of the box on the bench, or what its own delivery costs: both must be known before it closes and is reported. */
const keyAmount = (bench: Bench, open: BenchTask, { command, nextParcelNo }: CommandInput): Decision => {
  const stopped = stoppedAnswer(open);
  if (stopped !== null) return stay(bench, stopped);
  const { ftNo, way, carrier } = open.task;
  const amount = Number(command.rest);
  if (command.word === "CMDCOST" && way !== "own")
    return stay(bench, answer.refused(open, "The cost is not ours to say", `OMS4 ships this with ${carrier}.`));
  if (command.word === "CMDWEIGHT" && amount === 0)
    return stay(bench, answer.refused(open, "A parcel weighs something", "Key it in grams."));
  const started = withOpenParcel(open, nextParcelNo);
  const { parcelNo } = started;
  return command.word === "CMDWEIGHT"
    ? {
        bench: { open: started.bench },
        effects: [...started.effects, { kind: "parcel-weighed", ftNo, parcelNo, grams: amount, source: "keyed" }],
        verdict: answer.commandOk(open, `${amount / 1_000} kg`, "Go on scanning items."),
      }
    : {
        bench: { open: started.bench },
        effects: [...started.effects, { kind: "cost-keyed", ftNo, parcelNo, cents: amount }],
        verdict: answer.commandOk(open, `Costs ${(amount / 100).toFixed(2)}`, "Go on scanning items."),
      };
};

/** A supervisor knows what another station has not packed: this bench goes on with that. */
const releaseRest = (bench: Bench, task: BenchTask, now: number): Decision => {
  const { ftNo } = task.task;
  const released: BenchTask = { ...task, state: "packing", shared: true, quantityNext: 1 };
  const stopped = stoppedAnswer(released);
  if (stopped !== null) return stay(bench, stopped);
  const opened = bench.open === null ? [{ kind: "task-opened" as const, ftNo, at: now }] : [];
  return {
    bench: { open: bench.open === null ? { ...released, openedAt: now } : released },
    effects: [{ kind: "rest-released", ftNo }, ...opened],
    verdict: answer.restReleased(ftNo),
  };
};

/** Commands about packing. Commands about the station (trouble, reprint, screens) never reach the engine. */
export const decideCommand = (bench: Bench, input: CommandInput, now: number): Decision => {
  const { open } = bench;
  const { word, rest } = input.command;
  if (word === "CMDRELEASE") {
    const named = open ?? input.held;
    if (named !== null && partElsewhere(named)) return releaseRest(bench, named, now);
    if (open?.request?.unclear === true) {
      const { ftNo } = open.task;
      const released: BenchTask = { ...open, request: null };
      return { bench: { open: released }, effects: [{ kind: "request-released", ftNo }], verdict: answer.requestOver(released) };
    }
    if (open !== null || input.held === null)
      return stay(bench, answer.refused(open, "Nothing to release", "Scan the held task first, then RELEASE."));
    const { ftNo } = input.held.task;
    const { request } = input.held;
    const stopped = stoppedAnswer({ ...input.held, request: request?.unclear === true ? null : request });
    if (stopped !== null) return stay(bench, stopped);
    if (input.held.state === "done") {
      // Packed already: its parcels may go on, there is nothing to open
      return { bench, effects: [{ kind: "request-released", ftNo }], verdict: answer.requestReleased(ftNo) };
    }
    const released: BenchTask = { ...input.held, state: "packing", holdReason: null, request: null, openedAt: now, quantityNext: 1 };
    return {
      bench: { open: released },
      effects: [
        ...(request === null ? [] : [{ kind: "request-released" as const, ftNo }]),
        ...(input.held.state === "held" ? [{ kind: "task-released" as const, ftNo }] : []),
        { kind: "task-opened", ftNo, at: now },
      ],
      verdict: answer.taskOpened(released, released.units.length > 0),
    };
  }
  if (word === "CMDUNDO" && open === null) return undoDone(bench, input.last);
  if (open === null) return stay(bench, answer.refused(null, "No task is open", "Scan a task first."));
  const { ftNo } = open.task;
  switch (word) {
    case "CMDFINISH":
      return finish(bench, open, input.policy);
    case "CMDNEWPARCEL":
      return newParcel(bench, open, input.policy);
    case "CMDUNDO":
      return undoOpen(bench, open);
    case "CMDHOLD": {
      if (wholeCancelled(open) || packedElsewhere(open)) return stay(bench, stoppedAnswer(open));
      const reason = benchReason("CMDHOLD", rest);
      return { bench: { open: null }, effects: [{ kind: "task-held", ftNo, reason }], verdict: answer.held(ftNo, reason) };
    }
    case "CMDCLOSE":
      return {
        bench: { open: null },
        effects: leaveTask(open),
        verdict: answer.left(ftNo, open),
      };
    case "CMDQTY":
      if (!/^[1-9]\d{0,3}$/.test(rest)) return stay(bench, answer.refused(open, "Not that many", "One scan packs 1 to 9,999."));
      return {
        bench: { open: { ...open, quantityNext: Number(rest) } },
        effects: [],
        verdict: answer.commandOk(open, `Next scan packs ${rest}`, "Scan the item once."),
      };
    case "CMDBOX": {
      const stopped = stoppedAnswer(open);
      if (stopped !== null) return stay(bench, stopped);
      const { cartons } = input.policy;
      const carton = cartonOf(cartons, rest);
      if (carton === null && cartons.length > 0) {
        const codes = cartons.map(({ code }) => code).join(", ");
        return stay(bench, answer.refused(open, `No box ${rest}`, `The settings know: ${codes}.`));
      }
      const started = withOpenParcel(open, input.nextParcelNo);
      const parcels = started.bench.parcels.map((parcel) => (parcel.parcelNo === started.parcelNo ? { ...parcel, carton: rest } : parcel));
      return {
        bench: { open: { ...started.bench, parcels } },
        effects: [...started.effects, { kind: "carton-chosen", ftNo, parcelNo: started.parcelNo, carton: rest }],
        verdict: answer.commandOk(open, `Box ${rest}`, `${carton === null ? "" : `${sizeWords(carton)}. `}Go on scanning items.`),
      };
    }
    case "CMDWEIGHT":
    case "CMDCOST":
      return keyAmount(bench, open, input);
    case "CMDCARRIER":
      return chooseCarrier(bench, open, rest, input.policy);
    case "CMDHANDOVER":
    case "CMDDELIVERED":
    case "CMDPENDING":
    case "CMDRETURNED":
    case "CMDLOST":
    case "CMDCORRECT":
    case "CMDSUPER":
    case "CMDTARE":
    case "CMDZERO":
    case "CMDWEIGHTOK":
    case "CMDCOUNT":
    case "CMDGONE":
    case "CMDTEACH":
    case "CMDREPRINT":
    case "CMDPACKINGSLIP":
    case "CMDSPARE":
    case "CMDPRINTED":
    case "CMDTROUBLE":
    case "CMDRETRY":
    case "CMDACCEPT":
    case "CMDDISCARD":
    case "CMDNEXT":
    case "CMDLATER":
    case "CMDSETTINGS":
    case "CMDDISK":
    case "CMDDOCTOR":
    case "CMDCODES":
    case "CMDSHEET":
    case "CMDPACKER":
    case "CMDBACK":
    case "CMDHELP":
      return stay(bench, answer.refused(open, "Finish this task first", "Or scan LEAVE to put it aside."));
  }
};
