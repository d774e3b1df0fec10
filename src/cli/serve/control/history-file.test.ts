import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { createBook, createTally } from "../../../account/index.ts";
import { keepHistory } from "./history-file.ts";

const noon = Date.parse("2026-01-02T12:00:00.000Z");
const minute = 60_000;

function dir(): string {
  const made = mkdtempSync(join(tmpdir(), "sombra-history-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

function life(dataDir: string, nowMs: () => number) {
  const book = createBook();
  const tally = createTally(() => performance.now());
  const faults: unknown[] = [];
  const kept = keepHistory(dataDir, { history: book.history, now: nowMs, fault: (error) => void faults.push(error) });
  return {
    faults,
    stop: () => kept.stop(),
    deliver(atMs: number, n: number): void {
      tally.counter("sombra_deliveries_total", { route: "a", mode: "shadow" }).add(n);
      book.apply(tally.drain(atMs, { pending: {}, gauges: [] }));
    },
    counted: (): readonly number[] =>
      book.history
        .stretches(nowMs(), { minutes: 1, count: 3 })
        .map((stretch) => stretch.count("sombra_deliveries_total")),
  };
}

it("takes up what the process before had counted, the minute it stopped in included, and no broken line", async () => {
  const at = dir();
  let now = noon;
  const first = life(at, () => now);
  first.deliver(noon, 2);
  now += minute;
  first.deliver(now, 3);
  await first.stop();
  appendFileSync(join(at, "history.jsonl"), '{"at": 1, "counts"');
  const second = life(at, () => now);
  second.deliver(now, 4);
  await second.stop();
  expect(second.counted()).toEqual([0, 2, 7]);
  expect(second.faults).toEqual([]);
});

it("forgets what is older than a day, and the file does with it", async () => {
  const at = dir();
  let now = noon;
  const line = (minuteAt: number): string => `${JSON.stringify({ at: minuteAt, counts: [], buckets: [] })}\n`;
  const old = Array.from({ length: 5_000 }, (_, i) => line(noon / minute - 5_000 + i));
  appendFileSync(join(at, "history.jsonl"), old.join(""));
  const one = life(at, () => now);
  now += minute;
  await one.stop();
  expect(readFileSync(join(at, "history.jsonl"), "utf8").trim().split("\n").length).toBeLessThan(1_441);
});

it("says once that a disk gives and takes nothing, and counts on", async () => {
  const one = life(join(dir(), "is-not-there"), () => noon);
  one.deliver(noon, 5);
  await one.stop();
  expect(one.counted()).toEqual([0, 0, 5]);
  expect(one.faults).toHaveLength(1);
});
