/** What a scanner's own setting, or its answer to Caps Lock, does to the letters of every code. */
export const changesOfCase = ["none", "flipped", "upper", "lower"] as const;
export type CaseChange = (typeof changesOfCase)[number];

const flip = (character: string): string => (character === character.toLowerCase() ? character.toUpperCase() : character.toLowerCase());

export const changeCase = (text: string, how: CaseChange): string => {
  switch (how) {
    case "none":
      return text;
    case "flipped":
      return [...text].map(flip).join("");
    case "upper":
      return text.toUpperCase();
    case "lower":
      return text.toLowerCase();
  }
};
