import { z } from "zod";
import type { Database } from "./database.ts";

/**
 * Why a packed parcel must not leave as it is. `pull`: all of it was taken back, the box goes out of the way and its label is destroyed;
 * `take-out`: some items have to come out; `request`: the buyer asks to cancel and nobody has decided; `left`: it was handed over before the
 * cancellation came, so only people can help. `relabel`: our own label on it bears an old address or carrier; `more`: OMS4 ordered more after
 * it was packed.
 */
export type StopKind = "pull" | "take-out" | "request" | "relabel" | "more" | "left";
/** Units by line that a stop is about; none where it is about the parcel itself. */
export type StopUnits = Readonly<Record<string, number>>;
export type Stop = Readonly<{
  parcelNo: string;
  ftNo: string;
  kind: StopKind;
  words: string;
  units: StopUnits;
  at: number;
  doneAt: number | null;
}>;

type Row = { parcel_no: string; ft_no: string; kind: StopKind; words: string; units: string; at: number; done_at: number | null };
const unitsSchema = z.record(z.string(), z.number());
const readRow = (row: Row): Stop => ({
  parcelNo: row.parcel_no,
  ftNo: row.ft_no,
  kind: row.kind,
  words: row.words,
  units: unitsSchema.parse(JSON.parse(row.units)),
  at: row.at,
  doneAt: row.done_at,
});
const COLUMNS = "parcel_no, ft_no, kind, words, units, at, done_at";

/** Stopped parcels, own labels with an old address, parcels of other stations, and tasks whose news have not been dealt with. Writes belong into the caller's transaction. */
export const createStopStore = ({ database }: Readonly<{ database: Database }>) => {
  const ofTask = database.prepare<Row>(`select ${COLUMNS} from parcel_stop where ft_no = ? order by parcel_no`);
  const get = database.prepare<Row>(`select ${COLUMNS} from parcel_stop where parcel_no = ?`);
  const open = database.prepare<Row>(`select ${COLUMNS} from parcel_stop where done_at is null order by at limit ?`);
  const any = database.prepare<{ any: number }>(
    "select exists (select 1 from parcel_stop where done_at is null) or exists (select 1 from old_own_label) as any",
  );
  // A stop that takes the place of one that was dealt with is a new one to every trigger: an update would not put its label's question aside
  const put = database.prepare("insert or replace into parcel_stop (parcel_no, ft_no, kind, words, units, at) values (?, ?, ?, ?, ?, ?)");
  const narrow = database.prepare("update parcel_stop set units = ? where parcel_no = ?");
  const lift = database.prepare("delete from parcel_stop where parcel_no = ?");
  const deal = database.prepare("update parcel_stop set done_at = ? where parcel_no = ? and done_at is null");
  const noteOldLabels = database.prepare(
    `insert into old_own_label (parcel_no, ft_no, copy, at)
     select job.parcel_no, parcel.ft_no, max(job.copy), ? from parcel join print_job job on job.parcel_no = parcel.parcel_no
     where parcel.ft_no = ? and parcel.state in ('open','closed') and job.document = 'own-label'
       and job.state in ('sent','accepted','printed','scanned','unknown') group by job.parcel_no
     on conflict (parcel_no) do update set copy = excluded.copy, at = excluded.at`,
  );
  const oldLabel = database.prepare<{ old: number }>("select exists (select 1 from old_own_label where parcel_no = ?) as old");
  const forgetOldLabel = database.prepare("delete from old_own_label where parcel_no = ?");
  const noteElsewhere = database.prepare(
    `insert or ignore into parcel_elsewhere (parcel_no, ft_no, seen_at)
     select upper(?), ?, ? where not exists (select 1 from parcel where parcel_no = upper(?))`,
  );
  const elsewhere = database.prepare<{ parcel_no: string }>("select parcel_no from parcel_elsewhere where ft_no = ? order by parcel_no");
  const taskElsewhere = database.prepare<{ ft_no: string }>("select ft_no from parcel_elsewhere where parcel_no = ?");
  const release = database.prepare("update parcel_elsewhere set released_at = ? where ft_no = ? and released_at is null");
  const released = database.prepare<{ released: number }>(
    "select exists (select 1 from parcel_elsewhere where ft_no = ? and released_at is not null) as released",
  );
  const mark = database.prepare(
    `insert into unsettled (ft_no, relabel) select ?, ? where exists (select 1 from parcel where ft_no = ?)
     on conflict (ft_no) do update set relabel = max(relabel, excluded.relabel)`,
  );
  const getUnsettled = database.prepare<{ relabel: number }>("select relabel from unsettled where ft_no = ?");
  const settled = database.prepare("delete from unsettled where ft_no = ?");
  const unsettled = database.prepare<{ ft_no: string }>("select ft_no from unsettled order by ft_no");

  return {
    ofTask: (ftNo: string): readonly Stop[] => ofTask.all(ftNo).map(readRow),
    get: (parcelNo: string): Stop | null => {
      const row = get.get(parcelNo);
      return row === null ? null : readRow(row);
    },
    /** What waits for a person, oldest first. */
    open: (limit: number): readonly Stop[] => open.all(limit).map(readRow),
    /** Something is stopped, or will be as soon as nothing graver covers it. */
    any: (): boolean => any.get()?.any === 1,
    put: (stop: Omit<Stop, "doneAt">): void =>
      void put.run(stop.parcelNo, stop.ftNo, stop.kind, stop.words, JSON.stringify(stop.units), stop.at),
    /** Less is concerned than was dealt with: what comes back of it is news again. */
    narrow: (parcelNo: string, units: StopUnits): void => void narrow.run(JSON.stringify(units), parcelNo),
    lift: (parcelNo: string): void => void lift.run(parcelNo),
    /** A person has dealt with what can't be put right any more. */
    deal: (parcelNo: string, at: number): boolean => deal.run(at, parcelNo).changes > 0,
    /** Address or carrier of a task were changed: what is out of its own labels bears the old ones until a newer label is out, or the parcel is no more (triggers). */
    noteOldLabels: (ftNo: string, at: number): void => void noteOldLabels.run(at, ftNo),
    hasOldLabel: (parcelNo: string): boolean => oldLabel.get(parcelNo)?.old === 1,
    /** A person says that the box bears the right one. */
    forgetOldLabel: (parcelNo: string): void => void forgetOldLabel.run(parcelNo),
    /** OMS4 has a parcel of this task; true when it is not ours and was not known. */
    noteElsewhere: (ftNo: string, parcelNo: string, at: number): boolean => noteElsewhere.run(parcelNo, ftNo, at, parcelNo).changes > 0,
    /** Numbers of the parcels that other stations packed of a task. */
    elsewhere: (ftNo: string): readonly string[] => elsewhere.all(ftNo).map(({ parcel_no }) => parcel_no),
    /** A supervisor has the rest of a task packed here, whatever other stations have of it. */
    releaseRest: (ftNo: string, at: number): void => void release.run(at, ftNo),
    restReleased: (ftNo: string): boolean => released.get(ftNo)?.released === 1,
    /** The task of another station's parcel, by the parcel's number in capitals; null where it was never seen. */
    taskElsewhere: (parcelNo: string): string | null => taskElsewhere.get(parcelNo)?.ft_no ?? null,
    /** OMS4 changed a task of which something is packed here: the bench has to draw the consequences, after a crash too. */
    markUnsettled: (ftNo: string, relabel = false): void => void mark.run(ftNo, relabel ? 1 : 0, ftNo),
    /** Takes the mark away; `relabel`: address or carrier were changed. */
    settled: (ftNo: string): Readonly<{ relabel: boolean }> => {
      const relabel = getUnsettled.get(ftNo)?.relabel === 1;
      settled.run(ftNo);
      return { relabel };
    },
    unsettled: (): readonly string[] => unsettled.all().map(({ ft_no }) => ft_no),
  };
};
export type StopStore = ReturnType<typeof createStopStore>;
