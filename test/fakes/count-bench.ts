import { join } from "node:path";
import { createCountDesk } from "../../electron/counting/desk.ts";
import { createCountTroubles } from "../../electron/counting/troubles.ts";
import { createOpenScreen } from "../../electron/packing/open-screen.ts";
import { createSupervisor, type PinCheck } from "../../electron/packing/supervisor.ts";
import { readings } from "../../electron/scanner/read-scan.ts";
import { createAliasStore } from "../../electron/store/aliases.ts";
import type { Connection } from "../../electron/sync/api.ts";
import { fail } from "../../shared/failures.ts";
import { readCommand } from "../../shared/scan.ts";
import { detailOf, taskOf } from "./desk.ts";
import { testFolder } from "./folder.ts";
import { openTestSync } from "./oms4-sync.ts";

const NOWHERE: Connection = { baseUrl: "http://127.0.0.1:9/openapi/", tenantId: "1", apiKey: "1", apiSecret: "1" };

/** Somebody who counts stock at a real database, with the way to OMS4 behind it. */
export const openCountBench = (
  connection: Connection = NOWHERE,
  path = join(testFolder(), "packbench.db"),
  pin: PinCheck = { isSet: () => false, verify: () => fail("not-now", "No PIN.") },
  timeoutMs = 20_000,
) => {
  const sync = openTestSync(connection, { path, timeoutMs });
  const { database, counts, journal, clock, tasks } = sync;
  const aliases = createAliasStore({ database });
  const supervisor = createSupervisor({ pin, journal });
  const openScreen = createOpenScreen();
  let listIsRead = false;
  const counting = createCountDesk({
    database,
    counts,
    aliases,
    journal,
    packer: () => "03",
    supervisor,
    openScreen,
    isTask: (code) => tasks.byCode(code).length > 0,
    readings,
    listIsRead: () => listIsRead,
  });
  counting.restore();
  const answer = (text: string, byHand = false) => {
    const command = readCommand(text);
    if (command === "unknown") throw new Error(`there is no command ${text}`);
    if (command === null) return counting.scan([text], byHand, clock.now()).verdict;
    const counted = counting.command(command, { openTask: null, otherWork: false }, clock.now());
    if (counted === null) throw new Error(`${text} is none of the count's`);
    return counted.verdict;
  };
  return {
    ...sync,
    counting,
    openScreen,
    aliases,
    supervisor,
    troubles: createCountTroubles({ database, clock, journal, counts }),
    answer,
    /** One scan after the other; the verdicts' kinds. */
    scan: (...texts: readonly string[]) => texts.map((text) => answer(text).kind),
    /** A list of codes is being taken over, or no longer. */
    readsList: (reads: boolean): void => void (listIsRead = reads),
    /** Orders of these SKUs (`brand/sku`) were pulled: their codes are known. */
    knows: (...products: readonly string[]): void => {
      const details = products.map((product, index) => {
        const [brandCode = "", sku = "", barcode] = product.split("/");
        return detailOf(`${product}-${index}`, sku, 1, {
          brandCode,
          barcodes: barcode === undefined ? [] : [barcode],
          name: `Item ${brandCode} ${sku}`,
        });
      });
      const task = taskOf(`FT-${products.join("-")}`, details);
      tasks.ingest(task, JSON.stringify(task), clock.now());
    },
    view: () => counting.view(0),
    /** `brand/sku quantity state` of every row on screen. */
    rows: () =>
      counting.view(0).rows.map(({ brandCode, brandSkuCode, qty, state }) => `${brandCode}/${brandSkuCode} ${qty ?? "gone"} ${state}`),
    notes: () =>
      database
        .prepare<{ kind: string; packer: string; before: string; after: string }>(
          "select kind, packer, before, after from journal order by id",
        )
        .all(),
  };
};
