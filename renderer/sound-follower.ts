import type { Sounds } from "./sounds.ts";
import { isNewAnswer, type StationStore } from "./station-store.ts";

/**
 * Sounds each answer once; the alarm of STOP goes on until the next scan is answered. What was answered before this
 * page was opened stays silent.
 */
export const followWithSound = ({ station, sounds }: { station: StationStore; sounds: Sounds }): (() => void) => {
  let heard = station.getState();
  // Without a connection the setting is unknown, and just then a scan that was not taken must be heard
  let isOn = true;
  return station.subscribe(() => {
    const before = heard;
    heard = station.getState();
    const { snapshot, notice, noticeCount } = heard;
    isOn = snapshot?.sound ?? isOn;
    if (snapshot === null || !isOn) sounds.hush();
    if (!isOn) return;
    if (noticeCount !== before.noticeCount && notice?.tone === "wrong") sounds.play("wrong");
    if (before.snapshot !== null && snapshot !== null && snapshot.verdict !== null && isNewAnswer(before.snapshot, snapshot))
      sounds.play(snapshot.verdict.sound);
  });
};
