import type { Meaning } from "./call.ts";
import type { EgressDeps } from "./deps.ts";
import type { Outbound } from "./outbound.ts";
import type { EgressRule } from "./rules.ts";
import { isPlainRead } from "./upstream.ts";

/** Upstreams that speak the Graph API's language. */
const graphUpstreams: ReadonlySet<string> = new Set(["graph", "lookaside"]);

export const speaksGraph = (outbound: Outbound): boolean => graphUpstreams.has(outbound.upstream.name);

/** What a call is for: as a rule says, else as the Graph API has it, else by the method. */
export function meaningOf(deps: EgressDeps, outbound: Outbound, rule: EgressRule | null): Meaning {
  const { method, target, request } = outbound;
  const looks = isPlainRead(method, target, request.rawHeaders) || method === "HEAD" || method === "OPTIONS";
  if (!speaksGraph(outbound)) {
    const purpose = rule?.classify ?? (looks ? "read" : "write");
    return { kind: purpose, purpose, own: false };
  }
  const meaning = deps.graph.read(outbound.shape);
  const ruled = rule?.classify ?? null;
  if (ruled !== null) return { ...meaning, purpose: ruled };
  return meaning.purpose === "read" && !looks ? { kind: "other", purpose: "write", own: false } : meaning;
}
