import { TEST_SCREENS, type OpenScreen, type Snapshot } from "../../shared/station.ts";

/**
 * The screen that covers the bench: what REPRINT, RETRY, DISCARD and LEAVE mean depends on it, from whichever scanner they come. Commands
 * open screens, work closes them, and the page tells what people opened and left by key or touch.
 */
export const createOpenScreen = () => {
  let open: OpenScreen = "bench";
  let wish: Snapshot["wish"] = null;
  return {
    now: (): OpenScreen => open,
    wish: (): Snapshot["wish"] => wish,
    show: (screen: NonNullable<Snapshot["wish"]>["screen"]): void => {
      wish = { screen, count: (wish?.count ?? 0) + 1 };
      open = screen;
    },
    told: (screen: OpenScreen): void => {
      open = screen;
    },
    worked: (): void => {
      if (!TEST_SCREENS.includes(open)) open = "bench";
    },
  };
};
export type OpenScreenKeeper = ReturnType<typeof createOpenScreen>;
