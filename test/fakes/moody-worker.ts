import { parentPort } from "node:worker_threads";

/** `hang` never comes to an end; `hang-once` does on its first asking only, which `seen` remembers for the next worker; `crash` ends the worker. */
export type MoodyQuestion = Readonly<
  { what: "echo"; word: string } | { what: "hang" } | { what: "hang-once"; seen: SharedArrayBuffer } | { what: "crash" }
>;

const hang = (): never => {
  for (;;);
};

parentPort?.on("message", (question: MoodyQuestion & { id: number }) => {
  if (question.what === "hang") hang();
  if (question.what === "hang-once" && Atomics.add(new Int32Array(question.seen), 0, 1) === 0) hang();
  if (question.what === "crash") process.exit(3);
  parentPort?.postMessage({ id: question.id, value: question.what === "echo" ? question.word : question.what });
});
