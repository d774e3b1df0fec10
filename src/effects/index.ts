/**
 * What the sides do outside: the port that their calls to the Graph API and to other configured upstreams go through, and
 * where they declare what is no call. A call that is decided to be held is answered here and writes nowhere; legacy's stream
 * on as they are, and nothing that is recorded of them may delay that. No open proxy: only configured upstreams.
 */
export { createDeclare, type Declare } from "./client.ts";
export { plainBody } from "./coding.ts";
export { readDeclared, type DeclaredEffect } from "./declared.ts";
export { listenEgress, type Egress } from "./egress.ts";
export type { EgressDeps } from "./deps.ts";
export { createRules, type EgressRule, type FindRule } from "./rules.ts";
export { places } from "./template.ts";
export { createUpstream, type Upstream, type UpstreamSettings } from "./upstream.ts";
export type {
  ArrivedCall,
  Disposition,
  GraphShapes,
  HeldAnswer,
  HeldCall,
  Meaning,
  Purpose,
  ReadAnswer,
  RecordedCall,
  Verdict,
} from "./call.ts";
