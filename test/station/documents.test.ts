import { expect, test } from "vitest";
import { succeed } from "../../shared/failures.ts";
import { createDocuments } from "../../electron/printer/documents.ts";
import type { OwnLabelFacts } from "../../electron/printer/own-label.ts";
import { defaultSettings, type Settings } from "../../shared/settings.ts";
import { detailOf, openTestDesk, taskOf } from "../fakes/desk.ts";
import { uncheckedLabels } from "../fakes/labels.ts";

/** The sender that the own label of a packed task names. */
const senderOf = async (sender: Settings["sender"]): Promise<OwnLabelFacts["sender"] | undefined> => {
  const bench = openTestDesk();
  bench.store(taskOf("FT1", [detailOf("D1", "A")], { way: "own", carrier: "", fpName: "Jurong Fulfillment" }));
  ["FT1", "A"].forEach(bench.scan);
  const drawn: OwnLabelFacts[] = [];
  const nothing = succeed({ format: "pdf", bytes: new Uint8Array() } as const);
  const documents = createDocuments({
    ...bench.stores,
    settings: () => ({ ...defaultSettings, sender }),
    preflight: uncheckedLabels,
    maker: {
      ownLabel: async (facts) => (drawn.push(facts), nothing),
      parkingSlip: async () => nothing,
      packingSlip: async () => nothing,
      testLabel: async () => nothing,
      commandSheet: async () => nothing,
      scannerSheet: async () => nothing,
      warmUp: async () => {},
    },
  });
  const [parcel] = bench.stores.parcels.lastClosed(1);
  const stored = parcel === undefined ? null : bench.stores.printJobs.latestForParcel(parcel.parcelNo);
  if (stored === null) throw new Error("nothing is to be printed");
  await documents.forJob(stored);
  return drawn[0]?.sender;
};

test("an own label names a sender even where nobody typed one into the settings: the task's fulfillment point", async () => {
  expect(await senderOf({ name: "", address: "", phone: "" })).toMatchObject({ name: "Jurong Fulfillment" });
  expect(await senderOf({ name: "Kopi House", address: "1 Road", phone: "" })).toEqual({
    name: "Kopi House",
    address: "1 Road",
    phone: "",
  });
});
