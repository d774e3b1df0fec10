import type { OpenExchange, Place } from "../../../exchanges/index.ts";
import { isNumber } from "../../../identify/index.ts";
import type { Side } from "../../../model/index.ts";
import type { Delivery, Judgement } from "../../../proxy/index.ts";

/** A delivery as it was judged, for whoever ties calls to it. */
export function openedBy(delivery: Delivery, { items, mirrored }: Judgement): OpenExchange {
  const isReversed = (item: number): boolean =>
    mirrored.some((errand) => errand.side === "legacy" && errand.items.includes(item));
  return {
    exchange: delivery.exchange,
    traceId: delivery.trace.traceId,
    route: delivery.route.name,
    items: items.map(({ item: { id, shopper, person, phone }, mode, skip }, i) => ({
      id,
      shopper: recipientOf(person, shopper),
      nameless: person === null || !isNumber(person),
      phone,
      mode: skip !== null && mode !== "cutover" ? "legacy" : mode,
      compared: mode === "cutover" ? isReversed(i) : skip === null,
    })),
  };
}

/** Whom calls for them name: a number, if it is but that of an alias. */
export function recipientOf(person: string | null, shopper: string | null): string | null {
  return [person, shopper].find((id) => id !== null && isNumber(id)) ?? person ?? shopper;
}

/** After legacy answered in the candidate's place. */
export function asLegacys(opened: OpenExchange): OpenExchange {
  const items = opened.items.map(
    (item) => ({ ...item, mode: item.mode === "cutover" ? "legacy" : item.mode }) as const,
  );
  return { ...opened, items };
}

/** Nobody but legacy has any part in it. */
export function isLegacyAlone({ items }: Judgement): boolean {
  return items.every(({ skip, mode }) => skip !== null && mode !== "cutover");
}

/** Whose reads are what the other side is answered with. */
export function answeringSide({ exchange, item }: Place): Side {
  return exchange.items[item]?.reversed === true ? "candidate" : "legacy";
}
