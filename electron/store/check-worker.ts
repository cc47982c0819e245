import { setImmediate } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { checkFile } from "./database.ts";

/** The file check beside the event loop: takes a path, answers with SQLite's words or null; what it can't read at all it throws. */
const port = parentPort;
if (port !== null) void checkFile(String(workerData), () => setImmediate()).then((words) => port.postMessage(words));
