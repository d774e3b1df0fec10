import { type CallKeys, type Entry, type Exchange, fits, type Known, matchOf } from "./exchange.ts";
import type { KeyIndex } from "./key-index.ts";
import type { Memory } from "./memory.ts";

/** What an exchange was found by, strongest first. */
export type KeyKind = "exchange" | "trace" | "message" | "recipient";

/** An item of an exchange. */
export interface Place {
  readonly exchange: Exchange;
  readonly item: number;
}

interface Led {
  readonly by: KeyKind;
  /** A delivery that legacy got alone may be meant as well. */
  readonly doubtful: boolean;
}

type FoundPlace =
  | (Led & Place & { readonly kind: "one" })
  /** Open exchanges of one shopper, oldest first. */
  | (Led & { readonly kind: "several"; readonly places: readonly Place[] });

/** Whose call it is. */
export type Found =
  | FoundPlace
  /** A delivery that legacy got alone. */
  | { readonly kind: "alone" }
  | { readonly kind: "none" };

const nobody: Found = { kind: "none" };
const alone: Found = { kind: "alone" };

/**
 * By the strongest key that leads anywhere. A trace is not believed where the call names somebody who has an open exchange
 * of their own and is not in the traced one: work queues and timers carry on the trace of whoever started them.
 */
export function find(memory: Memory, keys: CallKeys): Found {
  memory.purge();
  const recipient = keys.recipient === null ? null : memory.canonicalId(keys.recipient);
  if (keys.exchange !== null) {
    const known = memory.get(keys.exchange);
    if (known !== undefined) return one(known, { keys, recipient }, "exchange");
    // Named, and not to be had here: weaker keys would only lead to another.
    return isAlone(memory, keys, keys.exchange) ? alone : nobody;
  }
  const named = { keys, recipient };
  const aloneTrace = isAlone(memory, keys, keys.traceId);
  return (
    byTrace(memory, named, aloneTrace) ??
    among(memory.byId, keys.refersTo, "message") ??
    byRecipient(memory, named) ??
    (aloneTrace || isAlone(memory, keys, keys.refersTo) || isAlone(memory, keys, recipient) ? alone : nobody)
  );
}

interface Named {
  readonly keys: CallKeys;
  /** In the spelling of shoppers. */
  readonly recipient: string | null;
}

function isAlone(memory: Memory, { side }: CallKeys, key: string | null): boolean {
  return side === "legacy" && key !== null && memory.alone.has(key, memory.clock());
}

function byTrace(memory: Memory, named: Named, aloneToo: boolean): FoundPlace | null {
  const { keys, recipient } = named;
  if (keys.traceId === null) return null;
  const { shared, all } = memory.traced(keys.traceId);
  const [only] = all;
  if (only === undefined) return null;
  if (shared || aloneToo) {
    const matching = all.filter((known) => matchOf(known, keys, recipient) >= 0);
    const [match] = matching;
    return match !== undefined && matching.length === 1 ? one(match, named, "trace") : null;
  }
  const believed = matchOf(only, keys, recipient) >= 0 || !hasOwn(memory, named);
  return believed ? one(only, named, "trace") : null;
}

function hasOwn(memory: Memory, { keys, recipient }: Named): boolean {
  if (keys.refersTo !== null && memory.byId.open(keys.refersTo).length > 0) return true;
  return recipient !== null && memory.byShopper.open(recipient).some(({ phone }) => fits(phone, keys.phone));
}

function byRecipient(memory: Memory, { keys, recipient }: Named): FoundPlace | null {
  if (recipient === null) return null;
  const found = among(memory.byShopper, recipient, "recipient", ({ phone }) => fits(phone, keys.phone));
  return found !== null && isAlone(memory, keys, recipient) ? { ...found, doubtful: true } : found;
}

/** The open exchanges of a key, else the one that was settled last. */
function among(
  index: KeyIndex,
  key: string | null,
  by: KeyKind,
  isMeant: (entry: Entry) => boolean = () => true,
): FoundPlace | null {
  if (key === null) return null;
  const places: Place[] = [];
  for (const entry of index.open(key)) {
    if (isMeant(entry) && places.at(-1)?.exchange !== entry.known) places.push(placeOf(entry));
  }
  const [first] = places;
  if (places.length > 1) return { kind: "several", places, by, doubtful: false };
  if (first !== undefined) return { kind: "one", ...first, by, doubtful: false };
  const last = index.lastSettled(key);
  return last !== null && isMeant(last) ? { kind: "one", ...placeOf(last), by, doubtful: false } : null;
}

function placeOf(entry: Entry): Place {
  return { exchange: entry.known, item: entry.known.items.indexOf(entry) };
}

function one(known: Known, { keys, recipient }: Named, by: KeyKind): FoundPlace {
  const match = matchOf(known, keys, recipient);
  // What is about nobody in it goes to the first item that anything is made of, alike for both sides.
  const item = match >= 0 ? match : known.items.findIndex(({ compared }) => compared);
  return { kind: "one", exchange: known, item: Math.max(0, item), by, doubtful: false };
}
