import type { Node, NodeArray, NodeObject } from "./json.ts";
import { Exact, isArray, isObject, nodeType, Repeated } from "./json.ts";
import type { Budget } from "./same.ts";
import { areSame } from "./same.ts";

/** Says which nodes of two documents are equal. Each container is gone through once, however often it is asked about. */
export interface Identities {
  /** Equal for equal nodes and only for them; what a number stands for depends on what was asked before. */
  readonly of: (node: Node) => number;
  readonly same: (one: Node, other: Node) => boolean;
}

/** `looks`: containers that may be gone through again and again; what is left after that goes by what was kept. */
export function createIdentities(looks: Budget): Identities {
  const scalars = new Map<null | boolean | number | string, number>();
  const containers = new Map<string, number>();
  const known = new Map<NodeArray | NodeObject | Exact, number>();
  let last = 0;

  const idIn = <Key>(ids: Map<Key, number>, key: Key): number => {
    let id = ids.get(key);
    if (id === undefined) {
      last += 1;
      id = last;
      ids.set(key, id);
    }
    return id;
  };

  const of = (node: Node): number => {
    if (typeof node !== "object" || node === null) return idIn(scalars, node);
    let id = known.get(node);
    if (id === undefined) {
      id = idIn(containers, keyOf(node));
      known.set(node, id);
    }
    return id;
  };

  const keyOf = (node: NodeArray | NodeObject | Exact): string => {
    if (node instanceof Exact) return `${node.type} ${node.text}`;
    if (isArray(node)) {
      let key = node instanceof Repeated ? "*" : "[";
      for (const element of node) key += `${of(element)},`;
      return key;
    }
    return keyOfObject(node);
  };

  /** Members in the order in which their names were first met. */
  const keyOfObject = (object: NodeObject): string => {
    const names = Object.keys(object);
    const members: (readonly [number, string])[] = [];
    let isSorted = true;
    let before = 0;
    for (const name of names) {
      const id = idIn(scalars, name);
      isSorted &&= before < id;
      before = id;
      members.push([id, name]);
    }
    if (!isSorted) members.sort(([one], [other]) => one - other);
    let key = "{";
    for (const [id, name] of members) key += `${id}:${of(object[name] ?? null)},`;
    return key;
  };

  return {
    of,
    same: (one, other) => areSame(one, other, looks) ?? of(one) === of(other),
  };
}

/**
 * An order of any two nodes by what they hold: below 0, 0 where they are equal, above 0. It is the same whichever side a node
 * comes from, so that a choice made by it is mirrored when the sides are swapped.
 */
export function contentOrder(one: Node, other: Node, { same }: Identities): number {
  let [ours, theirs] = [one, other];
  for (;;) {
    const byType = orderOf(nodeType(ours), nodeType(theirs));
    if (byType !== 0) return byType;
    const next = firstUnequal(ours, theirs, same);
    if (typeof next === "number") return next;
    [ours, theirs] = next;
  }
}

/** The first children that differ, or the order where there is nothing below. */
function firstUnequal(one: Node, other: Node, same: Identities["same"]): readonly [Node, Node] | number {
  if (isArray(one) && isArray(other)) {
    if (one.length !== other.length) return one.length - other.length;
    for (const [i, element] of one.entries()) {
      const partner = other[i];
      if (partner !== undefined && !same(element, partner)) return [element, partner];
    }
    return Number(one instanceof Repeated) - Number(other instanceof Repeated);
  }
  if (isObject(one) && isObject(other)) {
    const names = Object.keys(one).toSorted();
    const byNames = orderOf(JSON.stringify(names), JSON.stringify(Object.keys(other).toSorted()));
    if (byNames !== 0) return byNames;
    for (const name of names) {
      const [ours, theirs] = [one[name] ?? null, other[name] ?? null];
      if (!same(ours, theirs)) return [ours, theirs];
    }
    return 0;
  }
  if (one instanceof Exact && other instanceof Exact) return orderOf(one.text, other.text);
  return orderOf(one, other);
}

/** Both are of one type. */
function orderOf(one: Node, other: Node): number {
  if (one === other || one === null || other === null) return 0;
  return one < other ? -1 : 1;
}
