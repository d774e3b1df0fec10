/** Shopper ids by other ids of the same person, such as a `wa_id`, as configured. */
export type Aliases = ReadonlyMap<string, string>;

/** Whom these ids of one person make it: the alias of the first that has one, else the first id. */
export function shopperOf(who: readonly string[], aliases: Aliases): string | null {
  if (aliases.size > 0) {
    for (const id of who) {
      const alias = aliases.get(id);
      if (alias !== undefined) return alias;
    }
  }
  return who[0] ?? null;
}
