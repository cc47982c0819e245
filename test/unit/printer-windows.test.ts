import { existsSync, readFileSync, rmSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { systemClock, type Clock } from "../../electron/kit/clock.ts";
import { silentLog } from "../../electron/kit/log.ts";
import type { LabelDocument } from "../../electron/printer/format.ts";
import type { PrinterPort } from "../../electron/printer/port.ts";
import { listPrinters } from "../../electron/printer/printer-list.ts";
import { openPrinter, type PrinterOptions } from "../../electron/printer/printers.ts";
import { createRasteriser } from "../../electron/printer/rasteriser.ts";
import type { WindowsPrinting } from "../../electron/printer/windows.ts";
import { choosePaper } from "../../electron/printer/windows-papers.ts";
import { scripts, type PowerShell } from "../../electron/printer/windows-spooler.ts";
import { labelPdf, labelPng, labelZpl } from "../fakes/labels.ts";

const rasteriser = createRasteriser({ clock: systemClock, log: silentLog });
afterAll(() => rasteriser.stop());

type Call = Readonly<{ path: string; options: Record<string, unknown>; head: string; bytes: number }>;
const NAMES = ["ZDesigner ZD421-203dpi ZPL", "Office, 2nd floor"];

const PAPERS = ["A4", '4.00" x 6.00"', "100 x 150 mm", "2 x 1 in, continuous"];
/** PowerShell as it tells of the papers; all else it can't. */
const papersOnly: PowerShell = async (script) => {
  if (script !== scripts.papers) throw new Error("spawn powershell.exe ENOENT");
  return JSON.stringify({ printers: NAMES.map((Name) => ({ Name, Papers: PAPERS.join("\n") })) });
};

/** pdf-to-printer's function, recording what it is asked. */
const windows = (outcome: () => Promise<void> = async () => {}) => {
  const calls: Call[] = [];
  const printing: WindowsPrinting = {
    print: async (path, options) => {
      const bytes = readFileSync(path);
      calls.push({ path, options, head: bytes.toString("latin1", 0, 5), bytes: bytes.length });
      await outcome();
    },
  };
  return { calls, printing };
};
const options = (printing: WindowsPrinting, clock: Clock = systemClock, powerShell: PowerShell = papersOnly): PrinterOptions => ({
  dpi: 203,
  clock,
  log: silentLog,
  rasteriser,
  environment: {},
  platform: "win32",
  powerShell,
  loadWindows: async () => printing,
});
const open = (uri: string, printing: WindowsPrinting, clock?: Clock, powerShell?: PowerShell): PrinterPort => {
  const port = openPrinter(uri, options(printing, clock, powerShell));
  if (!port.ok) throw new Error(port.failure.detail);
  return port.value;
};
const print = async (port: PrinterPort, document: LabelDocument, signal: AbortSignal = new AbortController().signal) => {
  const prepared = await port.prepare({ name: "PB-1.shipping-label.1", document: "shipping-label", ...document });
  return prepared.ok ? prepared.value.send(() => {}, signal) : prepared;
};

describe("the Windows printer (its functions passed in: not run on Windows here)", () => {
  test("prints on exactly the named printer, at 100 %, on the label's paper, once, without a dialogue", async () => {
    const { calls, printing } = windows();
    const bytes = await labelPdf("PB-1");
    expect(await print(open(`windows:${NAMES[0] ?? ""}`, printing), { format: "pdf", bytes })).toEqual({
      ok: true,
      value: { state: "accepted", deviceRef: NAMES[0] },
    });
    expect(calls).toHaveLength(1);
    expect(calls[0]?.options).toEqual({
      printer: NAMES[0],
      scale: "noscale",
      silent: true,
      monochrome: true,
      copies: 1,
      paperSize: "100 x 150 mm",
    });
    expect(calls[0]?.bytes).toBe(bytes.length);
    expect(existsSync(calls[0]?.path ?? "")).toBe(false);
  });

  test("a document with pages of two sizes goes on a paper that holds both, or is refused before anything prints", async () => {
    const bytes = await labelPdf("PB-1", { widthMm: 100, heightMm: 150, sheet: [210, 297] });
    const { calls, printing } = windows();
    await print(open(`windows:${NAMES[0] ?? ""}`, printing), { format: "pdf", bytes });
    expect(calls[0]?.options).toMatchObject({ paperSize: "A4" });
    const labelsOnly: PowerShell = async () => JSON.stringify({ printers: { Name: NAMES[0], Papers: "100 x 150 mm\n4 x 6 in" } });
    const refused = await print(open(`windows:${NAMES[0] ?? ""}`, printing, systemClock, labelsOnly), { format: "pdf", bytes });
    expect(refused).toMatchObject({ ok: false, failure: { kind: "printer-cannot-print" } });
    expect(calls).toHaveLength(1);
  });

  test("a picture goes as a PDF of its own size", async () => {
    const { calls, printing } = windows();
    await print(open(`windows:${NAMES[1] ?? ""}`, printing), { format: "png", bytes: labelPng(812, 1218) });
    expect(calls[0]).toMatchObject({ head: "%PDF-", options: { printer: NAMES[1], paperSize: '4.00" x 6.00"' } });
  });

  test("never claims more than that the spooler has it", () => {
    const port = open(`windows:${NAMES[0] ?? ""}`, windows().printing);
    expect([port.reaches, port.accepts]).toEqual(["accepted", ["pdf", "png", "jpeg"]]);
  });

  test("a printer that Windows doesn't have is named with those it has, before anything prints", async () => {
    const { calls, printing } = windows();
    const port = open("windows:Zebra 9000", printing);
    const answer = await print(port, { format: "pdf", bytes: await labelPdf("PB-1") });
    expect(answer).toMatchObject({ ok: false, failure: { kind: "printer-missing" } });
    expect(answer.ok ? "" : answer.failure.detail).toContain(NAMES[0]);
    expect(calls).toEqual([]);
    expect(await port.status()).toEqual({ health: "broken", words: "Zebra 9000 · no such printer" });
  });

  test("ZPL is refused with the way to print it", async () => {
    const answer = await print(open(`windows:${NAMES[0] ?? ""}`, windows().printing), { format: "zpl", bytes: labelZpl("PB-1") });
    expect(answer).toMatchObject({
      ok: false,
      failure: { kind: "printer-cannot-print", detail: expect.stringContaining("zpl://") as string },
    });
  });

  test("a program that ended badly may have printed: nobody knows, so a person is asked; one that never started has not", async () => {
    const ended = windows(() => Promise.reject(Object.assign(new Error("Command failed: SumatraPDF"), { code: 1 })));
    const missing = windows(() => Promise.reject(Object.assign(new Error("spawn ENOENT"), { code: "ENOENT" })));
    const document: LabelDocument = { format: "pdf", bytes: await labelPdf("PB-1") };
    expect(await print(open(`windows:${NAMES[0] ?? ""}`, ended.printing), document)).toMatchObject({
      ok: false,
      failure: { kind: "printer-refused", ambiguous: true },
    });
    const notStarted = await print(open(`windows:${NAMES[0] ?? ""}`, missing.printing), document);
    expect(notStarted).toMatchObject({ ok: false, failure: { kind: "printer-refused" } });
    expect(!notStarted.ok && notStarted.failure.ambiguous).toBeFalsy();
    expect(existsSync(ended.calls[0]?.path ?? "")).toBe(false);
  });

  test("a driver's window that nobody answers holds up no other label: a person is asked, and a station that stops waits for nobody", async () => {
    const document: LabelDocument = { format: "pdf", bytes: await labelPdf("PB-1") };
    const waits: number[] = [];
    const hurried: Clock = {
      now: systemClock.now,
      after: (ms, action) => {
        waits.push(ms);
        return systemClock.after(0, action);
      },
    };
    const hanging = windows(() => new Promise(() => {}));
    const doubt = { ok: false, failure: { kind: "print-unknown", ambiguous: true } };
    expect(await print(open(`windows:${NAMES[0] ?? ""}`, hanging.printing, hurried), document)).toMatchObject(doubt);
    expect(waits).toEqual([60_000]);
    const stopping = new AbortController();
    const stopped = windows(() => {
      stopping.abort();
      return new Promise(() => {});
    });
    expect(await print(open(`windows:${NAMES[0] ?? ""}`, stopped.printing), document, stopping.signal)).toMatchObject(doubt);
    for (const { path } of [...hanging.calls, ...stopped.calls]) rmSync(path);
  });

  test("every paper of the driver can be chosen, in a name of any form, and Windows is asked for them once in five minutes", async () => {
    const papers = ["Letter", "Tabloid", "Ledger", "Legal", 'Label 3.00" x 2.00" (76 x 51 mm)', "Größe: 10", "100 x 150 mm"];
    let [now, asked] = [0, 0];
    const powerShell: PowerShell = async (script) => {
      if (script !== scripts.papers) throw new Error("not asked here");
      asked += 1;
      return JSON.stringify({ printers: { Name: NAMES[0], Papers: papers.join("\n") } });
    };
    const { calls, printing } = windows();
    const port = open(`windows:${NAMES[0] ?? ""}`, printing, { ...systemClock, now: () => now }, powerShell);
    const document: LabelDocument = { format: "pdf", bytes: await labelPdf("PB-1") };
    for (const at of [0, 299_999, 300_000]) {
      now = at;
      expect(await print(port, document)).toMatchObject({ ok: true });
    }
    expect(calls.map(({ options: { paperSize } }) => paperSize)).toEqual(Array(3).fill("100 x 150 mm"));
    expect(asked).toBe(2);
  });

  test("after a crash it can't tell, and says so", async () => {
    const port = open(`windows:${NAMES[0] ?? ""}`, windows().printing);
    expect(await port.recover({ name: "PB-1", deviceRef: null, sentAt: 0, document: "shipping-label" })).toMatchObject({
      became: "unknown",
    });
  });

  test("the real package is loaded only when it is used, and its refusal elsewhere is a failure with words", async () => {
    const port = openPrinter("windows:Any", {
      ...options(windows().printing, systemClock, async () => Promise.reject(new Error("spawn powershell.exe ENOENT"))),
      loadWindows: () => import("../../electron/printer/windows.ts").then((module) => module.loadWindowsPrinting()),
    });
    expect(port.ok && (await port.value.status()).words).toBe("Any · can't be asked");
  });

  test("Windows' printers are listed", async () => {
    const listed = await listPrinters(options(windows().printing));
    expect(listed.ok && listed.value.map(({ uri }) => uri)).toEqual(NAMES.map((name) => `windows:${name}`));
  });

  test("paper is chosen by the size in its name, and left to the driver where none fits", () => {
    const page = { widthMm: 101.6, heightMm: 152.4 };
    expect(choosePaper(["A4", "4 x 6 in"], page)).toBe("4 x 6 in");
    expect(choosePaper(["10,2 x 15,2 cm"], page)).toBeNull(); // a comma would end the setting
    expect(choosePaper(["102 x 152 mm"], page)).toBe("102 x 152 mm");
    expect(choosePaper(["A4", "Letter", "User defined"], page)).toBeNull();
    expect(choosePaper(["A6"], { widthMm: 148, heightMm: 105 })).toBe("A6");
  });
});

describe("a printer's URI", () => {
  const words = (uri: string, platform: NodeJS.Platform = "linux"): string => {
    const port = openPrinter(uri, { ...options(windows().printing), platform });
    return port.ok ? `${port.value.reaches} ${port.value.name}` : `${port.failure.kind} ${port.failure.detail}`;
  };
  test("names the way to print and the device", () => {
    expect(words("cups:label")).toBe("printed label");
    expect(words("zpl://10.0.0.9:9100")).toBe("sent 10.0.0.9:9100");
    expect(words("zpl://[fe80::1]:9100/")).toBe("sent fe80::1:9100");
    expect(words("folder:/var/labels")).toBe("printed labels");
    expect(words("windows:ZDesigner ZD421", "win32")).toBe("accepted ZDesigner ZD421");
  });
  test.each([
    "",
    "label",
    "cups:",
    "cups:a b",
    "zpl://host",
    "zpl://host:0",
    "zpl://host:99999",
    "folder:",
    "windows:",
    "windows:Any",
    "lpr://x",
  ])("that is bad is refused by name: %j", (uri) => {
    expect(words(uri)).toContain(`setting-bad LABEL_PRINTER “${uri}”`);
  });
});
