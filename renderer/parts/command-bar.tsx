import { memo } from "react";
import { commands, type CommandWord } from "../../shared/scan.ts";
import type { Snapshot } from "../../shared/station.ts";
import type { ScreenName } from "../station-store.ts";
import { useBench } from "../use-station.ts";
import { words } from "../words/en.ts";
import { Press } from "./press.tsx";

const KEY_NAMES: Readonly<Record<string, string>> = { Escape: "Esc" };

/** The commands that make sense now, in the order in which they are likely. */
export const commandsNow = (snapshot: Snapshot): readonly CommandWord[] => {
  if (snapshot.activity === "counting") {
    const { unknown, failed, marked } = snapshot.count;
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
  if (snapshot.activity === "handover") return ["CMDHANDOVER", "CMDTROUBLE", "CMDHELP"];
  if (snapshot.task !== null) {
    return [
      "CMDFINISH",
      ...(snapshot.task.maySplit ? (["CMDNEWPARCEL"] as const) : []),
      "CMDUNDO",
      "CMDHOLD",
      "CMDREPRINT",
      "CMDCLOSE",
      ...(snapshot.troubles.length > 0 ? (["CMDTROUBLE"] as const) : []),
      "CMDHELP",
    ];
  }
  return [
    ...(snapshot.verdict?.kind === "on-hold" ? (["CMDRELEASE"] as const) : []),
    ...(snapshot.lastParcels.length > 0 ? (["CMDREPRINT", "CMDUNDO"] as const) : []),
    "CMDHANDOVER",
    "CMDCOUNT",
    "CMDTROUBLE",
    "CMDSETTINGS",
    "CMDSHEET",
    "CMDHELP",
  ];
};

const ENTRY_SCREENS: readonly ScreenName[] = ["trouble", "help", "sheet", "life", "settings"];

/** One line below: each command with its key, and big enough for a gloved finger. */
export const CommandBar = memo(
  ({
    snapshot,
    screen,
    pad,
    onPad,
  }: {
    snapshot: Snapshot;
    screen: ScreenName;
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
            const title =
              word === "CMDHANDOVER" && snapshot.activity === "handover"
                ? words.commands.end
                : word === "CMDCOUNT" && snapshot.activity === "counting"
                  ? words.commands.endCount
                  : command.title;
            return (
              <Press key={word} className={count > 0 ? "command command-wanted" : "command"} onPress={() => void station.scan(word, "key")}>
                {title} {count > 0 && <b className="badge">{count}</b>}
                {command.key !== null && <kbd>{KEY_NAMES[command.key] ?? command.key}</kbd>}
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
