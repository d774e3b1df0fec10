import type { GroupDelta } from "./batch.ts";
import type { GroupNoise } from "./group-noise.ts";
import { compareSeverity } from "./group.ts";
import { suggestionOf, type Suggestion } from "./suggestion.ts";

/** Divergences of one signature in the shape of SPEC 5. Times are ISO 8601. */
export interface Group extends GroupNoise {
  readonly signature: string;
  readonly route: string;
  readonly item_kind: string;
  readonly where: string;
  readonly path: string;
  readonly kind: string;
  /** Class of change. */
  readonly change: string;
  /** The gravest of those that are no noise; `noise` where all are. */
  readonly severity: GroupDelta["severity"];
  /** Divergences found; `noise` and `downstream` are counted in it. */
  readonly count: number;
  readonly noise: number;
  /** Those that followed an earlier divergence of the shopper. */
  readonly downstream: number;
  /** Distinct (shopper, ten minutes) pairs. null: not counted where the answer comes from. From here on noise is left out. */
  readonly cells: number | null;
  /** Distinct shoppers of the last 7 days who are known and were not erased; null as above. */
  readonly shoppers: number | null;
  /** There may be more shoppers than that. */
  readonly shoppers_at_least: boolean;
  /** Items compared of that route and kind: what `in_items` is to be seen against. */
  readonly items: number;
  /** Items that it was found in. */
  readonly in_items: number;
  /** `in_items` of `items`, 0 to 1. */
  readonly share: number;
  /** Without a twin: what somebody may do about it. */
  readonly suggestion: Suggestion | null;
  /** Where the severity is `noise`, this is when the noise was seen. */
  readonly first_seen: string;
  readonly last_seen: string;
  /** Hours of the last two days in which it was found, oldest first. */
  readonly trend: readonly { readonly hour: string; readonly count: number }[];
  /** Ids of exchanges whose details were kept: the first one, then the latest. */
  readonly examples: readonly string[];
}

/** What a group adds up to. */
export interface GroupCounts extends Omit<GroupDelta, "where" | "kind"> {
  readonly where: string;
  readonly kind: string;
}

/** What a group is besides that. */
export interface GroupFacts {
  /** Items compared of that route and kind. */
  readonly compared: number;
  readonly cells: number | null;
  readonly shoppers: number | null;
  readonly shoppersAtLeast: boolean;
  readonly noise: GroupNoise;
}

const hourMs = 3_600_000;
const isoOf = (ms: number): string => new Date(ms).toISOString();

export function groupOf(delta: GroupCounts, { compared, cells, shoppers, shoppersAtLeast, noise }: GroupFacts): Group {
  const { itemKind, firstSeen, lastSeen, items, hours, signature, route, where, path, kind, change, severity } = delta;
  const group = {
    signature,
    route,
    item_kind: itemKind,
    where,
    path,
    kind,
    change,
    severity,
    count: delta.count,
    noise: delta.noise,
    downstream: delta.downstream,
    cells,
    shoppers,
    shoppers_at_least: shoppersAtLeast,
    items: compared,
    in_items: items,
    share: compared === 0 ? 0 : Math.min(1, items / compared),
    first_seen: isoOf(firstSeen),
    last_seen: isoOf(lastSeen),
    trend: hours.map(([hour, count]) => ({ hour: isoOf(hour * hourMs), count })),
    examples: delta.examples,
    ...noise,
  };
  // What a twin shows is no longer guessed.
  return { ...group, suggestion: noise.noise_rate === null ? suggestionOf(group) : null };
}

/** Gravest first, then by count. */
export function byGravity(a: Group, b: Group): number {
  return compareSeverity(b.severity, a.severity) || b.count - a.count || (a.signature < b.signature ? -1 : 1);
}
