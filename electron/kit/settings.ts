import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { z } from "zod";
import { errorWords } from "../../shared/error-words.ts";
import { fail, succeed, type Result } from "../../shared/failures.ts";
import { readLabelRules } from "../../shared/label-check.ts";
import { defaultSettings, settingsSchema, type Settings, type SettingsChange, type SettingsView } from "../../shared/settings.ts";
import type { SecretStore } from "./secrets.ts";
import type { SupervisorPin } from "./supervisor-pin.ts";
import { ensureFolder } from "./ensure-folder.ts";
import { takeSteps } from "./steps.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Which environment variable holds which setting; a variable wins over what is stored. */
const variables = {
  OMS4_BASE_URL: "baseUrl",
  OMS4_TENANT_ID: "tenantId",
  OMS4_API_KEY: "apiKey",
  STATION_ID: "stationId",
  STATION_POLL_MS: "pollMs",
  LABEL_PRINTER: "printer",
  SPARE_PRINTER: "sparePrinter",
  SCALE: "scale",
  SCANNER_PORT: "scannerPort",
  PARKING_SLIP_SECONDS: "parkingSlipSeconds",
  LABEL_RULES: "labelRules",
} as const satisfies Record<string, keyof Settings>;
type Variable = keyof typeof variables;

const variableEntries = Object.entries(variables) as [Variable, (typeof variables)[Variable]][];

/** Settings that are numbers, and how to write them. */
const wholeNumbers: Readonly<{ [Name in keyof Settings]?: string }> = {
  pollMs: "write milliseconds as a whole number from 50 to 3600000",
  parkingSlipSeconds: "write seconds as a whole number from 0 to 3600",
};

/** Some of the settings; an undefined one counts as not there. */
type SomeSettings = Readonly<{ [Name in keyof Settings]?: Settings[Name] | undefined }>;

const layer = (settings: Settings, change: SomeSettings): Settings => {
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  return settingsSchema.parse({ ...settings, ...given });
};

const issueWords = (error: z.ZodError): string =>
  error.issues.map((issue) => `${issue.path.length === 0 ? "" : `${issue.path.join(".")}: `}${issue.message}`).join("; ");

const readEnvironment = (environment: Environment): Result<SomeSettings> => {
  const read: Record<string, unknown> = {};
  for (const [variable, name] of variableEntries) {
    const text = environment[variable]?.trim();
    if (text === undefined || text === "") continue;
    const asNumber = wholeNumbers[name];
    const typed = name === "labelRules" ? readLabelRules(text) : text;
    const value = asNumber === undefined ? typed : /^\d+$/.test(text) ? Number(text) : Number.NaN;
    const checked = settingsSchema.shape[name].safeParse(value);
    if (!checked.success) {
      return fail("setting-bad", `The environment variable ${variable} is "${text}": ${asNumber ?? issueWords(checked.error)}.`);
    }
    read[name] = checked.data;
  }
  return succeed(settingsSchema.partial().parse(read));
};

const readFile = (path: string): Result<SomeSettings> => {
  if (!existsSync(path)) return succeed({});
  try {
    const checked = settingsSchema.partial().safeParse(JSON.parse(readFileSync(path, "utf8")));
    return checked.success ? succeed(checked.data) : fail("setting-bad", `${path}: ${issueWords(checked.error)}.`);
  } catch (error) {
    return fail("setting-bad", `${path} can't be read (${errorWords(error)}). Put it right or move it away.`);
  }
};

const writeFile = (path: string, settings: SomeSettings): Result<null> => {
  try {
    ensureFolder(dirname(path));
    // Written aside and renamed: a power cut leaves the old file or the new one, never half of one
    writeFileSync(`${path}.part`, `${JSON.stringify(settings, null, 2)}\n`, { flush: true });
    renameSync(`${path}.part`, path);
    return succeed(null);
  } catch (error) {
    return fail("storage-unwritable", `${path} (${errorWords(error)}).`);
  }
};

export type SettingsKeeper = Readonly<{
  current: () => Settings;
  view: () => SettingsView;
  /** The API secret in force: the environment's, else the stored one; null when there is none. */
  secret: () => Result<string | null>;
  /** Settings with a change laid over them, not saved. The API secret comes along for a test call. */
  preview: (change: SettingsChange) => Result<Readonly<{ settings: Settings; secret: string | null }>>;
  save: (change: SettingsChange) => Result<SettingsView>;
}>;

/** True when everything a signed call needs is there. */
const hasCredentials = (settings: Settings, secret: string | null): boolean =>
  settings.tenantId !== "" && settings.apiKey !== "" && secret !== null && secret !== "";

/**
 * Reads settings from the file and the environment. With credentials in the environment the station is live; credentials
 * that are only half there stop the start, because half a connection would silently practise.
 */
export const openSettings = ({
  path,
  environment,
  secrets,
  supervisor,
}: Readonly<{ path: string; environment: Environment; secrets: SecretStore; supervisor: SupervisorPin }>): Result<SettingsKeeper> => {
  const fromEnvironment = readEnvironment(environment);
  if (!fromEnvironment.ok) return fromEnvironment;
  const fromFile = readFile(path);
  if (!fromFile.ok) return fromFile;
  const fixed = fromEnvironment.value;
  let stored = fromFile.value;
  const environmentSecret = environment["OMS4_API_SECRET"]?.trim() ?? "";
  const readSecret = (): Result<string | null> => (environmentSecret === "" ? secrets.read() : succeed(environmentSecret));
  const credentialsFixed = ["OMS4_TENANT_ID", "OMS4_API_KEY", "OMS4_API_SECRET"].some((name) => (environment[name]?.trim() ?? "") !== "");
  const layers = (): Settings => layer(layer(layer(defaultSettings, stored), fixed), credentialsFixed ? { mode: "live" } : {});
  // Asked for many times with every scan; put together anew only when something is saved
  let inForce = layers();
  const current = (): Settings => inForce;

  if (credentialsFixed) {
    const secret = readSecret();
    if (!secret.ok) return secret;
    const { tenantId, apiKey } = current();
    const missing = [
      ...(tenantId === "" ? ["OMS4_TENANT_ID"] : []),
      ...(apiKey === "" ? ["OMS4_API_KEY"] : []),
      ...((secret.value ?? "") === "" ? ["OMS4_API_SECRET"] : []),
    ];
    if (missing.length > 0)
      return fail(
        "setting-bad",
        `Some OMS4 credentials are set, but ${missing.join(" and ")} ${missing.length === 1 ? "is" : "are"} missing.`,
      );
  }

  const view = (): SettingsView => {
    const secret = readSecret();
    return {
      settings: current(),
      fixedByEnvironment: [
        ...variableEntries.filter(([, name]) => name in fixed).map(([variable]) => variable),
        ...(environmentSecret === "" ? [] : ["OMS4_API_SECRET"]),
        ...(credentialsFixed ? ["mode"] : []),
      ],
      secretStored: secret.ok && (secret.value ?? "") !== "",
      supervisorPinSet: supervisor.isSet(),
    };
  };

  const preview: SettingsKeeper["preview"] = ({ apiSecret, ...change }) => {
    const given = Object.fromEntries(Object.entries(change).filter(([name, value]) => value !== undefined && !(name in fixed)));
    const checked = settingsSchema.safeParse({ ...current(), ...given, ...(credentialsFixed ? { mode: "live" } : {}) });
    if (!checked.success) return fail("setting-bad", `${issueWords(checked.error)}.`);
    const kept = readSecret();
    const typed = apiSecret?.trim() ?? "";
    const secret = environmentSecret !== "" ? environmentSecret : typed !== "" ? typed : kept.ok ? kept.value : null;
    if (checked.data.mode === "live" && !hasCredentials(checked.data, secret)) {
      return fail("setting-bad", "Live mode needs tenant id, API key and API secret.");
    }
    return succeed({ settings: checked.data, secret });
  };

  return succeed({
    current,
    view,
    secret: readSecret,
    preview,
    save: (change) => {
      const checked = preview(change);
      if (!checked.ok) return checked;
      const { apiSecret, supervisorPin, supervisorPinNow, ...rest } = change;
      const typed = apiSecret?.trim() ?? "";
      // Asked before anything is written, set behind all else: a PIN in force beside "Not saved" would lock its own supervisor out
      const pin = (supervisorPin ?? "").trim() === "" ? null : supervisor.prepare(supervisorPin ?? "", supervisorPinNow ?? "");
      if (pin?.ok === false) return pin;
      const before = stored;
      const next = settingsSchema
        .partial()
        .parse({ ...before, ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)) });
      const keep = (settings: SomeSettings): Result<null> => {
        const written = writeFile(path, settings);
        if (!written.ok) return written;
        stored = settings;
        inForce = layers();
        return written;
      };
      const kept = typed === "" ? succeed(null) : secrets.read();
      const written = takeSteps([
        ...(typed === ""
          ? []
          : [
              {
                noun: "the API secret",
                take: () => secrets.write(typed),
                takeBack: () => (kept.ok ? secrets.write(kept.value ?? "") : kept),
              },
            ]),
        { noun: "the settings", take: () => keep(next), takeBack: () => keep(before) },
        ...(pin === null ? [] : [{ noun: "the supervisor's PIN", take: pin.value, takeBack: null }]),
      ]);
      if (!written.ok) return written;
      return succeed(view());
    },
  });
};
