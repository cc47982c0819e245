/** The part of gs1-barcode-parser-mod 1.2 that is used; the package brings no types. */
declare module "gs1-barcode-parser-mod" {
  export type ParsedBarcode = Readonly<{
    codeName: string;
    /** `raw`: the element's characters as scanned; `isoDate`: yyyy-mm-dd for dates, else "" */
    parsedCodeItems: readonly Readonly<{ ai: string; raw: string; isoDate: string }>[];
  }>;
  /** Throws a string when the text is no element string to its end. */
  export function parseBarcode(text: string): ParsedBarcode;
}
