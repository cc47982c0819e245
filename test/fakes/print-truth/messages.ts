import type { PrintState } from "../../../shared/parcel.ts";

/** One job that the station asks a person about, as the packer sees it. */
export type Asked = Readonly<{ id: number; parcelNo: string; state: PrintState; words: string }>;

/** What the printing process tells the one that watches it. */
export type Told =
  | Readonly<{ kind: "asks"; jobs: readonly Asked[]; printed: number }>
  /** a person's answer is committed */
  | Readonly<{ kind: "answered"; id: number }>
  /** every job is printed, or was vouched for */
  | Readonly<{ kind: "done" }>;

/** A person's answer about one job: it is there, or print it again. */
export type Answered = Readonly<{ id: number; became: "printed" | "again" }>;
