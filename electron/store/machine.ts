import type { Database } from "./database.ts";

/** Which machine a database was last opened on. */
export const createMachineStore = ({ database }: Readonly<{ database: Database }>) => {
  const get = database.prepare<{ mark: string }>("select mark from machine");
  const first = database.prepare("insert into machine (one, mark) values (1, ?)");
  const moved = database.prepare("update machine set mark = ?, parcel_prefix = ?");
  return {
    /**
     * Notes the machine this database is opened on. On another one than before, parcel numbers begin with `prefix` from now on, because the
     * folder may be a copy whose original still works; those given stay. True then. `mark` null: nobody can tell, and nothing changes.
     */
    openedOn: (mark: string | null, prefix: string): boolean => {
      if (mark === null) return false;
      const before = get.get()?.mark;
      if (before === undefined) first.run(mark);
      else if (before !== mark) moved.run(mark, prefix);
      return before !== undefined && before !== mark;
    },
  };
};
