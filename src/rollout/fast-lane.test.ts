import { describe, expect, it } from "vitest";
import { marks, type Mark, type OwnEvidence, type Stream, type StreamEvidence } from "../account/index.ts";
import { sampleRandom } from "../stats/sample.ts";
import { createFastLane, newsBySlot, newsOf, type Watcher } from "./fast-lane.ts";
import { sampleStream } from "./gates/sample.ts";

const lane = { falseAlarmEvery: 1_000_000, budget: 0.01 };
const two: Watcher = { instances: 2 };

const newsFrom = (cells: Partial<Record<Mark, number>>, stream: Partial<Stream> = {}): OwnEvidence => {
  const counts = marks.map((mark) => cells[mark] ?? 0);
  return { stream: sampleStream(stream), slot: 1, raw: counts, cells: counts };
};

interface Run {
  readonly rate: number;
  readonly perSecond?: number;
  readonly watcher?: Watcher;
  readonly every?: number;
  /** Seconds. */
  readonly longest?: number;
}

/** Items until the first trip, and how many of them were bad; null: none in so many seconds. */
function untilTrip(
  seed: number,
  { rate, perSecond = 1, watcher = "leader", every = 1_000_000, longest = 10_000 }: Run,
) {
  const random = sampleRandom(seed);
  const watch = createFastLane({ lane: { ...lane, falseAlarmEvery: every }, baseline: null });
  let [items, bad] = [0, 0];
  for (let second = 0; second < longest; second += 1) {
    const due = Math.floor(perSecond) + (random() < perSecond % 1 ? 1 : 0);
    const failed = Array.from({ length: due }, random).filter((x) => x < rate).length;
    items += due;
    bad += failed;
    if (watch.step([newsFrom({ item: due, "candidate-failed": failed })], watcher) !== null) return { items, bad };
  }
  return null;
}

/** Bad items until the leader's lane trips, where a new leader comes every so many seconds with what is counted until then. */
function badUntilTrip(
  seed: number,
  { perSecond, lives, badFrom }: { perSecond: number; lives: number; badFrom: number },
): number {
  const random = sampleRandom(seed);
  const slots = new Map<number, { item: number; failed: number }>();
  let watch = createFastLane({ lane, baseline: null });
  for (let [second, bad] = [0, 0]; ; second += 1) {
    const due = Math.floor(perSecond) + (random() < perSecond % 1 ? 1 : 0);
    const failed = Array.from({ length: due }, random).filter((x) => second >= badFrom && x < 0.05).length;
    bad += failed;
    const slot = slots.get(Math.floor(second / 600)) ?? { item: 0, failed: 0 };
    slots.set(Math.floor(second / 600), { item: slot.item + due, failed: slot.failed + failed });
    const isNew = second % lives === lives - 1;
    if (isNew) watch = createFastLane({ lane, baseline: null });
    const news = isNew ? newsBySlot([evidenceOf(slots)]) : [[newsFrom({ item: due, "candidate-failed": failed })]];
    if (news.some((batch) => watch.step(batch, "leader") !== null)) return bad;
  }
}

function evidenceOf(counted: ReadonlyMap<number, { readonly item: number; readonly failed: number }>): StreamEvidence {
  const slots = [...counted].map(([slot, { item, failed }]) => {
    const { raw, cells } = newsFrom({ item, "candidate-failed": failed });
    return { slot, raw, cells };
  });
  return { stream: sampleStream({}), firstSeen: 0, slots, sketches: {}, shoppers: { count: 1, atLeast: false } };
}

interface Chat {
  /** Shoppers at whom everything fails; of the others' items so many. */
  readonly failing: number;
  readonly rate: number;
  readonly shoppers: number;
  readonly perSecond: number;
  readonly seconds: number;
  readonly badFrom?: number;
}

/** The first trip, and after how many bad cells: each shopper has one cell in ten minutes, whoever writes how often. */
function chatting({ failing, rate, shoppers, perSecond, seconds, badFrom = 0 }: Chat) {
  const random = sampleRandom(7);
  const watch = createFastLane({ lane, baseline: null });
  const cells = new Map<number, boolean>();
  for (let [second, bad] = [0, 0]; second < seconds; second += 1) {
    if (second % 600 === 0) cells.clear();
    const news = { item: 0, "candidate-failed": 0 };
    for (let item = 0; item < perSecond; item += 1) {
      const shopper = Math.floor(random() * shoppers);
      const fails = shopper < failing || (second >= badFrom && random() < rate);
      const before = cells.get(shopper);
      if (before === undefined) news.item += 1;
      if (fails && before !== true) news["candidate-failed"] += 1;
      cells.set(shopper, fails || before === true);
    }
    bad += news["candidate-failed"];
    const { raw } = newsFrom({ item: perSecond });
    const trip = watch.step([{ ...newsFrom(news), raw, slot: Math.floor(second / 600) }], "leader");
    if (trip !== null) return { ...trip, bad };
  }
  return null;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

describe("the fast lane", () => {
  it.each<readonly [string, Watcher, number]>([
    ["the leader", "leader", 1],
    ["one of two instances, by its half", two, 2],
  ])("trips for %s after a median of under 25 bad items, 5 % of 10,000 an hour failing", (_, watcher, instances) => {
    const perSecond = 10_000 / 3_600 / instances;
    const runs = Array.from({ length: 101 }, (__, seed) => untilTrip(seed, { rate: 0.05, perSecond, watcher }));
    expect(runs).not.toContain(null);
    expect(median(runs.map((run) => run?.bad ?? Infinity))).toBeLessThan(25);
  });

  it.each([
    ["no more often than is said, right at the budget", 0.01, true],
    ["soon, and not falsely, at five times the budget", 0.05, false],
  ])("trips %s", (_, rate, isRare) => {
    const every = 300;
    const longest = 5 * every;
    const runs = Array.from({ length: 40 }, (__, seed) => untilTrip(seed, { rate, every, longest }));
    const mean = runs.reduce((sum, run) => sum + (run?.items ?? longest), 0) / runs.length;
    expect(mean > every).toBe(isRare);
  });

  it.each([
    ["few come", 500, 0, 25],
    ["good ones of the same ten minutes hide them", 10_000, 300, 50],
  ])("loses little with a leader, a new one coming every minute, where %s", (_, perHour, badFrom, most) => {
    const bads = Array.from({ length: 51 }, (__, seed) =>
      badUntilTrip(seed, { perSecond: perHour / 3_600, lives: 60, badFrom }),
    );
    expect(median(bads)).toBeLessThan(most);
  });

  it("is no slower after a long good time", () => {
    const watch = createFastLane({ lane, baseline: null });
    for (let hour = 0; hour < 1_000; hour += 1)
      watch.step([newsFrom({ item: 10_000, "candidate-failed": 5 })], "leader");
    const steps = Array.from({ length: 20 }, () => watch.step([newsFrom({ item: 1, critical: 1 })], "leader"));
    expect(steps.findIndex((trip) => trip !== null)).toBeLessThan(10);
  });

  it("says of what it trips, by which figures", () => {
    const watch = createFastLane({ lane, baseline: null });
    const trip = watch.step(
      [newsFrom({ item: 1_000 }, { route: "a" }), newsFrom({ item: 50, critical: 40 }, { route: "b" })],
      two,
    );
    expect(trip).toMatchObject({ stream: { route: "b" }, mark: "critical", figures: { K: 40, N: 50, budget: 0.01 } });
    expect(trip?.figures.lnE).toBeGreaterThanOrEqual(trip?.figures.lnENeeded ?? Infinity);
    // Four of two streams, twice of two instances.
    expect(trip?.figures.lnENeeded).toBeCloseTo(Math.log(1_000_000 * 4 * 4), 9);
    expect(trip?.text).toMatch(/^40 of 50 cells with a critical divergence on route b, 1 % are put up with: ln E /);
  });

  it("puts up with few of many cells, however often their shoppers write in ten minutes", () => {
    expect(chatting({ failing: 0, rate: 0.00005, shoppers: 1_000, perSecond: 100, seconds: 7_200 })).toBeNull();
  });

  it("sees shoppers whom the candidate fails at everything, among all the good items of others", () => {
    const trip = chatting({ failing: 5, rate: 0, shoppers: 100, perSecond: 8, seconds: 7_200 });
    expect(trip?.text).toMatch(/^\d+ of \d+ cells with a failure of the candidate alone /);
  });

  it("trips soon where what is bad were good cells a moment ago", () => {
    const trip = chatting({ failing: 0, rate: 0.05, shoppers: 1_000, perSecond: 3, seconds: 1_200, badFrom: 500 });
    expect(trip?.bad).toBeLessThan(35);
  });

  it("puts up with what legacy failed before where nothing is paired", () => {
    const baseline = {
      from: "",
      to: "",
      items: 1,
      errorRate: 0,
      p50Ms: 1,
      p95Ms: 1,
      p99Ms: 1,
      perSecond: 1,
      cells: 100,
      failedCells: 20,
    };
    const news = [newsFrom({ item: 200, failed: 40 }, { population: "served-candidate" })];
    expect(createFastLane({ lane, baseline: null }).step(news, "leader")).toMatchObject({ mark: "failed" });
    expect(createFastLane({ lane, baseline }).step(news, "leader")).toBeNull();
  });

  it("watches neither legacy's answers nor what is held out", () => {
    const populations = ["served-legacy", "held-out"] as const;
    const news = populations.map((population) => newsFrom({ item: 100, failed: 100 }, { population }));
    expect(createFastLane({ lane, baseline: null }).step(news, "leader")).toBeNull();
  });

  it("tells so many streams apart, whatever versions are called", () => {
    const watch = createFastLane({ lane, baseline: null });
    for (let n = 0; n < 500; n += 1) watch.step([newsFrom({ item: 1 }, { candidateVersion: String(n) })], "leader");
    const trip = watch.step([newsFrom({ item: 100, critical: 100 })], "leader");
    expect(trip?.figures.lnENeeded).toBeCloseTo(Math.log(1_000_000 * 256), 9);
  });

  it("takes for news what came between two looks, in any slot, of any stream", () => {
    const [a, b] = [newsFrom({ item: 5, critical: 1 }), newsFrom({ item: 2 }, { route: "b" })];
    const seen = ({ stream, raw, cells }: OwnEvidence, slots: readonly number[]) => {
      const shoppers = { count: 1, atLeast: false };
      return { stream, firstSeen: 0, slots: slots.map((slot) => ({ slot, raw, cells })), sketches: {}, shoppers };
    };
    const newer = (own: OwnEvidence): OwnEvidence => ({ ...own, slot: 2 });
    expect(newsOf([seen(a, [1])], [seen(a, [1, 2]), seen(b, [2])])).toEqual([newer(a), newer(b)]);
    expect(newsOf([seen(a, [1, 2])], [seen(a, [2])])).toEqual([newer(newsFrom({}))]);
  });
});
