import type { Aligning, AlignmentAt } from "./align.ts";
import { align, alwaysSequence, createAligning } from "./align.ts";
import type { Difference, Pairing } from "./difference.ts";
import { differenceOf } from "./difference.ts";
import type { Fragment } from "./fragment.ts";
import { diffFragment, isForDeepDiff } from "./fragment.ts";
import type { Node, NodeArray } from "./json.ts";
import { isArray, isObject, isSameLeaf, Repeated } from "./json.ts";
import type { Budget } from "./same.ts";
import { areSame } from "./same.ts";

export interface DiffOptions {
  /** No more differences than this are looked for. */
  readonly limit: number;
  /** Default: every array is a sequence. */
  readonly alignmentAt?: AlignmentAt;
}

/**
 * The differences of two documents, or of several parts of them.
 * deep-diff says how two objects differ; arrays, and what it is slow or wrong at, are cut out of its way and gone
 * through here, child by child and without recursion: arrays as they are aligned. Time is linear in the documents, save for
 * what `align` may spend on choices, and the call stack does not grow with their size.
 */
export function diff(
  documents: readonly Pairing[],
  { limit, alignmentAt = alwaysSequence }: DiffOptions,
): readonly Difference[] {
  if (documents.length === 0) return NONE;
  const found: Difference[] = [];
  /** Pairs still to be looked at, innermost last. */
  const pending: Iterator<Pairing>[] = [documents.values()];
  const looks: Budget = { left: FIRST_LOOKS };
  const walk = { pending, alignmentAt, looks, aligning: createAligning(looks) };
  while (found.length < limit) {
    const next = pending.at(-1)?.next();
    if (next === undefined) break;
    if (next.done === true) pending.pop();
    else found.push(...compare(next.value, limit - found.length, walk));
  }
  return found;
}

interface Walk {
  readonly pending: Iterator<Pairing>[];
  readonly alignmentAt: AlignmentAt;
  /** Containers that may be gone through to pass over what is equal: in all, a few for each that is walked through. */
  readonly looks: Budget;
  readonly aligning: Aligning;
}

const NONE: readonly Difference[] = [];

const FIRST_LOOKS = 64;
const LOOKS_PER_PAIR = 4;

function compare(pairing: Pairing, room: number, walk: Walk): readonly Difference[] {
  const { path, legacy, candidate } = pairing;
  walk.looks.left += LOOKS_PER_PAIR;
  const arrays = arraysOf(legacy, candidate);
  if (arrays !== null) {
    const [ours, theirs] = arrays;
    walk.pending.push(align({ path, legacy: ours, candidate: theirs }, walk.alignmentAt(path), walk.aligning));
    return NONE;
  }
  if (isObject(legacy) && isObject(candidate)) {
    if (!isForDeepDiff(legacy, candidate)) {
      walk.pending.push(unequalMembers({ path, legacy, candidate }, walk.looks));
      return NONE;
    }
    const { found, cut } = diffFragment({ path, legacy, candidate }, room);
    if (cut.length > 0) walk.pending.push(cut.values());
    return found;
  }
  return isSameLeaf(legacy, candidate) ? NONE : [differenceOf(pairing)];
}

/** A member that one side has once and the other again and again is a list of one against a list of some. */
function arraysOf(legacy: Node | undefined, candidate: Node | undefined): readonly [NodeArray, NodeArray] | null {
  if (legacy === undefined || candidate === undefined) return null;
  if (legacy instanceof Repeated) return [legacy, candidate instanceof Repeated ? candidate : [candidate]];
  if (candidate instanceof Repeated) return [[legacy], candidate];
  return isArray(legacy) && isArray(candidate) ? [legacy, candidate] : null;
}

/** Members by name, save those that are soon seen to be equal. Own members only: `constructor` and `__proto__` are names like any other. */
function* unequalMembers({ path: parent, legacy, candidate }: Fragment, looks: Budget): Generator<Pairing, void> {
  const candidateNames = Object.keys(candidate);
  let shared = 0;
  for (const key of Object.keys(legacy)) {
    const both = Object.hasOwn(candidate, key);
    if (both) shared += 1;
    const ours = legacy[key];
    const theirs = both ? candidate[key] : undefined;
    if (ours === theirs || (theirs !== undefined && areSame(ours ?? null, theirs, looks) === true)) continue;
    yield { path: { parent, key }, legacy: ours, candidate: theirs };
  }
  if (shared === candidateNames.length) return;
  for (const key of candidateNames) {
    if (!Object.hasOwn(legacy, key)) yield { path: { parent, key }, legacy: undefined, candidate: candidate[key] };
  }
}
