import { events, type EventName } from "./events.ts";
import { sendsOf, type Sends } from "./judge.ts";
import type { Random } from "./random.ts";
import type { World } from "./world.ts";

/** What a run puts to the test at least: chance alone may have left it out. */
interface Act {
  readonly orders: readonly EventName[];
  readonly of: keyof Sends;
}

const acts: readonly Act[] = [
  { orders: ["all enabled", "everybody in dual-run", "nobody in reverse shadow"], of: "candidateHeld" },
  { orders: ["everybody cut over"], of: "candidateReleased" },
];
const reverseAct: Act = {
  orders: ["all enabled", "everybody cut over", "everybody in reverse shadow"],
  of: "legacyHeld",
};

export interface Play {
  readonly world: World;
  readonly random: Random;
  /** So many sends of each kind there are in the end. */
  readonly least: number;
  readonly isReversed: boolean;
  /** A few more deliveries. False: that was the last. */
  readonly deliver: () => Promise<boolean>;
}

/** With nothing in the way, as many deliveries as it takes until enough of each kind was sent; who judges sees what is missing. */
export async function playOut({ world, random, least, isReversed, deliver }: Play): Promise<void> {
  for (const { orders, of } of isReversed ? [...acts, reverseAct] : acts) {
    const left = [...orders];
    while (sendsOf(world)[of] < least) {
      // Refused where too many came before: asked again with the next deliveries.
      for (let [order] = left; order !== undefined; [order] = left) {
        if ((await events[order](world, random)) === false) break;
        left.shift();
      }
      if (!(await deliver())) return;
    }
  }
}
