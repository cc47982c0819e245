import { memo, useEffect, useState } from "react";

type Bars = Readonly<{ width: number; path: string }>;

const QUIET_MODULES = 10; // Code 128 wants ten modules of white on either side
const HEIGHT_MODULES = 34;

/** Draws the bars of a Code 128 as one path, one unit a module. The maker is loaded when the first barcode is shown. */
const drawBars = async (text: string, gs1: boolean): Promise<Bars> => {
  const { code128, gs1_128: code128OfGs1 } = await import("bwip-js/browser");
  let width = 0;
  let path = "";
  const draw = gs1 ? code128OfGs1 : code128;
  return draw(
    { bcid: gs1 ? "gs1-128" : "code128", text, scale: 1, includetext: false },
    {
      scale: (x: number, y: number): [number, number] => [x, y],
      measure: () => ({ width: 0, ascent: 0, descent: 0 }),
      init: (modules: number) => {
        width = modules;
      },
      line: (x: number, _y: number, _x1: number, _y1: number, bar: number) => {
        path += `M${x - Math.ceil(bar / 2)} 0h${bar}v${HEIGHT_MODULES}h-${bar}z`;
      },
      polygon: () => undefined,
      hexagon: () => undefined,
      ellipse: () => undefined,
      fill: () => undefined,
      text: () => undefined,
      end: (): Bars => ({ width, path }),
    },
  );
};

/** A Code 128 that can be scanned off the screen or off paper: black on white in both themes. */
export const Barcode = memo(
  ({
    text,
    className = "",
    dots = 2,
    gs1 = false,
  }: {
    text: string;
    className?: string;
    /** px a module: whole, so that every bar is true */ dots?: number;
    /** `text` is a GS1 element string in brackets */
    gs1?: boolean;
  }) => {
    const [bars, setBars] = useState<Bars | null>(null);
    useEffect(() => {
      let wanted = true;
      drawBars(text, gs1).then(
        (drawn) => wanted && setBars(drawn),
        // a text that Code 128 can't hold is still there to read, in words beside the bars
        () => wanted && setBars(null),
      );
      return () => {
        wanted = false;
      };
    }, [text, gs1]);
    // until the bars are there their place is kept: eleven modules a character, start, check and a stop of thirteen
    const width = (bars?.width ?? 11 * (text.length + 2) + 13) + QUIET_MODULES * 2;
    return (
      <svg
        className={`barcode ${className}`}
        data-barcode={bars === null ? "" : text}
        viewBox={`${-QUIET_MODULES} -3 ${width} ${HEIGHT_MODULES + 6}`}
        width={width * dots}
        preserveAspectRatio="none"
        shapeRendering="crispEdges"
        role="img"
        aria-label={text}
      >
        <rect x={-QUIET_MODULES} y={-3} width={width} height={HEIGHT_MODULES + 6} fill="#fff" />
        {bars !== null && <path d={bars.path} fill="#000" />}
      </svg>
    );
  },
);
