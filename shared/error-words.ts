/** What a caught error says; what was thrown without being an error is written out. */
export const errorWords = (error: unknown): string => (error instanceof Error ? error.message : String(error));
