import type { Identities } from "./identity.ts";
import type { Node, NodeArray, NodeObject } from "./json.ts";
import { isArray, isObject, nodeType } from "./json.ts";

/** Texts are looked at as far as this from either end. */
const MAX_LOOKED_AT = 4096;
/** Children and levels of a node that are looked at. */
const MAX_CHILDREN = 32;
const MAX_LEVELS = 3;
/** What two nodes of one type have in common at least. */
const SAME_TYPE = 0.1;

/** Sums of the same shares in another order differ by less. */
const STEPS = 1e6;

/** How much two nodes have in common, 0 to 1; 1 where they are equal. A guess: it looks at so much and no more. */
export function likenessOf(one: Node, other: Node, identities: Identities): number {
  return Math.round(likenessWithin(one, other, { identities, level: 1 }) * STEPS) / STEPS;
}

interface Look {
  readonly identities: Identities;
  readonly level: number;
}

function likenessWithin(one: Node, other: Node, look: Look): number {
  if (one === other) return 1;
  if (typeof one === "string" && typeof other === "string") return ofType(commonShare(one, other));
  if (typeof one !== "object" || typeof other !== "object") return typeof one === typeof other ? SAME_TYPE : 0;
  if (look.identities.same(one, other)) return 1;
  if (nodeType(one) !== nodeType(other)) return 0;
  return ofType(shareOf(one, other, look));
}

function ofType(share: number): number {
  return SAME_TYPE + (1 - SAME_TYPE) * share;
}

function shareOf(one: Node, other: Node, look: Look): number {
  if (look.level > MAX_LEVELS) return 0;
  const below = { identities: look.identities, level: look.level + 1 };
  if (isArray(one) && isArray(other)) return shareOfElements(one, other, below);
  return isObject(one) && isObject(other) ? shareOfMembers(one, other, below) : 0;
}

function shareOfElements(one: NodeArray, other: NodeArray, look: Look): number {
  let sum = 0;
  for (let i = 0; i < MAX_CHILDREN; i += 1) {
    const [ours, theirs] = [one[i], other[i]];
    if (ours === undefined || theirs === undefined) break;
    sum += likenessWithin(ours, theirs, look);
  }
  return sum / Math.min(MAX_CHILDREN, Math.max(one.length, other.length));
}

function shareOfMembers(one: NodeObject, other: NodeObject, look: Look): number {
  let width = Object.keys(other).length;
  let sum = 0;
  let looked = 0;
  for (const name of Object.keys(one)) {
    if (looked === MAX_CHILDREN) break;
    looked += 1;
    const ours = one[name];
    const theirs = Object.hasOwn(other, name) ? other[name] : undefined;
    if (ours !== undefined && theirs !== undefined) sum += likenessWithin(ours, theirs, look);
    else width += 1;
  }
  return sum / Math.min(width, MAX_CHILDREN);
}

/** What two texts have in common at both ends. */
export function commonShare(one: string, other: string): number {
  const shorter = Math.min(one.length, other.length, MAX_LOOKED_AT);
  let start = 0;
  while (start < shorter && one.charCodeAt(start) === other.charCodeAt(start)) start += 1;
  const [lastOurs, lastTheirs] = [one.length - 1, other.length - 1];
  let end = 0;
  while (end < shorter - start && one.charCodeAt(lastOurs - end) === other.charCodeAt(lastTheirs - end)) end += 1;
  return (start + end) / Math.max(one.length, other.length);
}
