/** Every MB that is shown or compared, as Windows counts them. */
export const MEGABYTE = 1024 * 1024;

/** A file's size for people. */
export const fileSize = (bytes: number): string => `${(bytes / MEGABYTE).toFixed(1)} MB`;
