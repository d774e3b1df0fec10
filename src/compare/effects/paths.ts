import type { Effect } from "../../model/index.ts";
import type { Path } from "../path.ts";
import type { EffectPair } from "./match.ts";

/** Where effects stand in `{effects: {<kind>: [...]}}`. */
export interface Paths {
  of(effect: Effect): Path;
  ofPair(pair: EffectPair): Path;
  /** Of effects of one group that came in another order. */
  ofOrder(effects: readonly Effect[]): Path;
}

const EFFECTS: Path = { parent: null, key: "effects" };

/** All sends: what is said of their order, and of one that became another kind of message. */
const SENDS: Path = { parent: EFFECTS, key: "send" };

const MARKS: Path = { parent: EFFECTS, key: "mark-read" };

/** Nothing is looked up until the first path is asked for: most items have no difference. */
export function createPaths(sides: {
  readonly legacy: readonly Effect[];
  readonly candidate: readonly Effect[];
}): Paths {
  let places: ReadonlyMap<Effect, number> | null = null;
  const placeOf = (effect: Effect): number => {
    // Legacy's last: an effect that both have is legacy's.
    places ??= new Map([...placesIn(sides.candidate), ...placesIn(sides.legacy)]);
    return places.get(effect) ?? 0;
  };
  const kindOf = ({ kind }: Effect): Path => ({ parent: EFFECTS, key: kind });
  return {
    of: (effect) => ({ parent: kindOf(effect), key: placeOf(effect) }),
    ofOrder: ([first]) => (first === undefined || first.operation === "send" ? SENDS : kindOf(first)),
    ofPair({ legacy, candidate }) {
      const shared = legacy.operation === "send" ? SENDS : MARKS;
      return { parent: legacy.kind === candidate.kind ? kindOf(legacy) : shared, key: placeOf(legacy) };
    },
  };
}

/** The place of each effect among those of its kind. */
function* placesIn(effects: readonly Effect[]): Generator<[Effect, number], void> {
  const next = new Map<string, number>();
  for (const effect of effects) {
    const place = next.get(effect.kind) ?? 0;
    next.set(effect.kind, place + 1);
    yield [effect, place];
  }
}
