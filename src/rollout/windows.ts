import {
  marks,
  slotMs,
  type Mark,
  type Measure,
  type Population,
  type Stream,
  type StreamEvidence,
} from "../account/index.ts";
import { bucketOf, mergeBuckets, quantile, type Buckets } from "../stats/index.ts";

/** How many there are of a mark: of cells, which tests are of, and of items as they came, which limits are of. */
export interface Counts {
  readonly cells: (population: Population, mark: Mark) => number;
  readonly raw: (population: Population, mark: Mark) => number;
}

/** One place to look at. */
export interface Look {
  /** null: all routes together. */
  readonly route: string | null;
  /** Of the whole phase. */
  readonly phase: Counts;
  /** Of the last while; null: that is the whole phase. */
  readonly window: Counts | null;
}

/** What the newest versions under the newest rules did. */
export interface Windows {
  readonly total: Look;
  /** Each for itself; none where there is one only. */
  readonly routes: readonly Look[];
  /** In how many places a window may have begun since the phase did: so many tests are made of windows. */
  readonly starts: number;
  /** Milliseconds, of the phase and all routes. */
  readonly times: (population: Population, measure: Measure) => Buckets;
  /** Of these; null: there are none. */
  readonly quantile: (population: Population, measure: Measure, share: number) => number | null;
  /** Of the route with most of them. */
  readonly shoppers: Readonly<Record<"candidate" | "legacy", ShopperCount>>;
}

export type ShopperCount = StreamEvidence["shoppers"];

export interface WindowOptions {
  readonly windowMs: number;
  readonly nowMs: number;
}

export function readWindows(evidence: readonly StreamEvidence[], { windowMs, nowMs }: WindowOptions): Windows {
  const routes = [...new Set(evidence.map(({ stream }) => stream.route))].toSorted();
  const streams = new Map(routes.map((route) => [route, newest(evidence.filter((one) => one.stream.route === route))]));
  const all = [...streams.values()].flat();
  // They ascend.
  const first = all.reduce((least, { slots }) => Math.min(least, slots[0]?.slot ?? Infinity), Infinity);
  const now = Math.floor(nowMs / slotMs);
  // Of whole slots, so that what follows a window has nothing of it; at least the newest.
  const from = Math.min(now, Math.ceil((nowMs - windowMs) / slotMs));
  const look = (route: string | null, of: readonly StreamEvidence[]): Look => ({
    route,
    phase: countsOf(of, -Infinity),
    window: from > first ? countsOf(of, from) : null,
  });
  const times = timesIn(all);
  return {
    total: look(null, all),
    routes: routes.length > 1 ? [...streams].map(([route, of]) => look(route, of)) : [],
    starts: Number.isFinite(first) ? Math.max(1, now - first + 1) : 1,
    times,
    quantile: (population, measure, share) => quantile(times(population, measure), share),
    shoppers: shoppersOf([...streams.values()]),
  };
}

const versions = ["legacyVersion", "candidateVersion", "rules"] as const satisfies readonly (keyof Stream)[];

/**
 * Of one route, the streams of its newest versions and rules. Newest is what was first seen last of what was still active a
 * moment ago, so that going back to an earlier version goes back to its evidence. Who does not say a version is counted with the newest:
 * an answer that never came says none.
 */
function newest(route: readonly StreamEvidence[]): readonly StreamEvidence[] {
  const last = Math.max(...route.map(lastSlot));
  const active = route.filter((one) => lastSlot(one) >= last - 1);
  const wanted = versions.map((field) => ({ field, ...newestOf(active, route, field) }));
  const since = Math.floor(Math.max(...wanted.map(({ seen }) => seen)) / slotMs);
  return route
    .filter(({ stream }) => wanted.every(({ field, value }) => stream[field] === value || stream[field] === ""))
    .map((one) => ({ ...one, slots: slotsFrom(one.slots, since) }));
}

function newestOf(
  active: readonly StreamEvidence[],
  route: readonly StreamEvidence[],
  field: (typeof versions)[number],
) {
  const streams = active.some(({ stream }) => stream[field] !== "") ? active : route;
  const seen = new Map<string, number>();
  for (const { stream, firstSeen } of streams) {
    if (stream[field] !== "") seen.set(stream[field], Math.min(firstSeen, seen.get(stream[field]) ?? Infinity));
  }
  const found = [...seen].toSorted(([oneName, one], [twoName, two]) => two - one || (oneName < twoName ? 1 : -1))[0];
  return { value: found?.[0] ?? "", seen: found?.[1] ?? -Infinity };
}

const lastSlot = ({ slots }: StreamEvidence): number => slots.at(-1)?.slot ?? -Infinity;

type Slots = StreamEvidence["slots"];

/** They ascend. */
function slotsFrom(slots: Slots, from: number): Slots {
  if ((slots[0]?.slot ?? from) >= from) return slots;
  return slots.slice(slots.findLastIndex(({ slot }) => slot < from) + 1);
}

const places = new Map<Mark, number>(marks.map((mark, place) => [mark, place]));

/** Each mark is added up where it is asked for, once. */
function countsOf(streams: readonly StreamEvidence[], from: number): Counts {
  const slots = new Map<Population, Slots>();
  for (const { stream, slots: own } of streams) {
    const known = slots.get(stream.population);
    slots.set(stream.population, known === undefined ? slotsFrom(own, from) : [...known, ...slotsFrom(own, from)]);
  }
  const read = (kind: "cells" | "raw") => {
    const sums = new Map<Population, number[]>();
    return (population: Population, mark: Mark) => {
      const known = sums.get(population) ?? [];
      if (known.length === 0) sums.set(population, known);
      const place = places.get(mark) ?? 0;
      return (known[place] ??= (kind === "cells" ? sumOfCells : sumOfRaw)(slots.get(population) ?? [], place));
    };
  };
  return { cells: read("cells"), raw: read("raw") };
}

/** An instance of an earlier release has fewer marks. Which counts is said in the loop: choosing them there by name took twice as long. */
function sumOfCells(slots: Slots, place: number): number {
  let sum = 0;
  for (const { cells } of slots) sum += cells[place] ?? 0;
  return sum;
}

function sumOfRaw(slots: Slots, place: number): number {
  let sum = 0;
  for (const { raw } of slots) sum += raw[place] ?? 0;
  return sum;
}

/** Each is added up where it is asked for, once. */
function timesIn(streams: readonly StreamEvidence[]): Windows["times"] {
  const known = new Map<string, Buckets>();
  return (population, measure) => {
    const key = `${population} ${measure}`;
    const times = known.get(key) ?? timesOf(streams, population, measure);
    known.set(key, times);
    return times;
  };
}

function timesOf(streams: readonly StreamEvidence[], population: Population, measure: Measure): Buckets {
  const of = streams.filter(({ stream }) => stream.population === population);
  const times = mergeBuckets(of.map(({ sketches }) => sketches[measure] ?? []));
  if (measure !== "added") return times;
  // Only what is above 0 has a bucket: the rest was timed as well.
  const above = times.reduce((sum, [, count]) => sum + count, 0);
  const rest = countsOf(of, -Infinity).raw(population, "timed") - above;
  return rest > 0 ? mergeBuckets([times, [[bucketOf(0), rest]]]) : times;
}

function shoppersOf(routes: readonly (readonly StreamEvidence[])[]): Windows["shoppers"] {
  const each = routes.map((streams) => ({
    candidate: shoppersIn(streams, "served-candidate"),
    legacy: shoppersIn(streams, "served-legacy"),
  }));
  const nobody = { count: 0, atLeast: false };
  return each.reduce((most, one) => (sum(one) > sum(most) ? one : most), { candidate: nobody, legacy: nobody });
}

const sum = ({ candidate, legacy }: Windows["shoppers"]): number => candidate.count + legacy.count;

/** Those of several streams may be the same: as many as the largest of them has, at least. */
function shoppersIn(streams: readonly StreamEvidence[], population: Population): ShopperCount {
  const counts = streams.filter(({ stream }) => stream.population === population).map(({ shoppers }) => shoppers);
  const count = Math.max(0, ...counts.map((one) => one.count));
  return { count, atLeast: counts.length > 1 || counts.some(({ atLeast }) => atLeast) };
}
