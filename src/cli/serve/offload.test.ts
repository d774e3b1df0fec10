import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Worker } from "node:worker_threads";
import { LEGACY, load } from "../config/sample.ts";
import { createOffload, type Offload, type Taken } from "./offload.ts";

const { routes } = load(LEGACY);
const head = { method: "POST", target: "/", rawHeaders: [] };
const job = (body: Buffer): Taken => ({ route: "default", head, body });
const quick = job(Buffer.from("{}"));
/** Nothing is slower to take apart than opening brackets. */
const slow = (bytes: number): Taken => job(Buffer.alloc(bytes, "["));

let open: Offload[] = [];
const threads: Worker[] = [];
const count = (worker: Worker): void => void threads.push(worker);
beforeEach(() => void process.on("worker", count));
afterEach(async () => {
  process.off("worker", count);
  threads.length = 0;
  await Promise.all(open.map((one) => one.close()));
  open = [];
});
function offload(jobTimeoutMs: number): Offload {
  const made = createOffload({ routes, hashKey: "key" }, jobTimeoutMs);
  open.push(made);
  return made;
}
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : "no error");
/** What became of jobs, in the order in which it was known. */
function outcomes() {
  const seen: string[] = [];
  return {
    seen,
    of: (name: string, done: Promise<unknown>) =>
      done.then(
        () => void seen.push(name),
        (error: unknown) => void seen.push(`${name}: ${nameOf(error)}`),
      ),
  };
}

describe("a job", () => {
  test("that is waited for no longer than so long is given up in the queue, whatever stands before it", async () => {
    const work = offload(60_000);
    const { of, seen } = outcomes();
    await Promise.all([
      of("first", work.identify(slow(3_000_000))),
      of("second", work.identify(slow(3_000_000))),
      of("waited for", work.identify(quick, 20)),
      of("last", work.identify(quick)),
    ]);
    expect(seen).toEqual(["waited for: JobWaitedTooLong", "first", "second", "last"]);
    expect(threads).toHaveLength(1);
  });

  test("that nobody waits for any longer goes on, and its thread does the next", async () => {
    const work = offload(60_000);
    const { of, seen } = outcomes();
    await Promise.all([of("waited for", work.identify(slow(3_000_000), 20)), of("next", work.identify(quick, 10_000))]);
    expect(seen).toEqual(["waited for: JobWaitedTooLong", "next"]);
    expect(threads).toHaveLength(1);
  });

  test("that takes too long is ended with its thread, and the next one gets a new thread", async () => {
    const work = offload(1_000);
    const { of, seen } = outcomes();
    await Promise.all([of("endless", work.identify(slow(60_000_000))), of("next", work.identify(quick))]);
    expect(seen).toEqual(["endless: JobTimedOut", "next"]);
    expect(threads).toHaveLength(2);
  });

  test("whose thread dies fails at once, and the next one gets a new thread", async () => {
    const work = offload(60_000);
    await work.identify(quick);
    const { of, seen } = outcomes();
    const both = Promise.all([of("unlucky", work.identify(slow(20_000_000))), of("next", work.identify(quick))]);
    await threads[0]?.terminate();
    await both;
    expect(seen).toEqual(["unlucky: ComputeThreadFailed", "next"]);
    expect(threads).toHaveLength(2);
  });

  test("that finds the queue full is turned away, and nobody else", async () => {
    const work = offload(60_000);
    const { of, seen } = outcomes();
    await Promise.all(Array.from({ length: 258 }, (_, i) => of(`job ${i}`, work.identify(quick))));
    expect(seen.filter((text) => text.includes(":"))).toEqual(["job 257: ComputeQueueFull"]);
    expect(seen).toHaveLength(258);
  });
});
