import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { systemClock } from "../../electron/kit/clock.ts";
import { createSupervisorPin } from "../../electron/kit/supervisor-pin.ts";
import { openSettings, type Environment } from "../../electron/kit/settings.ts";
import { fail, succeed } from "../../shared/failures.ts";
import { testFolder } from "../fakes/folder.ts";

const memorySecrets = (secret: string | null = null) => {
  let kept = secret;
  return {
    read: () => succeed(kept),
    write: (next: string) => {
      kept = next;
      return succeed(null);
    },
  };
};

const open = (environment: Environment, path = join(testFolder(), "settings.json"), secret: string | null = null) =>
  openSettings({
    path,
    environment,
    secrets: memorySecrets(secret),
    supervisor: createSupervisorPin({ path: `${path}.pin`, clock: systemClock }),
  });

/** Settings beside which something can be made unwritable. */
const openBreakable = () => {
  const folder = testFolder();
  const path = join(folder, "settings.json");
  const kept = memorySecrets("old secret");
  let storing = true;
  const supervisor = createSupervisorPin({ path: join(folder, "pins", "supervisor-pin"), clock: systemClock });
  const settings = openSettings({
    path,
    environment: {},
    secrets: { ...kept, write: (next) => (storing ? kept.write(next) : fail("setting-bad", "No keyring is running here.")) },
    supervisor,
  });
  if (!settings.ok) throw new Error(settings.failure.detail);
  return {
    ...settings.value,
    supervisor,
    folder,
    path,
    storedSecret: () => kept.read(),
    breakSecrets: () => void (storing = false),
    /** A folder where a file is to be written. */
    block: (name: string) => void mkdirSync(join(folder, name), { recursive: true }),
  };
};

const credentials = { OMS4_BASE_URL: "http://127.0.0.1:9/", OMS4_TENANT_ID: "1001", OMS4_API_KEY: "2001", OMS4_API_SECRET: "secret" };

describe("settings", () => {
  test("without credentials the station practises", () => {
    const settings = open({});
    expect(settings.ok && settings.value.current().mode).toBe("practice");
  });

  test("credentials in the environment make it live, over what is stored", () => {
    const settings = open({ ...credentials, STATION_ID: "Bench 7", STATION_POLL_MS: "500", LABEL_PRINTER: "zpl://10.0.0.9:9100" });
    expect(settings.ok && settings.value.current()).toMatchObject({
      mode: "live",
      stationId: "Bench 7",
      pollMs: 500,
      printer: "zpl://10.0.0.9:9100",
    });
    expect(settings.ok && settings.value.view().fixedByEnvironment).toContain("OMS4_API_SECRET");
    expect(settings.ok && JSON.stringify(settings.value.view())).not.toContain('secret"');
  });

  test("rules for labels are written in words, by carrier", () => {
    const settings = open({ LABEL_RULES: "Ninja Van: block; GHN: OFF; *: warn" });
    expect(settings.ok && settings.value.current().labelRules).toEqual({ "Ninja Van": "block", GHN: "off", "*": "warn" });
  });

  test.each([
    ["OMS4_BASE_URL", "not a url"],
    ["STATION_POLL_MS", "soon"],
    ["STATION_POLL_MS", "-5"],
    ["LABEL_RULES", "GHN: perhaps"],
    ["LABEL_RULES", "GHN"],
    ["LABEL_PRINTER", "lpt1"],
    ["LABEL_PRINTER", "zpl://nowhere"],
    ["STATION_ID", "!"],
  ])("a bad %s stops the start and is named", (name, value) => {
    const settings = open({ [name]: value });
    expect(settings).toMatchObject({ ok: false, failure: { kind: "setting-bad" } });
    expect(!settings.ok && settings.failure.detail).toContain(name);
    expect(!settings.ok && settings.failure.detail).toContain(value);
  });

  test("half of the credentials stop the start and name what is missing", () => {
    const settings = open({ OMS4_TENANT_ID: "1001" });
    expect(!settings.ok && settings.failure.detail).toMatch(/OMS4_API_KEY and OMS4_API_SECRET are missing/);
  });

  test("a stored secret completes the credentials of the environment", () => {
    const settings = open({ OMS4_TENANT_ID: "1001", OMS4_API_KEY: "2001" }, undefined, "kept");
    expect(settings.ok && settings.value.current().mode).toBe("live");
  });

  test("a damaged settings file stops the start, is named, and stays as it is", () => {
    const path = join(testFolder(), "settings.json");
    writeFileSync(path, "{ not json");
    const settings = open({}, path);
    expect(!settings.ok && settings.failure.detail).toContain(path);
    expect(readFileSync(path, "utf8")).toBe("{ not json");
  });

  test("what is saved is there after a restart, and the secret is in no file of ours", () => {
    const path = join(testFolder(), "settings.json");
    const first = open({}, path);
    if (!first.ok) throw new Error(first.failure.detail);
    expect(first.value.save({ mode: "live", tenantId: "1", apiKey: "2", apiSecret: "very secret", stationId: "Bench 9" }).ok).toBe(true);
    expect(readFileSync(path, "utf8")).not.toContain("very secret");
    const second = open({}, path, "very secret");
    expect(second.ok && second.value.current()).toMatchObject({ mode: "live", stationId: "Bench 9" });
  });

  test("what can't all be saved leaves everything as it was, and the PIN is set behind all else", () => {
    const change = { stationId: "Bench 9", apiSecret: "new secret", supervisorPin: "4711" };
    const left = (settings: ReturnType<typeof openBreakable>) => [
      settings.supervisor.isSet(),
      settings.current().stationId === "Bench 9",
      settings.storedSecret(),
    ];
    const withoutKeyring = openBreakable();
    withoutKeyring.breakSecrets();
    expect(withoutKeyring.save(change)).toMatchObject({ ok: false, failure: { detail: "No keyring is running here." } });
    expect(left(withoutKeyring)).toEqual([false, false, succeed("old secret")]);
    expect(existsSync(withoutKeyring.path)).toBe(false);
    const withoutFile = openBreakable();
    withoutFile.block("settings.json.part");
    expect(withoutFile.save(change)).toMatchObject({ ok: false, failure: { kind: "storage-unwritable" } });
    expect(left(withoutFile)).toEqual([false, false, succeed("old secret")]);
    const withoutPin = openBreakable();
    withoutPin.save({ stationId: "Bench 1" });
    withoutPin.block("pins/supervisor-pin");
    expect(withoutPin.save(change)).toMatchObject({ ok: false, failure: { kind: "storage-unwritable" } });
    expect(left(withoutPin)).toEqual([false, false, succeed("old secret")]);
    expect(readFileSync(withoutPin.path, "utf8")).toContain("Bench 1");
    const allWell = openBreakable();
    expect(allWell.save(change).ok).toBe(true);
    expect(left(allWell)).toEqual([true, true, succeed("new secret")]);
    // Who doesn't know the PIN in force changes nothing beside it either
    expect(allWell.save({ ...change, stationId: "Bench 2", apiSecret: "third", supervisorPinNow: "0000" }).ok).toBe(false);
    expect(left(allWell)).toEqual([true, true, succeed("new secret")]);
  });

  test("what is saved although the rest can't be is named", () => {
    const settings = openBreakable();
    settings.block("settings.json.part");
    const kept = memorySecrets();
    let writes = 0;
    const stuck = openSettings({
      path: settings.path,
      environment: {},
      secrets: { ...kept, write: (next) => ((writes += 1) === 1 ? kept.write(next) : fail("setting-bad", "The keyring went.")) },
      supervisor: settings.supervisor,
    });
    expect(stuck.ok && stuck.value.save({ apiSecret: "new secret" })).toMatchObject({
      ok: false,
      failure: { detail: expect.stringContaining("Changed all the same: the API secret.") },
    });
  });

  test("live mode without credentials is refused and nothing is written", () => {
    const path = join(testFolder(), "settings.json");
    const settings = open({}, path);
    expect(settings.ok && settings.value.save({ mode: "live" })).toMatchObject({ ok: false, failure: { kind: "setting-bad" } });
    expect(existsSync(path)).toBe(false);
  });
});
