import { isAlias, isMap, isNode, isScalar, isSeq } from "yaml";
import type { Document, Node } from "yaml";

/** What stands at a path of a document. Offsets are characters from its beginning. */
export interface Located {
  /** Of the value; where nothing stands there, of the nearest thing around it. */
  readonly offset: number;
  /** A scalar as it is, an empty list or map for one with members; undefined: nothing stands there. */
  readonly value: unknown;
}

export function locate(document: Document, path: readonly PropertyKey[]): Located {
  const { node, offset, missing } = walk(document, path);
  return { offset, value: missing ? undefined : outline(node) };
}

/** Where `key` of the map at `path` is named. */
export function locateKey(document: Document, path: readonly PropertyKey[], key: string): number {
  const { node, offset } = walk(document, path);
  return member(node, key)?.keyOffset ?? offset;
}

interface Position {
  readonly node: Node | null;
  readonly offset: number;
  readonly missing: boolean;
}

function walk(document: Document, path: readonly PropertyKey[]): Position {
  let node = target(document.contents, document);
  let offset = startOf(node);
  for (const step of path) {
    // `shopper: [...]` is short for `shopper: {from: [...]}`, which is what a path goes through.
    if (isSeq(node) && typeof step === "string") {
      continue;
    }
    const next = member(node, step);
    if (next === null) {
      return { node, offset, missing: true };
    }
    node = target(next.node, document);
    offset = node === null ? next.keyOffset : startOf(node);
  }
  return { node, offset, missing: false };
}

interface Member {
  readonly node: unknown;
  readonly keyOffset: number;
}

function member(node: Node | null, step: PropertyKey): Member | null {
  if (isSeq(node)) {
    const item = typeof step === "number" ? node.items[step] : undefined;
    return item === undefined ? null : { node: item, keyOffset: startOf(item) };
  }
  const pair = isMap(node) ? node.items.find(({ key }) => isScalar(key) && key.value === step) : undefined;
  return pair === undefined ? null : { node: pair.value, keyOffset: startOf(pair.key) };
}

/** The node itself, or what an alias stands for: that is where the value is written. */
function target(node: unknown, document: Document): Node | null {
  if (isAlias(node)) {
    return node.resolve(document) ?? null;
  }
  return isNode(node) ? node : null;
}

function startOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}

function outline(node: Node | null): unknown {
  if (isScalar(node)) {
    return node.value;
  }
  return isSeq(node) ? [] : isMap(node) ? {} : null;
}
