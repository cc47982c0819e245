import { onTestFinished } from "vitest";
import { createCupsDesk } from "../../../electron/printer/cups-queue.ts";
import type { FakeCups } from "../cups.ts";

/** What CUPS itself says of the queue and its jobs. */
export const deskOf = ({ server, queue }: FakeCups) => {
  const [host = "", port = ""] = server.split(":");
  return createCupsDesk({ host, port: Number(port) }, queue);
};

/** How many jobs of this name CUPS knows, in this state where one is given; -1 when it can't be asked. */
export const countJobs = async (cups: FakeCups, name: string, state: number | null = null): Promise<number> => {
  const jobs = await deskOf(cups).jobs("all");
  if (!jobs.ok) return -1;
  return jobs.value.filter((job) => job["job-name"] === name && (state === null || job["job-state"] === state)).length;
};

/** The printer dies, at the latest until the test is over. */
export const killPrinter = async (cups: FakeCups): Promise<void> => {
  onTestFinished(() => cups.startPrinter());
  await cups.killPrinter();
};

/** CUPS goes, at the latest until the test is over. */
export const stopCups = async (cups: FakeCups): Promise<void> => {
  onTestFinished(() => cups.startCups());
  await cups.stopCups();
};

/** Holds the printer in the middle of a job, at the latest until the test is over. */
export const holdPrinter = (cups: FakeCups): void => {
  onTestFinished(() => cups.slow(false));
  cups.slow(true);
};

/** The queue takes jobs and passes none on, until it is enabled again. */
export const disableQueue = async (cups: FakeCups): Promise<void> => {
  await cups.tool("cupsdisable", cups.queue);
  onTestFinished(async () => void (await cups.tool("cupsenable", cups.queue)));
};
