import { createFloor, emptyTally, randomFrom, workAStretch } from "./wedge-floor.ts";

/** `node test/tools/wedge-million.ts [scans] [seed]`: types that many generated scans into the wedge and prints what became of them. */
const STRETCHES_PER_PAGE = 50; // then a fresh page, so that fields stay as short as real ones
const wanted = Number(process.argv[2] ?? 1_000_000);
const seed = Number(process.argv[3] ?? 1);

const random = randomFrom(seed);
const tally = emptyTally();
const began = performance.now();
let floor = createFloor();
for (let stretch = 1; tally.scans < wanted; stretch++) {
  workAStretch(floor, random, tally);
  if (stretch % STRETCHES_PER_PAGE === 0) floor = createFloor(floor.known());
}
const seconds = (performance.now() - began) / 1_000;
process.stdout.write(`${JSON.stringify({ seed, ...tally, seconds: Number(seconds.toFixed(1)) })}\n`);
process.exitCode = tally.right === tally.scans && tally.wrong + tally.doubled + tally.spoiledFields === 0 ? 0 : 1;
