import { setImmediate as turn } from "node:timers/promises";
import type { KeyedHash } from "../../../compare/index.ts";

/** Ids looked at in a row: about half a millisecond. */
const atOnce = 250;

/** Goes through everybody who is remembered, a few at a time: answers go in between. */
export async function forgetAll(
  all: Iterable<{ readonly ids: readonly string[]; readonly forget: () => void }>,
  isTheirs: (id: string) => boolean,
): Promise<void> {
  let looked = 0;
  for (const { ids, forget } of all) {
    if (ids.some(isTheirs)) forget();
    looked += 1;
    if (looked % atOnce === 0) await turn();
  }
}

const wamid = "wamid.";
/** Digits as of a phone number. */
const numbers = /\d{7,15}/g;

/**
 * Whether an id is of one of those who are known by these hashes only: a person's own, or a message's, which has the number
 * in it.
 */
export function theirs(hashes: readonly string[], keyed: readonly KeyedHash[]): (id: string) => boolean {
  const wanted = new Set(hashes);
  const isOne = (id: string): boolean => keyed.some((hash) => wanted.has(hash(id)));
  return (id) => {
    if (isOne(id)) return true;
    if (!id.startsWith(wamid)) return false;
    const text = Buffer.from(id.slice(wamid.length), "base64").toString("latin1");
    return text.match(numbers)?.some(isOne) ?? false;
  };
}
