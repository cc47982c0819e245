import { PNG } from "pngjs";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../electron/kit/clock.ts";
import { silentLog } from "../../electron/kit/log.ts";
import { createBarcodeReader } from "../../electron/printer/barcode-reader.ts";
import { packGrey } from "../../electron/printer/bitmap.ts";
import { createZplPictures, zplSize } from "../../electron/printer/zpl-picture.ts";

const open = () => {
  const pictures = createZplPictures({ clock: systemClock, log: silentLog });
  onTestFinished(() => pictures.stop());
  return pictures;
};
const zpl = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

test("a ZPL label is drawn at its own size, and its barcode is the one it says", async () => {
  const drawn = await open().draw(zpl("^XA^PW800^LL400^FO60,60^BY3^BCN,160,Y,N,N^FDJT123456789SG^FS^XZ"), 203);
  if (!drawn.ok) throw new Error(drawn.failure.detail);
  const [png] = drawn.value;
  const { width, height, data } = PNG.sync.read(Buffer.from(png ?? []));
  const page = packGrey(
    Uint8Array.from({ length: width * height }, (_, dot) => data[4 * dot] ?? 0),
    width,
    height,
  );
  const codes = await (await createBarcodeReader()).read(page, 1);
  expect([drawn.value.length, width, height, codes.map(({ text }) => text)]).toEqual([1, 800, 400, ["JT123456789SG"]]);
});

test("what is no ZPL is said, and the next label is drawn all the same", async () => {
  const pictures = open();
  expect(await pictures.draw(zpl("no label"), 203)).toMatchObject({ ok: false, failure: { kind: "label-unreadable" } });
  expect((await pictures.draw(zpl("^XA^FO9,9^A0N,40^FDtwo^FS^XZ^XA^FO9,9^A0N,40^FDlabels^FS^XZ"), 300)).ok).toBe(true);
});

test.each([
  ["^XA^XZ", 8, { widthMm: 101.6, heightMm: 152.4 }],
  ["^XA^PW1200^LL1800^XZ", 12, { widthMm: 100, heightMm: 150 }],
  ["^XA^PW99999^LL0^XZ", 8, { widthMm: 101.6, heightMm: 152.4 }],
])("%s at %i dots a mm is %o", (text, dotsPerMm, size) => {
  expect(zplSize(text, dotsPerMm)).toEqual(size);
});
