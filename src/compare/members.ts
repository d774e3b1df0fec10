import { afterSpace, CLOSE_OBJECT, endOfMembers, endOfName, endOfValue, isNext, startOfMember } from "./json-scan.ts";

/** A member of an object in a JSON document, with where its name and its value are written. */
export interface Member {
  /** As it is written, quotes and all; one byte is one character. */
  readonly name: string;
  readonly named: readonly [number, number];
  readonly value: readonly [number, number];
}

/** What a name leads to on either side; null: there is nothing. */
export interface Couple {
  readonly legacy: Member | null;
  readonly candidate: Member | null;
}

/** What is left of an object from one of its members on; no members: more than were asked for. */
export interface Rest {
  readonly members: readonly Member[] | null;
  /** After the object. */
  readonly end: number;
}

export function restOf(bytes: Buffer, start: number, { depth, most }: { depth: number; most: number }): Rest {
  const members: Member[] = [];
  for (let at = start; members.length < most; at = afterSpace(bytes, at + 1)) {
    const afterName = endOfName(bytes, at);
    const value = startOfMember(bytes, afterName);
    const end = endOfValue(bytes, value, depth);
    members.push({ name: writtenName(bytes, at, afterName), named: [at, afterName], value: [value, end] });
    at = afterSpace(bytes, end);
    if (!isNext(bytes, at, CLOSE_OBJECT)) return { members, end: at + 1 };
  }
  return { members: null, end: endOfMembers(bytes, start, depth) };
}

/**
 * The members that are left of two objects by name, in legacy's order and then candidate's own. `passed`: names that both had
 * before. null: names do not tell, as one is there twice or may be written in several ways, or there are too many.
 */
export function couplesOf(legacy: Rest, candidate: Rest, passed: readonly string[]): readonly Couple[] | null {
  if (passed.some(mayBeAnother)) return null;
  const before = new Set(passed);
  const ours = byName(legacy, before);
  const theirs = byName(candidate, before);
  if (ours === null || theirs === null) return null;
  const couples: Couple[] = [...ours].map(([name, member]) => ({
    legacy: member,
    candidate: theirs.get(name) ?? null,
  }));
  for (const [name, member] of theirs) if (!ours.has(name)) couples.push({ legacy: null, candidate: member });
  return couples;
}

function byName({ members }: Rest, before: ReadonlySet<string>): ReadonlyMap<string, Member> | null {
  if (members === null) return null;
  const named = new Map<string, Member>();
  for (const member of members) {
    if (mayBeAnother(member.name) || before.has(member.name) || named.has(member.name)) return null;
    named.set(member.name, member);
  }
  return named;
}

/** Names that both sides had at the same place, as legacy's document has them. */
export class PassedNames {
  readonly #bytes: Buffer;
  /** Start and end of each; beyond `count` nothing. */
  readonly #spans: number[] = [];
  #count = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get count(): number {
    return this.#count;
  }

  push(start: number, end: number): void {
    this.#spans[this.#count * 2] = start;
    this.#spans[this.#count * 2 + 1] = end;
    this.#count += 1;
  }

  forgetSince(count: number): void {
    this.#count = count;
  }

  since(count: number): readonly string[] {
    const names: string[] = [];
    for (let at = count * 2; at < this.#count * 2; at += 2) {
      names.push(writtenName(this.#bytes, this.#spans[at] ?? 0, this.#spans[at + 1] ?? 0));
    }
    return names;
  }

  /** Such a member is a list, which is aligned. */
  mayRepeatSince(count: number): boolean {
    if (this.#count - count === 1) return false;
    const names = this.since(count);
    return names.some(mayBeAnother) || new Set(names).size < names.length;
  }
}

function writtenName(bytes: Buffer, start: number, end: number): string {
  return bytes.toString("latin1", start, end);
}

/** Whether a name may be the same as another that is written otherwise. */
function mayBeAnother(name: string): boolean {
  return name.includes("\\");
}
