import type { Difference, Pairing } from "./difference.ts";
import { differenceOf } from "./difference.ts";
import { diffFragment, isForDeepDiff } from "./fragment.ts";
import type { JsonArray, JsonObject } from "./json.ts";
import { isArray, isObject } from "./json.ts";
import type { Path } from "./path.ts";

/**
 * The differences of two documents, at most `limit`.
 * deep-diff says how two objects differ; arrays, and what it is slow or wrong at, are cut out of its way and gone
 * through here, child by child and without recursion. So time is linear in the documents and the call stack does not
 * grow with them.
 */
export function diff(documents: Pairing, limit: number): readonly Difference[] {
  const found: Difference[] = [];
  /** Pairs still to be looked at, innermost last. */
  const pending: Iterator<Pairing>[] = [[documents].values()];
  while (found.length < limit) {
    const next = pending.at(-1)?.next();
    if (next === undefined) break;
    if (next.done === true) pending.pop();
    else found.push(...compare(next.value, { room: limit - found.length, pending }));
  }
  return found;
}

interface Walk {
  readonly room: number;
  readonly pending: Iterator<Pairing>[];
}

const NONE: readonly Difference[] = [];

function compare(pairing: Pairing, { room, pending }: Walk): readonly Difference[] {
  const { path, legacy, candidate } = pairing;
  if (isArray(legacy) && isArray(candidate)) {
    pending.push(unequalElements(path, legacy, candidate));
    return NONE;
  }
  if (isObject(legacy) && isObject(candidate)) {
    if (!isForDeepDiff(legacy, candidate)) {
      pending.push(unequalMembers(path, legacy, candidate));
      return NONE;
    }
    const { found, cut } = diffFragment({ path, legacy, candidate }, room);
    if (cut.length > 0) pending.push(cut.values());
    return found;
  }
  return legacy === candidate ? NONE : [differenceOf(pairing)];
}

/** Elements by index, from the front, save equal scalars. */
function* unequalElements(parent: Path, legacy: JsonArray, candidate: JsonArray): Generator<Pairing, void> {
  const length = Math.max(legacy.length, candidate.length);
  for (let key = 0; key < length; key += 1) {
    const ours = legacy[key];
    const theirs = candidate[key];
    if (ours !== theirs) yield { path: { parent, key }, legacy: ours, candidate: theirs };
  }
}

/** Members by name, save equal scalars. Own members only: `constructor` and `__proto__` are names like any other. */
function* unequalMembers(parent: Path, legacy: JsonObject, candidate: JsonObject): Generator<Pairing, void> {
  const candidateNames = Object.keys(candidate);
  let shared = 0;
  for (const key of Object.keys(legacy)) {
    const both = Object.hasOwn(candidate, key);
    if (both) shared += 1;
    const ours = legacy[key];
    const theirs = both ? candidate[key] : undefined;
    if (ours !== theirs) yield { path: { parent, key }, legacy: ours, candidate: theirs };
  }
  if (shared === candidateNames.length) return;
  for (const key of candidateNames) {
    if (!Object.hasOwn(legacy, key)) yield { path: { parent, key }, legacy: undefined, candidate: candidate[key] };
  }
}
