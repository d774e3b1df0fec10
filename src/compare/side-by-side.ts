import type { AlignmentAt } from "./align.ts";
import {
  afterSpace,
  BACKSLASH,
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  deeper,
  endOfElements,
  endOfEscape,
  endOfMembers,
  endOfValue,
  isNext,
  NoJson,
  OPEN_ARRAY,
  OPEN_OBJECT,
  plainInBoth,
  QUOTE,
  startOfMember,
  textIn,
} from "./json-scan.ts";
import { couplesOf, PassedNames, restOf, type Couple } from "./members.ts";
import type { Path } from "./path.ts";

type Side = "legacy" | "candidate";

/** From where to where something is written. */
export type Span = readonly [number, number];
/** A member that one side has not. */
export const NOTHING: Span = [-1, -1];

/** What is not the same on both sides. */
export interface Unequal {
  readonly at: Path;
  readonly ours: Span;
  readonly theirs: Span;
}

/**
 * The places below which all differences of two JSON documents are; throws `NoJson`. Both are gone through side by side, and
 * members of objects by name where they are not in one order. Wherever names, lengths or an alignment could couple anything
 * otherwise than by its place or its name, the whole container is one of them.
 */
export function placesIn(bodies: readonly [Buffer, Buffer], root: Path, alignmentAt: AlignmentAt): readonly Unequal[] {
  return new Walk(bodies, root, alignmentAt).places();
}

/** More unequal values than this in one container are not worth their paths. */
const MAX_IN_ONE = 8;
/** Of an object with more members than this in another order all is read: it comes as cheap. */
const MAX_COUPLED = 32;
/** Members that are coupled by name have been passed before: once for each object around them where that is so, too. */
const MAX_COUPLING = 3;

/** Recursion is bounded by `MAX_DEPTH`. */
class Walk {
  readonly #ours: Buffer;
  readonly #theirs: Buffer;
  readonly #root: Path;
  readonly #alignmentAt: AlignmentAt;
  #i = 0;
  #j = 0;
  #depth = 0;
  /** So many of the open objects have their members coupled by name. */
  #coupling = 0;
  /** By depth, what leads on: a name in legacy's document from quote to quote, or an index and -1. */
  readonly #keys: [number, number][] = [];
  readonly #containers: (Path | null)[] = [];
  /** Of the members gone through of all objects that are open. */
  readonly #names: PassedNames;
  readonly #found: Unequal[] = [];

  constructor([ours, theirs]: readonly [Buffer, Buffer], root: Path, alignmentAt: AlignmentAt) {
    this.#ours = ours;
    this.#theirs = theirs;
    this.#root = root;
    this.#alignmentAt = alignmentAt;
    this.#names = new PassedNames(ours);
  }

  places(): readonly Unequal[] {
    this.#toNext(0, 0);
    this.#value();
    this.#toNext(this.#i, this.#j);
    if (this.#i !== this.#ours.length || this.#j !== this.#theirs.length) throw new NoJson("More than one document");
    return this.#found;
  }

  #toNext(i: number, j: number): void {
    this.#i = afterSpace(this.#ours, i);
    this.#j = afterSpace(this.#theirs, j);
  }

  #value(): void {
    const i = this.#i;
    const j = this.#j;
    const first = this.#ours[i];
    if (first === this.#theirs[j]) {
      if (first === OPEN_OBJECT) return this.#object(i, j);
      if (first === OPEN_ARRAY) return this.#array(i, j);
      if (first === QUOTE && this.#passedSameString()) return;
    }
    this.#i = endOfValue(this.#ours, i, this.#depth);
    this.#j = endOfValue(this.#theirs, j, this.#depth);
    if (!this.#areSame(i, j)) this.#differ(i, j);
  }

  /** Of leaves that begin there and end here. A number is what is written; a string may be written in several ways. */
  #areSame(i: number, j: number): boolean {
    const length = this.#i - i;
    let at = 0;
    if (length === this.#j - j) while (at < length && this.#ours[i + at] === this.#theirs[j + at]) at += 1;
    if (at === length) return true;
    if (this.#ours[i] !== QUOTE || this.#theirs[j] !== QUOTE) return false;
    return textIn(this.#ours, i, this.#i) === textIn(this.#theirs, j, this.#j);
  }

  /** From a quote on either side: passes a string that both have, written alike; false: nothing is passed. */
  #passedSameString(): boolean {
    const ours = this.#ours;
    const theirs = this.#theirs;
    let i = this.#i + 1;
    let j = this.#j + 1;
    for (;;) {
      const plain = plainInBoth(ours, theirs, i, j);
      i += plain;
      j += plain;
      const byte = ours[i];
      if (byte !== theirs[j] || (byte !== BACKSLASH && byte !== QUOTE)) return false;
      if (byte === QUOTE) {
        this.#i = i + 1;
        this.#j = j + 1;
        return true;
      }
      for (const end = endOfEscape(ours, i + 1); i <= end; i += 1, j += 1) if (ours[i] !== theirs[j]) return false;
    }
  }

  #object(i: number, j: number): void {
    const found = this.#found.length;
    const named = this.#names.count;
    this.#enter(i, j);
    const isAlike = this.#members(named);
    this.#depth -= 1;
    const unequal = this.#found.length - found;
    if (!isAlike || unequal > MAX_IN_ONE || (unequal > 0 && this.#names.mayRepeatSince(named))) {
      this.#differAbove(found, i, j);
    }
    this.#names.forgetSince(named);
  }

  #array(i: number, j: number): void {
    const found = this.#found.length;
    this.#enter(i, j);
    const unequal = this.#elements();
    this.#depth -= 1;
    if (unequal === 0) return;
    const isByPlace = unequal === 1 && this.#found.length - found <= MAX_IN_ONE;
    if (!isByPlace || this.#alignmentAt(this.#path()).kind !== "sequence") this.#differAbove(found, i, j);
  }

  #enter(i: number, j: number): void {
    this.#depth = deeper(this.#depth);
    this.#containers[this.#depth] = null;
    this.#toNext(i + 1, j + 1);
  }

  /** Passes the members of an object; false: their names do not tell which of them belong together. */
  #members(named: number): boolean {
    const ours = this.#ours;
    const theirs = this.#theirs;
    if (ours[this.#i] === CLOSE_OBJECT || theirs[this.#j] === CLOSE_OBJECT) {
      return this.#passedRest(CLOSE_OBJECT, endOfMembers);
    }
    const key: [number, number] = [0, 0];
    this.#keys[this.#depth] = key;
    for (;;) {
      const i = this.#i;
      if (ours[i] !== QUOTE || theirs[this.#j] !== QUOTE || !this.#passedSameString()) return this.#rest("both", named);
      key[0] = i;
      key[1] = this.#i;
      this.#names.push(i, this.#i);
      this.#i = startOfMember(ours, this.#i);
      this.#j = startOfMember(theirs, this.#j);
      this.#value();
      const more = this.#hasMore(CLOSE_OBJECT);
      if (more === "none") return true;
      if (more !== "both") return this.#rest(more, named);
    }
  }

  /** Passes the members that are left on one side or on both, coupled by name; false: names do not tell. */
  #rest(left: "both" | Side, named: number): boolean {
    const bounds = { depth: this.#depth, most: this.#coupling === MAX_COUPLING ? 0 : MAX_COUPLED };
    const ours = left === "candidate" ? { members: [], end: this.#i } : restOf(this.#ours, this.#i, bounds);
    const theirs = left === "legacy" ? { members: [], end: this.#j } : restOf(this.#theirs, this.#j, bounds);
    const couples = couplesOf(ours, theirs, this.#names.since(named));
    this.#coupling += 1;
    for (const couple of couples ?? []) this.#couple(couple);
    this.#coupling -= 1;
    this.#i = ours.end;
    this.#j = theirs.end;
    return couples !== null;
  }

  #couple({ legacy, candidate }: Couple): void {
    if (legacy === null) {
      if (candidate === null) return;
      const key = textIn(this.#theirs, ...candidate.named);
      this.#found.push({ at: this.#pathTo(key), ours: NOTHING, theirs: candidate.value });
      return;
    }
    this.#keys[this.#depth] = [...legacy.named];
    if (candidate === null) {
      this.#found.push({ at: this.#path(), ours: legacy.value, theirs: NOTHING });
      return;
    }
    this.#i = legacy.value[0];
    this.#j = candidate.value[0];
    this.#value();
  }

  /** Passes the elements of an array; how many are unequal, two where there are more or not as many on both sides. */
  #elements(): number {
    if (this.#ours[this.#i] === CLOSE_ARRAY || this.#theirs[this.#j] === CLOSE_ARRAY) {
      return this.#passedRest(CLOSE_ARRAY, endOfElements) ? 0 : 2;
    }
    const key: [number, number] = [0, -1];
    this.#keys[this.#depth] = key;
    let unequal = 0;
    for (; ; key[0] += 1) {
      const found = this.#found.length;
      this.#value();
      if (this.#found.length > found) unequal += 1;
      const more = this.#hasMore(CLOSE_ARRAY);
      if (more === "none") return unequal;
      if (more === "both" && unequal < 2) continue;
      if (more !== "candidate") this.#i = endOfElements(this.#ours, this.#i, this.#depth);
      if (more !== "legacy") this.#j = endOfElements(this.#theirs, this.#j, this.#depth);
      return 2;
    }
  }

  /** Passes the comma after a child, or what closes its parent, on either side; who goes on. */
  #hasMore(close: number): "both" | Side | "none" {
    this.#toNext(this.#i, this.#j);
    const ours = isNext(this.#ours, this.#i, close);
    const theirs = isNext(this.#theirs, this.#j, close);
    this.#i += 1;
    this.#j += 1;
    if (ours) this.#i = afterSpace(this.#ours, this.#i);
    if (theirs) this.#j = afterSpace(this.#theirs, this.#j);
    if (ours && theirs) return "both";
    if (ours) return "legacy";
    return theirs ? "candidate" : "none";
  }

  /** Passes a container that is empty on one side at least; whether it is on both. */
  #passedRest(close: number, endOf: typeof endOfMembers): boolean {
    const [ours, theirs] = [this.#ours[this.#i] === close, this.#theirs[this.#j] === close];
    this.#i = ours ? this.#i + 1 : endOf(this.#ours, this.#i, this.#depth);
    this.#j = theirs ? this.#j + 1 : endOf(this.#theirs, this.#j, this.#depth);
    return ours && theirs;
  }

  /** What began there and ends here differs. */
  #differ(i: number, j: number): void {
    this.#found.push({ at: this.#path(), ours: [i, this.#i], theirs: [j, this.#j] });
  }

  /** Likewise, in place of what was found in it. */
  #differAbove(found: number, i: number, j: number): void {
    this.#found.length = found;
    this.#differ(i, j);
  }

  #path(): Path {
    return this.#depth === 0 ? this.#root : this.#pathTo(this.#keyAt(this.#depth));
  }

  /** Of what is right in the container that is open. */
  #pathTo(key: string | number): Path {
    return { parent: this.#container(this.#depth), key };
  }

  /** The path of the container that is open at a depth: made once, however much differs in it. */
  #container(depth: number): Path {
    if (depth === 1) return this.#root;
    let path = this.#containers[depth] ?? null;
    if (path === null) {
      path = { parent: this.#container(depth - 1), key: this.#keyAt(depth - 1) };
      this.#containers[depth] = path;
    }
    return path;
  }

  #keyAt(depth: number): string | number {
    const [start, end] = this.#keys[depth] ?? [0, -1];
    return end < 0 ? start : textIn(this.#ours, start, end);
  }
}
