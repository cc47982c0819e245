import { describe, expect, test, vi } from "vitest";
import { createClient } from "../../shared/client.ts";
import type { OpenScreen, Snapshot } from "../../shared/station.ts";
import { silentLog } from "../../electron/kit/log.ts";
import { createRouter, encodeEvent } from "../../electron/bridge/router.ts";
import type { Link, LinkState } from "../../renderer/bridge.ts";
import { createStationStore } from "../../renderer/station-store.ts";
import { words } from "../../renderer/words/en.ts";
import { createStationFake } from "../fakes/station.ts";

/** A page on a station in memory, with a connection that can be lost; after `swallow` nothing comes through it until it is lost. */
const openPage = (start: Partial<Snapshot> = {}) => {
  const station = createStationFake(start);
  const opened: OpenScreen[] = [];
  const handlers: typeof station.handlers = {
    ...station.handlers,
    "screen.opened": (input) => {
      opened.push(input.screen);
      return station.handlers["screen.opened"](input);
    },
  };
  const router = createRouter({ handlers, log: silentLog });
  let [tellState, tellMessage, tellClose] = [(_state: LinkState): void => {}, (_json: string): void => {}, (): void => {}];
  let [isUp, swallows] = [false, false];
  const hears = (): boolean => isUp && !swallows;
  const state = (name: "up" | "lost"): void => {
    isUp = name === "up";
    swallows = false;
    tellState({ name, retryAt: null });
    if (name === "lost") tellClose();
  };
  const link: Link = {
    send: (json) => {
      void router.answer(json, { trusted: true }).then((reply) => (hears() ? tellMessage(reply) : undefined));
    },
    onMessage: (listener) => {
      tellMessage = listener;
      return () => {};
    },
    onClose: (listener) => {
      tellClose = listener;
      return () => {};
    },
    onState: (listener) => {
      tellState = listener;
      return () => {};
    },
    start: () => state("up"),
    stop: () => {},
  };
  station.onEvent((event, body) => (hears() ? tellMessage(encodeEvent(event, body)) : undefined));
  const store = createStationStore({ client: createClient(link), link, after: () => () => {}, now: Date.now, onReadAs: () => {} });
  store.start();
  return { station, store, opened, state, swallow: (): void => void (swallows = true) };
};
/** Waits until it is so; the limit is for broken tests only. */
const soon = (isSo: () => void): Promise<void> => vi.waitFor(isSo, { timeout: 15_000, interval: 10 });

/** A page whose first snapshot is there. */
const openLoaded = async (start: Partial<Snapshot> = {}) => {
  const page = openPage(start);
  await soon(() => expect(page.store.getState().snapshot).not.toBeNull());
  return page;
};
const wedge = (text: string) => ({
  text,
  alternates: [],
  terminator: "Enter" as const,
  burst: true,
  byHand: false,
  keys: { physical: text, typed: text, gaps: { median: 0, longest: 0 }, capsLock: false },
});

describe("the screen that is open", () => {
  test("is told to the station whoever opened it, and again after a break", async () => {
    const { station, store, opened, state } = await openLoaded();
    store.go("help");
    store.go("bench");
    station.change({ wish: { screen: "trouble", count: 1 } });
    store.showLife("PB-1");
    await soon(() => expect(opened).toEqual(["bench", "help", "bench", "trouble", "life"]));
    state("lost");
    state("up");
    await soon(() => expect(opened.at(-1)).toBe("life"));
    expect(opened).toHaveLength(6);
  });

  test("is the bench again with the next work, and told so", async () => {
    const { store, opened } = await openLoaded();
    store.go("help");
    store.takeWedge(wedge("SKU-1"));
    await soon(() => expect(opened).toEqual(["bench", "help", "bench"]));
  });
});

describe("what the band says", () => {
  test("STOP over the settings is STOP, not news of a scanner", async () => {
    const { station, store } = await openLoaded();
    store.go("settings");
    const stop = {
      kind: "cancelled",
      tone: "stop",
      sound: "stop",
      title: "STOP",
      text: "FT1",
      ftNo: "FT1",
      detailId: null,
      at: 5,
    } as const;
    station.change({ verdict: stop });
    await soon(() => expect(store.getState().snapshot?.verdict?.kind).toBe("cancelled"));
    expect(store.getState()).toMatchObject({ screen: "settings", notice: null });
  });

  test("a scan whose answer was lost with the connection is not called refused", async () => {
    const { store, state, swallow } = await openLoaded();
    swallow();
    store.takeWedge(wedge("SKU-1"));
    state("lost");
    await soon(() => expect(store.getState().notice?.title).toBe(words.link.unanswered("SKU-1")));
    // It was counted: its own answer stands
    state("up");
    await soon(() => expect(store.getState()).toMatchObject({ snapshot: { scanSeq: 1 }, notice: null }));
  });

  test("and stays in question while the station has not answered it", async () => {
    const { store, state } = await openLoaded();
    state("lost");
    store.takeWedge(wedge("SKU-1"));
    state("up");
    await soon(() => expect(store.getState().snapshot).not.toBeNull());
    expect(store.getState().notice?.title).toBe(words.link.notTaken("SKU-1"));
  });
});
