import type { Side } from "../model/index.ts";

/** An egress address: `/<side>/<upstream>/...` (SPEC 7). */
export interface EgressAddress {
  readonly kind: "call";
  readonly side: Side;
  readonly upstream: string;
  /** Target at the upstream, query included. */
  readonly target: string;
}

/** `/<side>/_effects`: where a side declares what it did. */
export interface DeclaringAddress {
  readonly kind: "declare";
  readonly side: Side;
}

export interface NoAddress {
  readonly kind: "none";
  readonly status: 400 | 404;
  /** What is wrong, for whoever called; nothing of the target is in it. */
  readonly why: string;
}

const form = /^\/(legacy|candidate|twin)\/([a-z][a-z0-9-]{0,63})(\/[^?#]*)?(\?.*)?$/;
const declaring = "/_effects";

/**
 * A segment that would climb out of the upstream's base path, in plain or percent-encoded dots (RFC 3986 section 6.2.2),
 * encoded once or several times over; some servers take a parameter (`..;x`) out first.
 */
const climbing = /(?:^|[/\\]|%(?:25)*(?:2f|5c))(?:\.|%(?:25)*2e){1,2}(?:[/\\;]|%(?:25)*(?:2f|5c|3b)|$)/i;

/** Absolute-form targets are no addresses: the egress is no open proxy. */
export function parseAddress(target: string): EgressAddress | DeclaringAddress | NoAddress {
  if (!target.startsWith("/")) return { kind: "none", status: 400, why: "Absolute-form target, this is no open proxy" };
  const declaredBy = target.endsWith(declaring) ? target.slice(1, -declaring.length) : undefined;
  if (isSide(declaredBy)) return { kind: "declare", side: declaredBy };
  const [, side, upstream = "", path = "/", query = ""] = form.exec(target) ?? [];
  if (!isSide(side)) return { kind: "none", status: 404, why: "No such address" };
  if (path.includes("\\") || climbing.test(path)) {
    return { kind: "none", status: 400, why: "The path has a backslash or climbs (a segment of dots)" };
  }
  return { kind: "call", side, upstream, target: path + query };
}

function isSide(word: string | undefined): word is Side {
  return word === "legacy" || word === "candidate" || word === "twin";
}
