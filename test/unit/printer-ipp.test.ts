import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { succeed } from "../../shared/failures.ts";
import type { Clock } from "../../electron/kit/clock.ts";
import { findCupsServer } from "../../electron/printer/cups-client.ts";
import { chooseMedia, chooseMediaFor } from "../../electron/printer/cups-media.ts";
import { createCupsEnds } from "../../electron/printer/cups-ends.ts";
import { createDeviceDesk, readTrouble, type JobFacts, type QueueDesk, type QueueFacts } from "../../electron/printer/cups-queue.ts";
import { decodeResponse, encodeRequest, jobStates, operations } from "../../electron/printer/ipp.ts";

/** An answer as RFC 8010 writes it, byte by byte. */
const answer = (...parts: readonly (string | number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : Buffer.from(part))));
const attribute = (tag: number, name: string, value: string | number[]): Buffer => {
  const bytes = typeof value === "string" ? Buffer.from(value) : Buffer.from(value);
  return Buffer.concat([Buffer.from([tag, 0, name.length]), Buffer.from(name), Buffer.from([0, bytes.length]), bytes]);
};
const HEAD = [2, 0, 0, 0, 0, 0, 0, 1];

/** What is made of a job that CUPS calls completed, for a queue to this device. */
const endOf = async (deviceUri: string): Promise<string> => {
  let now = 0;
  const clock: Clock = {
    now: () => now,
    after: (ms, action) => {
      now += ms;
      const immediate = setImmediate(action);
      return () => clearImmediate(immediate);
    },
  };
  const desk = { facts: async () => succeed({ "device-uri": deviceUri, "printer-state-reasons": [] as readonly string[] }) } as QueueDesk;
  const ends = createCupsEnds({ server: { socketPath: "/run/cups/cups.sock" }, queue: "label", desk, clock, lookEveryMs: 300 });
  const job = { "job-id": 7, "job-name": "PB-1", "job-state": jobStates.completed } as JobFacts;
  const end = await ends.judge(job, "PB-1", { began: false, takenBack: false }, new AbortController().signal);
  return end.ok ? end.value.state : `${end.failure.kind}${end.failure.ambiguous === true ? ", ambiguous" : ""}`;
};

test.each([
  ["socket://10.0.0.9:9100", "accepted"],
  ["usb://Zebra/ZD421", "accepted"],
  ["dnssd://Zebra%20ZD421._pdl-datastream._tcp.local/?uuid=1", "accepted"],
  ["dnssd://Zebra%20ZD421._printer._tcp.local/", "accepted"],
  ["beh:/1/3/5/socket://10.0.0.9:9100", "accepted"],
  ["implicitclass://Zebra/", "accepted"],
  ["dnssd://Brother%20QL._ipp._tcp.local/?uuid=1", "printed"],
  ["dnssd://Brother%20QL._ipps._tcp.local/", "printed"],
  ["ipps://10.0.0.9/ipp/print", "printed"],
  // It could tell, and is not there to be asked
  ["ipp://127.0.0.1:1/ipp/print", "print-unknown, ambiguous"],
])("completed, says CUPS of a job to %s: that makes it %s", async (uri, state) => expect(await endOf(uri)).toBe(state));

describe("IPP", () => {
  test("a request is written as the RFC has it", () => {
    const bytes = encodeRequest({
      operation: operations.getJobAttributes,
      requestId: 7,
      operationAttributes: [
        { name: "printer-uri", tag: "uri", values: ["ipp://localhost/printers/label"] },
        { name: "job-id", tag: "integer", values: [258] },
        { name: "requested-attributes", tag: "keyword", values: ["job-state", "job-name"] },
      ],
    });
    const expected = answer(
      [2, 0, 0, 9, 0, 0, 0, 7, 1],
      [...attribute(0x47, "attributes-charset", "utf-8")],
      [...attribute(0x48, "attributes-natural-language", "en")],
      [...attribute(0x45, "printer-uri", "ipp://localhost/printers/label")],
      [...attribute(0x21, "job-id", [0, 0, 1, 2])],
      [...attribute(0x44, "requested-attributes", "job-state")],
      [...attribute(0x44, "", "job-name")],
      [3],
    );
    expect(bytes).toEqual(expected);
  });

  test("an answer is read: several values, collections, booleans, values that are not there", () => {
    const bytes = answer(
      HEAD,
      [1, ...attribute(0x47, "attributes-charset", "utf-8")],
      [4, ...attribute(0x44, "printer-state-reasons", "media-empty-warning"), ...attribute(0x44, "", "paused")],
      [...attribute(0x22, "printer-is-accepting-jobs", [1]), ...attribute(0x13, "printer-alert", "")],
      [
        ...attribute(0x34, "media-size", ""),
        ...attribute(0x4a, "", "x-dimension"),
        ...attribute(0x21, "", [0, 0, 39, 16]),
        ...attribute(0x37, "", ""),
      ],
      [2, ...attribute(0x23, "job-state", [0, 0, 0, 9])],
      [3],
    );
    expect(decodeResponse(bytes)).toMatchObject({
      status: 0,
      printers: [
        {
          "printer-state-reasons": ["media-empty-warning", "paused"],
          "printer-is-accepting-jobs": [true],
          "media-size": [{ "x-dimension": [10_000] }],
        },
      ],
      jobs: [{ "job-state": [9] }],
    });
  });

  test("an answer that breaks off anywhere, or is something else, is null and never an exception", () => {
    const whole = answer(
      HEAD,
      [1, ...attribute(0x47, "attributes-charset", "utf-8")],
      [2, ...attribute(0x23, "job-state", [0, 0, 0, 9])],
      [3],
    );
    for (let length = 0; length < whole.length; length++) expect(decodeResponse(whole.subarray(0, length))).toBeNull();
    expect(decodeResponse(Buffer.from("<html>Sign in</html>"))).toBeNull();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (tail) => {
        decodeResponse(Buffer.concat([Buffer.from(HEAD), Buffer.from(tail)]));
      }),
    );
  });

  test("CUPS is looked for where its own tools look", () => {
    expect(findCupsServer({ CUPS_SERVER: "printhost:8631" })).toEqual({ host: "printhost", port: 8631 });
    expect(findCupsServer({ CUPS_SERVER: "printhost" })).toEqual({ host: "printhost", port: 631 });
    expect(findCupsServer({ CUPS_SERVER: "[::1]:8631/version=1.1" })).toEqual({ host: "::1", port: 8631 });
    expect(findCupsServer({ CUPS_SERVER: "/run/cups/other.sock" })).toEqual({ socketPath: "/run/cups/other.sock" });
    expect(["/run/cups/cups.sock", "localhost"]).toContain(Object.values(findCupsServer({}))[0]);
  });

  test("the device is asked only where this PC is the one that talks to it, and it speaks IPP", () => {
    const local = { host: "127.0.0.1", port: 631 };
    expect(createDeviceDesk(local, "ipp://printer.local:8631/ipp/print")?.client.server).toEqual({ host: "printer.local", port: 8631 });
    expect(createDeviceDesk(local, "ipp://printer.local/ipp/print")?.client.server).toEqual({ host: "printer.local", port: 631 });
    expect(createDeviceDesk(local, "ipp://[2001:db8::5]/ipp/print")?.client.server).toEqual({ host: "2001:db8::5", port: 631 });
    expect(createDeviceDesk({ host: "printhost", port: 631 }, "ipp://printer.local/ipp/print")).toBeNull();
    expect(createDeviceDesk(local, "usb://Zebra/ZD421")).toBeNull();
  });
});

describe("the medium for a label", () => {
  const page = (widthMm: number, heightMm: number) => ({ widthMm, heightMm });
  const media = (supported: readonly string[], size: ReturnType<typeof page>): string | null => {
    const chosen = chooseMedia(supported, size);
    return chosen.ok ? chosen.value : chosen.failure.kind;
  };
  const both = ["na_index-4x6_4x6in", "om_small-photo_100x150mm"];

  test("is the queue's own name within 2 mm, whichever way round the page lies", () => {
    expect(media(both, page(100, 150))).toBe("om_small-photo_100x150mm");
    expect(media(both, page(101.6, 152.4))).toBe("na_index-4x6_4x6in");
    expect(media(both, page(150, 100))).toBe("om_small-photo_100x150mm");
    expect(media(["iso_a4_210x297mm", "oe_w288h432_4x6in"], page(101, 152))).toBe("oe_w288h432_4x6in");
  });
  test("is a custom size where the queue takes any", () => {
    expect(media(["iso_a4_210x297mm", "custom_min_20x20mm", "custom_max_210x400mm"], page(100, 150))).toBe("custom_label_100.0x150.0mm");
    expect(media(["iso_a4_210x297mm", "custom_min_20x20mm", "custom_max_90x400mm"], page(100, 150))).toBe("iso_a4_210x297mm");
  });
  test("is the smallest sheet that holds the page, or all of it but its white edge", () => {
    expect(media(["iso_a4_210x297mm", "iso_a5_148x210mm"], page(100, 150))).toBe("iso_a5_148x210mm");
    expect(media(["om_small-photo_100x150mm"], page(101.6, 152.4))).toBe("om_small-photo_100x150mm");
  });
  test("is one that holds every page: else it is refused with the sizes, and no page is cut", () => {
    const chosen = (supported: readonly string[], ...pages: readonly ReturnType<typeof page>[]): string | null => {
      const media = chooseMediaFor(supported, pages);
      return media.ok ? media.value : media.failure.detail;
    };
    const [label, form] = [page(100, 150), page(210, 297)];
    expect(chosen(both, label, page(150, 100), page(80, 60))).toBe("om_small-photo_100x150mm");
    expect(chosen(["iso_a4_210x297mm", ...both], label, form)).toBe("iso_a4_210x297mm");
    expect(chosen(["iso_a4_210x297mm", ...both], form, label)).toBe("iso_a4_210x297mm");
    expect(chosen(["custom_min_20x20mm", "custom_max_210x400mm"], label, form)).toBe("custom_label_210.0x297.0mm");
    expect(chosen(both, label, form)).toContain("100 × 150 and 210 × 297 mm");
    expect(chosen([], label, form)).toContain("it names none");
    expect(chosen([], label, label)).toBeNull();
  });
  test("is refused where the label would be cut, and left to the queue where it names none", () => {
    expect(media(both, page(210, 297))).toBe("printer-cannot-print");
    expect(media([], page(100, 150))).toBeNull();
    expect(media(["unknown"], page(100, 150))).toBeNull();
  });
});

describe("what a queue says", () => {
  const facts = (state: number, reasons: readonly string[], message: string = ""): QueueFacts => ({
    "printer-state": state,
    "printer-state-reasons": [...reasons],
    "printer-state-message": message,
    "media-supported": [],
    "device-uri": "",
    "printer-make-and-model": "",
    "printer-device-id": "",
    "document-format-supported": [],
    "printer-up-time": 0,
  });
  test.each([
    ["nothing wrong", facts(3, ["none"]), null],
    ["printing", facts(4, ["cups-waiting-for-job-completed"], "Printing."), null],
    ["old reasons of an earlier job", facts(3, ["cups-ipp-conformance-failure-report", "cups-ipp-missing-job-history"]), null],
    ["paper out, as a warning", facts(4, ["media-empty-warning"]), "printer-out-of-paper: paper out"],
    ["paper out, as an error", facts(4, ["media-needed-error"]), "printer-out-of-paper: paper out"],
    ["a jam", facts(4, ["media-jam-error"]), "printer-stopped: paper jam"],
    ["an open cover", facts(4, ["cover-open-report"]), "printer-stopped: cover open"],
    ["paused", facts(5, ["paused"], "Paused"), "printer-stopped: stopped"],
    ["stopped without a reason", facts(5, ["none"]), "printer-stopped: stopped"],
    [
      "a dead printer, known by words alone",
      facts(4, ["none"], "The printer may not exist or is unavailable at this time."),
      "printer-unreachable: can't be reached",
    ],
    ["what we have no words for", facts(3, ["output-area-full-error"]), "printer-stopped: output area full"],
    ["the same, said without naming it", facts(3, ["other-error"]), "printer-stopped: other"],
    ["the same without a severity", facts(3, ["input-tray-missing"]), "printer-stopped: input tray missing"],
    ["what is only a warning", facts(3, ["output-area-almost-full-warning", "toner-low-report"]), null],
    ["a dead socket", facts(4, ["connecting-to-device"], "Connecting to printer."), "printer-unreachable: can't be reached"],
  ])("is read: %s", (_what, queue, expected) => {
    const trouble = readTrouble("label", queue, null);
    expect(trouble === null ? null : `${trouble.failure.kind}: ${trouble.short}`).toBe(expected);
  });
  test("what the device itself says counts, even while the queue still knows nothing", () => {
    expect(readTrouble("label", facts(3, ["none"]), succeed(facts(5, ["media-empty-error"])))?.failure.kind).toBe("printer-out-of-paper");
    expect(readTrouble("label", facts(3, ["none"]), succeed(facts(5, ["none"], "Load tray 2")))).toMatchObject({
      short: "stopped",
      failure: { kind: "printer-stopped", detail: expect.stringContaining("Load tray 2") as string },
    });
    expect(readTrouble("label", facts(3, ["none"]), succeed(facts(4, ["none"])))).toBeNull();
  });
});
