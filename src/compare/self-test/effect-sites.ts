import type { Effect } from "../../model/index.ts";
import { changesOf, type Keys } from "./document.ts";
import { generalOf } from "./general.ts";
import type { Mutation, SamplePair, Site } from "./pair.ts";

/** A number that nobody has: of a range kept for stories. */
const STRANGER = "15550100999";
/** Whom a send reaches, and when, may show at any of them. */
const EFFECTS: Keys = ["effects"];

/** Where what a pair's candidate did outside can be changed. */
export function effectSites(pair: SamplePair, max: number): readonly Site[] {
  const { candidate } = pair.effects;
  const plant = ({ what, near }: Doing, keys: Keys, effects: () => readonly Effect[]): Site => ({
    what,
    plant: () => {
      const mutated = { ...pair, effects: { ...pair.effects, candidate: effects() } };
      return { mutated, what, place: generalOf(keys), near: near === true };
    },
  });
  const sites: Site[] = [];
  // What was tried in vain stands for itself where it is not done again.
  const inVain = new Set(candidate.filter(({ succeeded }) => !succeeded).map(textOf));
  for (const [i, effect] of candidate.entries()) {
    if (!effect.succeeded || effect.operation === "read" || sites.length >= max) continue;
    if (inVain.size > 0 && inVain.has(textOf(effect))) continue;
    const place: Keys = ["effects", effect.kind];
    const without = (): readonly Effect[] => candidate.toSpliced(i, 1);
    const instead = (made: Effect) => (): readonly Effect[] => candidate.with(i, made);
    if (effect.operation === "send") {
      sites.push(plant({ what: "send-removed" }, place, without));
      sites.push(plant({ what: "send-duplicated" }, place, () => candidate.toSpliced(i, 0, effect)));
      sites.push(...recipientSites({ candidate, i, effect }, plant), ...orderSites({ candidate, i, effect }, plant));
    } else {
      sites.push(plant({ what: "effect-removed" }, place, without));
    }
    for (const { what, keys, near, changed } of changesOf(effect.payload, max)) {
      const word = effect.operation === "send" && what === "value-changed" ? "text-changed" : what;
      const at = [...place, i, ...keys];
      sites.push(plant({ what: word, near }, at, () => instead({ ...effect, payload: changed() })()));
    }
  }
  return sites;
}

interface Doing {
  readonly what: Mutation;
  readonly near?: boolean;
}

type Plant = (doing: Doing, keys: Keys, effects: () => readonly Effect[]) => Site;

interface At {
  readonly candidate: readonly Effect[];
  readonly i: number;
  readonly effect: Effect;
}

/** With the next send that somebody else gets; where nobody does, to a stranger. */
function recipientSites({ candidate, i, effect }: At, plant: Plant): readonly Site[] {
  if (effect.recipient === null) return [];
  const other = candidate.findIndex(
    ({ operation, recipient, succeeded }, at) =>
      at > i && succeeded && operation === "send" && recipient !== null && recipient !== effect.recipient,
  );
  const partner = candidate[other];
  const swapped = (): readonly Effect[] => {
    if (partner === undefined) return candidate.with(i, { ...effect, recipient: STRANGER });
    const { recipient } = effect;
    return candidate.with(i, { ...effect, recipient: partner.recipient }).with(other, { ...partner, recipient });
  };
  // Two who get the same may change places, and nothing has happened.
  if (partner !== undefined && textOf(partner) === textOf(effect)) return [];
  return [plant({ what: "recipient-swapped" }, EFFECTS, swapped)];
}

/** With the next send to the same person, where that says something else. */
function orderSites({ candidate, i, effect }: At, plant: Plant): readonly Site[] {
  if (effect.recipient === null) return [];
  const next = candidate.findIndex(
    ({ operation, recipient, succeeded }, at) =>
      at > i && succeeded && operation === "send" && recipient === effect.recipient,
  );
  const other = candidate[next];
  if (other === undefined || textOf(other) === textOf(effect)) return [];
  return [plant({ what: "order-turned" }, EFFECTS, () => candidate.with(i, other).with(next, effect))];
}

function textOf({ kind, payload, refersTo, ids }: Effect): string {
  return JSON.stringify([kind, payload, refersTo, ids]);
}
