import { murmur3 } from "../lib/murmur3.ts";
import type { Item } from "../model/index.ts";
import type { Delivery } from "../proxy/index.ts";

/**
 * Whether the twin gets what begins with this item. Decided by shopper, so that it sees whole conversations: one that missed
 * a message goes on to differ, and that is no noise of legacy's. The same on all instances, and no flag's bucket.
 */
export function isTwinned({ route, exchange }: Pick<Delivery, "route" | "exchange">, { shopper }: Item): boolean {
  const share = route.twin?.share ?? 0;
  return share > 0 && murmur3(`twin:${route.name}:${shopper ?? exchange}`, 0) < share * 2 ** 32;
}
