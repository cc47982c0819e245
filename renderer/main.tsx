import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createClient } from "../shared/client.ts";
import { App } from "./app.tsx";
import { createLink } from "./bridge.ts";
import { createKeys } from "./keys.ts";
import { followWithSound } from "./sound-follower.ts";
import { createSounds } from "./sounds.ts";
import { createStationStore, type StationStore } from "./station-store.ts";
import "./styles/index.css";
import { BenchContext } from "./use-station.ts";
import { createLearned } from "./wedge/learned.ts";
import { createWedge } from "./wedge.ts";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");

const now = (): number => Date.now();
const link = createLink(window);
const after = (ms: number, action: () => void): (() => void) => {
  const timer = window.setTimeout(action, ms);
  return () => window.clearTimeout(timer);
};
const learned = createLearned({
  storage: window.localStorage,
  layout: () => station.getState().snapshot?.scannerLayout ?? "auto",
});
const station: StationStore = createStationStore({ client: createClient(link), link, after, now, onReadAs: learned.readAs });
const timers = {
  setTimeout: (run: () => void, ms: number) => window.setTimeout(run, ms),
  clearTimeout: (id: number) => window.clearTimeout(id),
};
const keys = createKeys({ target: window, station, now, timers });
const sounds = createSounds({
  makeContext: () => new AudioContext({ latencyHint: "interactive" }),
  mayStart: () => navigator.userActivation.hasBeenActive,
});

// before the wedge: these must see every key, also those that the wedge takes for itself
for (const gesture of ["keydown", "pointerdown"] as const) window.addEventListener(gesture, sounds.unlock, { capture: true });
keys.start();
createWedge({
  document,
  after,
  onScan: (scan, inSecret) => {
    station.takeWedge(scan, inSecret);
    learned.scanned(scan);
  },
  known: learned.known,
  onUnended: ({ keys: typed }) => station.takeUnended(typed),
  onEnter: keys.pressEnter,
  onTyping: station.showTyping,
}).start();
followWithSound({ station, sounds });

createRoot(root).render(
  <StrictMode>
    <BenchContext value={{ station, keys, sounds, now }}>
      <App />
    </BenchContext>
  </StrictMode>,
);
station.start();
