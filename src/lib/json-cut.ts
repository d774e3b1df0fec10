import { isUtf8 } from "node:buffer";
import {
  afterSpace,
  closeArray,
  closeObject,
  comma,
  nameBetween,
  openArray,
  openObject,
  passColon,
  passString,
  passValue,
} from "./json-bytes.ts";

/**
 * What becomes of a value: it stays as it is, it goes, or something in it does. `members` speaks of an object in which no
 * name comes twice and all of these do; `elements` of an array of exactly this many.
 */
export type Cut = "stay" | "out" | Inner;

type Inner = { readonly members: ReadonlyMap<string, Cut> } | { readonly elements: readonly Cut[] };

/**
 * Takes members and elements out of a JSON document (RFC 8259) and leaves every other byte as it came, save the commas and
 * the white space between what goes and what stays. The bytes themselves where nothing goes; null where they are no JSON in
 * UTF-8, or not as `cut` has them. Time is linear in the bytes, and no stack grows with their depth: only with `cut`'s.
 */
export function cutJson(bytes: Uint8Array, cut: Inner): Uint8Array | null {
  if (!isUtf8(bytes)) return null;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const document = { text, gone: [] };
  const end = afterSpace(text, passCut(document, afterSpace(text, 0), cut));
  return end === text.length ? withoutSpans(document) : null;
}

interface Document {
  readonly text: Buffer;
  /** Start, end, start, end, ... of what goes, ascending. */
  readonly gone: number[];
}

function withoutSpans({ text, gone }: Document): Uint8Array {
  if (gone.length === 0) return text;
  let length = text.length;
  for (let i = 0; i < gone.length; i += 2) length -= (gone[i + 1] ?? 0) - (gone[i] ?? 0);
  const out = Buffer.allocUnsafe(length);
  let filled = 0;
  let from = 0;
  for (let i = 0; i < gone.length; i += 2) {
    filled += text.copy(out, filled, from, gone[i]);
    from = gone[i + 1] ?? 0;
  }
  text.copy(out, filled, from);
  return out;
}

/** Positions are those of `json-bytes.ts`: NaN for what is not as it must be. */
function passCut(document: Document, at: number, cut: Cut): number {
  if (typeof cut === "string") return passValue(document.text, at);
  return "members" in cut ? passMembers(document, at, cut.members) : passElements(document, at, cut.elements);
}

function passElements(document: Document, start: number, elements: readonly Cut[]): number {
  const { text } = document;
  if (text[start] !== openArray) return Number.NaN;
  const siblings = createSiblings(document.gone);
  let at = elements.length === 0 ? afterSpace(text, start + 1) : start;
  for (const [i, cut] of elements.entries()) {
    if (text[at] !== (i === 0 ? openArray : comma)) return Number.NaN;
    const from = afterSpace(text, at + 1);
    siblings.begin(from, cut);
    const to = passCut(document, from, cut);
    siblings.end(to, cut);
    at = afterSpace(text, to);
  }
  siblings.close();
  return text[at] === closeArray ? at + 1 : Number.NaN;
}

function passMembers(document: Document, start: number, members: ReadonlyMap<string, Cut>): number {
  const { text } = document;
  if (text[start] !== openObject) return Number.NaN;
  const siblings = createSiblings(document.gone);
  const names = new Set<string>();
  let found = 0;
  let at = afterSpace(text, start + 1);
  for (let first = true; first ? text[at] !== closeObject : text[at] === comma; first = false) {
    const from = first ? at : afterSpace(text, at + 1);
    const nameEnd = passString(text, from);
    if (Number.isNaN(nameEnd)) return nameEnd;
    const name = nameBetween(text, from, nameEnd);
    if (names.has(name)) return Number.NaN;
    names.add(name);
    const cut = members.get(name);
    if (cut !== undefined) found += 1;
    siblings.begin(from, cut);
    const to = passCut(document, passColon(text, nameEnd), cut ?? "stay");
    siblings.end(to, cut);
    at = afterSpace(text, to);
  }
  siblings.close();
  return text[at] === closeObject && found === members.size ? at + 1 : Number.NaN;
}

/**
 * The members or elements of one container, in order. One that goes takes along what separates it from the one before it;
 * where none before it stays, what separates it from the first that does.
 */
function createSiblings(gone: number[]) {
  let leading = Number.NaN;
  let stays = false;
  let last = Number.NaN;
  const take = (from: number, to: number): void => {
    if (gone.at(-1) === from) gone[gone.length - 1] = to;
    else gone.push(from, to);
  };
  return {
    begin(at: number, cut: Cut | undefined): void {
      if (cut === "out") {
        if (Number.isNaN(leading)) leading = at;
      } else if (!stays) {
        if (!Number.isNaN(leading)) take(leading, at);
        stays = true;
      }
    },
    end(at: number, cut: Cut | undefined): void {
      if (cut === "out" && stays) take(last, at);
      last = at;
    },
    close(): void {
      if (!stays && !Number.isNaN(leading)) take(leading, last);
    },
  };
}
