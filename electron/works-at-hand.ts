import { fail, type Result } from "../shared/failures.ts";
import type { Works } from "./works.ts";

/** The answer to every call that needs the works while there are none: failure `not-now`. */
export const noWorks = () => fail("not-now", "The station takes no scans until its database is in order.");

/** Does something with the works, where there are any: while the database can't be used there are none. Failure `not-now`. */
export const createWithWorks =
  (works: () => Works | null) =>
  async <T>(work: (works: Works) => Result<T> | Promise<Result<T>>): Promise<Result<T>> => {
    const atHand = works();
    return atHand === null ? noWorks() : work(atHand);
  };
