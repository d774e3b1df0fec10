import type { Effect, Side } from "../../../model/index.ts";
import type { Exchanges, Found, OpenExchange } from "../../../exchanges/index.ts";
import type { Delivery, Judgement } from "../../../proxy/index.ts";

/** What a candidate that is probed is seen to do. */
export interface ProbeSight {
  did(effect: Effect): void;
  /** A call leads to the probe by nothing but whom it is for. */
  weaklyTied(side: Side): void;
}

/** What a route's deliveries look like. */
export interface LastSeen {
  readonly target: string;
  /** The business's phone number id; null: none of its deliveries has named one. */
  readonly phone: string | null;
}

/** Exchanges that a person has asked for, to see what the candidate does: held, and in no ledger. */
export interface Probing {
  /** Whether something that the candidate does may go out, so that it must not be probed. */
  mayGoOut(): boolean;
  /** What is done for it is held from now on, and told of until the end. Returns what ends it. */
  begin(opened: OpenExchange, sight: ProbeSight): () => void;
  /** null: none has come. */
  last(route: string): LastSeen | null;
}

export interface ProbingDeps {
  readonly exchanges: Pick<Exchanges, "find" | "settle">;
  readonly open: (opened: OpenExchange) => void;
  readonly mayGoOut: () => boolean;
}

/** A `Probing`, and what it has to be told. */
export interface ProbingTold extends Probing {
  delivery(delivery: Delivery, judgement: Judgement): void;
  /** A call has arrived, and leads there. */
  arrived(side: Side, found: Found): void;
  effect(effect: Effect): void;
}

export function createProbing({ exchanges, open, mayGoOut }: ProbingDeps): ProbingTold {
  const sights = new Map<string, ProbeSight>();
  const seen = new Map<string, LastSeen>();
  const sightOf = (found: Found): ProbeSight | undefined =>
    found.kind === "one" ? sights.get(found.exchange.exchange) : undefined;
  return {
    mayGoOut,
    begin(opened, sight) {
      sights.set(opened.exchange, sight);
      open(opened);
      return () => {
        sights.delete(opened.exchange);
        exchanges.settle(opened.exchange);
      };
    },
    last: (route) => seen.get(route) ?? null,
    delivery({ route, head }, { items }) {
      // Forged, or not read: nothing in it is to be believed.
      if (items.some(({ item }) => item.kind === "unread")) return;
      const phone = items.find(({ item }) => item.phone !== null)?.item.phone ?? seen.get(route.name)?.phone ?? null;
      seen.set(route.name, { target: head.target, phone });
    },
    arrived(side, found) {
      if (found.kind === "one" && found.by === "recipient") sightOf(found)?.weaklyTied(side);
    },
    effect(effect) {
      if (sights.size > 0) sightOf(exchanges.find(effect))?.did(effect);
    },
  };
}
