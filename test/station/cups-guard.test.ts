import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createCupsDesk } from "../../electron/printer/cups-queue.ts";
import type { Told } from "../fakes/print-truth/messages.ts";
import { startCups } from "../fakes/cups.ts";
import { testFolder } from "../fakes/folder.ts";
import { until } from "../fakes/until.ts";

test(
  "a station killed with a label in the printer: what CUPS was stopped in meanwhile, it prints once",
  { timeout: 180_000, retry: 1 },
  async () => {
    const cups = await startCups();
    onTestFinished(() => cups.stop());
    const [host = "", port = ""] = cups.server.split(":");
    const desk = createCupsDesk({ host, port: Number(port) }, cups.queue);
    const folder = testFolder();
    const station = (): ReturnType<typeof fork> => {
      const child = fork(join(import.meta.dirname, "../fakes/print-truth/station-entry.ts"), [folder, cups.uri, "1"], {
        env: { ...process.env, CUPS_SERVER: cups.server },
        stdio: "ignore",
      });
      const exited = once(child, "exit");
      onTestFinished(async () => {
        child.kill("SIGKILL");
        await exited;
      });
      return child;
    };
    const open = async (): Promise<number> => {
      const jobs = await desk.jobs("not-completed");
      return jobs.ok ? jobs.value.length : -1;
    };

    cups.slow(true);
    const first = station();
    await until(cups.printing, "the label is in the printer");
    first.kill("SIGKILL");
    await once(first, "exit");
    await cups.tool("cupsdisable", cups.queue);
    cups.slow(false);
    await until(() => cups.printed().length === 1, "the label is out");
    await until(async () => (await open()) === 0, "it was taken back");
    await cups.tool("cupsenable", cups.queue);

    // The next station asks about it, or knows from the printer that it came out
    const second = station();
    const told = new Promise<Told>((resolve) =>
      second.on("message", (message) => {
        const told = message as Told;
        if (told.kind === "asks" && (told.printed === 1 || told.jobs.length === 1)) resolve(told);
      }),
    );
    const said = await told;
    expect(cups.printed()).toHaveLength(1);
    expect(said).toMatchObject(said.kind === "asks" && said.printed === 1 ? { printed: 1 } : { jobs: [{ state: "unknown" }] });
  },
);
