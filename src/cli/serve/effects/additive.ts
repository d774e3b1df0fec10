import type { Route } from "../../../model/index.ts";
import type { JudgedItem } from "../../../proxy/index.ts";

/** Exchanges of which rules of the egress may release what the candidate adds (SPEC 2). */
export interface Additive {
  opened(exchange: string, route: Route, items: readonly JudgedItem[]): void;
  has(exchange: string): boolean;
}

/** `max`: so many at least are known; of one that is forgotten everything is held. */
export function createAdditive(max: number): Additive {
  let now = new Set<string>();
  let before = now;
  return {
    opened(exchange, route, items) {
      if (!isAdditive(route, items)) return;
      if (now.size >= max) {
        before = now;
        now = new Set();
      }
      now.add(exchange);
    },
    has: (exchange) => now.has(exchange) || before.has(exchange),
  };
}

/**
 * Whether the candidate gets it in dual-run only, with the shadow flag off for all whom it is about. A delivery that could
 * not be parted brings it others' items too.
 */
function isAdditive({ flags }: Route, items: readonly JudgedItem[]): boolean {
  const given = items.filter(({ skip }) => skip === null || skip === "mixed-batch");
  const isOff = (item: JudgedItem): boolean => item.flags.some(({ flag, value }) => flag === flags.shadow && !value);
  return given.length > 0 && given.every((item) => item.skip === null && item.mode === "dual-run" && isOff(item));
}
