import type { Change, FlagState, ListChange, ListId, ShopperTable } from "../flags/index.ts";

/**
 * What a change does to the lists that are kept. A list of a flag that has nobody in it need not be named in a change: one
 * that is still there belonged to a record that nobody could read.
 */
export function listWrites(change: Change): readonly ListChange[] {
  const named = new Set(change.lists.map(({ list }) => list));
  const left = change.flags.flatMap((one): readonly ListId[] => {
    const { key, allowlist, denylist, forceOn } =
      one.kind === "set" ? one.flag : { key: one.key, allowlist: null, denylist: 0, forceOn: 0 };
    const sizes = [
      [`allowlist:${key}`, allowlist ?? 0],
      [`denylist:${key}`, denylist],
      [`forceOn:${key}`, forceOn],
    ] as const;
    return sizes.filter(([list, size]) => size === 0 && !named.has(list)).map(([list]) => list);
  });
  return [...change.lists, ...left.map((list): ListChange => ({ kind: "dropped", list }))];
}

/** The lists that are kept of a state: audiences, and what flags have with somebody in it. */
export function* listsOf({ flags, audiences }: FlagState): Generator<readonly [ListId, ShopperTable]> {
  for (const { key, allowlist, denylist, forceOn } of flags.values()) {
    if (allowlist !== null && allowlist.size > 0) yield [`allowlist:${key}`, allowlist];
    if (denylist.size > 0) yield [`denylist:${key}`, denylist];
    if (forceOn.size > 0) yield [`forceOn:${key}`, forceOn];
  }
  for (const [name, table] of audiences) yield [`audience:${name}`, table];
}
