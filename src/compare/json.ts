import { Exact, type Node } from "../lib/exact.ts";

export { Exact, isArray, isObject, type Node, type NodeArray, type NodeObject, Repeated } from "../lib/exact.ts";

export type NodeType = "null" | "boolean" | "number" | "string" | "array" | "object" | "bytes";

export function nodeType(value: Node): NodeType {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (value instanceof Exact) return value.type;
  switch (typeof value) {
    case "boolean":
      return "boolean";
    case "number":
      return "number";
    case "string":
      return "string";
    default:
      return "object";
  }
}

/** Of leaves; containers are the same only where they are one. */
export function isSameLeaf(one: Node | undefined, other: Node | undefined): boolean {
  if (one === other) return true;
  return one instanceof Exact && other instanceof Exact && one.type === other.type && one.text === other.text;
}
