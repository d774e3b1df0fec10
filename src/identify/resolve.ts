import type { Item, Profile, TakenApart } from "../model/index.ts";
import type { Aliases } from "./aliases.ts";
import { createLearnedAliases, isNumber, type LearnedAliases } from "./learned.ts";

interface ResolveOptions {
  readonly aliases: Aliases;
  /** Absent: what a delivery shows counts for its own items. */
  readonly learned: LearnedAliases | undefined;
  /** Whether shoppers are the provider's ids at all. */
  readonly profile: boolean;
}

/**
 * The last word on whose items are, by the table of this thread: whichever thread took the delivery apart, one table
 * decides. An item that gives a number keeps it, and a configured alias counts for more than what was learned.
 */
export function createResolve({ aliases, learned, profile }: ResolveOptions): Pick<Profile, "resolve" | "nameless"> {
  if (!profile) return { resolve: ({ identity }) => identity, nameless: () => nobody };
  const resolve: Profile["resolve"] = ({ identity, persons }) => {
    if (learned === undefined && (persons.length === 0 || identity.items.length === 1)) return identity;
    const table = learned ?? createLearnedAliases({ max: Infinity });
    for (const person of persons) table.learn(person);
    const named = (item: Item): Item => {
      const person = item.person === null ? null : table.of(item.person);
      const shopper = item.shopper === null ? null : table.of(item.shopper);
      if (person === item.person && shopper === item.shopper) return item;
      const isNews = shopper !== null && shopper !== item.shopper;
      return { ...item, person, shopper: isNews ? (aliases.get(shopper) ?? shopper) : item.shopper };
    };
    const items = identity.items.map(named);
    return items.some((item, i) => item !== identity.items[i]) ? { items } : identity;
  };
  return { resolve, nameless: learned === undefined ? () => nobody : (taken) => namelessIn(taken, learned) };
}

const nobody: readonly string[] = [];

function namelessIn({ identity, persons }: TakenApart, learned: LearnedAliases): readonly string[] {
  const ids = identity.items.flatMap(({ shopper }) =>
    shopper === null || isNumber(shopper) || learned.of(shopper) !== shopper ? [] : [shopper],
  );
  return ids.length === 0 ? nobody : ids.filter((id) => !persons.some((person) => person.includes(id)));
}
