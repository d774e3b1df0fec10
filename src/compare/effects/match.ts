import type { Effect } from "../../model/index.ts";
import { closestPairs } from "../closest.ts";
import { entriesOf, type Entry } from "./entry.ts";
import { swapped } from "./swapped.ts";
import { likenessOf } from "./likeness.ts";

/** What both sides did. */
export interface EffectPair {
  readonly legacy: Effect;
  readonly candidate: Effect;
  /** Kind, payload and recipient are the same. Ids are not looked at. */
  readonly alike: boolean;
}

/** What both sides did, and one of them more often. */
export interface Duplicated {
  /** The first of the side that did it more often. */
  readonly effect: Effect;
  /** How often each side did it: once at least. */
  readonly legacy: number;
  readonly candidate: number;
}

/** Every effect of both sides but reads and repeated attempts, exactly once; copies of a pair are in `duplicated`. */
export interface Matched {
  /** In the order of legacy. */
  readonly pairs: readonly EffectPair[];
  /** Legacy alone did it. */
  readonly missing: readonly Effect[];
  /** The candidate alone did it. */
  readonly extra: readonly Effect[];
  readonly duplicated: readonly Duplicated[];
  /** For each recipient that got sends, and each target that got writes, in another order: those of both sides, as either ordered them. */
  readonly reordered: readonly { readonly legacy: readonly Effect[]; readonly candidate: readonly Effect[] }[];
}

interface Group {
  readonly legacy: Entry[];
  readonly candidate: Entry[];
}

interface Found {
  readonly pairs: [Entry, Entry][];
  readonly missing: Entry[];
  readonly extra: Entry[];
  readonly duplicated: (Duplicated & { readonly at: number })[];
  readonly reordered: Matched["reordered"][number][];
}

/**
 * Says which effects of two sides are the same one: equal ones first, then sends whose recipients changed places, then of
 * what is left to one recipient the most alike, then equal sends to another recipient. Swapping the sides swaps the result.
 */
export function matchEffects(legacy: readonly Effect[], candidate: readonly Effect[]): Matched {
  const found: Found = { pairs: [], missing: [], extra: [], duplicated: [], reordered: [] };
  const groups = [...groupsOf(entriesOf(legacy), entriesOf(candidate))].map((group) => matchEqual(group, found));
  const taken = matchSwapped(groups, found);
  for (const group of groups) matchClosest(group, taken, found);
  matchAcross(found);
  return {
    pairs: found.pairs.toSorted(byLegacy).map(pairOf),
    missing: found.missing.toSorted(byPlace).map(effectOf),
    extra: found.extra.toSorted(byPlace).map(effectOf),
    duplicated: found.duplicated
      .toSorted((one, other) => one.at - other.at)
      .map(({ effect, legacy, candidate }) => ({ effect, legacy, candidate })),
    reordered: found.reordered,
  };
}

const effectOf = ({ effect }: Entry): Effect => effect;

function byPlace(one: Entry, other: Entry): number {
  return one.at - other.at;
}

function byLegacy([one]: readonly [Entry, Entry], [other]: readonly [Entry, Entry]): number {
  return one.at - other.at;
}

function pairOf([legacy, candidate]: readonly [Entry, Entry]): EffectPair {
  const alike = legacy.exact === candidate.exact && legacy.group === candidate.group;
  return { legacy: legacy.effect, candidate: candidate.effect, alike };
}

function groupsOf(legacy: readonly Entry[], candidate: readonly Entry[]): Iterable<Group> {
  const groups = new Map<string, Group>();
  const groupOf = ({ group: name }: Entry): Group => {
    let group = groups.get(name);
    if (group === undefined) {
      group = { legacy: [], candidate: [] };
      groups.set(name, group);
    }
    return group;
  };
  for (const entry of legacy) groupOf(entry).legacy.push(entry);
  for (const entry of candidate) groupOf(entry).candidate.push(entry);
  return groups.values();
}

/** A group whose equal effects are paired, and what is left of it. */
interface Matching {
  readonly pairs: [Entry, Entry][];
  readonly left: Group;
}

function matchEqual(group: Group, found: Found): Matching {
  // Among equal effects those that name the same message and media belong together.
  const pairs: [Entry, Entry][] = [];
  const left = takeEqual(takeEqual(group, exactText, pairs), textOf, pairs);
  if (left.legacy.length === 0 && left.candidate.length === 0) return { pairs, left };
  const counts = countsOf(group);
  const legacy = withoutCopies(left.legacy, counts, found);
  return { pairs, left: { legacy, candidate: withoutCopies(left.candidate, counts, found) } };
}

/** Those that are paired here: of their recipients none got what it was to get. */
function matchSwapped(groups: readonly Matching[], found: Found): ReadonlySet<Entry> {
  const sends = (side: "legacy" | "candidate"): Entry[] =>
    groups.flatMap(({ left }) => left[side].filter(isSend)).toSorted(byPlace);
  const couples: [Entry, Entry][] = [];
  takeEqual({ legacy: sends("legacy"), candidate: sends("candidate") }, textOf, couples);
  const pairs = swapped(couples);
  for (const [legacy, candidate] of pairs) found.pairs.push([legacy, candidate]);
  return new Set(pairs.flat());
}

function matchClosest({ pairs, left }: Matching, taken: ReadonlySet<Entry>, found: Found): void {
  const legacy = left.legacy.filter((entry) => !taken.has(entry));
  const candidate = left.candidate.filter((entry) => !taken.has(entry));
  const closest = closestPairs(legacy, candidate, likenessOf);
  const paired = new Set(closest.flat());
  for (const [ours, theirs] of closest) pairs.push([ours, theirs]);
  for (const entry of legacy) if (!paired.has(entry)) found.missing.push(entry);
  for (const entry of candidate) if (!paired.has(entry)) found.extra.push(entry);
  if (isReordered(pairs)) {
    const inOrder = (side: 0 | 1) => pairs.map((pair) => pair[side]).toSorted(byPlace);
    found.reordered.push({ legacy: inOrder(0).map(effectOf), candidate: inOrder(1).map(effectOf) });
  }
  for (const pair of pairs) found.pairs.push(pair);
}

const isSend = ({ effect }: Entry): boolean => effect.operation === "send";

const textOf = ({ text }: Entry): string => text;

function exactText({ exact, effect: { refersTo, ids } }: Entry): string {
  return refersTo === null && ids.length === 0 ? exact : `${exact}\n${refersTo ?? ""}\n${ids.join("\n")}`;
}

/** Pairs what is equal by its text, in order, and gives back what is left. */
function takeEqual({ legacy, candidate }: Group, text: (entry: Entry) => string, pairs: [Entry, Entry][]): Group {
  if (legacy.length === 0 || candidate.length === 0) return { legacy, candidate };
  const waiting = Map.groupBy(candidate, text);
  const next = new Map<string, number>();
  const left: Group = { legacy: [], candidate: [] };
  for (const entry of legacy) {
    const same = text(entry);
    const at = next.get(same) ?? 0;
    const partner = waiting.get(same)?.[at];
    if (partner === undefined) {
      left.legacy.push(entry);
      continue;
    }
    next.set(same, at + 1);
    pairs.push([entry, partner]);
  }
  if (pairs.length === 0) return { legacy, candidate };
  const taken = new Set(pairs.map(([, partner]) => partner));
  for (const entry of candidate) if (!taken.has(entry)) left.candidate.push(entry);
  return left;
}

type Counts = ReadonlyMap<string, { readonly legacy: number; readonly candidate: number; readonly of: Entry }>;

/** How often each side did what both did. */
function countsOf({ legacy, candidate }: Group): Counts {
  const ours = Map.groupBy(legacy, textOf);
  const counts = new Map<string, { readonly legacy: number; readonly candidate: number; readonly of: Entry }>();
  for (const [text, copies] of Map.groupBy(candidate, textOf)) {
    const same = ours.get(text);
    const [of] = same === undefined || same.length < copies.length ? copies : same;
    if (same !== undefined && of !== undefined) {
      counts.set(text, { legacy: same.length, candidate: copies.length, of });
    }
  }
  return counts;
}

/** What is left of a text that both sides have are copies: told once, and matched with nothing. */
function withoutCopies(entries: readonly Entry[], counts: Counts, found: Found): Entry[] {
  const told = new Set<string>();
  return entries.filter(({ text }) => {
    const count = counts.get(text);
    if (count === undefined) return true;
    if (!told.has(text)) {
      const { of, legacy, candidate } = count;
      found.duplicated.push({ effect: of.effect, legacy, candidate, at: of.at });
      told.add(text);
    }
    return false;
  });
}

/** Order is told of sends to somebody and of writes to one target: of anything else, and between them, it is chance. */
function isReordered(pairs: readonly (readonly [Entry, Entry])[]): boolean {
  const [first] = pairs;
  if (first === undefined || pairs.length < 2) return false;
  const { operation, recipient } = first[0].effect;
  if (operation !== "write" && (operation !== "send" || recipient === null)) return false;
  let last = -1;
  for (const [, { at }] of pairs.toSorted(byLegacy)) {
    if (at < last) return true;
    last = at;
  }
  return false;
}

/** The same words to somebody else are one send to the wrong person. */
function matchAcross(found: Found): void {
  const left = { legacy: found.missing.filter(isSend), candidate: found.extra.filter(isSend) };
  if (left.legacy.length === 0 || left.candidate.length === 0) return;
  const pairs: [Entry, Entry][] = [];
  takeEqual({ legacy: left.legacy.toSorted(byPlace), candidate: left.candidate.toSorted(byPlace) }, textOf, pairs);
  const taken = new Set(pairs.flat());
  for (const pair of pairs) found.pairs.push(pair);
  keep(found.missing, taken);
  keep(found.extra, taken);
}

function keep(entries: Entry[], taken: ReadonlySet<Entry>): void {
  const kept = entries.filter((entry) => !taken.has(entry));
  entries.splice(0, entries.length, ...kept);
}
