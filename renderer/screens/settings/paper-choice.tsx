import { useState } from "react";
import { paperNames, paperOf, typedPaper, type PaperName } from "../../../shared/printers.ts";
import { words } from "../../words/en.ts";

const text = words.settings;
const UNSAID = "";
const OTHER = "other";

/** The paper of one printer: one of those people have, or a size that is typed. `paper` null: nobody said. */
export const PaperChoice = ({
  name,
  paper,
  unsaid,
  choose,
}: {
  name: string;
  paper: PaperName | null;
  unsaid: string;
  choose: (paper: PaperName | null) => void;
}) => {
  const [typing, setTyping] = useState(false);
  const papers: readonly PaperName[] = paper === null || paperNames.some((one) => one === paper) ? paperNames : [...paperNames, paper];
  return (
    <>
      <select
        data-typing=""
        aria-label={`${text.paper}: ${name}`}
        value={typing ? OTHER : (paper ?? UNSAID)}
        onChange={({ target: { value } }) => {
          setTyping(value === OTHER);
          if (value !== OTHER) choose(value === UNSAID ? null : value);
        }}
      >
        <option value={UNSAID}>{unsaid}</option>
        {papers.map((one) => (
          <option key={one} value={one}>
            {paperOf(one).words}
          </option>
        ))}
        <option value={OTHER}>{text.otherPaper}</option>
      </select>
      {typing && (
        <input
          data-typing=""
          className="paper-size"
          aria-label={`${text.paperSize}: ${name}`}
          placeholder={text.paperSize}
          onChange={({ target: { value } }) => {
            const typed = typedPaper(value);
            if (typed !== null) choose(typed);
          }}
        />
      )}
    </>
  );
};
