import { join } from "node:path";

/**
 * Where Node keeps what it compiled of the sources between two starts (NODE_COMPILE_CACHE), as `npm start` has it: compiling is more than half
 * of a start, and tests start hundreds of stations.
 */
export const compileCache = join(import.meta.dirname, "../../node_modules/.cache/packbench-sources");
