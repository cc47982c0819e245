import type { Affixes } from "../../shared/affixes.ts";
import type { Command, ReadScan } from "../../shared/scan.ts";
import type { Failure } from "../../shared/failures.ts";
import type { CountDesk } from "../counting/desk.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import type { AliasStore } from "../store/aliases.ts";
import type { Database } from "../store/database.ts";
import type { PackedSerials } from "../store/packed-serials.ts";
import type { SetAside } from "../store/set-aside.ts";
import type { ToldElsewhereStore } from "../store/told-elsewhere.ts";
import type { Bench } from "./bench.ts";
import type { Answer, Effect, Policy } from "./decision.ts";
import type { ElsewhereSource } from "./elsewhere.ts";
import type { LaterReason } from "./later-reason.ts";
import type { BenchStores } from "./load.ts";
import type { OpenScreenKeeper } from "./open-screen.ts";
import type { PerformParts } from "./perform.ts";
import type { Supervisor } from "./supervisor.ts";
import type { TeachDesk } from "./teach-desk.ts";
import type { Weighing } from "./weighing.ts";

export type DeskParts = PerformParts &
  BenchStores &
  Readonly<{
    database: Database;
    clock: Clock;
    log: Log;
    policy: () => Policy;
    packedSerials: PackedSerials;
    /** Tasks of OMS4 that can't be used. */
    setAside: Pick<SetAside, "reasonOf">;
    /** A supervisor's leave, for what a scan in passing must not do. */
    supervisor: Supervisor;
    /** Every way to read a scan, in order of trust: plain, then taken apart as GS1. */
    readings: (text: string) => readonly ReadScan[];
    /** What the scanners of this bench put around every code. */
    affixes: () => Affixes;
    /** What the scale has to do with closing a parcel. */
    weighing: Weighing;
    /** Codes that no order gave, and teaching them at the bench. */
    aliases: AliasStore;
    teaching: TeachDesk;
    /** The cycle count: takes commands and scans while it runs. */
    counting: CountDesk;
    openScreen: OpenScreenKeeper;
    /** Why something was done, said after it. */
    laterReason: LaterReason;
    /** Why nothing can be kept now (full disk, read-only); null while it can. Asked before a scan is counted. */
    storageRefusal: () => Failure | null;
    /** Commands about the station, not about packing: trouble, reprint, screens. Null when it is none of them. */
    stationCommand: (command: Command, bench: Bench, at: number) => Answer | null;
    /** A parcel's own number, or the tracking number on it: what became of its label. Null when it is none of ours. */
    parcelScanned: (codes: readonly string[], at: number, taskIsOpen: boolean) => Answer | null;
    /** The parcel in the packer's hands, or about which the alarm goes: what REPRINT means until something else is scanned. */
    onParcelSeen: (parcelNo: string | null) => void;
    /** Asks OMS4 for a task number nobody here knows; true when it is stored now. */
    lookUp: (code: string) => Promise<boolean>;
    /** Asks OMS4 for parcels that other stations packed. */
    elsewhere: ElsewhereSource;
    toldElsewhere: ToldElsewhereStore;
    /** A task was put on the bench, its next scan may be the last, a parcel of it was closed, or a held one was scanned: OMS4 is asked what it says now. */
    onCheckDue: (ftNo: string, moment: CheckMoment) => void;
    /** After every decision: something on screen changed. */
    onChange: () => void;
    /** After a decision that left something to send or to print. */
    onWork: () => void;
  }>;

export type CheckMoment = "opened" | "nearly-in" | "closed" | "held";

/** Effects that queue something to send or to print. */
export const LEAVES_WORK: readonly Effect["kind"][] = [
  "packing-started",
  "parcel-closed",
  "parcel-pulled",
  "task-done",
  "task-held",
  "hold-explained",
  "task-released",
  "unit-taken-out",
  "request-released",
  "rest-released",
];
/** After these a packed parcel may no longer be stopped, or its stop may be done with. */
export const SETTLES: readonly Effect["kind"][] = [
  "unit-taken-out",
  "scan-undone",
  "parcel-reopened",
  "request-released",
  "rest-released",
  "task-left",
  "task-done",
];
/** Screens that show a way out open on a full disk too. */
export const WRITES_NOTHING: readonly Command["word"][] = [
  "CMDTROUBLE",
  "CMDCORRECT",
  "CMDNEXT",
  "CMDSETTINGS",
  "CMDDISK",
  "CMDDOCTOR",
  "CMDCODES",
  "CMDSHEET",
  "CMDHELP",
  "CMDBACK",
];
