import type { GaugeValue } from "../../../account/index.ts";
import type { KeyedHash } from "../../../compare/index.ts";
import type { ItemEffects } from "../../../exchanges/index.ts";
import { headerValue, type RawHeaders } from "../../../http/index.ts";
import type { Clock } from "../../../lib/clock.ts";
import type { Effect, Side } from "../../../model/index.ts";

/**
 * What the candidate did where legacy sent something.
 * - `called`: it called the egress as well
 * - `silent`: it did not call at all
 * - `doubled`: nor did it, and legacy did everything twice: the candidate may be calling by legacy's address
 */
export const manners = ["called", "silent", "doubled"] as const;
type Manner = (typeof manners)[number];

/** Looks at how the candidate uses the egress, for `sombra doctor` and the page. Never throws. */
export interface EgressWatch {
  /** A call has arrived. */
  arrived(side: Side, rawHeaders: RawHeaders): void;
  /** An item was compared. */
  compared(route: string, effects: ItemEffects): void;
  gauges(): readonly GaugeValue[];
}

/** Compared items of a route that are looked back at. */
const lookedBack = 20;
/** A token is looked at once in this time: hashing costs a microsecond or two. */
const lookMs = 500;
/** A side that has shown others for so long no longer uses a token. */
const tokenMs = 600_000;
const maxTokens = 16;

export function createEgressWatch(hash: KeyedHash, clock: Clock): EgressWatch {
  const tokens = { legacy: createTokens(hash), candidate: createTokens(hash) };
  const byRoute = new Map<string, Manner[]>();
  return {
    arrived(side, rawHeaders) {
      if (side !== "twin") tokens[side].look(rawHeaders, clock());
    },
    compared(route, effects) {
      const manner = mannerOf(effects);
      if (manner === null) return;
      const last = byRoute.get(route) ?? [];
      byRoute.set(route, last);
      last.push(manner);
      if (last.length > lookedBack) last.shift();
    },
    gauges() {
      const legacys = tokens.legacy.all();
      const same = tokens.candidate.all().some((token) => legacys.includes(token));
      const gauges: GaugeValue[] = [{ name: "sombra_egress_same_token", labels: {}, value: same ? 1 : 0 }];
      for (const [route, last] of byRoute) {
        for (const manner of manners) {
          const value = last.filter((one) => one === manner).length;
          gauges.push({ name: "sombra_egress_items", labels: { route, candidate: manner }, value });
        }
      }
      return gauges;
    },
  };
}

/** The tokens that a side has shown lately, as keyed hashes: they are compared, and nothing else is kept of them. */
function createTokens(hash: KeyedHash) {
  const seen = new Map<string, number>();
  let lookedMs = Number.NEGATIVE_INFINITY;
  return {
    look(rawHeaders: RawHeaders, nowMs: number): void {
      if (nowMs - lookedMs < lookMs) return;
      const authorization = headerValue(rawHeaders, "authorization");
      if (authorization === null) return;
      lookedMs = nowMs;
      const token = hash(`authorization\n${authorization}`);
      // Behind the others: the one seen last is last.
      seen.delete(token);
      seen.set(token, nowMs);
      for (const [oldest, atMs] of seen) {
        if (seen.size <= maxTokens && nowMs - atMs < tokenMs) break;
        seen.delete(oldest);
      }
    },
    all: (): readonly string[] => [...seen.keys()],
  };
}

/** null: legacy sent nothing. */
function mannerOf({ legacy, candidate }: ItemEffects): Manner | null {
  if (!legacy.some(({ operation }) => operation === "send")) return null;
  if (candidate.some(({ operation }) => operation !== "event")) return "called";
  return isDoubled(legacy) ? "doubled" : "silent";
}

/** Whether everything was sent twice, or more often. */
function isDoubled(effects: readonly Effect[]): boolean {
  const sends = effects.filter(({ operation }) => operation === "send");
  const counts = new Map<string, number>();
  for (const { kind, recipient, payload } of sends) {
    const key = JSON.stringify([kind, recipient, payload]);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts.values()].every((count) => count > 1);
}
