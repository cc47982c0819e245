import { useEffect, useRef } from "react";
import type { CodesState } from "../../shared/alias.ts";
import { clockTime } from "../countdown.ts";
import { words } from "../words/en.ts";
import { journalWords } from "../words/journal.ts";
import { ByKey } from "./by-key.tsx";

const text = words.codes;
export type AuditLine = CodesState["last"][number];

const Line = ({
  line,
  now,
  marked,
  asking,
  onRemove,
}: Readonly<{ line: AuditLine; now: number; marked: boolean; asking: boolean; onRemove: () => void }>) => {
  const { at, packer, kind, words: what, code } = line;
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (marked) row.current?.scrollIntoView({ block: "nearest" });
  }, [marked]);
  return (
    <li ref={row} className={marked ? "codes-marked" : ""} aria-current={marked} data-code={code ?? ""} dir="auto">
      <span>
        <b>{clockTime(at, now)}</b> {journalWords[kind] ?? kind} · {what}
        {packer === null ? "" : ` · ${words.packer(packer)}`}
      </span>
      {marked && code !== null && (
        <ByKey keyName="D" label={text.remove} asking={asking} onPress={onRemove}>
          <code>{code}</code>
        </ByKey>
      )}
    </li>
  );
};

/** What became known and unknown last, newest first; the marked line's code can be made unknown again. */
export const CodesAudit = ({
  lines,
  marked,
  asking,
  now,
  onRemove,
}: Readonly<{ lines: readonly AuditLine[]; marked: number; asking: boolean; now: number; onRemove: () => void }>) => (
  <>
    <h3 className="section-title">{text.last}</h3>
    {lines.length === 0 && <p className="empty-line">{text.noChanges}</p>}
    <ul className="codes-last">
      {lines.map((line, index) => (
        <Line key={line.id} line={line} now={now} marked={index === marked} asking={asking} onRemove={onRemove} />
      ))}
    </ul>
  </>
);
