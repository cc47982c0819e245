import { expect } from "vitest";
import { troubleWays, type TroubleKind } from "../../electron/packing/trouble-ways.ts";
import { words } from "../../renderer/words/en.ts";
import type { TroubleAction } from "../../shared/trouble.ts";
import type { WalkBench } from "../fakes/walk-bench.ts";
import { entryOf, marks, noTrouble, type Walked } from "./walk-hands.ts";

/** How things stood before the way out was taken: labels at the printer, calls to OMS4 by name. */
export type After = Walked & Readonly<{ labels: number; asked: Readonly<Record<string, number>> }>;

/** `first`: what is put right before. `holds`: what must hold afterwards, at OMS4, at the printer and on screen. */
export type Taken = Readonly<{
  by: "scan" | "key";
  first?: (bench: WalkBench, walked: Walked) => void | Promise<void>;
  holds: (bench: WalkBench, after: After) => Promise<void>;
}>;

/** A kind of trouble: words that only its entry shows, how a real station gets into it, and each of its ways out. */
export type Walks<Kinds extends TroubleKind> = {
  readonly [Kind in Kinds]: Readonly<{
    shows: string;
    make: (bench: WalkBench, ftNo: string) => Promise<Walked>;
    ways: { readonly [Way in (typeof troubleWays)[Kind][number]]: readonly [Taken, ...Taken[]] };
  }>;
};
export type Walk = Readonly<{ kind: TroubleKind; way: TroubleAction; taken: Taken }> &
  Pick<Walks<"label-late">["label-late"], "shows" | "make">;

export const walksOf = (walks: Partial<Walks<TroubleKind>>): readonly Walk[] =>
  Object.entries(walks).flatMap(([kind, { shows, make, ways }]) =>
    Object.entries(ways as Readonly<Record<string, readonly Taken[]>>).flatMap(([way, all]) =>
      all.map((taken): Walk => ({ kind: kind as TroubleKind, way: way as TroubleAction, shows, make, taken })),
    ),
  );

const { actionCommands, actionKeys } = words.trouble;

/** The last value sends the report: the fields are gone through by keys alone. */
const correctWeight = async ({ packer }: WalkBench): Promise<void> => {
  const { keyboard } = packer.page;
  await packer.page.waitForSelector("[data-correcting]:has(#correct-weight:focus)");
  await keyboard.type("1.5", { delay: 150 });
  const ids = await packer.page.locator("[data-correct]").evaluateAll((fields) => fields.map(({ id }) => id));
  for (const id of ids.slice(1)) {
    await keyboard.press("ArrowDown");
    await packer.page.waitForSelector(`[id="${id}"]:focus`);
  }
  await keyboard.press("Enter");
  await packer.page.waitForSelector('[data-screen="trouble"]');
};

const take = async (bench: WalkBench, way: TroubleAction, by: Taken["by"]): Promise<void> => {
  const { packer } = bench;
  const marked = packer.page.locator(".trouble-marked");
  const id = (await marked.getAttribute("data-trouble")) ?? "";
  const isReport = id.startsWith("outbox:");
  const wantsReason = way === "accept" || (way === "discard" && isReport);
  if (by === "scan") {
    const command = actionCommands[way];
    const reason = way === "accept" ? "COMPARED" : "HANDLED";
    const scans = wantsReason ? [`${command}${reason}`, command] : way === "discard" ? [command, command] : [command];
    for (const scan of scans) expect(await packer.scan(scan)).toBe("command-ok");
  } else {
    const key = actionKeys[way].toLowerCase();
    await packer.page.keyboard.press(key);
    if (wantsReason) {
      await packer.page.waitForSelector('[data-giving-up="reason"]');
      await packer.page.keyboard.press("1");
      await packer.page.waitForSelector('[data-giving-up="again"]');
      await packer.page.keyboard.press(key);
    } else if (way === "discard") {
      await marked.locator(".trouble-asking").waitFor();
      await packer.page.keyboard.press(key);
    }
    // A key that a scan follows at once would be taken for the scan's first character
    if (way !== "retry" && way !== "correct") await packer.page.locator(`[data-trouble="${id}"]`).waitFor({ state: "detached" });
  }
  if (way === "correct") await correctWeight(bench);
};

/** Into the trouble, out of it by one way, and nothing is in trouble then. What the screen offers is exactly what its kind has. */
export const walk = async (bench: WalkBench, { kind, way, shows, make, taken }: Walk, ftNo: string): Promise<void> => {
  const { packer, printer, oms4 } = bench;
  const walked = await make(bench, ftNo);
  await marks(bench, shows);
  const offered = entryOf(bench, shows).locator(".trouble-action svg");
  expect(await offered.evaluateAll((bars) => bars.map((each) => each.getAttribute("aria-label")))).toEqual(
    troubleWays[kind].map((each) => actionCommands[each]),
  );
  await taken.first?.(bench, walked);
  const before = { labels: printer.labels().length, asked: oms4.asked() };
  await take(bench, way, taken.by);
  await taken.holds(bench, { ...walked, ...before });
  await noTrouble(bench);
  expect(await packer.scan("CMDBACK")).toBe("command-ok");
};
