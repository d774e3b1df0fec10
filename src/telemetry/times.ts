import type { ExchangeRecord } from "../model/index.ts";

/** When an exchange's comparison could begin: both answers were there. Milliseconds since the delivery was received. */
export function comparedAt({ sides, latencyMs }: ExchangeRecord): number {
  const ends = [sides.legacy, sides.candidate].flatMap((side) => (side === undefined ? [] : [side.endMs]));
  return ends.length === 0 ? latencyMs : Math.max(...ends);
}
