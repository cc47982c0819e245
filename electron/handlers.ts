import { fail, failureKinds, succeed, type Failure, type Result } from "../shared/failures.ts";
import type { SettingsChange } from "../shared/settings.ts";
import type { Snapshot } from "../shared/station.ts";
import type { Handlers } from "./bridge/router.ts";
import { createCodesHandlers } from "./codes-handlers.ts";
import { createDiskHandlers } from "./disk-handlers.ts";
import type { Clock } from "./kit/clock.ts";
import type { Fetch } from "./kit/http.ts";
import type { Log } from "./kit/log.ts";
import type { SettingsKeeper } from "./kit/settings.ts";
import { previewLabel } from "./label-preview.ts";
import { parcelAbout } from "../shared/parcel-about.ts";
import type { DocumentKind } from "../shared/parcel.ts";
import { testCode } from "./printer/documents.ts";
import { listPrinters } from "./printer/printer-list.ts";
import type { LabelDocument } from "./printer/format.ts";
import type { LoadedSerial } from "./device/serial-library.ts";
import type { Scales } from "./scale/scales.ts";
import type { ScanTest } from "./scanner/scan-test.ts";
import type { Scanners } from "./scanner/scanners.ts";
import { createApi } from "./sync/api.ts";
import { noWorks } from "./works-at-hand.ts";
import type { Works } from "./works.ts";

export type HandlerParts = Readonly<{
  works: () => Works | null;
  snapshot: () => Snapshot;
  settings: SettingsKeeper;
  scanners: Scanners;
  scanTest: ScanTest;
  scales: Scales;
  serial: () => Promise<LoadedSerial>;
  http: Fetch;
  clock: Clock;
  log: Log;
  /** Builds the works anew after a change of mode. */
  reopen: () => Promise<Result<null>>;
  restore: (name: string) => Promise<Result<null>>;
  /** The folder of the mode in force. */
  folder: () => string;
  onChange: (now: boolean) => void;
}>;

/** Changes whose very names say more than the log needs to know. */
const SECRETS = ["apiSecret", "supervisorPin", "supervisorPinNow"];
/** A person stands before the settings screen and waits. */
const TEST_CALL_TIMEOUT_MS = 8_000;
const TEST_PRINT_WAIT_MS = 10_000;

/** One function per call of the contract. */
export const createHandlers = (parts: HandlerParts): Handlers => {
  const { settings, scanners, scales, clock, log } = parts;

  const printNow = async (document: DocumentKind, printer: string) => {
    const works = parts.works();
    if (works === null) return noWorks();
    if (printer === "") return fail("printer-missing", "No printer is chosen.");
    const job = { parcelNo: null, ftNo: null, document, copy: 1, reason: null, labelId: null, printer };
    const id = works.printJobs.add(job, clock.now());
    if (id === null) return fail("internal", "The print was not queued.");
    works.printQueue.kick();
    const settled = await works.printQueue.settled(id, TEST_PRINT_WAIT_MS);
    const state = settled?.state ?? "unknown";
    const failure = settled?.failure ?? null;
    // A test that did not come out is over when its words are read: it is no parcel's trouble
    if (state === "failed" || state === "unknown" || state === "queued" || state === "rendered")
      works.printJobs.answer(id, "cancelled", clock.now());
    parts.onChange(false);
    return succeed({
      code: testCode({ id }),
      state,
      words:
        failure === null
          ? wordsOfState[state]
          : `${failureKinds[failure.kind].title}: ${failure.detail} ${failureKinds[failure.kind].wayOut}`,
    });
  };

  const pdfOf = async (make: (works: Works) => Promise<Result<LabelDocument>>) => {
    const works = parts.works();
    if (works === null) return noWorks();
    const sheet = await make(works);
    return sheet.ok ? succeed({ base64: Buffer.from(sheet.value.bytes).toString("base64") }) : sheet;
  };

  /** What the PIN guards at the bench can't be switched off beside it. */
  const settingsRefusal = ({ labelRules }: SettingsChange): Failure | null => {
    const loosens = labelRules !== undefined && JSON.stringify(labelRules) !== JSON.stringify(settings.current().labelRules);
    if (!loosens || !settings.view().supervisorPinSet) return null;
    const works = parts.works();
    return works === null ? noWorks().failure : works.supervisor.refusal(clock.now());
  };

  return {
    ...createDiskHandlers({
      works: parts.works,
      folder: parts.folder,
      stationId: () => settings.current().stationId,
      clock,
      onChange: parts.onChange,
    }),
    ...createCodesHandlers({
      works: parts.works,
      folder: parts.folder,
      stationId: () => settings.current().stationId,
      clock,
      onChange: parts.onChange,
    }),
    "station.snapshot": () => succeed(parts.snapshot()),
    scan: ({ text, alternates, byHand }) => {
      const works = parts.works();
      return works === null ? noWorks() : succeed(works.desk.scan(text, alternates, byHand === true));
    },
    "screen.opened": ({ screen }) => {
      const works = parts.works();
      works?.openScreen.told(screen);
      works?.attention.look();
      return succeed({});
    },
    "task.acknowledge": ({ ftNo }) => {
      parts.works()?.desk.acknowledge(ftNo);
      return succeed({});
    },
    "trouble.act": ({ id, action }) => {
      const works = parts.works();
      if (works === null) return noWorks();
      const acted = works.trouble.act(id, action);
      parts.onChange(true);
      return acted.ok ? succeed({}) : acted;
    },
    "trouble.correct": ({ id, values }) => {
      const works = parts.works();
      if (works === null) return noWorks();
      const corrected = works.trouble.correct(id, values);
      parts.onChange(true);
      return corrected.ok ? succeed({}) : corrected;
    },
    "parcel.label": ({ parcelNo }) => {
      const works = parts.works();
      return works === null ? noWorks() : previewLabel(works, parcelNo, log);
    },
    "parcel.life": ({ parcelNo }) => {
      const works = parts.works();
      if (works === null) return noWorks();
      const parcel = works.parcels.get(parcelNo);
      const task = parcel === null ? undefined : works.tasks.get(parcel.ftNo)?.task;
      const about = task === undefined ? null : parcelAbout(task, parcel?.carrier ?? null, settings.current().sender.address);
      return succeed({ lines: [...works.journal.ofParcel(parcelNo)], about });
    },
    "settings.get": () => succeed(settings.view()),
    "settings.save": async (change) => {
      const before = settings.current();
      const refused = settingsRefusal(change);
      if (refused !== null) return { ok: false, failure: refused };
      const saved = settings.save(change);
      if (!saved.ok) return saved;
      const after = settings.current();
      if (before.mode !== after.mode) {
        const reopened = await parts.reopen();
        if (!reopened.ok) return reopened;
      } else {
        const now = parts.works();
        now?.routing.tryAs("", null);
        now?.printQueue.reopen();
        // What has not gone out goes to the printers that are its own from now on
        now?.routing.settle();
        now?.printQueue.rerouted();
        parts.works()?.sync.pullNow();
        parts.works()?.sync.kickPush();
      }
      await Promise.all([scanners.reopen(), scales.reopen()]);
      log.info({ changed: Object.keys(change).filter((name) => !SECRETS.includes(name)) }, "settings saved");
      parts.onChange(true);
      return saved;
    },
    "settings.test-oms4": async (change) => {
      const preview = settings.preview({ ...change, mode: "live" });
      if (!preview.ok) return preview;
      const { baseUrl, tenantId, apiKey } = preview.value.settings;
      const api = createApi({
        connection: () => ({ baseUrl, tenantId, apiKey, apiSecret: preview.value.secret ?? "" }),
        fetch: parts.http,
        clock,
        log,
        timeoutMs: TEST_CALL_TIMEOUT_MS,
      });
      const answer = await api.getTasks({ offset: 0, limit: 1 });
      if (!answer.ok) return answer;
      const tasks = answer.value.totalCount ?? answer.value.items.length;
      return succeed({ words: "OMS4 answers", skewMs: api.skewMs(), tasks });
    },
    "printer.list": async ({ sweep = false }) => {
      const works = parts.works();
      if (works === null) return noWorks();
      const { printer, sparePrinter, printers, routes } = settings.current();
      const typed = [printer, sparePrinter, ...printers.map(({ uri }) => uri), ...Object.values(routes)];
      const listed = await listPrinters(works.printerOptions(), { typed, sweep });
      return listed.ok ? succeed({ printers: [...listed.value] }) : listed;
    },
    "printer.test": ({ printer, dpi, paper }) => {
      const routing = parts.works()?.routing;
      const uri = printer.trim() === "" ? (routing?.labelPrinter() ?? "") : printer.trim();
      const saved = routing?.drawnFor(uri);
      if (saved !== undefined) routing?.tryAs(uri, { dpi: dpi ?? saved.dpi, paper: paper ?? saved.paper });
      return printNow("test-label", uri);
    },
    "scanner.list": () => succeed({ scanners: [...scanners.list()] }),
    "scanner.test": ({ on }) => {
      parts.scanTest.hold(on);
      return succeed({});
    },
    "scanner-sheet.print": () => printNow("scanner-sheet", parts.works()?.routing.printerFor("scanner-sheet") ?? ""),
    "scanner-sheet.pdf": () => pdfOf(({ documents }) => documents.scannerSheet()),
    "scale.list": () => succeed({ scales: [...scales.list()] }),
    "port.list": async () => {
      const loaded = await parts.serial();
      return succeed({ ports: loaded.ok ? [...(await loaded.library.list().catch(() => []))] : [] });
    },
    "sheet.print": () => printNow("command-sheet", parts.works()?.routing.printerFor("command-sheet") ?? ""),
    "sheet.pdf": () => pdfOf(({ documents }) => documents.commandSheet()),
    "storage.restore": async ({ name }) => {
      const restored = await parts.restore(name);
      return restored.ok ? succeed({}) : restored;
    },
  };
};

const wordsOfState = {
  queued: "Still in the queue: the printer did not take it in time, so it was taken back.",
  rendered: "Still in the queue: the printer did not take it in time, so it was taken back.",
  sent: "Sent. This printer does not tell whether it came out: look at it.",
  accepted: "The printer has it. It does not tell whether it came out: look at it.",
  printed: "Printed.",
  scanned: "Printed.",
  unknown: "Nobody knows whether it came out: look at the printer.",
  failed: "It did not print.",
  cancelled: "It was taken back.",
} as const;
