import type { Clock } from "../lib/clock.ts";
import type { Judgement } from "../proxy/index.ts";
import type { Mirrored } from "./mirrored.ts";
import type { Ticket } from "./order.ts";

export interface Entering {
  readonly calls: readonly Mirrored[];
  /** Whether a call is still to be made. */
  readonly wants: (call: Mirrored) => boolean;
  /** It is first in all its lanes. */
  readonly ready: () => void;
  /** Too many wait already. */
  readonly full: (call: Mirrored) => void;
  readonly clock: Clock;
}

/** Takes a place in the lanes of each call's shoppers. */
export function enterLanes(ticket: Ticket, { items }: Judgement, { calls, wants, ready, full, clock }: Entering): void {
  for (const call of calls) {
    const shoppers = call.errand.items.map((i) => items[i]?.item.shopper ?? null);
    const place = ticket.enter(shoppers, ({ uncertain }) => {
      call.ready = true;
      call.orderUncertain = uncertain;
      if (call.dueMs !== null) call.laneMs = clock() - call.dueMs;
      ready();
    });
    if (place === null) full(call);
    else if (wants(call)) call.place = place;
    else place.leave();
  }
}
