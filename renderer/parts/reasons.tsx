import { memo } from "react";
import { benchReasons } from "../../shared/reasons.ts";
import type { Snapshot } from "../../shared/station.ts";
import { useBench, useLoneKey } from "../use-station.ts";
import { words } from "../words/en.ts";
import { Barcode } from "./barcode.tsx";

/** Why something was done, or may be done: each reason as a barcode and a number key. `keysOnly`: something else needs the room. */
export const Reasons = memo(({ asked, keysOnly = false }: { asked: NonNullable<Snapshot["reasonAsked"]>; keysOnly?: boolean }) => {
  const { station } = useBench();
  const { command, about } = asked;
  const reasons = benchReasons[command];
  useLoneKey((key) => {
    const reason = reasons[Number(key) - 1];
    if (reason === undefined) return false;
    void station.scan(`${command}${reason.code}`, "key");
    return true;
  });
  if (keysOnly) return null;
  return (
    <section className="card reasons" data-reason-asked={command}>
      <h2>{words.reasons[command](about)}</h2>
      <ol className="giving-up">
        {reasons.map(({ code, words: reason }, index) => (
          <li key={code}>
            <span>
              <kbd>{index + 1}</kbd> {reason}
            </span>
            <Barcode text={`${command}${code}`} />
          </li>
        ))}
      </ol>
    </section>
  );
});
