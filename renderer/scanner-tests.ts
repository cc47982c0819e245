import { TEST_CODE_HEAD } from "../shared/printers.ts";
import { readCommand, veiled, type ScanSource } from "../shared/scan.ts";
import type { ScannerRead } from "../shared/device-view.ts";
import { TEST_SCREENS } from "../shared/station.ts";
import { addDoctorScan, deviceDoctorScan, wedgeDoctorScan, type DoctorScan } from "./doctor-scans.ts";
import type { Notice, StationState, StoreScan } from "./station-store.ts";
import { visibleText } from "./visible.ts";
import type { ScanKeys } from "./wedge.ts";
import { doctorWords as doctor } from "./words/doctor.ts";
import { words } from "./words/en.ts";

/** One read of the scanner test. `text` as it came, hidden characters and all. */
export type TestRead = Readonly<{
  number: number;
  text: string;
  alternates: readonly string[];
  source: string;
  /** which of the listed scanners it was; null for a keyboard */
  path: string | null;
  end: string;
}>;

/** Commands that work on the screens that test scanners. */
const WORK_THERE: readonly string[] = ["CMDTROUBLE", "CMDHELP", "CMDSHEET", "CMDDOCTOR", "CMDSETTINGS", "CMDDISK", "CMDCODES"];
const TEST_READS_SHOWN = 6;

const wordOf = (text: string): string | null => {
  const command = readCommand(text);
  return command === null || command === "unknown" ? null : command.word;
};

/** What a scan means on the screens that test scanners: the settings show it, the doctor examines it. */
export const createScannerTests = ({
  state,
  set,
  say,
  leave,
  scan,
  now,
}: Readonly<{
  state: () => StationState;
  set: (change: Partial<StationState>) => void;
  say: (notice: Notice) => void;
  leave: () => void;
  scan: (text: string, source: ScanSource) => Promise<unknown>;
  now: () => number;
}>) => {
  const show = ({ text, alternates, source, path, end }: Omit<TestRead, "number">): void => {
    const { testReads } = state();
    const read: TestRead = { number: (testReads[0]?.number ?? 0) + 1, text, alternates, source, path, end };
    set({ testReads: [read, ...testReads].slice(0, TEST_READS_SHOWN) });
    say({ tone: "info", title: words.settings.read(visibleText(text)), text: words.settings.readText([...text].length, read.source, end) });
  };

  const examine = (found: DoctorScan | null, text: string): void => {
    if (found === null) return say({ tone: "wrong", title: doctor.noTestCode, text: doctor.noTestCodeText(visibleText(veiled(text))) });
    set({ doctorScans: addDoctorScan(state().doctorScans, found) });
    say({ tone: "info", title: doctor.got(found.code), text: doctor.gotText(found) });
  };

  /** True when it is a command that was dealt with. */
  const takeCommand = (word: string | null, source: ScanSource): boolean => {
    if (word === "CMDCLOSE" || word === "CMDBACK") leave();
    else if (word !== null && WORK_THERE.includes(word)) void scan(word, source);
    else return false;
    return true;
  };

  return {
    /** A scan caught as keystrokes. */
    takeWedge: ({ text, alternates, terminator, keys }: StoreScan, inSecret: boolean): void => {
      const word = wordOf(text);
      if (word === "CMDSUPER") return void scan(text, "wedge");
      if (takeCommand(word, "wedge")) return;
      // A secret that was typed by a program, as quick as a scanner: the wedge took it out, and nobody may read it in the band
      if (inSecret && !text.toUpperCase().startsWith(TEST_CODE_HEAD)) return say({ tone: "wrong", ...words.settings.secretAsScan });
      if (state().screen === "doctor") return examine(wedgeDoctorScan(keys, terminator, now()), text);
      show({
        text: veiled(text),
        alternates: alternates.map(veiled),
        source: words.settings.keyboard,
        path: null,
        end: words.settings.endedBy(terminator),
      });
    },
    /** A scan of a scanner that the station reads itself, while it is tested. */
    takeDevice: (read: ScannerRead): void => {
      if (!TEST_SCREENS.includes(state().screen) || takeCommand(wordOf(read.text), "hid")) return;
      if (state().screen === "doctor") return examine(deviceDoctorScan(read), read.text);
      const { text, symbology, name, path } = read;
      show({ text: veiled(text), alternates: [], source: `${name} · ${path}`, path, end: symbology ?? words.settings.noIdentifier });
    },
    /** A keyboard's scan that never ended: only the doctor wants it. */
    takeUnended: (keys: ScanKeys): boolean => {
      if (state().screen !== "doctor") return false;
      examine(wedgeDoctorScan(keys, "pause", now()), keys.physical);
      return true;
    },
    forget: (): void => set({ doctorScans: [] }),
  };
};
