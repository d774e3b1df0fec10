import type { FoundItem } from "./provider.ts";

/** Shopper ids by other ids of the same person, such as a `wa_id`. */
export type Aliases = ReadonlyMap<string, string>;

/**
 * The shopper of each item: its alias, else its best id. A person seen by number in one item and by user id in another
 * is one shopper as soon as one item shows both.
 */
export function shoppersOf(found: readonly FoundItem[], aliases: Aliases): readonly (string | null)[] {
  const [only] = found;
  if (found.length === 1 && only !== undefined) return [shopperOf(only.who, aliases)];
  const persons = createPersons();
  for (const { who } of found) persons.join(who);
  const named = new Map<string, string>();
  for (const id of persons.ids()) {
    const alias = aliases.get(id);
    if (alias !== undefined) named.set(persons.of(id), alias);
  }
  return found.map(({ who: [id] }) => {
    if (id === undefined) return null;
    const person = persons.of(id);
    return named.get(person) ?? person;
  });
}

function shopperOf(who: readonly string[], aliases: Aliases): string | null {
  for (const id of who) {
    const alias = aliases.get(id);
    if (alias !== undefined) return alias;
  }
  return who[0] ?? null;
}

/** Disjoint sets of ids, each named by its best id: every id points towards a better one of the same person. */
function createPersons() {
  const better = new Map<string, string>();
  const of = (id: string): string => {
    let at = id;
    for (;;) {
      const next = better.get(at) ?? at;
      if (next === at) return at;
      // Halving the path keeps a long chain of ids from costing its square.
      const beyond = better.get(next) ?? next;
      better.set(at, beyond);
      at = beyond;
    }
  };
  return {
    of,
    ids: () => [...better.keys()],
    join([best, ...others]: readonly string[]): void {
      if (best === undefined) return;
      if (!better.has(best)) better.set(best, best);
      for (const other of others) {
        if (!better.has(other)) better.set(other, other);
        better.set(of(other), of(best));
      }
    },
  };
}
