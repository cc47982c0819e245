import { succeed, type Result } from "../../shared/failures.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import { createWorkerClient } from "./worker-client.ts";
import type { ZplQuestion } from "./zpl-picture-worker.ts";

const MM_PER_INCH = 25.4;
/** Zebra's print heads; ZPL counts in their dots. */
const FINEST = 24;
const HEADS = [6, 8, 12, FINEST] as const;
/** 4×6 inch, where the label itself doesn't say. */
const USUAL_MM = { width: 101.6, height: 152.4 } as const;
/** Wider or longer than any label printer prints: a typing mistake. */
const MOST_MM = 500;

/** What `^PW` and `^LL` say, mm; the usual size where they say nothing sane. */
export const zplSize = (zpl: string, dotsPerMm: number): Readonly<{ widthMm: number; heightMm: number }> => {
  const said = (command: string, usual: number): number => {
    const mm = Number(new RegExp(String.raw`\^${command}(\d{1,5})`, "i").exec(zpl)?.[1] ?? 0) / dotsPerMm;
    return mm > 0 && mm <= MOST_MM ? mm : usual;
  };
  return { widthMm: said("PW", USUAL_MM.width), heightMm: said("LL", USUAL_MM.height) };
};

/**
 * Draws ZPL labels to be looked at: the printer gets the ZPL itself and draws its own. Beside the event loop, in a worker of its own that ends
 * with the picture: it takes 100 MB, and somebody looks at a label a few times a day. Failures: `label-unreadable`.
 */
export const createZplPictures = ({ clock, log }: Readonly<{ clock: Clock; log: Log }>) => {
  const worker = createWorkerClient<ZplQuestion>({ file: "zpl-picture-worker", doing: "Drawing the ZPL", clock, log });
  let drawing = 0;
  return {
    /** Each label in it as a PNG. */
    draw: async (bytes: Uint8Array, dpi: number): Promise<Result<readonly Uint8Array[]>> => {
      const zpl = Buffer.from(bytes).toString("utf8");
      const dotsPerMm = HEADS.find((head) => head >= Math.floor(dpi / MM_PER_INCH)) ?? FINEST;
      drawing += 1;
      try {
        const answer = await worker.ask({ zpl, dotsPerMm, ...zplSize(zpl, dotsPerMm) });
        if (!answer.ok) return answer;
        // The worker is our own code: its answer has the type of the renderer's
        return succeed((answer.value as readonly string[]).map((png) => new Uint8Array(Buffer.from(png, "base64"))));
      } finally {
        drawing -= 1;
        if (drawing === 0) await worker.stop();
      }
    },
    stop: worker.stop,
  };
};
