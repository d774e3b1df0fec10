import type { Json } from "../model/index.ts";

/** Nothing that is sent to an API comes near this; beyond it the bytes speak for the value. */
const maxDepth = 64;

/** A copy with the members of every object in the order of their names; undefined: nested too deep. */
export function canonical(value: unknown): Json | undefined {
  return copy(value, 0);
}

function copy(value: unknown, depth: number): Json | undefined {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "object") return null;
  if (depth === maxDepth) return undefined;
  return Array.isArray(value) ? copyElements(value, depth + 1) : copyMembers(value, depth + 1);
}

function copyElements(elements: readonly unknown[], depth: number): Json | undefined {
  const copies: Json[] = [];
  for (const element of elements) {
    const child = copy(element, depth);
    if (child === undefined) return undefined;
    copies.push(child);
  }
  return copies;
}

/** `Object.fromEntries` defines, so a member called `__proto__` is a member like any other. */
function copyMembers(object: object, depth: number): Json | undefined {
  const copies: [string, Json][] = [];
  for (const [name, member] of Object.entries(object).toSorted(byName)) {
    if (member === undefined) continue;
    const child = copy(member, depth);
    if (child === undefined) return undefined;
    copies.push([name, child]);
  }
  return Object.fromEntries(copies);
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}
