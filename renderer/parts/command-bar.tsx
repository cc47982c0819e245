import { memo } from "react";
import { commands, type CommandWord } from "../../shared/scan.ts";
import type { OpenScreen, Snapshot } from "../../shared/station.ts";
import { useBench } from "../use-station.ts";
import { words } from "../words/en.ts";
import { Press } from "./press.tsx";

const KEY_NAMES: Readonly<Record<string, string>> = { Escape: "Esc" };
/** Single keys of the count screen. */
const COUNT_KEYS: Partial<Record<CommandWord, string>> = { CMDTEACH: "T", CMDRETRY: "R", CMDDISCARD: "D" };

const titleOf = (command: (typeof commands)[number], { activity, milestone, teaching }: Snapshot): string => {
  if (milestone !== null && command.word === milestone.command) return words.commands.end(milestone.title);
  if (teaching !== null && command.word === "CMDCLOSE") return words.commands.stopTeaching;
  if (activity !== "counting") return command.title;
  if (command.word === "CMDCOUNT") return words.commands.endCount;
  return command.word === "CMDCLOSE" ? words.commands.stopTeaching : command.title;
};

/** The command that started a milestone's mode also ends it. */
const milestoneCommand = (word: string): CommandWord => commands.find((command) => command.word === word)?.word ?? "CMDHANDOVER";

/** Another printer is worth a thought when this one is broken, and the way back while it is in use. */
const spareWanted = ({ printer }: Snapshot): boolean =>
  printer.spare === "in-use" || (printer.spare === "there" && printer.health === "broken");

/** The commands that make sense now, in the order in which they are likely. */
export const commandsNow = (snapshot: Snapshot): readonly CommandWord[] => {
  if (snapshot.activity === "counting") {
    const { unknown, failed, marked, teaching } = snapshot.count;
    if (teaching !== null) return ["CMDCLOSE", "CMDHELP"];
    return [
      "CMDFINISH",
      ...(marked === null ? [] : (["CMDGONE"] as const)),
      "CMDUNDO",
      ...(unknown === null ? [] : (["CMDTEACH"] as const)),
      ...(failed > 0 ? (["CMDRETRY"] as const) : []),
      ...(marked === null ? [] : (["CMDDISCARD"] as const)),
      "CMDCOUNT",
      ...(snapshot.troubles.length > 0 ? (["CMDTROUBLE"] as const) : []),
      "CMDHELP",
    ];
  }
  if (snapshot.scanBack !== null)
    return [
      "CMDLATER",
      "CMDREPRINT",
      ...(spareWanted(snapshot) ? (["CMDSPARE"] as const) : []),
      "CMDUNDO",
      ...(snapshot.troubles.length > 0 ? (["CMDTROUBLE"] as const) : []),
      "CMDHELP",
    ];
  if (snapshot.milestone !== null) return [milestoneCommand(snapshot.milestone.command), "CMDTROUBLE", "CMDHELP"];
  if (snapshot.task !== null) {
    if (snapshot.teaching !== null) return ["CMDCLOSE", "CMDHELP"];
    return [
      ...(snapshot.verdict?.kind === "unknown-code" ? (["CMDTEACH"] as const) : []),
      "CMDFINISH",
      ...(snapshot.task.maySplit ? (["CMDNEWPARCEL"] as const) : []),
      "CMDUNDO",
      "CMDHOLD",
      "CMDREPRINT",
      ...(spareWanted(snapshot) ? (["CMDSPARE"] as const) : []),
      "CMDCLOSE",
      ...(snapshot.troubles.length > 0 ? (["CMDTROUBLE"] as const) : []),
      "CMDHELP",
    ];
  }
  return [
    ...(snapshot.verdict?.kind === "on-hold" ? (["CMDRELEASE"] as const) : []),
    ...(snapshot.lastParcels.length > 0 ? (["CMDREPRINT", "CMDUNDO"] as const) : []),
    ...(spareWanted(snapshot) ? (["CMDSPARE"] as const) : []),
    "CMDHANDOVER",
    "CMDCOUNT",
    "CMDTROUBLE",
    "CMDSETTINGS",
    "CMDSHEET",
    "CMDHELP",
  ];
};

const ENTRY_SCREENS: readonly OpenScreen[] = ["trouble", "help", "sheet", "life", "settings", "disk", "codes", "doctor", "correct"];

/** One line below: each command with its key, and big enough for a gloved finger. */
export const CommandBar = memo(
  ({
    snapshot,
    screen,
    pad,
    onPad,
  }: {
    snapshot: Snapshot;
    screen: OpenScreen;
    /** null where there is no scan pad */
    pad: "shown" | "hidden" | null;
    onPad: () => void;
  }) => {
    const { station } = useBench();
    const overlay = ENTRY_SCREENS.includes(screen);
    return (
      <nav className="command-bar">
        {overlay ? (
          <>
            <Press className="command" onPress={() => station.go("bench")}>
              {words.commands.back} <kbd>Esc</kbd>
            </Press>
            {(screen === "trouble" || screen === "settings") && (
              <Press className="command" onPress={() => station.go("disk")}>
                {words.disk.title}
              </Press>
            )}
            {(screen === "settings" || screen === "disk") && (
              <Press className="command" onPress={() => station.go("codes")}>
                {words.commands.codes}
              </Press>
            )}
            {screen === "help" && (
              <Press className="command" onPress={() => station.go("sheet")}>
                {words.sheet.title}
              </Press>
            )}
          </>
        ) : (
          commandsNow(snapshot).map((word) => {
            const command = commands.find((candidate) => candidate.word === word);
            if (command === undefined) return null;
            const count = word === "CMDTROUBLE" ? snapshot.troubles.length : 0;
            const key = command.key ?? (word === "CMDLATER" ? "Escape" : snapshot.activity === "counting" ? COUNT_KEYS[word] : undefined);
            return (
              <Press key={word} className={count > 0 ? "command command-wanted" : "command"} onPress={() => void station.scan(word, "key")}>
                {titleOf(command, snapshot)} {count > 0 && <b className="badge">{count}</b>}
                {key !== undefined && <kbd>{KEY_NAMES[key] ?? key}</kbd>}
              </Press>
            );
          })
        )}
        <span className="gap" />
        {pad !== null && !overlay && (
          <Press className="command command-quiet" onPress={onPad}>
            {pad === "shown" ? words.pad.hide : words.pad.show}
          </Press>
        )}
      </nav>
    );
  },
);
