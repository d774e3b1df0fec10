import { type CallKeys, type Entry, type Known, matchOf, type Standing } from "./exchange.ts";
import type { KeyIndex } from "./key-index.ts";
import type { Memory } from "./memory.ts";

/** What the keys of a call say of what may be done with it. */
export interface Ties {
  /** How the items stand to which exchange header, trace and message lead; empty: it is tied to none. */
  readonly standings: ReadonlySet<Standing>;
  /** It names an exchange that is not known here. */
  readonly unknown: boolean;
  /**
   * How the recipient's own items stand, open or settled lately, where none of them is among those it is tied to. Of legacy's
   * calls, where one is: how those stand that came later.
   */
  readonly elsewhere: ReadonlySet<Standing>;
}

export function tiesOf(memory: Memory, keys: CallKeys): Ties {
  memory.purge();
  const recipient = keys.recipient === null ? null : memory.canonicalId(keys.recipient);
  const named = keys.exchange === null ? undefined : memory.get(keys.exchange);
  const { tied, surely } = tiedTo(memory, { keys, recipient }, named);
  const found = new Set<Standing>();
  for (const known of tied) for (const { standing } of itemsFor(known, keys, recipient)) found.add(standing);
  // A message that came twice is in the tied exchange as well as in another.
  const { refersTo } = keys;
  const meant = surely && tied.some(({ items }) => items.some(({ id }) => id === refersTo)) ? null : refersTo;
  for (const standing of meant === null ? [] : memory.byId.standings(meant, memory.clock())) found.add(standing);
  const isHome = ({ items }: Known): boolean => items.some(({ shopper }) => shopper === recipient);
  const homes = [...tied, ...(meant === null ? [] : knownBy(memory.byId, meant))].filter(isHome);
  return {
    standings: found,
    unknown: keys.exchange !== null && named === undefined,
    elsewhere: new Set(recipient === null ? [] : besides(memory, { side: keys.side, recipient, homes })),
  };
}

interface Home {
  readonly side: CallKeys["side"];
  readonly recipient: string;
  /** Those of the recipient's that the call is tied to. */
  readonly homes: readonly Known[];
}

/** Legacy may answer at once what it got in reverse shadow and what it got to answer later. */
function besides(memory: Memory, { side, recipient, homes }: Home): readonly Standing[] {
  const last = homes.toSorted((one, other) => other.order - one.order)[0];
  if (last === undefined) return memory.standingsOf(recipient);
  return side === "legacy" ? memory.standingsSince(recipient, last) : [];
}

function knownBy(index: KeyIndex, key: string): readonly Known[] {
  const last = index.lastSettled(key);
  return [...index.open(key), ...(last === null ? [] : [last])].map(({ known }) => known);
}

interface Named {
  readonly keys: CallKeys;
  /** In the spelling of shoppers. */
  readonly recipient: string | null;
}

interface Tied {
  readonly tied: readonly Known[];
  readonly surely: boolean;
}

/**
 * The exchange it names, and that of its trace: where these are two, both count. A trace that several deliveries share is
 * nothing beside a name; without one it ties to those in which the call's message or recipient is.
 */
function tiedTo(memory: Memory, { keys, recipient }: Named, named: Known | undefined): Tied {
  const { shared, all } = tracedBy(memory, keys);
  if (named !== undefined) return { tied: shared || all.includes(named) ? [named] : [named, ...all], surely: true };
  if (!shared) return { tied: all, surely: true };
  return { tied: all.filter((known) => matchOf(known, keys, recipient) >= 0), surely: false };
}

/** Only legacy acts for deliveries that it got alone. */
function tracedBy(memory: Memory, { traceId, side }: CallKeys): ReturnType<Memory["traced"]> {
  if (traceId === null) return { shared: false, all: [] };
  const { shared, all } = memory.traced(traceId);
  return { shared: shared || (side === "legacy" && memory.alone.has(traceId, memory.clock())), all };
}

/** The items that a call tied to this exchange may be about: those that it names, else all. */
function itemsFor({ items }: Known, { refersTo }: CallKeys, recipient: string | null): readonly Entry[] {
  const named = refersTo === null ? [] : items.filter(({ id }) => id === refersTo);
  const theirs = named.length > 0 || recipient === null ? named : items.filter(({ shopper }) => shopper === recipient);
  return theirs.length > 0 ? theirs : items;
}
