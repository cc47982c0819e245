import type { Trouble, TroubleAction } from "../../shared/trouble.ts";

/**
 * Each kind of trouble with all its ways out, in the order in which the screen offers them. `stop-request` has none there: it ends with
 * OMS4's decision, or with the scan of its task and RELEASE.
 */
export const troubleWays = {
  "print-in-doubt": ["printed", "reprint", "discard"],
  "print-failed": ["retry", "discard"],
  "label-kept-back": ["retry", "accept", "discard"],
  "label-late": ["retry", "discard"],
  "label-changed": ["reprint", "discard"],
  "label-changed-to-come": ["discard"],
  "label-changed-in-doubt": ["discard"],
  "label-changed-left": ["discard"],
  "record-set-aside": ["discard"],
  "stop-pull": ["discard"],
  "stop-take-out": ["discard"],
  "stop-request": [],
  "stop-relabel": ["reprint", "discard"],
  "stop-more": ["discard"],
  "stop-left": ["discard"],
  "report-refused": ["retry", "correct", "discard"],
  "report-keeps-failing": ["retry", "correct", "discard"],
  "count-row-refused": ["retry", "discard"],
  "count-keeps-failing": ["retry"],
} as const satisfies Record<string, readonly TroubleAction[]>;

const commandOf = {
  printed: "PRINTED",
  reprint: "REPRINT",
  retry: "RETRY",
  accept: "ACCEPT",
  correct: "CORRECT",
  discard: "DISCARD",
} as const satisfies Record<TroubleAction, string>;

/** The commands of these ways out, in words; "" where there is none. */
export const commandsOf = (actions: readonly TroubleAction[]): string => {
  const commands = actions.map((action) => commandOf[action]);
  const last = commands.at(-1) ?? "";
  return commands.length < 2 ? last : `${commands.slice(0, -1).join(", ")} or ${last}`;
};

/** The commands that this trouble takes: whoever scanned one that it does not take is told no other such. */
export const waysWords = ({ actions, about }: Pick<Trouble, "actions" | "about">): string =>
  actions.length === 0 ? `It ends with OMS4's decision: ${about}` : `Scan ${commandsOf(actions)}: ${about}`;

export type TroubleKind = keyof typeof troubleWays;

/** A trouble with the ways out of its kind: the only place that gives it any. */
export const troubleOf = (kind: TroubleKind, trouble: Omit<Trouble, "actions">): Trouble => ({
  ...trouble,
  actions: [...troubleWays[kind]],
});
