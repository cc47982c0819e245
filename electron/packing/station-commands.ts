import { failureWords } from "../../shared/failures.ts";
import { benchReason, reasonChoices } from "../../shared/reasons.ts";
import type { Command, CommandWord } from "../../shared/scan.ts";
import type { Health } from "../../shared/device-view.ts";
import type { Trouble } from "../../shared/trouble.ts";
import type { ParcelStore } from "../store/parcels.ts";
import type { Bench } from "./bench.ts";
import type { Answer } from "./decision.ts";
import { createGivingUp } from "./giving-up.ts";
import type { LaterReason } from "./later-reason.ts";
import type { OpenScreenKeeper } from "./open-screen.ts";
import type { PrintReasons } from "./print-reasons.ts";
import type { Supervisor } from "./supervisor.ts";
import { commandsOf, waysWords } from "./trouble-ways.ts";
import type { TroubleList } from "./trouble.ts";
import { answer, plural } from "./verdicts.ts";

/** Commands that belong to one question and its answer. */
const ASKS: readonly CommandWord[] = ["CMDDISCARD", "CMDACCEPT", "CMDSUPER"];

/** Commands about the station: screens, trouble and reprints. They work with a task open and without. */
export const createStationCommands = ({
  trouble,
  parcels,
  supervisor,
  openScreen,
  looked,
  asked,
  printer,
  spare,
  laterReason,
  explainPrint,
}: Readonly<{
  trouble: TroubleList;
  parcels: ParcelStore;
  supervisor: Supervisor;
  openScreen: OpenScreenKeeper;
  /** the parcel whose slip or label was scanned, or about which the alarm went, just before */
  looked: Readonly<{ lookedAt: () => string | null; lookAt: (parcelNo: string | null) => void }>;
  /** the parcel at the bench whose pasted label is asked for now */
  asked: () => Readonly<{ parcelNo: string }> | null;
  /** the label printer as it is now */
  printer: () => Readonly<{ health: Health; words: string }>;
  /** To the spare printer and back. */
  spare: (bench: Bench) => Answer;
  laterReason: LaterReason;
  explainPrint: PrintReasons;
}>) => {
  let marked = 0;
  /** The list moves under the mark: what the packer sees marked stays marked */
  let markedId: string | null = null;
  const givingUp = createGivingUp({ trouble, supervisor });
  const { show } = openScreen;
  const markedTrouble = () => {
    const all = trouble.list();
    const found = all.findIndex(({ id }) => id === markedId);
    marked = found >= 0 ? found : all.length === 0 ? 0 : marked % all.length;
    markedId = all[marked]?.id ?? null;
    return all[marked] ?? null;
  };
  const act = (id: string, action: "retry" | "reprint" | "printed", done: string): Answer => {
    const acted = trouble.act(id, action);
    if (!acted.ok) return answer.refused(null, "That can't be done", failureWords(acted.failure));
    const left = trouble.list().length;
    return answer.commandOk(null, done, left === 0 ? "Nothing else needs you." : `${plural(left, "thing")} left in trouble.`);
  };

  /** The parcel just scanned, else the open task's last one, else the bench's. */
  const lastParcel = (bench: Bench, lookedAt: string | null): string | undefined =>
    lookedAt ?? bench.open?.parcels.findLast((parcel) => parcel.state !== "open")?.parcelNo ?? parcels.lastClosed(1)[0]?.parcelNo;

  const reprint = (bench: Bench, typed: string, at: number): Answer => {
    const lookedAt = looked.lookedAt();
    const atBench = asked()?.parcelNo ?? null;
    const isMeant = (candidate: Trouble): boolean =>
      openScreen.now() === "trouble"
        ? candidate.id === markedTrouble()?.id &&
          (candidate.source === "print" || candidate.source === "label" || candidate.actions.includes("reprint"))
        : candidate.source === "print" &&
          candidate.actions.includes("reprint") &&
          // A slip in question is asked about in trouble: the box in the hands wants its label
          !trouble.isOfSlip(candidate.id) &&
          (atBench === null || candidate.about.startsWith(atBench));
    const unknown = lookedAt === null ? trouble.list().find(isMeant) : undefined;
    if (unknown !== undefined) return act(unknown.id, "reprint", `Printing again: ${unknown.about}`);
    const parcelNo = lastParcel(bench, lookedAt ?? atBench);
    if (parcelNo === undefined) return answer.refused(bench.open, "Nothing to reprint", "No parcel was closed here yet.");
    const again = trouble.printAgain(parcelNo, typed === "" ? "asked for at the bench" : benchReason("CMDREPRINT", typed));
    if (!again.ok) return answer.refused(bench.open, "No reprint", failureWords(again.failure));
    const { copy, jobId, outBefore } = again.value;
    // Of a label that never came out the reason is known
    const isAsked = typed === "" && jobId !== null && outBefore;
    if (isAsked)
      laterReason.ask({ command: "CMDREPRINT", about: parcelNo, at, explain: (reason, now) => explainPrint(jobId, reason, now) });
    return answer.commandOk(
      bench.open,
      outBefore ? `Label again · print ${copy}` : "Label: one more try",
      `Parcel ${parcelNo}. ${outBefore ? "Destroy the label before it." : "None of it has come out so far."}${isAsked ? ` Why? ${reasonChoices("CMDREPRINT")}` : ""}`,
    );
  };

  const packingSlip = (bench: Bench, reason: string): Answer => {
    const parcelNo = lastParcel(bench, looked.lookedAt() ?? asked()?.parcelNo ?? null);
    if (parcelNo === undefined) return answer.refused(bench.open, "No packing slip", "No parcel was closed here yet.");
    const printed = trouble.packingSlipAgain(parcelNo, reason === "" ? "asked for at the bench" : reason);
    if (!printed.ok) return answer.refused(bench.open, "No packing slip", failureWords(printed.failure));
    const { copy } = printed.value;
    return answer.commandOk(
      bench.open,
      copy === 1 ? "Packing slip prints" : `Packing slip again · print ${copy}`,
      `Parcel ${parcelNo}.${copy === 1 ? " Put it into the box." : " Destroy the one before it."}`,
    );
  };

  return {
    run: (command: Command, bench: Bench, at: number): Answer | null => {
      if (command.word !== "CMDREPRINT" && command.word !== "CMDPACKINGSLIP") looked.lookAt(null);
      const current = markedTrouble();
      if (!ASKS.includes(command.word)) givingUp.forget();
      const nothing = answer.refused(null, "Nothing is in trouble", "Go on packing.");
      switch (command.word) {
        case "CMDREPRINT":
          return reprint(bench, command.rest, at);
        case "CMDPACKINGSLIP":
          return packingSlip(bench, command.rest);
        case "CMDSPARE":
          return spare(bench);
        case "CMDPRINTED": {
          const unknown =
            current?.actions.includes("printed") === true ? current : trouble.list().find(({ actions }) => actions.includes("printed"));
          return unknown === undefined
            ? answer.refused(bench.open, "No label is in question", "Every print is accounted for.")
            : act(unknown.id, "printed", `Noted as printed: ${unknown.about}`);
        }
        case "CMDRETRY":
          return current === null
            ? nothing
            : current.actions.includes("retry")
              ? act(current.id, "retry", `Trying again: ${current.about}`)
              : answer.refused(null, "This can't be retried", waysWords(current));
        case "CMDDISCARD": {
          if (current === null) return nothing;
          if (openScreen.now() !== "trouble") show("trouble");
          return givingUp.discard(current, command.rest, at);
        }
        case "CMDACCEPT": {
          if (current === null) return nothing;
          if (openScreen.now() !== "trouble") show("trouble");
          return givingUp.accept(current, command.rest, at);
        }
        case "CMDCORRECT":
          if (current === null) return nothing;
          if (!current.actions.includes("correct")) return answer.refused(null, "There is nothing to correct here", waysWords(current));
          show("correct");
          return answer.commandOk(
            null,
            "Correct and send again",
            "Scan or type each value; Enter goes on, the last one sends. Esc leaves all as it is.",
          );
        case "CMDSUPER": {
          const came = supervisor.badge(command.rest, at);
          return givingUp.allowed(at) ?? came;
        }
        case "CMDNEXT": {
          const count = trouble.list().length;
          if (count === 0) return nothing;
          marked = (marked + 1) % count;
          markedId = null;
          const now = markedTrouble();
          return answer.commandOk(null, `${marked + 1} of ${count}`, `${now?.title ?? ""} · ${now?.about ?? ""}`);
        }
        case "CMDTROUBLE": {
          show("trouble");
          const count = trouble.list().length;
          const ways = markedTrouble()?.actions.filter((action) => action !== "discard") ?? [];
          const { health, words } = printer();
          if (count === 0 && health === "broken")
            return answer.commandOk(null, "No parcel is in trouble, but the printer is", `${words}. Put it right, or scan SPARE.`);
          return count === 0
            ? answer.commandOk(null, "Nothing is in trouble", "Scan a task to go on.")
            : answer.commandOk(
                null,
                `${plural(count, "thing")} in trouble`,
                `${count > 1 ? "NEXT marks the next one. " : ""}${
                  ways.length === 0 ? "Do what the marked one says." : `${commandsOf(ways)} deals with the marked one.`
                }`,
              );
        }
        case "CMDSETTINGS":
          show("settings");
          return answer.commandOk(null, "Settings", "Tab and arrows go through it, Ctrl+S saves. Escape goes back to packing.");
        case "CMDDISK":
          show("disk");
          return answer.commandOk(null, "Disk and file", "Escape goes back to packing.");
        case "CMDCODES":
          show("codes");
          return answer.commandOk(bench.open, "Codes", "Escape goes back to packing.");
        case "CMDSHEET":
          show("sheet");
          return answer.commandOk(null, "Command sheet", "Escape goes back to packing.");
        case "CMDDOCTOR":
          show("doctor");
          return answer.commandOk(null, "Scanner doctor", "Scan the three codes of the test sheet. Escape goes back to packing.");
        case "CMDPACKER":
          parcels.setPacker(command.rest);
          return answer.commandOk(bench.open, `Packer ${command.rest}`, bench.open === null ? "Scan a task." : "Go on scanning items.");
        case "CMDBACK":
          show("bench");
          return answer.commandOk(bench.open, "Back to packing", bench.open === null ? "Scan a task." : "Go on scanning items.");
        case "CMDHELP":
          show("help");
          return answer.commandOk(null, "Help", "Escape goes back to packing.");
        default:
          return null;
      }
    },
    givingUp: givingUp.view,
    marked: () => {
      markedTrouble();
      return marked;
    },
  };
};
