/** The only two channels between page and main process. */
export const CALL_CHANNEL = "packbench:call";
export const EVENT_CHANNEL = "packbench:event";
