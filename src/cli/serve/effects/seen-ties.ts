import type { Exchange, ExchangeItem, Exchanges, Found, Place } from "../../../exchanges/index.ts";
import type { Effect } from "../../../model/index.ts";
import { tiedText, untiedText, type LegacyTies } from "./legacy-ties.ts";

/** Sees by what legacy's sends are tied to their exchanges. */
export interface SeenTies {
  /** A side did something, and what becomes of it is not known yet. */
  came(effect: Effect): void;
  /** What legacy did was compared, as part of what was found. */
  compared(effect: Effect, found: Found): void;
}

export interface SeenTiesDeps {
  readonly exchanges: Pick<Exchanges, "find" | "cutover">;
  readonly ties: LegacyTies;
  readonly alarm: (name: "legacy-untied", text: string) => void;
  readonly alarmOver: (name: "legacy-untied", text: string) => void;
}

/** The sends of an item in reverse shadow. */
interface Sends {
  candidate: number;
  /** Legacy's, that stand beside one of the candidate's. */
  beside: number;
  /** Legacy's that are tied to nothing and stand beside none yet. */
  readonly untied: Effect[];
  /** Of those beside one of the candidate's, the untied ones. */
  readonly doubling: Effect[];
}

/**
 * In reverse shadow an untied send of legacy's is a second message to a customer: it counts as soon as it stands in the place
 * of one that should have come tied, open or over as the exchange may be. What is more than the candidate sent is taken for
 * that of somebody who writes from legacy's inbox, and counts only where it is compared; also where that shows only when the
 * tied one comes after it.
 */
export function createSeenTies({ exchanges, ties, alarm, alarmOver }: SeenTiesDeps): SeenTies {
  const byItem = new WeakMap<ExchangeItem, Sends>();
  const told = new WeakSet<Effect>();
  const sendsOf = (item: ExchangeItem): Sends => {
    const known = byItem.get(item) ?? { candidate: 0, beside: 0, untied: [], doubling: [] };
    byItem.set(item, known);
    return known;
  };
  const tell = ({ route }: Exchange, tied: boolean, doubled = false): void => {
    switch (ties.sent(route, tied, doubled)) {
      case "lost":
        return alarm("legacy-untied", untiedText(route));
      case "regained":
        return alarmOver("legacy-untied", tiedText(route));
      case null:
    }
  };
  /** The tied one has come after all: what stood in its place was that of a person. */
  const takeBack = ({ route }: Exchange, sends: Sends): void => {
    const personal = sends.doubling.pop();
    if (personal === undefined) return;
    sends.beside -= 1;
    told.delete(personal);
    sends.untied.push(personal);
    ties.takeBack(route);
  };
  const isShort = ({ candidate, beside }: Sends): boolean => beside < candidate;
  const came = (effect: Effect, found: Extract<Found, { readonly by: unknown }>): void => {
    const all = meant(effect, found.kind === "one" ? [found] : found.places);
    const place = all.find(({ item }) => isShort(sendsOf(item))) ?? all.at(-1);
    if (place === undefined) return;
    const sends = sendsOf(place.item);
    if (effect.side === "candidate") sends.candidate += 1;
    else if (found.by === "recipient") sends.untied.push(effect);
    else {
      sends.beside += 1;
      told.add(effect);
      tell(place.exchange, true);
      if (sends.beside > sends.candidate) takeBack(place.exchange, sends);
    }
    while (isShort(sends)) {
      const untied = sends.untied.shift();
      if (untied === undefined) return;
      sends.beside += 1;
      sends.doubling.push(untied);
      told.add(untied);
      tell(place.exchange, false, true);
    }
  };
  return {
    came(effect) {
      if (effect.operation !== "send" || effect.side === "twin" || !exchanges.cutover) return;
      const found = exchanges.find(effect);
      if ("by" in found) came(effect, found);
    },
    compared(effect, found) {
      if (effect.operation !== "send" || found.kind !== "one" || told.has(effect)) return;
      tell(found.exchange, found.by !== "recipient");
    },
  };
}

interface Meant {
  readonly exchange: Exchange;
  readonly item: ExchangeItem;
}

/** The candidate mostly sends before legacy gets anything. */
function meant({ side }: Effect, places: readonly Place[]): readonly Meant[] {
  return places.flatMap(({ exchange, item: at }) => {
    const item = exchange.items[at];
    const isMeant = item?.standing === "reverse" || (side === "candidate" && item?.standing === "cutover");
    return item !== undefined && isMeant ? [{ exchange, item }] : [];
  });
}
