/** A prefix or suffix as it is typed: control characters, which no field shows, as `\x02`. */
export const writeAffix = (affix: string): string =>
  [...affix]
    .map((character) => {
      if (character === "\\") return "\\\\";
      return character < " " ? `\\x${(character.codePointAt(0) ?? 0).toString(16).padStart(2, "0")}` : character;
    })
    .join("");

export const readAffix = (typed: string): string =>
  typed.replace(/\\(?:\\|x([0-9a-f]{2}))/gi, (_, code: string | undefined) =>
    code === undefined ? "\\" : String.fromCodePoint(Number.parseInt(code, 16)),
  );
