import type { Series } from "../../account/index.ts";
import type { Check } from "../../admin/index.ts";
import { manners } from "./egress-watch.ts";

type Counted = Pick<Series, "gauges" | "counters">;

/** Items that make a rule of what was seen. */
const enough = 3;

/** What the last compared items of a route were, of those in which legacy sent something. */
interface Seen {
  readonly called: number;
  /** All of them, the items of a rule included. */
  readonly total: number;
  /**
   * What every item shows, and there are enough of them.
   * - `doubled`: the candidate calls by legacy's address
   * - `silent`: nothing of the candidate was ever seen
   * - `untied`: its calls are seen, and tied to nothing
   */
  readonly rule: "doubled" | "silent" | "untied" | null;
}

/** How the candidate uses the egress, by what its calls have shown. */
export function egressChecks(series: Counted, route: string): readonly Check[] {
  return [useCheck(series, route), ...(hasSameToken(series) ? [tokenCheck(route)] : [])];
}

/** What of it a person is to know without asking. */
export function egressNotices(series: Counted, routes: readonly string[]): readonly string[] {
  const notices = routes.flatMap((route) => {
    const seen = seenOf(series, route);
    return isGrave(seen) && !(seen.rule === "silent" && isToldSilent(series, route))
      ? [`Route ${route}: ${textOf(seen)}`]
      : [];
  });
  return hasSameToken(series) ? [...notices, `Both sides show the same token at the egress: ${tokenAdvice}`] : notices;
}

/** There is an alarm about it already. */
function isToldSilent({ gauges }: Counted, route: string): boolean {
  return gauges.some(
    ({ name, labels, value }) => name === "sombra_candidate_silent" && labels["route"] === route && value === 1,
  );
}

function useCheck(series: Counted, route: string): Check {
  const name = `${route}: egress`;
  const seen = seenOf(series, route);
  if (isGrave(seen)) return { name, status: "fail", text: textOf(seen) };
  if (seen.total > seen.called) return { name, status: "warn", text: textOf(seen) };
  const held = "what it sends is held, save for shoppers who are cut over";
  if (seen.total > 0) {
    const text = `the candidate called in all of the last ${seen.total} compared items in which legacy sent; ${held}`;
    return { name, status: "ok", text };
  }
  if (callsOfCandidate(series) > 0) {
    return { name, status: "ok", text: `the candidate calls it; ${held}; no item in which legacy sent was compared` };
  }
  const text = `no call of the candidate was seen since the start: if it sends anything, ${address}`;
  return { name, status: "warn", text };
}

const address = "its base URL must be http://EGRESS/candidate/graph";

function seenOf(series: Counted, route: string): Seen {
  const [called = 0, silent = 0, doubled = 0] = manners.map((manner) => {
    const gauge = series.gauges.find(
      ({ name, labels }) =>
        name === "sombra_egress_items" && labels["route"] === route && labels["candidate"] === manner,
    );
    return gauge?.value ?? 0;
  });
  const total = called + silent + doubled;
  if (total < enough || called > 0) return { called, total, rule: null };
  if (silent === 0) return { called, total, rule: "doubled" };
  return { called, total, rule: callsOfCandidate(series) > 0 ? "untied" : "silent" };
}

function isGrave({ rule }: Seen): boolean {
  return rule === "doubled" || rule === "silent";
}

function textOf({ called, total, rule }: Seen): string {
  const last = `of the last ${total} compared items in which legacy sent`;
  switch (rule) {
    case "doubled":
      return `in each ${last} everything came twice by /legacy and nothing by /candidate: the candidate uses legacy's address, and what it sends REACHES CUSTOMERS; ${address}`;
    case "silent":
      return `in each ${last} the candidate made no call at all: it sends nothing, or goes past the egress and REACHES CUSTOMERS; ${address}`;
    case "untied":
      return `in each ${last} no call of the candidate could be told to be its: see that it passes traceparent or x-sombra-exchange on`;
    case null:
      return `in ${total - called} ${last} the candidate made no call at all: sombra divergences shows what is missing`;
  }
}

const tokenAdvice =
  "a candidate that goes past the egress reaches customers with it; give the candidate a token that Meta does not know, and egress.graph.authorization the real one";

function tokenCheck(route: string): Check {
  return { name: `${route}: token`, status: "warn", text: `both sides show the same token: ${tokenAdvice}` };
}

function hasSameToken({ gauges }: Counted): boolean {
  return gauges.some(({ name, value }) => name === "sombra_egress_same_token" && value === 1);
}

/** How surely legacy's effects are known to be of their exchange; nothing, where there are too few to say. */
export function tieChecks({ counters }: Pick<Counted, "counters">): readonly Check[] {
  let total = 0;
  let weak = 0;
  for (const { name, labels, value } of counters) {
    if (name !== "sombra_legacy_effects_tied_total") continue;
    total += value;
    if (labels["by"] === "recipient") weak += value;
  }
  if (total < enough) return [];
  const all = `${total - weak} of ${total} that were compared are tied to their exchange by trace, exchange or message`;
  const text = weak === 0 ? all : `${all}, ${weak} by nothing but their recipient: pass traceparent on`;
  return [{ name: "legacy's calls", status: "ok", text }];
}

/** Upstreams to which legacy writes what nothing ties to an exchange: in reverse shadow that is written twice. */
export function writeChecks({ counters }: Pick<Counted, "counters">): readonly Check[] {
  const byUpstream = new Map<string, { total: number; untied: number }>();
  for (const { name, labels, value } of counters) {
    if (name !== "sombra_legacy_writes_total") continue;
    const upstream = labels["upstream"] ?? "";
    const seen = byUpstream.get(upstream) ?? { total: 0, untied: 0 };
    byUpstream.set(upstream, seen);
    seen.total += value;
    if (labels["tied"] === "false") seen.untied += value;
  }
  return [...byUpstream].flatMap(([upstream, { total, untied }]) => {
    if (untied < enough) return [];
    const text = `legacy's calls to ${upstream} are not tied: ${untied} of ${total} writes bore no trace of an exchange; in reverse shadow they go out beside the candidate's: pass traceparent on there too`;
    return [{ name: `legacy's calls to ${upstream}`, status: "warn" as const, text }];
  });
}

function callsOfCandidate({ counters }: Counted): number {
  let total = 0;
  for (const { name, labels, value } of counters) {
    if (name === "sombra_effects_total" && labels["side"] === "candidate") total += value;
  }
  return total;
}
