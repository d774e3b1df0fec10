import type { Clock } from "../lib/clock.ts";
import { createRecent } from "../lib/recent.ts";
import type { Errand } from "../proxy/index.ts";
import type { Following } from "./following.ts";

/** Shoppers of whom the twin has missed something: where it differs then, that is no noise of legacy's. */
export interface TwinGaps {
  /** The twin was to get this and gave no answer. */
  missed(following: Following, errand: Errand): void;
  /** Whether it is about a shopper of whom something was missed in the same conversation. */
  has(following: Following, errand: Errand): boolean;
}

export interface TwinGapsLimits {
  /** A conversation is over after so long: the twin may be believed again. */
  readonly pauseMs: number;
  /** Shoppers remembered at most. */
  readonly max: number;
}

export function createTwinGaps({ pauseMs, max }: TwinGapsLimits, clock: Clock): TwinGaps {
  const missedMs = createRecent<number>(max);
  const keysOf = ({ delivery, judgement }: Following, { items }: Errand): readonly string[] =>
    items.flatMap((i) => {
      const shopper = judgement?.items[i]?.item.shopper ?? null;
      return shopper === null ? [] : [`${delivery.route.name}\n${shopper}`];
    });
  return {
    missed(following, errand) {
      for (const key of keysOf(following, errand)) missedMs.set(key, clock());
    },
    has: (following, errand) =>
      keysOf(following, errand).some((key) => clock() - (missedMs.get(key) ?? -Infinity) < pauseMs),
  };
}
