import { memo, useLayoutEffect, useState } from "react";
import type { Snapshot } from "../shared/station.ts";
import { CommandBar } from "./parts/command-bar.tsx";
import { ScanPad } from "./parts/scan-pad.tsx";
import { TopBar } from "./parts/top-bar.tsx";
import { VerdictBand } from "./parts/verdict-band.tsx";
import { Codes } from "./screens/codes.tsx";
import { Count } from "./screens/count.tsx";
import { Doctor } from "./screens/doctor.tsx";
import { Disk } from "./screens/disk.tsx";
import { Correct } from "./screens/correct.tsx";
import { Handover } from "./screens/handover.tsx";
import { Help } from "./screens/help.tsx";
import { NoStation } from "./screens/no-station.tsx";
import { Packing } from "./screens/packing.tsx";
import { ParcelLife } from "./screens/parcel-life.tsx";
import { Ready } from "./screens/ready.tsx";
import { SettingsScreen } from "./screens/settings.tsx";
import { Sheet } from "./screens/sheet.tsx";
import { StorageTrouble } from "./screens/storage-trouble.tsx";
import { Trouble } from "./screens/trouble.tsx";
import { phaseShown, type StationState } from "./station-store.ts";
import { useBench, useStation } from "./use-station.ts";

const PAD_KEY = "packbench-pad";

/** The public attributes of the page's root element (documented in the README): kept stable, driven by acceptance tests. */
const rootAttributes = (state: StationState): Readonly<Record<string, string>> => {
  const { snapshot } = state;
  return {
    "data-phase": phaseShown(state),
    "data-revision": String(snapshot?.revision ?? 0),
    "data-scan-seq": String(snapshot?.scanSeq ?? 0),
    "data-verdict": snapshot?.verdict?.kind ?? "",
    "data-ft": snapshot?.task?.ftNo ?? "",
    "data-scan-back": snapshot?.scanBack?.parcelNo ?? "",
    "data-online": String(snapshot?.online ?? false),
    "data-screen": snapshot === null ? "none" : state.screen,
    "data-activity": snapshot?.activity ?? "",
    "data-theme": snapshot?.theme ?? "dark",
  };
};

const Screen = memo(({ state, snapshot }: { state: StationState; snapshot: Snapshot }) => {
  switch (state.screen) {
    case "trouble":
      return <Trouble snapshot={snapshot} />;
    case "correct":
      return <Correct snapshot={snapshot} />;
    case "settings":
      return <SettingsScreen reads={state.testReads} scale={snapshot.scale} />;
    case "disk":
      return <Disk />;
    case "codes":
      return <Codes />;
    case "sheet":
      return <Sheet />;
    case "doctor":
      return <Doctor scans={state.doctorScans} />;
    case "help":
      return <Help />;
    case "life":
      return <ParcelLife parcelNo={state.lifeOf ?? ""} lastParcels={snapshot.lastParcels} />;
    case "bench":
      if (snapshot.task !== null)
        return (
          <Packing
            task={snapshot.task}
            closing={snapshot.phase === "closing"}
            scanSeq={snapshot.scanSeq}
            scale={snapshot.scale}
            scanBack={snapshot.scanBack}
            printer={snapshot.printer}
            teaching={snapshot.teaching}
            reasonAsked={snapshot.reasonAsked}
          />
        );
      if (snapshot.activity === "counting") return <Count snapshot={snapshot} />;
      return snapshot.milestone !== null ? <Handover snapshot={snapshot} /> : <Ready snapshot={snapshot} />;
  }
});

const Bench = ({ state, snapshot }: { state: StationState; snapshot: Snapshot }) => {
  const [padShown, setPadShown] = useState(() => sessionStorage.getItem(PAD_KEY) !== "hidden");
  const practice = snapshot.mode === "practice";
  const togglePad = (): void => {
    sessionStorage.setItem(PAD_KEY, padShown ? "hidden" : "shown");
    setPadShown(!padShown);
  };
  return (
    <div className={practice ? "bench bench-practice" : "bench"}>
      <TopBar
        stationId={snapshot.stationId}
        packer={snapshot.packer}
        mode={snapshot.mode}
        oms4={snapshot.oms4}
        printer={snapshot.printer}
        scanner={snapshot.scanner}
        scale={snapshot.scale}
        outbox={snapshot.outbox}
        disk={snapshot.disk}
        typing={state.typing}
      />
      {practice && <div className="practice-rule" data-practice-rule="" />}
      <VerdictBand
        verdict={snapshot.verdict}
        notice={state.notice}
        turn={`${snapshot.scanSeq} ${snapshot.verdict?.at ?? 0} ${state.noticeCount}`}
      />
      <Screen state={state} snapshot={snapshot} />
      {practice && padShown && state.screen === "bench" && <ScanPad snapshot={snapshot} />}
      <CommandBar snapshot={snapshot} screen={state.screen} pad={practice ? (padShown ? "shown" : "hidden") : null} onPad={togglePad} />
    </div>
  );
};

/** Everything on the page, drawn from one value: what the root element says and what is seen change in the same commit. */
export const App = () => {
  const { station } = useBench();
  const state = useStation(station);
  const { snapshot, link, notice } = state;

  useLayoutEffect(() => {
    const root = document.documentElement;
    for (const [name, value] of Object.entries(rootAttributes(state))) {
      if (root.getAttribute(name) !== value) root.setAttribute(name, value);
    }
  }, [state]);

  if (snapshot === null) return <NoStation link={link} notice={notice} />;
  if (snapshot.storage !== null) return <StorageTrouble storage={snapshot.storage} />;
  return <Bench state={state} snapshot={snapshot} />;
};
