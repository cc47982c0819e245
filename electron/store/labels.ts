import { createHash } from "node:crypto";
import type { LabelFormat } from "../../shared/parcel.ts";
import type { Database } from "./database.ts";

/** A stored label without its bytes. `parcelNo` null: fetched ahead, bound to no parcel of ours yet. */
export type Label = Readonly<{
  id: number;
  ftNo: string;
  parcelNo: string | null;
  trackingNo: string;
  carrier: string;
  deliveryType: string;
  format: LabelFormat;
  sha256: string;
  fetchedAt: number;
  /** OMS4 has named another tracking number since: it must not come out any more, and the new one is still to come */
  outOfForce: boolean;
}>;
export type StoredLabel = Label & Readonly<{ bytes: Uint8Array }>;
export type LabelAddition = Omit<StoredLabel, "id" | "sha256" | "outOfForce">;

type Row = {
  id: number;
  ft_no: string;
  parcel_no: string | null;
  tracking_no: string;
  carrier: string;
  delivery_type: string;
  format: LabelFormat;
  sha256: string;
  fetched_at: number;
  out_of_force: number;
};

const readRow = (row: Row): Label => ({
  id: row.id,
  ftNo: row.ft_no,
  parcelNo: row.parcel_no,
  trackingNo: row.tracking_no,
  carrier: row.carrier,
  deliveryType: row.delivery_type,
  format: row.format,
  sha256: row.sha256,
  fetchedAt: row.fetched_at,
  outOfForce: row.out_of_force === 1,
});

export const labelHash = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

const FACTS =
  "id, ft_no, parcel_no, tracking_no, carrier, delivery_type, format, sha256, fetched_at, exists (select 1 from label_out_of_force o where o.label_id = label.id) as out_of_force";
/** The newest is the one in force: OMS4 may update a label after its first fetch. */
const NEWEST = "order by fetched_at desc, id desc limit 1";

/** Labels as OMS4 gave them, every version kept. Writes belong into the caller's transaction. */
export const createLabelStore = ({ database }: Readonly<{ database: Database }>) => {
  const insert = database.prepare(
    `insert into label (ft_no, parcel_no, tracking_no, carrier, delivery_type, format, bytes, sha256, fetched_at)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const same = database.prepare<{ id: number; parcel_no: string | null }>(
    "select id, parcel_no from label where ft_no = ? and sha256 = ? and tracking_no = ?",
  );
  const seenAgain = database.prepare("update label set fetched_at = ?, parcel_no = coalesce(parcel_no, ?) where id = ?");
  const learnTracking = database.prepare("update or ignore label set tracking_no = ? where id = ? and tracking_no = ''");
  const ofParcel = database.prepare<Row>(`select ${FACTS} from label where parcel_no = ? ${NEWEST}`);
  const ahead = database.prepare<Row>(`select ${FACTS} from label where ft_no = ? and parcel_no is null ${NEWEST}`);
  const ofTask = database.prepare<Row>(`select ${FACTS} from label where ft_no = ? order by fetched_at, id`);
  const get = database.prepare<Row & { bytes: Uint8Array }>(`select ${FACTS}, bytes from label where id = ?`);
  const newest = database.prepare<Row>(`select ${FACTS} from label where ft_no = ? ${NEWEST}`);
  const isOutOfForce = database.prepare<{ one: number }>("select 1 as one from label_out_of_force where label_id = ?");
  const putOut = (of: string) =>
    database.prepare(
      `insert or ignore into label_out_of_force (label_id, ft_no, tracking_no, at)
       select id, ft_no, ?, ? from label where ${of} = ? and tracking_no not in ('', ?)`,
    );
  const putBack = (of: string) =>
    database.prepare(
      `delete from label_out_of_force where ft_no = ? and label_id in (select id from label where ${of} = ? and tracking_no = ?)`,
    );
  const outOf = { task: putOut("ft_no"), parcel: putOut("parcel_no") };
  const backTo = { task: putBack("ft_no"), parcel: putBack("parcel_no") };
  const inForceAgain = database.prepare("delete from label_out_of_force where label_id = ?");
  // A label of a parcel that was emptied and taken back, or pulled, is free again
  const bind = database.prepare(
    `update label set parcel_no = ? where id = ?
       and (parcel_no is null or parcel_no = ? or not exists (select 1 from parcel where parcel.parcel_no = label.parcel_no and parcel.state <> 'pulled'))`,
  );

  return {
    /**
     * Stores a label; the same label again only becomes the newest. `fresh` is true when it was not the label in force
     * before: then there is something new to print or to compare.
     */
    add: (label: LabelAddition): Readonly<{ id: number; fresh: boolean }> => {
      const sha256 = labelHash(label.bytes);
      // Also after the PC's clock was set back: what OMS4 gave last is in force
      const fetchedAt = Math.max(label.fetchedAt, (newest.get(label.ftNo)?.fetched_at ?? 0) + 1);
      const current = label.parcelNo === null ? ahead.get(label.ftNo) : ofParcel.get(label.parcelNo);
      const known = same.get(label.ftNo, sha256, label.trackingNo);
      if (known !== null) {
        seenAgain.run(fetchedAt, label.parcelNo, known.id);
        const wasOut = inForceAgain.run(known.id).changes > 0;
        return { id: known.id, fresh: wasOut || current?.id !== known.id };
      }
      const { lastId } = insert.run(
        label.ftNo,
        label.parcelNo,
        label.trackingNo,
        label.carrier,
        label.deliveryType,
        label.format,
        label.bytes,
        sha256,
        fetchedAt,
      );
      return { id: lastId, fresh: true };
    },
    get: (id: number): StoredLabel | null => {
      const row = get.get(id);
      // Blanked after its time (retention.ts): there is nothing to print any more
      return row === null || row.bytes.length === 0 ? null : { ...readRow(row), bytes: row.bytes };
    },
    /** The newest label of a parcel; it may be out of force. */
    forParcel: (parcelNo: string): Label | null => {
      const row = ofParcel.get(parcelNo);
      return row === null ? null : readRow(row);
    },
    /** The newest label of a task that ships in one parcel, whether it is on that parcel already or not; it may be out of force. */
    forTask: (ftNo: string): Label | null => {
      const row = newest.get(ftNo);
      return row === null ? null : readRow(row);
    },
    /** Every version OMS4 ever gave for a task's parcels, oldest first. */
    ofTask: (ftNo: string): readonly Label[] => ofTask.all(ftNo).map(readRow),
    /**
     * OMS4 names this tracking number for a task of one parcel, or for one of several: labels of another number are out of force from now
     * on, and those of this one are not. True when a label went out of force.
     */
    numberNamed: (of: Readonly<{ ftNo: string; parcelNo: string | null }>, trackingNo: string, at: number): boolean => {
      const scope = of.parcelNo === null ? "task" : "parcel";
      const key = of.parcelNo ?? of.ftNo;
      backTo[scope].run(of.ftNo, key, trackingNo);
      return outOf[scope].run(trackingNo, at, key, trackingNo).changes > 0;
    },
    isOutOfForce: (id: number): boolean => isOutOfForce.get(id) !== null,
    /** OMS4 gives this very label again. */
    inForceAgain: (id: number): void => void inForceAgain.run(id),
    /** A label that came before its tracking number. */
    learnTracking: (id: number, trackingNo: string): void => void learnTracking.run(trackingNo, id),
    /** Puts a label on its parcel; false when it is on another one. */
    bind: (id: number, parcelNo: string): boolean => bind.run(parcelNo, id, parcelNo).changes === 1,
  };
};
export type LabelStore = ReturnType<typeof createLabelStore>;
