import { powerSaveBlocker } from "electron";
import type { Served } from "../bridge/router.ts";

/** Keeps the screen awake while a task is open: a packer's hands are in the box, not on the mouse. */
export const keepAwakeWhilePacking = (station: Served): (() => void) => {
  let blocker: number | null = null;
  const follow = (packing: boolean): void => {
    if (packing && blocker === null) blocker = powerSaveBlocker.start("prevent-display-sleep");
    if (!packing && blocker !== null) {
      powerSaveBlocker.stop(blocker);
      blocker = null;
    }
  };
  follow(station.snapshot().task !== null);
  const unsubscribe = station.onEvent((_, { task }) => follow(task !== null));
  return () => {
    unsubscribe();
    follow(false);
  };
};
