import { join } from "node:path";
import { openDatabase } from "../../../electron/store/database.ts";
import { createPrintJobs } from "../../../electron/store/print-jobs.ts";
import type { OutTray } from "./out-tray.ts";
import type { PersonTally } from "./person.ts";
import { parcelFor } from "./truth-label.ts";

export type Comparison = Readonly<{
  /** labels that came out */
  files: number;
  /** documents of which only a part reached the printer */
  halves: number;
  /** every rule that was broken, in words; empty when the station told the truth */
  found: readonly string[];
  /** labels that came out a second time after a person had looked in vain and asked for them again */
  lateAfterAsking: readonly string[];
}>;

type Parts = Readonly<{ folder: string; jobs: number; tray: OutTray; person: PersonTally; hung: boolean }>;

/** What the station believes against what lies in the tray, label by label. */
export const compare = async ({ folder, jobs, tray, person, hung }: Parts): Promise<Comparison> => {
  const opened = openDatabase(join(folder, "packbench.db"));
  if (!opened.ok) throw new Error(opened.failure.detail);
  const printJobs = createPrintJobs({ database: opened.value });
  const files = await tray.all();
  const found: string[] = [...person.lies.map((lie) => `told as not printed: ${lie}`)];
  const lateAfterAsking: string[] = [];
  if (hung) found.push("the run never ended");
  const known = new Set(Array.from({ length: jobs }, (_, index) => parcelFor(index + 1)));
  for (const { name, codes } of files)
    if (codes.length !== 1 || !known.has(codes[0] ?? "")) found.push(`wrong label: ${name} says ${codes.join(", ") || "nothing"}`);
  for (const parcelNo of known) {
    const job = printJobs.latestForParcel(parcelNo);
    const copies = files.filter(({ codes }) => codes.includes(parcelNo)).length;
    const asked = person.again.get(parcelNo) ?? 0;
    if (job === null) found.push(`lost: ${parcelNo} was never queued`);
    else if (job.state !== "printed") found.push(`lost: ${parcelNo} ended ${job.state}`);
    else if (copies === 0) found.push(`“printed” that wasn't: ${parcelNo}`);
    if (copies > 1 && asked === 0) found.push(`doubled: ${parcelNo} came out ${copies} times, unasked`);
    else if (copies > 1) lateAfterAsking.push(`${parcelNo} came out ${copies} times, asked for again ${asked} times`);
  }
  opened.value.close();
  return { files: files.length, halves: tray.halves(), found, lateAfterAsking };
};
