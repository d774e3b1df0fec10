import deepDiff from "deep-diff";
import type { Difference, Pairing } from "./difference.ts";
import { differenceOf } from "./difference.ts";
import type { Node, NodeObject } from "./json.ts";
import { Exact, isArray, isObject, Repeated } from "./json.ts";
import type { Path } from "./path.ts";

/** Two wieldy objects at the same place. */
export interface Fragment {
  readonly path: Path;
  readonly legacy: NodeObject;
  readonly candidate: NodeObject;
}

export interface FragmentResult {
  readonly found: readonly Difference[];
  /** The pairs of containers that deep-diff was kept out of. */
  readonly cut: readonly Pairing[];
}

/** deep-diff finds each member by going through the list of names: quadratic in the width. */
const MAX_WIDTH = 32;
/** It copies the path at every node and looks for cycles among all ancestors: quadratic in the depth. */
const MAX_FRAGMENT_DEPTH = 8;

/** What deep-diff is shown in place of a pair it is not to look at. */
const EQUALS: [null, null] = [null, null];

/** deep-diff costs ten times what going through two objects does: it is asked only where they differ. */
export function isForDeepDiff(legacy: NodeObject, candidate: NodeObject): boolean {
  return isWieldy(legacy) && isWieldy(candidate) && differInThemselves(legacy, candidate);
}

/** Whether deep-diff is right and fast on this object. It overlooks an added member whose name is empty. */
function isWieldy(object: NodeObject): boolean {
  return Object.keys(object).length <= MAX_WIDTH && !Object.hasOwn(object, "");
}

/** Whether two objects differ in a member itself, its presence, value or type, and not merely in what is inside one. */
function differInThemselves(legacy: NodeObject, candidate: NodeObject): boolean {
  const names = Object.keys(legacy);
  if (names.length !== Object.keys(candidate).length) return true;
  return names.some((name) => {
    const ours = legacy[name];
    const theirs = Object.hasOwn(candidate, name) ? candidate[name] : undefined;
    return ours !== theirs && !isCut(ours, theirs);
  });
}

/** Whether deep-diff is not to say how two values differ: containers, and what it would take for an object. */
function isCut(legacy: Node | undefined, candidate: Node | undefined): boolean {
  if (legacy === undefined || candidate === undefined) return false;
  if (isArray(legacy) && isArray(candidate)) return true;
  if (isObject(legacy) && isObject(candidate)) return true;
  return isOurs(legacy) || isOurs(candidate);
}

function isOurs(value: Node): boolean {
  return value instanceof Exact || value instanceof Repeated;
}

/**
 * deep-diff of two wieldy objects, at most `room` differences.
 * It is kept out of arrays, which it compares from the end, of unwieldy objects and of depth: these come back as `cut`.
 */
export function diffFragment({ path: root, legacy, candidate }: Fragment, room: number): FragmentResult {
  const cut: Pairing[] = [];
  let left = room;

  /** deep-diff calls this for every pair below the two objects, just before it compares it. */
  const normalize = (at: readonly string[], name: string, ours?: Node, theirs?: Node): [null, null] | undefined => {
    if (left === 0) return EQUALS;
    if (isObject(ours) && isObject(theirs) && at.length < MAX_FRAGMENT_DEPTH && isForDeepDiff(ours, theirs))
      return undefined;
    if (isCut(ours, theirs)) {
      cut.push({ path: { parent: pathBelow(root, at), key: name }, legacy: ours, candidate: theirs });
      return EQUALS;
    }
    if (ours !== theirs) left -= 1;
    return undefined;
  };

  const changes = deepDiff<Node>(legacy, candidate, { normalize }) ?? [];
  return { found: changes.map((change) => differenceOf(pairingOf(root, change))), cut };
}

function pairingOf(root: Path, change: deepDiff.Diff<Node>): Pairing {
  const path = pathBelow(root, change.path ?? []);
  switch (change.kind) {
    case "N":
      return { path, legacy: undefined, candidate: change.rhs };
    case "D":
      return { path, legacy: change.lhs, candidate: undefined };
    case "E":
      return { path, legacy: change.lhs, candidate: change.rhs };
    case "A":
      throw new Error("deep-diff was not kept out of an array");
  }
}

function pathBelow(root: Path, names: readonly string[]): Path {
  let path = root;
  for (const key of names) path = { parent: path, key };
  return path;
}
