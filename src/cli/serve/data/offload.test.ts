import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Worker } from "node:worker_threads";
import { LEGACY, load } from "../../config/sample.ts";
import { ignore, rule } from "../../../compare/rules/sample.ts";
import { text } from "../../../compare/effects/sample.ts";
import { answered } from "../../../compare/sample.ts";
import { sign } from "../../../whatsapp/index.ts";
import { createOffload, type Offload, type OffloadLimits, type Taken } from "./offload.ts";

const { routes, appSecrets } = load(LEGACY);
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
function offload(limits: OffloadLimits = { jobTimeoutMs: 60_000 }): Offload {
  const made = createOffload({ routes, appSecrets, hashKey: "key" }, limits);
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
    const work = offload();
    const { of, seen } = outcomes();
    await Promise.all([
      of("first", work.examine(slow(3_000_000))),
      of("second", work.examine(slow(3_000_000))),
      of("waited for", work.examine(quick, 20)),
      of("last", work.examine(quick)),
    ]);
    expect(seen).toEqual(["waited for: JobWaitedTooLong", "first", "second", "last"]);
    expect(threads).toHaveLength(1);
  });

  test("that nobody waits for any longer goes on, and its thread does the next", async () => {
    const work = offload();
    const { of, seen } = outcomes();
    await Promise.all([of("waited for", work.examine(slow(3_000_000), 20)), of("next", work.examine(quick, 10_000))]);
    expect(seen).toEqual(["waited for: JobWaitedTooLong", "next"]);
    expect(threads).toHaveLength(1);
  });

  test("that takes too long is ended with its thread, and the next one gets a new thread", async () => {
    // A thread that has everything to load takes its time on a busy machine.
    const work = offload({ jobTimeoutMs: 2_000 });
    const { of, seen } = outcomes();
    await Promise.all([of("endless", work.examine(slow(60_000_000))), of("next", work.examine(quick))]);
    expect(seen).toEqual(["endless: JobTimedOut", "next"]);
    expect(threads).toHaveLength(2);
  });

  test("that is long is ended once an answer waits behind it, and not before", async () => {
    const work = offload({ jobTimeoutMs: 60_000, urgentTimeoutMs: 0 });
    const { of, seen } = outcomes();
    await of("long", work.examine(slow(3_000_000)));
    const both = Promise.all([of("endless", work.examine(slow(60_000_000))), of("next", work.examine(quick, 60_000))]);
    await both;
    expect(seen).toEqual(["long", "endless: JobTimedOut", "next: JobTimedOut"]);
  });

  test("whose thread dies fails at once, and the next one gets a new thread", async () => {
    const work = offload();
    await work.examine(quick);
    const { of, seen } = outcomes();
    const both = Promise.all([of("unlucky", work.examine(slow(20_000_000))), of("next", work.examine(quick))]);
    await threads[0]?.terminate();
    await both;
    expect(seen).toEqual(["unlucky: ComputeThreadFailed", "next"]);
    expect(threads).toHaveLength(2);
  });

  test("tells a delivery of the provider from another", async () => {
    const signing = createOffload(
      { routes, appSecrets: { legacy: ["s"], candidate: ["s"] }, hashKey: "key" },
      { jobTimeoutMs: 60_000 },
    );
    open.push(signing);
    const body = Buffer.from("{}");
    const signed = { ...head, rawHeaders: ["X-Hub-Signature-256", sign(body, "s")] };
    expect(await signing.examine({ route: "default", head: signed, body })).toMatchObject({ kind: "read" });
    expect(await signing.examine({ route: "default", head, body })).toEqual({ kind: "bad-signature" });
    expect(await offload().examine({ route: "default", head, body })).toMatchObject({ kind: "read" });
  });

  test("compares by the rules as they are then, and by those that were there before its thread", async () => {
    const work = offload();
    const pair = {
      route: "default",
      itemKind: "request",
      rules: { headers: [] },
      scope: "whole",
      legacy: answered('{"a":1}'),
      candidate: answered('{"a":2}'),
    } as const;
    work.setRules([rule("/body/a", ignore, { expiresAt: 10 })]);
    expect((await work.compare(pair, 9)).kind).toBe("noise");
    expect((await work.compare(pair, 10)).kind).toBe("divergent");
    work.setRules([]);
    expect((await work.compare(pair, 9)).kind).toBe("divergent");
    work.setRules([rule("/body/**", ignore)]);
    expect((await work.compare(pair, 9)).kind).toBe("noise");
    expect(threads).toHaveLength(1);
  });

  test("compares what both sides did outside, by the same rules", async () => {
    const work = offload();
    const lists = { route: "default", itemKind: "request", legacy: [text("a")], candidate: [text("b")] };
    const path = "/effects/send.text/0/text/body";
    expect(await work.compareEffects(lists, 9)).toMatchObject([{ path, severity: "critical" }]);
    work.setRules([rule("/effects/**", ignore)]);
    expect(await work.compareEffects(lists, 9)).toMatchObject([{ path, severity: "noise" }]);
  });

  test("that finds the queue full is turned away, and nobody else", async () => {
    const work = offload();
    const { of, seen } = outcomes();
    await Promise.all(Array.from({ length: 258 }, (_, i) => of(`job ${i}`, work.examine(quick))));
    expect(seen.filter((text) => text.includes(":"))).toEqual(["job 257: ComputeQueueFull"]);
    expect(seen).toHaveLength(258);
  });
});
