import { expect, onTestFinished, test } from "vitest";
import type { Clock } from "../../electron/kit/clock.ts";
import { silentLog } from "../../electron/kit/log.ts";
import { createWorkerClient } from "../../electron/printer/worker-client.ts";
import type { MoodyQuestion } from "../fakes/moody-worker.ts";
import { until } from "../fakes/until.ts";

/** A real worker thread, and a clock on which only `runOut` lets time pass. */
const openClient = () => {
  const running = new Set<() => void>();
  const clock: Clock = {
    now: () => 0,
    after: (_ms, action) => {
      running.add(action);
      return () => running.delete(action);
    },
  };
  const client = createWorkerClient<MoodyQuestion>({ file: "../../test/fakes/moody-worker", doing: "Reading it", clock, log: silentLog });
  onTestFinished(client.stop);
  const ended: string[] = [];
  const ask = async (name: string, question: MoodyQuestion) => {
    const answer = await client.ask(question);
    ended.push(name);
    return answer.ok ? answer.value : answer.failure.kind;
  };
  /** The time of whatever the worker is at is over. */
  const runOut = (): void => {
    const [action] = running;
    running.clear();
    action?.();
  };
  return { ask, ended, running, runOut };
};

test("a question that hangs the worker costs no other its answer or its time, and fails only when it hangs the next worker too", async () => {
  const { ask, ended, running, runOut } = openClient();
  const bad = ask("bad", { what: "hang" });
  const others = [ask("a", { what: "echo", word: "a" }), ask("b", { what: "echo", word: "b" })];
  expect(running.size).toBe(1);
  runOut();
  expect(await Promise.all(others)).toEqual(["a", "b"]);
  await until(() => running.size === 1, "the bad one is asked once more");
  runOut();
  expect(await bad).toBe("label-unreadable");
  expect(ended).toEqual(["a", "b", "bad"]);
  expect(await ask("c", { what: "echo", word: "c" })).toBe("c");
});

test("a worker that fell ill by chance loses no question", async () => {
  const { ask, running, runOut } = openClient();
  const seen = new SharedArrayBuffer(4);
  const answer = ask("once", { what: "hang-once", seen });
  await until(() => new Int32Array(seen)[0] === 1 && running.size === 1, "the worker hangs");
  runOut();
  expect(await answer).toBe("hang-once");
});

test("a question that ends the worker twice has failed; those behind it are answered", async () => {
  const { ask } = openClient();
  expect(await Promise.all([ask("bad", { what: "crash" }), ask("a", { what: "echo", word: "a" })])).toEqual(["label-unreadable", "a"]);
});
