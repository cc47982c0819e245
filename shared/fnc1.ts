/** What ends an element of GS1 data, as scanners come set to send it: GS. */
export const FNC1 = "\u001d";

/** One of what scanners send instead, in any letter case: names of it, and characters that data can't have (GS1 General Specifications figure 7.11-1). */
export const FNC1_SUBSTITUTE =
  /<GS>|<FNC1>|\{GS\}|\{FNC1\}|\[GS\]|\[FNC1\]|\^\]|[<[{]0x1d[>\]}]|%1d|\\x1d|\\u001d|\\F|[\u001c-\u001e\u2194\u241d#$@^`{|}~]/.source;
