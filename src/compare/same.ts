import type { Node } from "./json.ts";
import { isArray, isObject, isSameLeaf, Repeated } from "./json.ts";

/** What may still be spent. */
export interface Budget {
  left: number;
}

/** Whether two nodes are equal; null where the budget, of containers gone through, was spent before that was known. */
export function areSame(one: Node, other: Node, budget: Budget): boolean | null {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object") return false;
  if (budget.left === 0) return null;
  budget.left -= 1;
  if (isArray(one) && isArray(other)) {
    if (one.length !== other.length || one instanceof Repeated !== other instanceof Repeated) return false;
    for (let i = 0; i < one.length; i += 1) {
      const found = areSame(one[i] ?? null, other[i] ?? null, budget);
      if (found !== true) return found;
    }
    return true;
  }
  if (!isObject(one) || !isObject(other)) return isSameLeaf(one, other);
  const names = Object.keys(one);
  if (names.length !== Object.keys(other).length) return false;
  for (const name of names) {
    const theirs = other[name];
    // What every object inherits are functions, which equal nothing, and this.
    if (theirs === undefined || (name === "__proto__" && !Object.hasOwn(other, name))) return false;
    const found = areSame(one[name] ?? null, theirs, budget);
    if (found !== true) return found;
  }
  return true;
}
