import type { Clock } from "../lib/clock.ts";
import { createRecent } from "../lib/recent.ts";
import type { Divergence } from "../model/index.ts";

/** Whose items they are: conversations on two routes say nothing of each other. */
export interface Conversation {
  readonly route: string;
  readonly shopper: string;
}

/** Remembers whose sides have drifted apart: what follows in the same conversation may only follow from that. */
export interface Drift {
  /** An item of a shopper ends: whether the sides drifted apart with one that ended before it in the same conversation. */
  readonly met: (conversation: Conversation) => boolean;
  /** They did with that item. */
  readonly drifted: (conversation: Conversation) => void;
  /** Shoppers who are remembered. */
  known(): Iterable<{ readonly ids: readonly string[]; readonly forget: () => void }>;
}

export interface DriftLimits {
  /** A longer pause between two items of a shopper ends a conversation. */
  readonly pauseMs: number;
  /** Shoppers who are remembered, at most; those seen last are. */
  readonly max: number;
}

/**
 * Whether the sides may know different things of the shopper from then on: they did different things outside, one of them
 * refused or did not answer, or the answer is what the shopper gets (TwiML). What else an answer says, nobody reads; and of
 * what was marked as expected people have said that it says nothing of what follows.
 */
export function startsDrift({ where, path, kind, severity, expected }: Divergence): boolean {
  if (expected === true) return false;
  if (severity === "critical") return true;
  if (severity !== "major") return false;
  return where === "effect" || path === "/status" || kind === "failed" || kind === "legacy-failed";
}

/** Nothing is kept of shoppers whose sides have not drifted apart. */
export function createDrift({ pauseMs, max }: DriftLimits, clock: Clock): Drift {
  /** When the last item ended, by conversations that have drifted. */
  const lastMs = createRecent<number>(max);
  const keyOf = ({ route, shopper }: Conversation): string => `${route}\n${shopper}`;
  return {
    met(conversation) {
      const key = keyOf(conversation);
      const last = lastMs.get(key);
      if (last === undefined) return false;
      const now = clock();
      if (now - last > pauseMs) {
        lastMs.delete(key);
        return false;
      }
      lastMs.set(key, now);
      return true;
    },
    drifted(conversation) {
      lastMs.set(keyOf(conversation), clock());
    },
    *known() {
      // A route's name holds no line feed.
      for (const key of lastMs.keys()) {
        yield { ids: [key.slice(key.indexOf("\n") + 1)], forget: () => lastMs.delete(key) };
      }
    },
  };
}
