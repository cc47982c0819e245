import { createRequire } from "node:module";
import bwipjs from "bwip-js";
import PDFDocument from "pdfkit";
import { PNG } from "pngjs";
import jpeg from "jpeg-js";
import { collectPdf } from "../../electron/printer/picture-pdf.ts";

const POINTS_PER_MM = 72 / 25.4;
/** Corner marks lie this far inside each label: the ink's outline tells its size and place. */
export const MARK_INSET_MM = 5;
const MARK_MM = 4;

type Size = readonly [number, number];
/** What a reader must find on a page: `box` says which of the page's boxes is the label, `widthMm` and `heightMm` how it is seen. */
export type CorpusLabel = Readonly<{
  name: string;
  bytes: Uint8Array;
  trackingNo: string;
  box: "media" | "crop" | "trim";
  widthMm: number;
  heightMm: number;
  /** pages with ink */
  pages: number;
  /** pages of the file, blank ones too */
  sheets: number;
  /** outline of the ink on the first page, mm from the upper left corner */
  ink: readonly [number, number, number, number];
  /** false where a picture's dots stand between us and the page: other renderers dither them otherwise */
  vector: boolean;
}>;

type Symbol = Readonly<{ bcid: string; text: string; options?: Readonly<Record<string, unknown>>; moduleMm: number; heightMm: number }>;
type Raw = readonly [Readonly<{ sbs?: readonly number[]; pixs?: readonly number[]; pixx?: number; pixy?: number }>];
type Draw = (document: PDFKit.PDFDocument) => void;

/** Embedded, so that every renderer draws the same letters. */
const FONT = createRequire(import.meta.url).resolve("@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf");

const points = (mm: number): number => mm * POINTS_PER_MM;
const raw = ({ bcid, text, options = {} }: Symbol): Raw[0] => {
  const [symbol] = bwipjs.raw({ bcid, text, ...options } as { bcid: string; text: string }) as unknown as Raw;
  return symbol;
};

/** Bars or modules as filled rectangles. */
const drawSymbol = (document: PDFKit.PDFDocument, x: number, y: number, symbol: Symbol): void => {
  const { sbs, pixs = [], pixx = 0, pixy = 0 } = raw(symbol);
  const module = points(symbol.moduleMm);
  if (sbs !== undefined) {
    let at = points(x);
    sbs.forEach((width, index) => {
      if (index % 2 === 0) document.rect(at, points(y), width * module, points(symbol.heightMm));
      at += width * module;
    });
  } else {
    const rowHeight = symbol.bcid === "pdf417" ? module * 3 : module;
    for (let row = 0; row < pixy; row++) {
      for (let column = 0; column < pixx; column++) {
        if (pixs[row * pixx + column] === 1) document.rect(points(x) + column * module, points(y) + row * rowHeight, module, rowHeight);
      }
    }
  }
  document.fill("black");
};

const corners = (document: PDFKit.PDFDocument, [width, height]: Size): void => {
  const [right, bottom] = [width - MARK_INSET_MM - MARK_MM, height - MARK_INSET_MM - MARK_MM];
  for (const [x, y] of [
    [MARK_INSET_MM, MARK_INSET_MM],
    [right, MARK_INSET_MM],
    [MARK_INSET_MM, bottom],
    [right, bottom],
  ] as const) {
    document.rect(points(x), points(y), points(MARK_MM), points(MARK_MM)).fill("black");
  }
};

const code128 = (text: string, moduleMm = 0.375): Symbol => ({ bcid: "code128", text, moduleMm, heightMm: 22 });
const qr = (text: string): Symbol => ({ bcid: "qrcode", text, options: { eclevel: "M" }, moduleMm: 0.8, heightMm: 0 });

/** A believable label of that size at the origin: marks, lines, barcode, and lopsided solids that tell when it is turned. */
const face = (document: PDFKit.PDFDocument, size: Size, symbols: readonly (readonly [number, number, Symbol])[]): void => {
  const [width, height] = size;
  corners(document, size);
  document.rect(points(12), points(6), points(width / 3), points(5)).fill("black");
  document.rect(points(8), points(height * 0.55), points(width - 16), points(0.5)).fill("black");
  document.rect(points(8), points(height * 0.62), points(width / 2), points(2)).fill("black");
  for (const [x, y, symbol] of symbols) drawSymbol(document, x, y, symbol);
};

type Sheet = Readonly<{ size: Size; entries?: Readonly<Record<string, unknown>>; draw: Draw }>;
const makePdf = async (sheets: readonly Sheet[]): Promise<Uint8Array> => {
  const document = new PDFDocument({ autoFirstPage: false });
  const collected = collectPdf(document);
  for (const { size, entries = {}, draw } of sheets) {
    document.addPage({ size: [points(size[0]), points(size[1])], margin: 0 });
    // pdfkit has no call for boxes and turns: the page's dictionary takes them as they are
    Object.assign((document.page as unknown as { dictionary: { data: Record<string, unknown> } }).dictionary.data, entries);
    draw(document);
  }
  document.end();
  return collected;
};

const STOCK: Readonly<Record<string, Size>> = {
  "100x150": [100, 150],
  "4x6in": [101.6, 152.4],
  A6: [105, 148],
  A5: [148, 210],
  "100x100": [100, 100],
  "100x200": [100, 200],
  "76x127": [76.2, 127],
};
const A4: Size = [210, 297];
const LABEL: Size = [100, 150];

let counter = 0;
const nextNumber = (): string => `SPXVN0${String(4_711_000_000 + 7_919 * counter++)}`;

const inkOf = ([width, height]: Size): CorpusLabel["ink"] => [MARK_INSET_MM, MARK_INSET_MM, width - MARK_INSET_MM, height - MARK_INSET_MM];
const label = (
  name: string,
  bytes: Uint8Array,
  trackingNo: string,
  seen: Size,
  more: Partial<Omit<CorpusLabel, "name" | "bytes" | "trackingNo">> = {},
): CorpusLabel => ({
  name,
  bytes,
  trackingNo,
  box: "media",
  widthMm: seen[0],
  heightMm: seen[1],
  pages: 1,
  sheets: 1,
  ink: inkOf(seen),
  vector: true,
  ...more,
});

const standard = (size: Size, trackingNo: string): Draw => {
  const narrow = size[0] < 90;
  return (document) =>
    face(document, size, [
      [narrow ? 6 : 10, 18, code128(trackingNo, narrow ? 0.25 : 0.375)],
      [15, size[1] * 0.66, qr(trackingNo)],
    ]);
};

const withText =
  (size: Size, draw: Draw): Draw =>
  (document) => {
    draw(document);
    const lines = "Người nhận: Nguyễn Thị Hồng\n12 Đường Lê Lợi, Phường Bến Nghé, Quận 1\nThành phố Hồ Chí Minh 700000 · +84 28 3822 0000";
    document.font(FONT, 7).text(lines, points(12), points(size[1] * 0.46), { width: points(size[0] - 24), height: points(size[1] * 0.08) });
  };

const plainLabels = (): Promise<CorpusLabel>[] =>
  Object.entries(STOCK).map(async ([name, size]) => {
    const trackingNo = nextNumber();
    const draw = withText(size, standard(size, trackingNo));
    return label(`plain ${name}`, await makePdf([{ size, draw }]), trackingNo, size);
  });

const symbolLabels = (): Promise<CorpusLabel>[] => {
  const number = "9400111899223100001234";
  const gs1 = (bcid: string, moduleMm: number): Symbol => ({
    bcid,
    text: `(420)98101(92)${number}`,
    moduleMm,
    heightMm: 25,
    options: { parse: true },
  });
  const symbols: readonly (readonly [string, string, Symbol])[] = [
    ["GS1-128 with postcode in front", `92${number}`, gs1("gs1-128", 0.25)],
    ["Interleaved 2 of 5", "12345678901234", { bcid: "interleaved2of5", text: "12345678901234", moduleMm: 0.375, heightMm: 25 }],
    ["Code 39", "RR123456785VN", { bcid: "code39", text: "RR123456785VN", moduleMm: 0.25, heightMm: 25 }],
    ["Code 93", "JNTVN88001234", { bcid: "code93", text: "JNTVN88001234", options: { includecheck: true }, moduleMm: 0.375, heightMm: 25 }],
    ["Codabar", "123456789012", { bcid: "rationalizedCodabar", text: "A123456789012B", moduleMm: 0.375, heightMm: 25 }],
    ["QR with a link", "LEX0012345678", qr("https://track.example/?no=LEX0012345678&lang=vi")],
    ["DataMatrix", "GHTK55512345678", { bcid: "datamatrix", text: "GHTK55512345678|HCM|Q1", moduleMm: 0.8, heightMm: 0 }],
    [
      "PDF417",
      "FLTH41000087109",
      { bcid: "pdf417", text: "FLTH41000087109;BKK;10110", moduleMm: 0.375, heightMm: 0, options: { columns: 3 } },
    ],
    ["Aztec", "1Z999AA10123456784", { bcid: "azteccode", text: "1Z999AA10123456784", moduleMm: 0.8, heightMm: 0 }],
    ["DPD with service behind", "01905012345678", code128("%0079900019050123456781011276", 0.25)],
  ];
  return symbols.map(async ([name, trackingNo, symbol]) =>
    label(name, await makePdf([{ size: LABEL, draw: (document) => face(document, LABEL, [[9, 18, symbol]]) }]), trackingNo, LABEL),
  );
};

const turnedLabels = (): Promise<CorpusLabel>[] => [
  ...[90, 180, 270].flatMap((turn) =>
    (["100x150", "4x6in"] as const).map(async (stock) => {
      const size = STOCK[stock] as Size;
      const trackingNo = nextNumber();
      const seen: Size = turn === 180 ? size : [size[1], size[0]];
      const bytes = await makePdf([{ size, entries: { Rotate: turn }, draw: standard(size, trackingNo) }]);
      return label(`turned by ${turn}, ${stock}`, bytes, trackingNo, seen);
    }),
  ),
  // Bars that stand on end, as on labels made for the other way round
  ...[90, -90].map(async (turn) => {
    const trackingNo = nextNumber();
    const draw: Draw = (document) => {
      corners(document, LABEL);
      document.save().rotate(turn, { origin: [points(50), points(75)] });
      drawSymbol(document, 10, 60, code128(trackingNo));
      document.restore();
    };
    return label(`bars on end, ${turn}`, await makePdf([{ size: LABEL, draw }]), trackingNo, LABEL);
  }),
];

/** A label drawn with its upper left corner at that place, mm. */
const placed =
  (x: number, y: number, draw: Draw): Draw =>
  (document) => {
    document.save().translate(points(x), points(y));
    draw(document);
    document.restore();
  };
const boxAt = ([x, y]: Size, [width, height]: Size, sheetHeight: number): readonly number[] => [
  points(x),
  points(sheetHeight - y - height),
  points(x + width),
  points(sheetHeight - y),
];

const croppedLabels = (): Promise<CorpusLabel>[] => [
  ...(
    [
      [0, 0, 0],
      [20, 30, 0],
      [55, 73, 0],
      [20, 30, 90],
      [13.7, 29.3, 270],
    ] as const
  ).map(async ([x, y, turn]) => {
    const trackingNo = nextNumber();
    const seen: Size = turn % 180 === 0 ? LABEL : [LABEL[1], LABEL[0]];
    const draw: Draw = (document) => {
      placed(x, y, standard(LABEL, trackingNo))(document);
      // What the crop box hides
      document.rect(points(150), points(250), points(40), points(30)).fill("black");
    };
    const entries = { CropBox: boxAt([x, y], LABEL, A4[1]), Rotate: turn };
    return label(`crop box at ${x}, ${y}, turned by ${turn}`, await makePdf([{ size: A4, entries, draw }]), trackingNo, seen, {
      box: "crop",
    });
  }),
  ...[0, 90].map(async (turn) => {
    const trackingNo = nextNumber();
    const bleed = 12;
    const sheet: Size = [LABEL[0] + 2 * bleed, LABEL[1] + 2 * bleed];
    const draw: Draw = (document) => {
      placed(bleed, bleed, standard(LABEL, trackingNo))(document);
      for (const x of [bleed, bleed + LABEL[0]]) {
        document.rect(points(x) - 0.15, 0, 0.3, points(bleed - 3)).fill("black");
        document.rect(points(x) - 0.15, points(sheet[1] - bleed + 3), 0.3, points(bleed - 3)).fill("black");
      }
      for (const y of [bleed, bleed + LABEL[1]]) {
        document.rect(0, points(y) - 0.15, points(bleed - 3), 0.3).fill("black");
        document.rect(points(sheet[0] - bleed + 3), points(y) - 0.15, points(bleed - 3), 0.3).fill("black");
      }
    };
    const entries = { TrimBox: boxAt([bleed, bleed], LABEL, sheet[1]), Rotate: turn };
    const seen: Size = turn === 0 ? LABEL : [LABEL[1], LABEL[0]];
    return label(`crop marks, turned by ${turn}`, await makePdf([{ size: sheet, entries, draw }]), trackingNo, seen, { box: "trim" });
  }),
];

const offsetLabels = (): Promise<CorpusLabel>[] =>
  (
    [
      [72, 144, 0],
      [-100, -50, 0],
      [300.5, 17.25, 0],
      [72, 144, 90],
    ] as const
  ).map(async ([x, y, turn]) => {
    const trackingNo = nextNumber();
    const size: Size = STOCK["4x6in"] as Size;
    const [width, height] = [points(size[0]), points(size[1])];
    const draw: Draw = (document) => {
      document.save().translate(x, -y);
      standard(size, trackingNo)(document);
      document.restore();
    };
    const entries = { MediaBox: [x, y, x + width, y + height], Rotate: turn };
    const seen: Size = turn === 0 ? size : [size[1], size[0]];
    return label(`media box at ${x}, ${y}, turned by ${turn}`, await makePdf([{ size, entries, draw }]), trackingNo, seen);
  });

const manyPages = (): Promise<CorpusLabel>[] => [
  (async () => {
    const trackingNo = nextNumber();
    const sheet: Sheet = { size: LABEL, draw: standard(LABEL, trackingNo) };
    return label("two pages", await makePdf([sheet, sheet]), trackingNo, LABEL, { pages: 2, sheets: 2 });
  })(),
  (async () => {
    const trackingNo = nextNumber();
    const blank: Sheet = { size: LABEL, draw: () => {} };
    const bytes = await makePdf([{ size: LABEL, draw: standard(LABEL, trackingNo) }, blank]);
    return label("a blank page behind", bytes, trackingNo, LABEL, { sheets: 2 });
  })(),
  (async () => {
    const trackingNo = nextNumber();
    const note: Sheet = { size: LABEL, draw: (document) => corners(document, LABEL) };
    const bytes = await makePdf([{ size: LABEL, draw: standard(LABEL, trackingNo) }, note, note]);
    return label("label and two pages of customs", bytes, trackingNo, LABEL, { pages: 3, sheets: 3 });
  })(),
];

const officeSheets = (): Promise<CorpusLabel>[] => [
  (async () => {
    const trackingNo = nextNumber();
    const [width, height]: Size = [A4[1], A4[0]];
    const half: Size = [width / 2, height];
    const draw: Draw = (document) => {
      standard(half, trackingNo)(document);
      placed(width / 2, 0, standard(half, trackingNo))(document);
    };
    return label("two-up on A4 across", await makePdf([{ size: [width, height], draw }]), trackingNo, [width, height]);
  })(),
  (async () => {
    const trackingNo = nextNumber();
    const half: Size = [A4[0], A4[1] / 2];
    const draw: Draw = (document) => {
      standard(half, trackingNo)(document);
      placed(0, half[1], standard(half, trackingNo))(document);
    };
    return label("two-up on A4, one over the other", await makePdf([{ size: A4, draw }]), trackingNo, A4);
  })(),
  (async () => {
    const trackingNo = nextNumber();
    const bytes = await makePdf([{ size: A4, draw: standard(LABEL, trackingNo) }]);
    return label("a corner of A4", bytes, trackingNo, A4, { ink: inkOf(LABEL) });
  })(),
];

/** The label as dots of that density, four bytes each, as an image program would hand it over. */
const dotsOf = (trackingNo: string, dpi: number): Readonly<{ width: number; height: number; data: Buffer }> => {
  const dot = (mm: number): number => Math.round((mm / 25.4) * dpi);
  const [width, height] = [dot(LABEL[0]), dot(LABEL[1])];
  const data = Buffer.alloc(width * height * 4, 255);
  const fill = (x: number, y: number, across: number, down: number): void => {
    for (let row = y; row < Math.min(height, y + down); row++) {
      for (let column = x; column < Math.min(width, x + across); column++)
        data.fill(0, (row * width + column) * 4, (row * width + column) * 4 + 3);
    }
  };
  const mark = dot(MARK_MM);
  const [right, bottom] = [width - dot(MARK_INSET_MM) - mark, height - dot(MARK_INSET_MM) - mark];
  for (const x of [dot(MARK_INSET_MM), right]) for (const y of [dot(MARK_INSET_MM), bottom]) fill(x, y, mark, mark);
  const module = Math.round(dpi / 68);
  let at = dot(12);
  (raw(code128(trackingNo)).sbs ?? []).forEach((bar, index) => {
    if (index % 2 === 0) fill(at, dot(20), bar * module, dot(25));
    at += bar * module;
  });
  return { width, height, data };
};
const pngOf = ({ width, height, data }: ReturnType<typeof dotsOf>): Buffer => {
  const png = new PNG({ width, height });
  data.copy(png.data);
  return PNG.sync.write(png, { colorType: 0 });
};
/** Grey noise that no compression shrinks: a logo as a photograph. */
const noise = (side: number): Buffer => {
  const png = new PNG({ width: side, height: side });
  let seed = 7;
  for (let at = 0; at < png.data.length; at += 4) {
    seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
    png.data.fill(seed >> 16, at, at + 3);
    png.data[at + 3] = 255;
  }
  return PNG.sync.write(png, { colorType: 0 });
};

const pictureLabels = (): Promise<CorpusLabel>[] => {
  const across = { width: points(LABEL[0]), height: points(LABEL[1]) };
  const embedded = async (name: string, trackingNo: string, picture: Buffer): Promise<CorpusLabel> =>
    label(name, await makePdf([{ size: LABEL, draw: (document) => void document.image(picture, 0, 0, across) }]), trackingNo, LABEL, {
      vector: false,
    });
  return [
    ...[203, 300, 600].map((dpi) => {
      const trackingNo = nextNumber();
      return embedded(`picture of ${dpi} dpi inside`, trackingNo, pngOf(dotsOf(trackingNo, dpi)));
    }),
    ...[203, 300].map((dpi) => {
      const trackingNo = nextNumber();
      return embedded(`photograph of ${dpi} dpi inside`, trackingNo, Buffer.from(jpeg.encode(dotsOf(trackingNo, dpi), 85).data));
    }),
    ...[180, 520].map(async (side) => {
      const trackingNo = nextNumber();
      const logo = noise(side);
      const draw: Draw = (document) => {
        standard(LABEL, trackingNo)(document);
        document.image(logo, points(60), points(112), { width: points(25), height: points(25) });
      };
      return label(`a logo of ${side} × ${side}`, await makePdf([{ size: LABEL, draw }]), trackingNo, LABEL, { vector: false });
    }),
  ];
};

/** Label PDFs as carriers and marketplaces make them, each with its tracking number and its true geometry. */
export const labelCorpus = async (): Promise<readonly CorpusLabel[]> => {
  counter = 0;
  return Promise.all([
    ...plainLabels(),
    ...symbolLabels(),
    ...turnedLabels(),
    ...croppedLabels(),
    ...offsetLabels(),
    ...manyPages(),
    ...officeSheets(),
    ...pictureLabels(),
  ]);
};
