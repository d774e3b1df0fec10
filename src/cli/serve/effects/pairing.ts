import { matchEffects, translations, type Translation } from "../../../compare/index.ts";
import type { Exchanges, ItemEffects } from "../../../exchanges/index.ts";
import { createRecent } from "../../../lib/recent.ts";
import type { Effect } from "../../../model/index.ts";

/** Which send of the candidate is which of legacy's: the provider tells of a message long before its exchange is over. */
export interface Pairing {
  /** A call that is over. */
  readonly did: (effect: Effect) => void;
  /** An exchange is over, and this is all that was done for its items. */
  readonly closed: (exchange: string, items: readonly ItemEffects[]) => void;
}

export interface PairingDeps {
  readonly exchanges: Pick<Exchanges, "find">;
  readonly paired: (ids: readonly Translation[]) => void;
}

/** Exchanges in which something was sent and not all is done. */
const maxOpen = 10_000;
/** A side that runs wild is not looked at again with each call. */
const maxSends = 20;

interface Sends {
  readonly legacy: Effect[];
  readonly candidate: Effect[];
}

export function createPairing({ exchanges, paired }: PairingDeps): Pairing {
  const open = createRecent<Sends>(maxOpen);
  return {
    did(effect) {
      const { operation, side, produced } = effect;
      if (operation !== "send" || side === "twin" || produced.length === 0) return;
      const found = exchanges.find(effect);
      if (found.kind !== "one" || found.exchange.items[found.item]?.compared !== true) return;
      const { exchange } = found.exchange;
      const sends = open.get(exchange) ?? { legacy: [], candidate: [] };
      if (sends[side].length === maxSends) return;
      sends[side].push(effect);
      open.set(exchange, sends);
      const { legacy, candidate } = sends;
      if (legacy.length === 0 || candidate.length === 0) return;
      // What differs so far may still turn out to be another's.
      paired(translations(matchEffects(legacy, candidate).pairs.filter(({ alike }) => alike)));
    },
    closed(exchange, items) {
      open.delete(exchange);
      for (const { legacy, candidate } of items) {
        if (legacy.length === 0 || candidate.length === 0) continue;
        paired(translations(matchEffects(legacy, candidate).pairs));
      }
    },
  };
}
