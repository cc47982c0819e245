import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { VerdictKind } from "../../shared/scan.ts";
import { verdict } from "../fakes/screen-states.ts";
import { prepareGround, rootSays, settled, show, type Ground } from "./screens-ground.ts";

type Tone = Readonly<{ wave: string; from: number; stopped: boolean }>;

let ground: Ground;
let page: Page;

/** Writes down every tone that the page starts and stops, from before its first script. */
const spy = (): void => {
  const tones: { wave: string; from: number; stopped: boolean }[] = [];
  Object.assign(window, { tones });
  const make = AudioContext.prototype.createOscillator;
  AudioContext.prototype.createOscillator = function (this: AudioContext) {
    const oscillator = make.call(this);
    const tone = { wave: "", from: 0, stopped: false };
    const { start, stop } = oscillator;
    oscillator.start = (at) => {
      tones.push(Object.assign(tone, { wave: oscillator.type, from: oscillator.frequency.value }));
      start.call(oscillator, at);
    };
    oscillator.stop = (at) => {
      tone.stopped = true;
      stop.call(oscillator, at);
    };
    return oscillator;
  };
};

const tones = (): Promise<readonly Tone[]> => page.evaluate(() => (window as unknown as { tones: Tone[] }).tones);
const answer = async (kind: VerdictKind): Promise<readonly Tone[]> => {
  const before = (await tones()).length;
  const { scanSeq } = ground.station.snapshot();
  ground.station.tell({ scanSeq: scanSeq + 1, verdict: verdict(kind, "Title", "", 1) });
  await settled(page, ground.station);
  return (await tones()).slice(before);
};

beforeAll(async () => {
  ground = await prepareGround();
  page = await ground.browser.newPage();
  await page.addInitScript(spy);
  await page.goto(ground.station.url);
  await settled(page, ground.station);
}, 60_000);
afterAll(() => ground.end());
beforeEach(() => show(page, ground.station, "first"));

test("before the first key nothing sounds, and the screen says so until a key is pressed", async () => {
  const fresh = await ground.browser.newPage();
  const session = await fresh.context().newCDPSession(fresh);
  // the driver's own ways to look into a page count as a user's gesture there; this one does not
  const look = async (expression: string): Promise<unknown> =>
    (await session.send("Runtime.evaluate", { expression, returnByValue: true })).result.value;
  const says = (expression: string): Promise<unknown> => expect.poll(() => look(expression)).toBe(true);
  await fresh.goto(ground.station.url);
  await says("document.documentElement.dataset.phase === 'ready'");
  await answer("item-ok");
  await says("document.body.textContent.includes('Sound is off: press any key')");
  await fresh.keyboard.press("x");
  await says("!document.body.textContent.includes('Sound is off: press any key')");
  await fresh.close();
});

test("each kind of answer has a sound of its own", async () => {
  const sounds = new Map<string, number>();
  for (const kind of ["item-ok", "wrong-item", "over-scan", "task-done"] as const) {
    const heard = await answer(kind);
    sounds.set(heard.map(({ wave }) => wave).join(), heard.length);
  }
  expect([...sounds]).toEqual([
    ["triangle", 1],
    ["sawtooth,sawtooth", 2],
    ["square,square,square", 3],
    ["triangle,triangle,triangle", 3],
  ]);
});

test("the same answer to the next scan sounds again", async () => {
  expect(await answer("wrong-item")).toHaveLength(2);
  expect(await answer("wrong-item")).toHaveLength(2);
});

test("the alarm goes on until the next scan is answered", async () => {
  const alarm = await answer("cancelled");
  expect(alarm.map(({ stopped }) => stopped)).toEqual([false, false]);
  ground.station.tell({ handedOver: 1 });
  await settled(page, ground.station);
  expect((await tones()).filter(({ stopped }) => !stopped)).toHaveLength(2);
  await answer("item-ok");
  expect((await tones()).filter(({ stopped }) => !stopped)).toEqual([]);
});

test("an alarm that comes without a scan, such as a cancellation, sounds too", async () => {
  const before = (await tones()).length;
  ground.station.tell({ verdict: verdict("cancelled", "STOP", "", Date.now()) });
  await settled(page, ground.station);
  expect((await tones()).length).toBe(before + 2);
});

test("nothing sounds when sound is switched off, also no alarm that was under way", async () => {
  await answer("cancelled");
  ground.station.tell({ sound: false });
  await settled(page, ground.station);
  expect((await tones()).filter(({ stopped }) => !stopped)).toEqual([]);
  expect(await answer("wrong-item")).toEqual([]);
});

test("a scan that is not taken for want of a connection sounds wrong, unless sound is switched off", async () => {
  const heardOffline = async (): Promise<readonly string[]> => {
    const before = (await tones()).length;
    ground.station.fallSilent();
    await rootSays(page, "phase", "loading");
    await page.keyboard.type("FT00000777\n");
    await page
      .getByText(/FT00000777/)
      .first()
      .waitFor();
    ground.station.tell({});
    ground.station.speak();
    await settled(page, ground.station);
    return (await tones()).slice(before).map(({ wave }) => wave);
  };
  expect(await heardOffline()).toEqual(["sawtooth", "sawtooth"]);
  ground.station.tell({ sound: false });
  await settled(page, ground.station);
  expect(await heardOffline()).toEqual([]);
});
