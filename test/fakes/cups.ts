import { execFile, spawn, type ChildProcess } from "node:child_process";
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "./free-port.ts";
import { removeFolder } from "./removal.ts";
import { until } from "./until.ts";

const run = promisify(execFile);
const here = import.meta.dirname;

/** A private cupsd with one label queue, and a real IPP Everywhere printer behind it, all on 127.0.0.1. */
export type FakeCups = Readonly<{
  /** for CUPS_SERVER */
  server: string;
  queue: string;
  /** `cups:QUEUE` */
  uri: string;
  folder: string;
  /** what came out, oldest first */
  printed: () => readonly Readonly<{ name: string; bytes: Buffer }>[];
  outFolder: string;
  mediaEmpty: (on: boolean) => void;
  fail: (on: boolean) => void;
  /** holds the printer in the middle of a job */
  slow: (on: boolean) => void;
  /** Lets each label take that long before and after it comes out, seconds; null: at once, as at first. */
  pace: (seconds: number | null) => void;
  /** true while a held or a paced job is in the printer */
  printing: () => boolean;
  killPrinter: () => Promise<void>;
  /** Does nothing while it runs, as `startCups`. */
  startPrinter: () => Promise<void>;
  stopCups: () => Promise<void>;
  startCups: () => Promise<void>;
  /** Adds a queue that passes bytes through, as ZPL printers have it. */
  addRawQueue: (name: string, deviceUri: string) => Promise<void>;
  /** Runs a CUPS tool against this server. */
  tool: (command: string, ...words: readonly string[]) => Promise<string>;
  stop: () => Promise<void>;
}>;

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const call = request({ host: "127.0.0.1", port, path: "/", method: "GET", agent: false }, (response) => {
      response.resume();
      resolve(true);
    });
    call.on("error", () => resolve(false));
    call.end();
  });

const runs = (child: ChildProcess | null): child is ChildProcess => child !== null && child.exitCode === null && child.signalCode === null;
/** A cupsd that hangs doesn't hear SIGTERM either. */
const ENDS_WITHIN_MS = 10_000;
const ended = async (child: ChildProcess | null, signal: NodeJS.Signals): Promise<void> => {
  if (!runs(child)) return;
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const end = (how: NodeJS.Signals): void => void (runs(child) && child.pid !== undefined && process.kill(-child.pid, how));
  end(signal);
  const harder = setTimeout(() => end("SIGKILL"), ENDS_WITHIN_MS);
  await gone;
  clearTimeout(harder);
};

const configuration = (folder: string, port: number): Readonly<Record<string, string>> => ({
  "cups-files.conf": [
    ...["ServerRoot root", "CacheDir cache", "StateDir state", "RequestRoot request", "TempDir tmp"].map((line) =>
      line.replace(" ", ` ${folder}/`),
    ),
    `AccessLog ${folder}/log/access_log`,
    `ErrorLog ${folder}/log/error_log`,
    `PageLog ${folder}/log/page_log`,
    "SystemGroup root lpadmin",
    "ConfigFilePerm 0644",
    "FileDevice Yes",
  ].join("\n"),
  "cupsd.conf": `
LogLevel info
Listen 127.0.0.1:${port}
Browsing No
DefaultAuthType None
ErrorPolicy retry-job
JobRetryInterval 1
PreserveJobHistory Yes
<Location />
  Order allow,deny
  Allow all
</Location>
<Location /admin>
  Order allow,deny
  Allow all
</Location>
<Policy default>
  JobPrivateAccess all
  JobPrivateValues none
  <Limit All>
    Order deny,allow
    Allow all
  </Limit>
</Policy>
`,
});

/** Several are started at once. */
const STARTS_WITHIN_MS = 120_000;

/** Starts it in a temporary folder of its own; needs Debian's cups, cups-client, cups-ipp-utils and dbus. */
export const startCups = async (queue: string = "label"): Promise<FakeCups> => {
  const folder = mkdtempSync(join(tmpdir(), "packbench-cups-"));
  for (const name of ["root", "cache", "state", "request", "tmp", "log", "spool", "out", "control"]) mkdirSync(join(folder, name));
  await run("chmod", ["711", folder]);
  // Filters run as another user, and what they draw goes through files
  await run("chmod", ["1777", join(folder, "tmp")]);
  const [port, printerPort] = [await freePort(), await freePort()];
  for (const [name, text] of Object.entries(configuration(folder, port))) writeFileSync(join(folder, name), text);
  const control = (name: string): string => join(folder, "control", name);
  const outFolder = join(folder, "out");
  const server = `127.0.0.1:${port}`;
  const running = new Set<ChildProcess>();
  // A test run that dies must not leave its servers behind
  const endAll = (): void => {
    for (const child of running) if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  };
  process.once("exit", endAll);
  const start = (
    name: string,
    command: string,
    words: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): ChildProcess => {
    // A group of its own: a killed printer takes its print command with it
    const child = spawn(command, words, { env: { ...process.env, ...environment }, stdio: ["ignore", "pipe", "pipe"], detached: true });
    running.add(child);
    child.once("exit", () => running.delete(child));
    const log = createWriteStream(join(folder, "log", name), { flags: "a" });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    return child;
  };
  const tool = async (command: string, ...words: readonly string[]): Promise<string> => {
    const { stdout } = await run(command, words, { env: { ...process.env, CUPS_SERVER: server } });
    return stdout;
  };

  // ippeveprinter wants a message bus even without announcing itself: a private one, the machine's may be missing
  const busPath = join(folder, "bus");
  const bus = start("bus", "dbus-daemon", ["--session", "--nofork", "--nopidfile", `--address=unix:path=${busPath}`]);
  await until(() => existsSync(busPath), "the message bus");

  let cupsd: ChildProcess | null = null;
  let printer: ChildProcess | null = null;
  const startServer = async (): Promise<void> => {
    if (runs(cupsd)) return;
    cupsd = start("cupsd", "/usr/sbin/cupsd", ["-f", "-c", join(folder, "cupsd.conf"), "-s", join(folder, "cups-files.conf")]);
    await until(() => answers(port), "cupsd answers");
  };
  const startPrinter = async (): Promise<void> => {
    if (runs(printer)) return;
    // Of a label that the killed printer had in it
    rmSync(control("printing"), { force: true });
    printer = start(
      "printer",
      "/usr/sbin/ippeveprinter",
      [
        "-k",
        "-r",
        "off",
        "-p",
        String(printerPort),
        "-n",
        "localhost",
        "-d",
        join(folder, "spool"),
        "-c",
        join(here, "cups/print-command.sh"),
        "-a",
        join(here, "cups/printer-attributes.conf"),
        "Label Printer",
      ],
      { PRINTER_CONTROL: join(folder, "control"), PRINTER_OUT: outFolder, DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${busPath}` },
    );
    await until(() => answers(printerPort), "the printer answers");
  };
  const control_ = (name: string) => (on: boolean) => (on ? writeFileSync(control(name), "") : rmSync(control(name), { force: true }));
  await Promise.all([startServer(), startPrinter()]);
  await until(
    () =>
      tool("lpadmin", "-p", queue, "-E", "-v", `ipp://localhost:${printerPort}/ipp/print`, "-m", "everywhere").then(
        () => true,
        () => false,
      ),
    "the queue is made",
    STARTS_WITHIN_MS,
  );
  // cupsd asks the printer for its abilities after lpadmin has gone, and then enables the queue, also one that was stopped meanwhile
  await until(
    () => readFileSync(join(folder, "log/error_log"), "utf8").includes(`Printer "${queue}" is now available`),
    "the queue knows its printer",
    STARTS_WITHIN_MS,
  );
  return {
    server,
    queue,
    uri: `cups:${queue}`,
    folder,
    outFolder,
    printed: () =>
      readdirSync(outFolder)
        .filter((name) => !name.startsWith("."))
        .toSorted()
        .map((name) => ({ name, bytes: readFileSync(join(outFolder, name)) })),
    mediaEmpty: control_("media-empty"),
    fail: control_("fail"),
    slow: (on) => {
      rmSync(control("printing"), { force: true });
      control_("slow")(on);
    },
    pace: (seconds) => (seconds === null ? rmSync(control("pace"), { force: true }) : writeFileSync(control("pace"), String(seconds))),
    printing: () => existsSync(control("printing")),
    killPrinter: () => ended(printer, "SIGKILL"),
    startPrinter,
    stopCups: () => ended(cupsd, "SIGTERM"),
    startCups: startServer,
    addRawQueue: async (name, deviceUri) => {
      await tool("lpadmin", "-p", name, "-E", "-v", deviceUri, "-m", "raw");
    },
    tool,
    stop: async () => {
      for (const name of ["media-empty", "slow", "fail", "pace"]) rmSync(control(name), { force: true });
      await ended(cupsd, "SIGTERM");
      await ended(printer, "SIGTERM");
      await ended(bus, "SIGTERM");
      process.removeListener("exit", endAll);
      removeFolder(folder);
    },
  };
};
