import type { GroupDelta } from "./batch.ts";

/** Divergences of one signature in the shape of SPEC 5. Times are ISO 8601. */
export interface Group {
  readonly signature: string;
  readonly route: string;
  readonly item_kind: string;
  readonly where: string;
  readonly path: string;
  readonly kind: string;
  readonly severity: string;
  /** Divergences found. */
  readonly count: number;
  /** Items compared of that route and kind: what `count` is to be seen against. */
  readonly items: number;
  readonly first_seen: string;
  readonly last_seen: string;
  /** Ids of exchanges whose details were kept: the first one, then the latest. */
  readonly examples: readonly string[];
}

export function groupOf(delta: GroupDelta, items: number): Group {
  const { itemKind, firstSeen, lastSeen, signature, route, where, path, kind, severity, count, examples } = delta;
  return {
    signature,
    route,
    item_kind: itemKind,
    where,
    path,
    kind,
    severity,
    count,
    items,
    first_seen: new Date(firstSeen).toISOString(),
    last_seen: new Date(lastSeen).toISOString(),
    examples,
  };
}
