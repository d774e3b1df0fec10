import type { Severity } from "../model/index.ts";
import type { GroupDelta } from "./batch.ts";

/** A group while it grows. */
export type GrowingGroup = { -readonly [K in keyof GroupDelta]: GroupDelta[K] };

export const maxExamples = 5;

const gravity: Readonly<Record<Severity, number>> = { critical: 3, major: 2, minor: 1, noise: 0 };

/** Positive: `a` is the graver one. */
export function compareSeverity(a: Severity, b: Severity): number {
  return gravity[a] - gravity[b];
}

/** What groups beyond a limit are counted as: one for each route, under the name of none of them. */
export function overflowOf(group: GroupDelta): GroupDelta {
  return { ...group, signature: overflowSignature(group.route), itemKind: "other", path: "/" };
}

export function isOverflow({ signature, route }: GroupDelta): boolean {
  return signature === overflowSignature(route);
}

export function overflowSignature(route: string): string {
  return `overflow:${route}`;
}

/** Adds counts and times; examples are each caller's own affair. */
export function grow(group: GrowingGroup, by: Pick<GroupDelta, "severity" | "count" | "firstSeen" | "lastSeen">): void {
  if (compareSeverity(by.severity, group.severity) > 0) group.severity = by.severity;
  group.count += by.count;
  group.firstSeen = Math.min(group.firstSeen, by.firstSeen);
  group.lastSeen = Math.max(group.lastSeen, by.lastSeen);
}
