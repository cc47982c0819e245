import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openDatabase } from "../../electron/store/database.ts";
import { Gone, openLink, type Link } from "../fakes/crash/link.ts";
import { createRandom } from "../fakes/crash/random.ts";
import { testFolder } from "../fakes/folder.ts";
import { startTestOms4, tinyPdf } from "../fakes/oms4.ts";
import { spawnStation, prepareStations } from "../fakes/station-process.ts";

const KILLS = 6;
const TASKS = 36;
/** Labels come before, with and after the slips. */
const SLIP_SECONDS = 1;
const LABEL_AFTER_MS = [600, 4_000] as const;
const PACKS_EVERY_MS = 60;
const DRAINS_WITHIN_MS = 150_000;
const LONGEST_MS = 300_000;
const NOT_YET_MS = 3_600_000;
const seed = process.env["SEED"] ?? randomBytes(4).toString("hex");

const ftNoOf = (index: number): string => `FT${String(index).padStart(3, "0")}`;

/** One thing that a packer does who works off the tasks and fetches parked boxes. False when there is nothing to do. */
const createPacker = (random: ReturnType<typeof createRandom>) => {
  let next = 1;
  const scan = async (link: Link, text: string): Promise<string> => {
    const answer = await link.ask("scan", { text, source: "wedge" });
    if (!answer.ok) throw new Error(`${text}: ${answer.failure.detail}`);
    return answer.value.verdict.kind;
  };
  return async (link: Link): Promise<boolean> => {
    const { task, labels } = link.screen();
    if (task !== null) {
      await scan(link, task.unitsLeft > 0 ? "A" : "CMDFINISH");
      return true;
    }
    const [parcelNo] = labels.ready;
    if (parcelNo !== undefined && (next > TASKS || random.chance(0.5))) {
      await scan(link, parcelNo);
      return true;
    }
    if (next > TASKS) return false;
    const verdict = await scan(link, ftNoOf(next));
    if (verdict === "done-already") next += 1;
    // A number nobody here knows yet is looked up, and opens by itself
    if (verdict === "unknown-task") await link.shows((screen) => screen.task !== null, 2_000);
    return true;
  };
};

test(
  `killed at random moments (seed ${seed}), each box has at most one parking slip and exactly its own label, once, and none that left before its slip was scanned`,
  async () => {
    const random = createRandom(seed);
    const [dataFolder, labels] = [testFolder(), join(testFolder(), "labels")];
    await prepareStations();
    const oms4 = await startTestOms4({ labels: ({ trackingNo, ftNo }) => tinyPdf(`${trackingNo} ${ftNo}`) });
    for (let index = 1; index <= TASKS; index++) oms4.addTask({ ftNo: ftNoOf(index), way: "split", lines: [{ sku: "A" }] });
    const environment = {
      ...oms4.environment,
      STATION_POLL_MS: "150",
      LABEL_PRINTER: `folder:${labels}`,
      PARKING_SLIP_SECONDS: String(SLIP_SECONDS),
    };
    const pack = createPacker(random);
    const session = async (work: (link: Link) => Promise<void>, killAfterMs: number | null): Promise<void> => {
      const station = spawnStation({ dataFolder, environment });
      onTestFinished(async () => {
        station.process.kill("SIGKILL");
        await station.exited;
      });
      const ready = await station.ready;
      if (ready === null) throw new Error(`the station ended by itself: ${station.log()}`);
      const shot = killAfterMs === null ? undefined : setTimeout(() => station.process.kill("SIGKILL"), killAfterMs);
      const link = await openLink(ready.url).catch((error: unknown) => {
        if (killAfterMs === null) throw error;
        return null;
      });
      try {
        if (link !== null) await work(link);
      } catch (error) {
        if (!(error instanceof Gone)) throw error;
      } finally {
        clearTimeout(shot);
        link?.close();
        station.process.kill(killAfterMs === null ? "SIGTERM" : "SIGKILL");
        await station.exited;
      }
    };
    const hurry = async (link: Link): Promise<void> => {
      for (;;) {
        await pack(link);
        await link.shows(() => false, random.between(0, 2 * PACKS_EVERY_MS));
      }
    };
    for (let kill = 0; kill < KILLS; kill++) {
      oms4.setSplitLabelMs(random.between(...LABEL_AFTER_MS));
      await session(hurry, random.between(800, 4_000));
    }

    // However slow the machine is: no label before there was a slip
    oms4.setSplitLabelMs(NOT_YET_MS);
    let hasSlip = false;
    const labelsCome = (): void => {
      oms4.setSplitLabelMs(2 * SLIP_SECONDS * 1_000);
      for (const parcel of oms4.parcels()) parcel.labelAt = Math.min(parcel.labelAt ?? 0, Date.now());
    };
    const named = (document: string): readonly string[] =>
      existsSync(labels) ? readdirSync(labels).filter((name) => name.includes(`.${document}.`) && !name.startsWith(".")) : [];
    await session(async (link) => {
      const until = Date.now() + DRAINS_WITHIN_MS;
      while (oms4.parcels().length < TASKS || named("shipping-label").length < TASKS) {
        if (Date.now() > until) throw new Error(`not at rest: ${oms4.parcels().length} parcels, ${named("shipping-label").length} labels`);
        if (!hasSlip && named("parking-slip").length > 0) {
          hasSlip = true;
          labelsCome();
        }
        if (!(await pack(link))) await link.shows(({ labels: { ready } }) => ready.length > 0, 100);
      }
      expect(link.screen().troubles).toEqual([]);
    }, null);

    const parcels = oms4.parcels();
    expect(parcels).toHaveLength(TASKS);
    expect(named("shipping-label").toSorted()).toEqual(parcels.map(({ parcelNo }) => `${parcelNo}.shipping-label.1.pdf`).toSorted());
    for (const { parcelNo, trackingNo, ftNo } of parcels)
      expect(readFileSync(join(labels, `${parcelNo}.shipping-label.1.pdf`), "latin1")).toContain(`${trackingNo} ${ftNo}`);
    const slips = named("parking-slip").map((name) => name.split(".")[0] ?? "");
    expect(new Set(slips).size).toBe(slips.length);
    expect(slips.length).toBeGreaterThan(0);

    const opened = openDatabase(join(dataFolder, "packbench.db"));
    if (!opened.ok) throw new Error(opened.failure.detail);
    onTestFinished(() => opened.value.close());
    const unscanned = opened.value
      .prepare<{ parcel_no: string }>(
        `select slip.parcel_no from print_job slip join print_job label on label.parcel_no = slip.parcel_no and label.document = 'shipping-label'
       where slip.document = 'parking-slip' and slip.state = 'printed' and not exists (select 1 from journal
         where journal.parcel_no = slip.parcel_no and journal.kind = 'slip-scanned' and journal.at <= label.created_at)`,
      )
      .all();
    expect(unscanned).toEqual([]);
  },
  LONGEST_MS,
);
