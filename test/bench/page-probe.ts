/** What the page measures about one scan, all in ms on the page's own clock. */
export type Answered = Readonly<{
  /** the Enter key's own time: when the browser got it */
  enterAt: number;
  /** the DOM says the new answer */
  domAt: number;
  /** the frame that shows it was drawn */
  frameAt: number;
  /** a tone was started; null where this answer is silent */
  soundAt: number | null;
  verdict: string;
}>;

export type Echoed = Pick<Answered, "enterAt" | "domAt" | "frameAt">;

/** `expect…` before the keys, `answer` or `echo` after them: a key may overtake a question. */
export type Probe = Readonly<{
  /** Resolves when the last answer's flash is over: no packer scans four times a second. */
  still: () => Promise<void>;
  expectAnswer: () => void;
  answer: () => Promise<Answered>;
  expectEcho: () => Promise<void>;
  echo: () => Promise<Echoed>;
  clock: () => number;
}>;

declare global {
  interface Window {
    packbenchProbe?: Probe;
  }
}

/** The key that sends one bare echo; the screen has no use for it. */
export const ECHO_KEY = "F9";

/**
 * Runs in the page before anything of ours: sees every key first, notices the DOM's change, the frame after it and the
 * first tone. On the echo key it sends the same number of bytes to a bare WebSocket server and sets a DOM attribute when they
 * come back, seen by the same means.
 */
export const installProbe = ({ echoUrl, echoKey }: Readonly<{ echoUrl: string; echoKey: string }>): void => {
  // The root element may not be there yet
  const root = (): HTMLElement => document.documentElement;
  let enterAt = 0;
  let soundAt: number | null = null;
  let answer = Promise.withResolvers<Answered>();
  let echo = Promise.withResolvers<Echoed>();
  let waitsForAnswer = false;
  let waitsForEcho = false;
  let echoAt = 0;
  let echoes = 0;
  const socket = new WebSocket(echoUrl);
  const opened = new Promise<void>((resolve) => socket.addEventListener("open", () => resolve(), { once: true }));
  socket.addEventListener("message", () => root().setAttribute("data-echo", String((echoes += 1))));

  window.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Enter") {
        enterAt = event.timeStamp;
        soundAt = null;
      }
      if (event.key !== echoKey) return;
      event.stopImmediatePropagation();
      event.preventDefault();
      echoAt = event.timeStamp;
      socket.send(JSON.stringify({ id: echoes, call: "scan", input: { text: "8881234001016", source: "wedge", alternates: [] } }));
    },
    { capture: true },
  );
  const startTone = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (this: OscillatorNode, when?: number): void {
    soundAt ??= performance.now();
    startTone.call(this, when);
  };
  const afterFrame = (done: (frameAt: number) => void): void => {
    const channel = new MessageChannel();
    channel.port1.addEventListener("message", () => done(performance.now()), { once: true });
    channel.port1.start();
    requestAnimationFrame(() => channel.port2.postMessage(null));
  };
  new MutationObserver((changes) => {
    const domAt = performance.now();
    for (const { attributeName } of changes) {
      if (attributeName === "data-scan-seq" && waitsForAnswer) {
        waitsForAnswer = false;
        const verdict = root().dataset["verdict"] ?? "";
        afterFrame((frameAt) => answer.resolve({ enterAt, domAt, frameAt, soundAt, verdict }));
      }
      if (attributeName === "data-echo" && waitsForEcho) {
        waitsForEcho = false;
        afterFrame((frameAt) => echo.resolve({ enterAt: echoAt, domAt, frameAt }));
      }
    }
  }).observe(document, { attributes: true, subtree: true, attributeFilter: ["data-scan-seq", "data-echo"] });

  window.packbenchProbe = {
    still: async () => {
      await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
    },
    expectAnswer: () => {
      answer = Promise.withResolvers();
      waitsForAnswer = true;
    },
    answer: () => answer.promise,
    expectEcho: () => {
      echo = Promise.withResolvers();
      waitsForEcho = true;
      return opened;
    },
    echo: () => echo.promise,
    clock: () => performance.timeOrigin + performance.now(),
  };
};
