import type { Json } from "../model/index.ts";

/** Nothing that is sent to an API comes near this; beyond it the bytes speak for the value. */
const maxDepth = 64;

/** What a scalar is replaced by; `name` is that of the member it is in, or of the array it is in. */
export type Replace = (value: Json, name: string) => Json;

const keep: Replace = (value) => value;

/** A copy with the members of every object in the order of their names; undefined: nested too deep. */
export function canonical(value: unknown, replace: Replace = keep): Json | undefined {
  return copy(value, { replace, name: "", depth: 0 });
}

interface At {
  readonly replace: Replace;
  readonly name: string;
  readonly depth: number;
}

function copy(value: unknown, at: At): Json | undefined {
  if (value === null || typeof value === "string" || typeof value === "boolean") return at.replace(value, at.name);
  if (typeof value === "number") return Number.isFinite(value) ? at.replace(value, at.name) : null;
  if (typeof value !== "object") return null;
  if (at.depth === maxDepth) return undefined;
  return Array.isArray(value) ? copyElements(value, at) : copyMembers(value, at);
}

function copyElements(elements: readonly unknown[], { replace, name, depth }: At): Json | undefined {
  const copies: Json[] = [];
  for (const element of elements) {
    const child = copy(element, { replace, name, depth: depth + 1 });
    if (child === undefined) return undefined;
    copies.push(child);
  }
  return copies;
}

/** `Object.fromEntries` defines, so a member called `__proto__` is a member like any other. */
function copyMembers(object: object, { replace, depth }: At): Json | undefined {
  const copies: [string, Json][] = [];
  for (const [name, member] of Object.entries(object).toSorted(byName)) {
    if (member === undefined) continue;
    const child = copy(member, { replace, name, depth: depth + 1 });
    if (child === undefined) return undefined;
    copies.push([name, child]);
  }
  return Object.fromEntries(copies);
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}
