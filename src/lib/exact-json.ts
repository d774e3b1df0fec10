import { MAX_DEPTH } from "./depth.ts";
import { Exact, isArray, isObject, type Node, Repeated } from "./exact.ts";

/** JSON nests deeper than `MAX_DEPTH`. */
export class TooDeep extends Error {}

/**
 * The value of JSON text, with what JSON.parse would lose: numbers that are not written as JavaScript writes them, and
 * members that an object has twice. `__proto__` comes out as a member of its own.
 * Nearly all texts have neither: JSON.parse reads them, and one pass over what is outside of strings tells.
 */
export function parseJson(text: string): Node {
  const plain = parsePlain(text);
  return plain === undefined ? readValue({ text, at: 0 }) : plain;
}

/** What JSON.parse gives. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** What JSON.parse gives where nothing is lost by it; undefined: something would be. */
export function parsePlain(text: string): Json | undefined {
  const { members, plainNumbers } = survey(text);
  const value = parse(text);
  return plainNumbers && members === membersIn(value) ? value : undefined;
}

/** JSON.parse with its result's type. */
const parse: (text: string) => Json = JSON.parse;

const quote = 0x22;
const comma = 0x2c;
const minus = 0x2d;
const colon = 0x3a;
const openArray = 0x5b;
const backslash = 0x5c;
const closeArray = 0x5d;
const openObject = 0x7b;
const closeObject = 0x7d;

interface Survey {
  readonly members: number;
  /** Every number is written as JavaScript writes it. */
  readonly plainNumbers: boolean;
}

/** Of any text; what it says of one that is no JSON means nothing. Throws where JSON would nest too deep. */
function survey(text: string): Survey {
  let depth = 0;
  let members = 0;
  let plainNumbers = true;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      at = endOfString(text, at) - 1;
    } else if (code === openObject || code === openArray) {
      depth += 1;
      if (depth > MAX_DEPTH) throw new TooDeep("JSON nests too deep");
    } else if (code === closeObject || code === closeArray) {
      depth -= 1;
    } else if (code === colon) {
      members += 1;
    } else if (startsNumber(code)) {
      const end = endOfNumber(text, at);
      plainNumbers &&= isPlainNumber(text, at, end);
      at = end - 1;
    }
  }
  return { members, plainNumbers };
}

function membersIn(value: Node): number {
  let members = 0;
  if (isArray(value)) {
    for (const element of value) if (typeof element === "object") members += membersIn(element);
  } else if (isObject(value)) {
    const values = Object.values(value);
    members += values.length;
    for (const member of values) if (typeof member === "object") members += membersIn(member);
  }
  return members;
}

/** After the closing quote, or the end of a text that has none. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; ; at += 1) {
    at = text.indexOf('"', at);
    if (at < 0) return text.length;
    let before = at - 1;
    while (text.charCodeAt(before) === backslash) before -= 1;
    if ((at - before) % 2 === 1) return at + 1;
  }
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function startsNumber(code: number): boolean {
  return isDigit(code) || code === minus;
}

function endOfNumber(text: string, start: number): number {
  let at = start + 1;
  for (; ; at += 1) {
    const code = text.charCodeAt(at);
    // Digits, then "+", "-", ".", "E" and "e".
    if (!isDigit(code) && code !== 0x2b && code !== minus && code !== 0x2e && (code | 0x20) !== 0x65) return at;
  }
}

/** Every integer of fifteen digits is a double. */
const SAFE_DIGITS = 15;

function isPlainNumber(text: string, start: number, end: number): boolean {
  if (end - start <= SAFE_DIGITS && isDigit(text.charCodeAt(start))) {
    let at = start + 1;
    while (at < end && isDigit(text.charCodeAt(at))) at += 1;
    if (at === end) return true;
  }
  const number = text.slice(start, end);
  return String(Number(number)) === number;
}

/** A place in text that JSON.parse has read: nothing in it needs to be checked again. */
interface Reader {
  readonly text: string;
  at: number;
}

/** Recursion is bounded by `MAX_DEPTH`. */
function readValue(reader: Reader): Node {
  const { text } = reader;
  const start = afterSpace(reader);
  switch (text.charCodeAt(start)) {
    case openObject:
      return readObject(reader);
    case openArray:
      return readArray(reader);
    case quote:
      return readString(reader);
    case 0x74:
      reader.at += 4;
      return true;
    case 0x66:
      reader.at += 5;
      return false;
    case 0x6e:
      reader.at += 4;
      return null;
    default: {
      reader.at = endOfNumber(text, start);
      const number = text.slice(start, reader.at);
      return isPlainNumber(text, start, reader.at) ? Number(number) : Exact.number(number);
    }
  }
}

function readObject(reader: Reader): Node {
  const members = new Map<string, Node>();
  reader.at += 1;
  if (reader.text.charCodeAt(afterSpace(reader)) === closeObject) {
    reader.at += 1;
    return {};
  }
  do {
    afterSpace(reader);
    const name = readString(reader);
    afterSpace(reader);
    reader.at += 1;
    members.set(name, withEarlier(members.get(name), readValue(reader)));
  } while (nextIsComma(reader));
  return Object.fromEntries(members);
}

function withEarlier(earlier: Node | undefined, value: Node): Node {
  if (earlier === undefined) return value;
  const values = earlier instanceof Repeated ? earlier : new Repeated();
  if (values !== earlier) values.push(earlier);
  values.push(value);
  return values;
}

function readArray(reader: Reader): Node {
  const elements: Node[] = [];
  reader.at += 1;
  if (reader.text.charCodeAt(afterSpace(reader)) === closeArray) {
    reader.at += 1;
    return elements;
  }
  do elements.push(readValue(reader));
  while (nextIsComma(reader));
  return elements;
}

function readString(reader: Reader): string {
  const start = reader.at;
  reader.at = endOfString(reader.text, start);
  const spelled = reader.text.slice(start, reader.at);
  return spelled.includes("\\") ? String(JSON.parse(spelled)) : spelled.slice(1, -1);
}

/** Passes the comma between two children, or what closes their parent. */
function nextIsComma(reader: Reader): boolean {
  const found = reader.text.charCodeAt(afterSpace(reader)) === comma;
  reader.at += 1;
  return found;
}

function afterSpace(reader: Reader): number {
  while (reader.text.charCodeAt(reader.at) <= 0x20) reader.at += 1;
  return reader.at;
}
