/**
 * What a checkpoint costs: all gates that a phase of 50 % can have, on the evidence of 10^8 items of a week, on three routes; and what the
 * fast lane costs each second. `node bench/checkpoint.ts`
 */
import { marks, populations, slotMs, type StreamEvidence } from "../src/account/index.ts";
import { createFastLane, judge, newsOf } from "../src/rollout/index.ts";
import { sampleGates, sampleJudged, sampleSlot, sampleStream } from "../src/rollout/gates/sample.ts";

const items = 1e8;
const routes = ["a", "b", "c"];
const slots = 7 * 144;
const rounds = 60;

/** One in 10,000 of everything that may be wrong with an item. */
function week(): readonly StreamEvidence[] {
  const each = Math.round(items / routes.length / slots);
  const common = new Set(["item", "timed", "twinned"]);
  const counts = marks.map((mark) => (common.has(mark) ? each : Math.round(each / 10_000)));
  const times = Array.from({ length: 400 }, (_, bucket) => [bucket, 1_000] as const);
  const first = sampleSlot - slots + 1;
  return routes.flatMap((route) =>
    populations.map((population) => ({
      stream: sampleStream({ route, population }),
      firstSeen: first * slotMs,
      slots: Array.from({ length: slots }, (_, index) => ({ slot: first + index, raw: counts, cells: counts })),
      sketches: { legacy: times, candidate: times, added: times, overhead: times },
      shoppers: { count: 1_000_000, atLeast: true },
    })),
  );
}

/** Milliseconds: the median of the later half of all rounds. */
function took(run: () => void): number {
  const each = Array.from({ length: rounds }, () => {
    const started = performance.now();
    run();
    return performance.now() - started;
  }).slice(rounds >> 1);
  return each.toSorted((a, b) => a - b)[each.length >> 1] ?? Number.NaN;
}

const say = (what: string, value: number): void => {
  process.stdout.write(`${what.padEnd(72)} ${value.toFixed(2).padStart(8)} ms\n`);
};

const evidence = week();
const judged = sampleJudged(Object.values(sampleGates), { evidence, phase: { serve: 50 } });
const { length } = judge(judged).gates;
say(
  `a checkpoint of ${length} gates, ${items.toExponential()} items in ${evidence.length} streams (goal: 100)`,
  took(() => judge(judged)),
);
const watch = createFastLane({ lane: { falseAlarmEvery: 1e6, budget: 0.01 }, baseline: null });
const later = week();
say(
  "a second of the fast lane on the same",
  took(() => watch.step(newsOf(evidence, later), "leader")),
);
