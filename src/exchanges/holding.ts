import type { CallKeys, Standing } from "./exchange.ts";
import type { Exchanges } from "./exchanges.ts";

/** What is done with an outbound call. `refuse`: it is in doubt; a transient error, never a made-up success. */
export type Held = "hold" | "release" | "refuse";

export interface HoldingDeps {
  /** Whether the flags can decide cutover for anybody. */
  cutoverPossible(): boolean;
  /** Whether the flags decide cutover for whoever this is, wherever and in whichever spelling they may have written. */
  inCutoverNow(recipient: string): boolean;
}

export interface OutboundCall {
  readonly keys: CallKeys;
  readonly isMediaUpload: boolean;
}

export interface Holding {
  decide(call: OutboundCall): Held;
}

/**
 * Decides on arrival, once. A tie is in doubt where the recipient is at home in another exchange that is decided otherwise:
 * then nothing of the candidate's is sent on or made up, and nothing of legacy's is held.
 */
export function createHolding(exchanges: Exchanges, deps: HoldingDeps): Holding {
  return {
    decide(call) {
      switch (call.keys.side) {
        case "twin":
          return "hold";
        case "legacy":
          // No customer sees an upload, and the id that was made up for it would be of no use later.
          return call.isMediaUpload ? "release" : legacyCall(exchanges, call.keys);
        case "candidate":
          // An exchange keeps what it was decided with, whatever the flags say by now.
          return deps.cutoverPossible() || exchanges.cutover ? candidateCall(exchanges, deps, call) : "hold";
      }
    },
  };
}

function candidateCall(exchanges: Exchanges, deps: HoldingDeps, { keys, isMediaUpload }: OutboundCall): Held {
  const { standings, unknown, elsewhere } = exchanges.ties(keys);
  if (unknown) return "refuse";
  if (standings.size > 0) {
    // The candidate was not called for what legacy got alone.
    const called = [...standings].filter((standing) => standing !== "legacy");
    if (isOnly(called, ["held"])) return hasAny(elsewhere, ["cutover", "reverse"]) ? "refuse" : "hold";
    if (isOnly(called, ["cutover", "reverse"])) return elsewhere.has("held") ? "refuse" : "release";
    return "refuse";
  }
  if (exchanges.blind) return "refuse";
  // No customer sees it.
  if (isMediaUpload) return "release";
  if (keys.recipient === null || elsewhere.has("held") || exchanges.nameless) return "refuse";
  return deps.inCutoverNow(keys.recipient) ? "release" : "refuse";
}

/**
 * Streams but in reverse shadow: and there never by its recipient, for people answer from legacy's inbox. What bears another
 * trace or name than that of the message it quotes is an answer of legacy's own. Of a delivery in cutover legacy acts only for
 * the part that it got.
 */
function legacyCall(exchanges: Exchanges, keys: CallKeys): Held {
  const { standings, elsewhere } = exchanges.ties(keys);
  const { exchange, traceId, refersTo } = keys;
  const isOwn = (exchange ?? traceId) !== null;
  if (refersTo !== null && isOwn && exchanges.ties({ ...keys, refersTo: null }).standings.size === 0) return "release";
  if (!standings.has("reverse") || !isOnly([...standings], ["reverse", "cutover"])) return "release";
  return exchange === null && hasAny(elsewhere, ["legacy", "held"]) ? "release" : "hold";
}

function isOnly(found: readonly Standing[], wanted: readonly Standing[]): boolean {
  return found.length > 0 && found.every((standing) => wanted.includes(standing));
}

function hasAny(found: ReadonlySet<Standing>, wanted: readonly Standing[]): boolean {
  return wanted.some((standing) => found.has(standing));
}
