import { readLabelRules, writeLabelRules } from "../../../shared/label-check.ts";
import { readAffix, writeAffix } from "./affix.ts";
import { readCartons, readOwnCarriers, writeCartons, writeOwnCarriers, type Listed } from "./lists.ts";
import type { PrinterSettings } from "../../../shared/printers.ts";
import { settingsChangeSchema, type Settings, type SettingsChange, type SettingsView } from "../../../shared/settings.ts";

/** The form's values as they are typed: numbers are text until they are checked. */
export type Draft = Readonly<{
  mode: Settings["mode"];
  stationId: string;
  baseUrl: string;
  tenantId: string;
  apiKey: string;
  apiSecret: string;
  pollMs: string;
  receiverDays: string;
  workDays: string;
  printer: string;
  printerDpi: Settings["printerDpi"];
  printers: Settings["printers"];
  routes: Settings["routes"];
  sparePrinter: string;
  packingSlips: boolean;
  labelRules: string;
  parkingSlipSeconds: string;
  scanBack: boolean;
  scale: string;
  scannerPort: string;
  scanPrefix: string;
  scanSuffix: string;
  scannerLayout: Settings["scannerLayout"];
  scannerNames: Settings["scannerNames"];
  senderName: string;
  senderAddress: string;
  senderPhone: string;
  carrierName: string;
  carrierType: Settings["ownCarrier"]["type"];
  ownCarriers: string;
  cartons: string;
  parallelTasks: string;
  supervisorPin: string;
  supervisorPinNow: string;
  theme: Settings["theme"];
  sound: boolean;
}>;
export type FieldName = keyof Draft;

export const draftOf = ({ settings }: SettingsView): Draft => ({
  mode: settings.mode,
  stationId: settings.stationId,
  baseUrl: settings.baseUrl,
  tenantId: settings.tenantId,
  apiKey: settings.apiKey,
  apiSecret: "",
  pollMs: String(settings.pollMs),
  receiverDays: String(settings.receiverDays),
  workDays: String(settings.workDays),
  printer: settings.printer,
  printerDpi: settings.printerDpi,
  printers: settings.printers,
  routes: settings.routes,
  sparePrinter: settings.sparePrinter,
  packingSlips: settings.packingSlips,
  labelRules: writeLabelRules(settings.labelRules),
  parkingSlipSeconds: String(settings.parkingSlipSeconds),
  scanBack: settings.scanBack,
  scale: settings.scale,
  scannerPort: settings.scannerPort,
  scanPrefix: writeAffix(settings.scanPrefix),
  scanSuffix: writeAffix(settings.scanSuffix),
  scannerLayout: settings.scannerLayout,
  scannerNames: settings.scannerNames,
  senderName: settings.sender.name,
  senderAddress: settings.sender.address,
  senderPhone: settings.sender.phone,
  carrierName: settings.ownCarrier.name,
  carrierType: settings.ownCarrier.type,
  ownCarriers: writeOwnCarriers(settings.ownCarriers),
  cartons: writeCartons(settings.cartons),
  parallelTasks: String(settings.parallelTasks),
  supervisorPin: "",
  supervisorPinNow: "",
  theme: settings.theme,
  sound: settings.sound,
});

/** What the form says about printers, as it stands. */
export const printerSettings = ({ printer, sparePrinter, printerDpi, printers, routes }: Draft): PrinterSettings => ({
  printer: printer.trim(),
  sparePrinter,
  printerDpi,
  printers,
  routes,
});

/** Which field an issue of the schema belongs to. */
const FIELD_OF_PATH: Readonly<Record<string, FieldName>> = {
  "sender.name": "senderName",
  "sender.address": "senderAddress",
  "sender.phone": "senderPhone",
  "ownCarrier.name": "carrierName",
  "ownCarrier.type": "carrierType",
};

const wholeNumber = (text: string): number => (/^\d+$/.test(text.trim()) ? Number(text) : Number.NaN);

const valueOf = <T>(listed: Listed<T>): readonly T[] | null => (listed.ok ? listed.value : null);

/** Every value of the form in the shape of a change. */
const whole = (draft: Draft) => ({
  mode: draft.mode,
  stationId: draft.stationId,
  baseUrl: draft.baseUrl.trim(),
  tenantId: draft.tenantId,
  apiKey: draft.apiKey,
  pollMs: wholeNumber(draft.pollMs),
  receiverDays: wholeNumber(draft.receiverDays),
  workDays: wholeNumber(draft.workDays),
  printer: draft.printer,
  printers: draft.printers,
  routes: draft.routes,
  sparePrinter: draft.sparePrinter,
  packingSlips: draft.packingSlips,
  labelRules: readLabelRules(draft.labelRules),
  parkingSlipSeconds: wholeNumber(draft.parkingSlipSeconds),
  scanBack: draft.scanBack,
  scale: draft.scale.trim(),
  scannerPort: draft.scannerPort.trim(),
  scanPrefix: readAffix(draft.scanPrefix),
  scanSuffix: readAffix(draft.scanSuffix),
  scannerLayout: draft.scannerLayout,
  scannerNames: Object.fromEntries(Object.entries(draft.scannerNames).filter(([, name]) => name.trim() !== "")),
  sender: { name: draft.senderName, address: draft.senderAddress, phone: draft.senderPhone },
  ownCarrier: { name: draft.carrierName, type: draft.carrierType },
  ownCarriers: valueOf(readOwnCarriers(draft.ownCarriers)),
  cartons: valueOf(readCartons(draft.cartons)),
  parallelTasks: wholeNumber(draft.parallelTasks),
  theme: draft.theme,
  sound: draft.sound,
});

export type Checked = Readonly<{ ok: true; change: SettingsChange } | { ok: false; problems: ReadonlyMap<FieldName, string> }>;

/** What of the form differs from the settings in force, checked; or the problem of each field in words. */
export const changeOf = (draft: Draft, view: SettingsView): Checked => {
  const lists = { ownCarriers: readOwnCarriers(draft.ownCarriers), cartons: readCartons(draft.cartons) } as const;
  const badLists = Object.entries(lists).flatMap(([name, listed]): readonly [FieldName, string][] =>
    listed.ok ? [] : [[name as keyof typeof lists, listed.problem]],
  );
  if (badLists.length > 0) return { ok: false, problems: new Map(badLists) };
  const before: Readonly<Record<string, unknown>> = view.settings;
  const changed = Object.entries(whole(draft)).filter(([name, value]) => JSON.stringify(before[name]) !== JSON.stringify(value));
  const read = settingsChangeSchema.safeParse({
    ...Object.fromEntries(changed),
    ...(draft.apiSecret === "" ? {} : { apiSecret: draft.apiSecret }),
    ...(draft.supervisorPin === "" ? {} : { supervisorPin: draft.supervisorPin, supervisorPinNow: draft.supervisorPinNow }),
  });
  if (read.success) return { ok: true, change: read.data };
  return {
    ok: false,
    problems: new Map(
      read.error.issues.map((issue) => {
        const path = issue.path.join(".");
        // the paths are those of `whole`: every other one is the name of a field
        return [FIELD_OF_PATH[path] ?? (String(issue.path[0]) as FieldName), issue.message];
      }),
    ),
  };
};

/** The environment variable that holds a field fast (design section 5); null when it may be changed. */
export const fixedBy = (name: FieldName, view: SettingsView): string | null => {
  const variables: Partial<Record<FieldName, string>> = {
    baseUrl: "OMS4_BASE_URL",
    tenantId: "OMS4_TENANT_ID",
    apiKey: "OMS4_API_KEY",
    apiSecret: "OMS4_API_SECRET",
    stationId: "STATION_ID",
    pollMs: "STATION_POLL_MS",
    printer: "LABEL_PRINTER",
    sparePrinter: "SPARE_PRINTER",
    scale: "SCALE",
    scannerPort: "SCANNER_PORT",
    parkingSlipSeconds: "PARKING_SLIP_SECONDS",
    labelRules: "LABEL_RULES",
  };
  // credentials in the environment also fix the mode: the station is live
  if (name === "mode") return view.fixedByEnvironment.includes("mode") ? "OMS4_API_KEY" : null;
  const variable = variables[name];
  return variable !== undefined && view.fixedByEnvironment.includes(variable) ? variable : null;
};
