import { reachableModes, type Snapshot } from "../flags/index.ts";
import type { Breaker, Transport } from "../http/index.ts";
import type { Mode, Route, Upstream } from "../model/index.ts";

/** A route with what it takes to call its sides. */
export interface Lane {
  readonly route: Route;
  readonly legacy: Transport;
  readonly candidate: { readonly transport: Transport; readonly breaker: Breaker } | null;
  /** Who gets what legacy is to get in reverse shadow, with a breaker of its own; null where nobody can be cut over. */
  readonly reverse: {
    readonly side: "legacy" | "twin";
    readonly upstream: Upstream;
    readonly transport: Transport;
    readonly breaker: Breaker;
  } | null;
  /** Whether any shopper could be cut over by this snapshot. */
  cutsOver(snapshot: Snapshot): boolean;
  /** Whether items of any shopper could be compared by this snapshot. */
  compares(snapshot: Snapshot): boolean;
  /**
   * Whether any shopper could be cut over by this snapshot, or some items of a cutover before may have been answered: only
   * then does an answer wait for a decision.
   */
  waits(snapshot: Snapshot): boolean;
}

export interface LaneOptions {
  readonly route: Route;
  readonly legacy: Transport;
  readonly candidate: Lane["candidate"];
  readonly reverse: Lane["reverse"];
  /** Items of deliveries may be on record as answered. */
  readonly answeredBefore: () => boolean;
}

const legacyAlone: ReadonlySet<Mode> = new Set<Mode>(["legacy"]);
/** In a cutover by the reverse shadow. */
const comparedModes: readonly Mode[] = ["shadow", "dual-run", "cutover"];

export function createLane(options: LaneOptions): Lane {
  const { route, legacy, candidate, reverse, answeredBefore } = options;
  let seen: Snapshot | null = null;
  let possible: ReadonlySet<Mode> = legacyAlone;
  const modesOf = (snapshot: Snapshot): ReadonlySet<Mode> => {
    if (snapshot !== seen) {
      seen = snapshot;
      possible = candidate === null ? legacyAlone : reachableModes(snapshot, route.flags);
    }
    return possible;
  };
  const cutsOver = (snapshot: Snapshot): boolean => modesOf(snapshot).has("cutover");
  return {
    route,
    legacy,
    candidate,
    reverse,
    cutsOver,
    compares: (snapshot) => comparedModes.some((mode) => modesOf(snapshot).has(mode)),
    waits: (snapshot) => cutsOver(snapshot) || (candidate !== null && answeredBefore()),
  };
}

/** The path of a request target, without query; `/` for `*`. Absolute form (RFC 9112 section 3.2.2) is looked through. */
function pathOf(target: string): string {
  let path = target;
  if (!path.startsWith("/")) {
    const authority = path.indexOf("://");
    const slash = authority === -1 ? -1 : path.indexOf("/", authority + 3);
    if (slash === -1) return "/";
    path = path.slice(slash);
  }
  const query = path.indexOf("?");
  return query === -1 ? path : path.slice(0, query);
}

/** Longest path first; the last lane takes everything. */
export function findLane(lanes: readonly Lane[], target: string): Lane | undefined {
  if (lanes.length === 1) return lanes[0];
  const path = pathOf(target);
  return lanes.find(({ route }) => route.path === "/" || path === route.path || path.startsWith(`${route.path}/`));
}
