import type { Side } from "../model/index.ts";

/** An egress address: `/<side>/<upstream>/...` (SPEC 7). */
export interface EgressAddress {
  readonly side: Side;
  readonly upstream: string;
  /** Target at the upstream, query included. */
  readonly target: string;
}

const form = /^\/(legacy|candidate|twin)\/([a-z][a-z0-9-]{0,63})(\/[^?#]*)?(\?.*)?$/;

/** A segment that would climb out of the upstream's base path, in plain or percent-encoded dots (RFC 3986 section 6.2.2). */
const climbing = /(?:^|\/|%2f|\\|%5c)(?:\.|%2e){1,2}(?:\/|%2f|\\|%5c|$)/i;

/** null: no such address. Absolute-form targets are none: the egress is no open proxy. */
export function parseAddress(target: string): EgressAddress | null {
  const match = form.exec(target);
  if (match === null) return null;
  const [, side, upstream = "", path = "/", query = ""] = match;
  if (side !== "legacy" && side !== "candidate" && side !== "twin") return null;
  if (climbing.test(path)) return null;
  return { side, upstream, target: path + query };
}
