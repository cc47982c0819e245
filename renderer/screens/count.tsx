import { memo, useEffect, useRef } from "react";
import type { CountRowView, CountView } from "../../shared/count.ts";
import type { Snapshot } from "../../shared/station.ts";
import { clockTime } from "../countdown.ts";
import { Barcode } from "../parts/barcode.tsx";
import { Press } from "../parts/press.tsx";
import { Tile } from "../parts/tile.tsx";
import { useBench, useLoneKey } from "../use-station.ts";
import { words } from "../words/en.ts";

const text = words.count;

const Row = memo(({ row }: { row: CountRowView }) => {
  const { now } = useBench();
  const self = useRef<HTMLLIElement>(null);
  const { marked, state, before, failure } = row;
  useEffect(() => {
    if (marked) self.current?.scrollIntoView({ block: "nearest" });
  }, [marked, row.qty]);
  return (
    <li
      ref={self}
      className={`line count-row ${marked ? "line-next" : ""} ${state === "failed" ? "count-refused" : ""}`}
      data-product={`${row.brandCode}/${row.brandSkuCode}`}
      data-qty={row.qty ?? "gone"}
      data-state={state}
      data-marked={marked}
    >
      <Tile name={row.name === "" ? row.brandSkuCode : row.name} imageUrl={null} />
      <div className="line-words">
        <h3 dir="auto">{row.name === "" ? row.brandSkuCode : row.name}</h3>
        <code>
          <span>{row.brandCode}</span>
          <span>{row.brandSkuCode}</span>
        </code>
        {failure === null ? (
          <p className="count-before">{before === null ? text.never : text.before(before.qty, clockTime(before.at, now()))}</p>
        ) : (
          <p className="count-reason" dir="auto">
            {text.refusedRow(failure.detail)}
          </p>
        )}
      </div>
      {row.qty === null ? <strong className="count-gone">{text.gone}</strong> : <b className="count-figure">{text.figure(row.qty)}</b>}
    </li>
  );
});

/** What is asked of the person now: the parts of an unknown code, else the number of the marked item. */
const Ask = memo(({ count }: { count: CountView }) => {
  const { unknown, teaching, marked } = count;
  if (teaching !== null) {
    return (
      <section className="note note-new count-ask" data-teaching={teaching.step}>
        <h2>{text.teachTitle}</h2>
        <p>{teaching.step === "brand" ? text.teachBrand : text.teachSku(teaching.brandCode)}</p>
        <small dir="auto">{text.teachText(unknown?.code ?? "")}</small>
      </section>
    );
  }
  if (unknown !== null) {
    return (
      <section className="note note-new count-ask" data-unknown={unknown.code}>
        <h2 dir="auto">{unknown.code}</h2>
        <p>{unknown.ambiguous ? text.ambiguous : text.unknown}</p>
        <Barcode text="CMDTEACH" className="barcode-small" />
      </section>
    );
  }
  return (
    <section className="card count-ask" data-ask={marked === null ? "scan" : "number"}>
      <h2>{marked === null ? text.scanTitle : text.markedTitle}</h2>
      {marked === null ? (
        <p className="count-hint">{text.scanText}</p>
      ) : (
        <>
          <p className={marked.qty === null ? "count-now count-now-gone" : "count-now"}>
            {marked.qty === null ? text.gone : text.figure(marked.qty)}
          </p>
          <p className="count-hint">{text.numberText}</p>
        </>
      )}
    </section>
  );
});

const Figures = memo(({ count }: { count: CountView }) => (
  <section className="card">
    <h2>{text.oms4}</h2>
    <div className="figures">
      <div data-count-waiting={count.waiting}>
        <b>{count.waiting}</b>
        <span>{text.waiting}</span>
      </div>
      <div data-count-failed={count.failed} className={count.failed > 0 ? "count-bad" : ""}>
        <b>{count.failed}</b>
        <span>{text.failed}</span>
      </div>
      <div data-count-sent={count.sentToday}>
        <b>{count.sentToday}</b>
        <span>{text.sentToday}</span>
      </div>
    </div>
  </section>
));

/** Stock is counted: every row of the count to look over, the one in hand, and what OMS4 still has to hear. */
export const Count = memo(({ snapshot }: { snapshot: Snapshot }) => {
  const { station } = useBench();
  const { count } = snapshot;
  useLoneKey((key) => {
    if (key === "ArrowDown") {
      void station.scan("CMDNEXT", "key");
      return true;
    }
    if (count.teaching !== null) return false;
    if (key === "T" && count.unknown !== null) {
      void station.scan("CMDTEACH", "key");
      return true;
    }
    if (key === "R" && count.failed > 0) {
      void station.scan("CMDRETRY", "key");
      return true;
    }
    if (key === "D" && count.marked !== null) {
      void station.scan("CMDDISCARD", "key");
      return true;
    }
    return false;
  });
  return (
    <main className="counting">
      <section className="lines">
        <div className="progress">
          {count.counting > 0 && <b>{text.title(count.counting)}</b>}
          {count.failed > 0 && <span className="count-bad">{text.refusedHint(count.failed)}</span>}
          {count.above > 0 && <span>{text.above(count.above)}</span>}
          {count.below > 0 && <span>{text.below(count.below)}</span>}
        </div>
        {count.rows.length === 0 ? (
          <div className="hero">
            <span className="hero-bars" aria-hidden="true" />
            <h2 className="hero-title">{text.heroTitle}</h2>
            <p>{text.heroText}</p>
          </div>
        ) : (
          <ul>
            {count.rows.map((row) => (
              <Row key={`${row.product} ${row.state}`} row={row} />
            ))}
          </ul>
        )}
      </section>
      <aside>
        <Ask count={count} />
        <Figures count={count} />
        <section className="count-end">
          <Press className="count-finish" onPress={() => void station.scan("CMDFINISH", "key")}>
            <Barcode text="CMDFINISH" />
            <span>{count.counting === 0 ? text.nothingToSend : text.finish(count.counting)}</span>
          </Press>
        </section>
      </aside>
    </main>
  );
});

/** On the ready screen, while a count is not finished or not at OMS4 yet. */
export const CountStatus = memo(({ count }: { count: CountView }) => {
  const lines = text.status(count);
  if (lines.length === 0) return null;
  return (
    <section className={count.failed > 0 ? "card count-status count-status-bad" : "card count-status"} data-count-status="">
      <h2>{text.statusTitle}</h2>
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </section>
  );
});
