import { createRandom } from "./random.ts";

export type ShiftPlan = Readonly<{
  seed: string;
  crashes: number;
  printer: "folder" | "zpl";
  /** OMS4 loses and spoils answers */
  stormy: boolean;
  /** `all`: also at each named step (points.ts) once, however many kills that makes; `some`: now and then at one of them */
  points: "all" | "some";
  /** buyers take orders back at any moment */
  buyers: boolean;
  /** labels of split parcels come late, and boxes leave the bench with a parking slip */
  slips: boolean;
  /** the carrier makes labels anew after they were fetched */
  relabel: boolean;
  /** parcels that another bench packed are handed over here */
  neighbour: boolean;
}>;

/** What kind of shift a seed is: mostly the folder, which tells every print apart, and mostly bad weather. */
export const drawShift = (
  seed: string,
  crashes: number,
  given: Partial<Pick<ShiftPlan, "printer" | "stormy" | "points" | "buyers" | "slips" | "relabel" | "neighbour">> = {},
): ShiftPlan => {
  const random = createRandom(`${seed} kind`);
  const [printer, stormy, buyers] = [random.chance(0.7) ? "folder" : "zpl", random.chance(0.75), random.chance(0.5)] as const;
  const [slips, relabel] = [random.chance(0.4), random.chance(0.4)] as const;
  const neighbour = random.chance(0.4);
  return { seed, crashes, printer, stormy, points: "some", buyers, slips, relabel, neighbour, ...given };
};

const yesOrNo = (flag: boolean): string => (flag ? "yes" : "no");

/** How to run the very same shift again. */
export const commandFor = ({ seed, crashes, printer, stormy, points, buyers, slips, relabel, neighbour }: ShiftPlan): string =>
  `SEED=${seed} npm run soak -- --crashes ${crashes} --printer ${printer} --weather ${stormy ? "storm" : "calm"} --points ${points} --buyers ${yesOrNo(buyers)} --slips ${yesOrNo(slips)} --relabel ${yesOrNo(relabel)} --neighbour ${yesOrNo(neighbour)}`;
