import type { Severity } from "../model/index.ts";
import type { GroupDelta } from "./batch.ts";

/** A group while it grows. */
export type GrowingGroup = { -readonly [K in keyof GroupDelta]: GroupDelta[K] };

export const maxExamples = 5;
export const maxHours = 48;

const gravity: Readonly<Record<Severity, number>> = { critical: 3, major: 2, minor: 1, noise: 0 };

/** Positive: `a` is the graver one. */
export function compareSeverity(a: Severity, b: Severity): number {
  return gravity[a] - gravity[b];
}

/** What groups beyond a limit are counted as: one for each route, under the name of none of them. */
export function overflowOf<Delta extends GroupDelta>(group: Delta): Delta {
  return { ...group, signature: overflowSignature(group.route), itemKind: "other", path: "/", change: "other" };
}

export function isOverflow({ signature, route }: Pick<GroupDelta, "signature" | "route">): boolean {
  return signature === overflowSignature(route);
}

export function overflowSignature(route: string): string {
  return `overflow:${route}`;
}

/** When it was seen and how grave it is: noise says nothing of a group that counts, and what counts is all that does. */
export function saw(group: GrowingGroup, by: Pick<GroupDelta, "severity" | "firstSeen" | "lastSeen">): void {
  const isNoise = by.severity === "noise";
  const wasNoise = group.severity === "noise";
  if (isNoise && !wasNoise) return;
  const begins = wasNoise && !isNoise;
  group.firstSeen = begins ? by.firstSeen : Math.min(group.firstSeen, by.firstSeen);
  group.lastSeen = begins ? by.lastSeen : Math.max(group.lastSeen, by.lastSeen);
  if (compareSeverity(by.severity, group.severity) > 0) group.severity = by.severity;
}

/** Adds counts and times; examples are each caller's own affair. */
export function grow(group: GrowingGroup, by: GroupDelta): void {
  saw(group, by);
  group.count += by.count;
  group.noise += by.noise;
  group.downstream += by.downstream;
  group.items += by.items;
  const hours = new Map(group.hours);
  for (const [hour, count] of by.hours) hours.set(hour, (hours.get(hour) ?? 0) + count);
  group.hours = latestHours(hours);
}

export function latestHours(hours: Iterable<readonly [number, number]>): GroupDelta["hours"] {
  return [...hours].toSorted(([a], [b]) => a - b).slice(-maxHours);
}
