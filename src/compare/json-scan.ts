import { MAX_DEPTH } from "../lib/depth.ts";

/** What stands there is no JSON, or nests too deep. */
export class NoJson extends Error {}

/** It is thrown where there is somebody to catch it, who asks nothing of it. */
const noJson = new NoJson("No JSON, or too deep");

export const QUOTE = 0x22;
const COMMA = 0x2c;
export const OPEN_ARRAY = 0x5b;
export const CLOSE_ARRAY = 0x5d;
export const OPEN_OBJECT = 0x7b;
export const CLOSE_OBJECT = 0x7d;
export const BACKSLASH = 0x5c;
const COLON = 0x3a;
const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const ZERO = 0x30;
const LOWER_CASE = 0x20;
const E = 0x65;
const U = 0x75;

export function afterSpace(bytes: Uint8Array, start: number): number {
  for (let at = start; ; at += 1) {
    const byte = bytes[at] ?? QUOTE;
    if (byte > 0x20 || (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09)) return at;
  }
}

/** After a value that begins at `start`, `depth` containers deep. */
export function endOfValue(bytes: Uint8Array, start: number, depth: number): number {
  const byte = bytes[start];
  switch (byte) {
    case QUOTE:
      return endOfString(bytes, start);
    case OPEN_OBJECT: {
      const inside = deeper(depth);
      const first = afterSpace(bytes, start + 1);
      return bytes[first] === CLOSE_OBJECT ? first + 1 : endOfMembers(bytes, first, inside);
    }
    case OPEN_ARRAY: {
      const inside = deeper(depth);
      const first = afterSpace(bytes, start + 1);
      return bytes[first] === CLOSE_ARRAY ? first + 1 : endOfElements(bytes, first, inside);
    }
    case 0x74:
      return endOfWord(bytes, start, "true");
    case 0x66:
      return endOfWord(bytes, start, "false");
    case 0x6e:
      return endOfWord(bytes, start, "null");
    default:
      return endOfNumber(bytes, start);
  }
}

/** The depth inside of a container. */
export function deeper(depth: number): number {
  if (depth === MAX_DEPTH) throw noJson;
  return depth + 1;
}

/** After an object, from one of its members on. */
export function endOfMembers(bytes: Uint8Array, start: number, depth: number): number {
  for (let at = start; ; at = afterSpace(bytes, at + 1)) {
    at = afterSpace(bytes, endOfValue(bytes, startOfMember(bytes, endOfName(bytes, at)), depth));
    if (!isNext(bytes, at, CLOSE_OBJECT)) return at + 1;
  }
}

/** After an array, from one of its elements on. */
export function endOfElements(bytes: Uint8Array, start: number, depth: number): number {
  for (let at = start; ; at = afterSpace(bytes, at + 1)) {
    at = afterSpace(bytes, endOfValue(bytes, at, depth));
    if (!isNext(bytes, at, CLOSE_ARRAY)) return at + 1;
  }
}

export function endOfName(bytes: Uint8Array, start: number): number {
  if (bytes[start] !== QUOTE) throw noJson;
  return endOfString(bytes, start);
}

/** The value of a member, after its name. */
export function startOfMember(bytes: Uint8Array, afterName: number): number {
  const colon = afterSpace(bytes, afterName);
  if (bytes[colon] !== COLON) throw noJson;
  return afterSpace(bytes, colon + 1);
}

/** After one more child there is a comma or the end. */
export function isNext(bytes: Uint8Array, at: number, close: number): boolean {
  if (bytes[at] === COMMA) return true;
  if (bytes[at] !== close) throw noJson;
  return false;
}

/** What a string says that is written from quote to quote. */
export function textIn(bytes: Buffer, start: number, end: number): string {
  const written = bytes.toString("utf8", start + 1, end - 1);
  return written.includes("\\") ? String(JSON.parse(`"${written}"`)) : written;
}

/** Bytes of a string that stand for themselves. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number(byte >= 0x20 && byte !== QUOTE && byte !== BACKSLASH),
);

/** So many bytes are the same in both, from there on, and stand for themselves in a string. */
export function plainInBoth(one: Uint8Array, other: Uint8Array, i: number, j: number): number {
  const most = Math.min(one.length - i, other.length - j);
  let count = 0;
  while (count < most) {
    const byte = one[i + count] ?? 0;
    if (byte !== other[j + count] || PLAIN[byte] !== 1) break;
    count += 1;
  }
  return count;
}

/** After the closing quote, from the opening one or from before any other character. */
function endOfString(bytes: Uint8Array, start: number): number {
  for (let at = start + 1; ; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) return at + 1;
    if (byte === BACKSLASH) at = endOfEscape(bytes, at + 1);
    else if (byte === undefined || byte < 0x20) throw noJson;
  }
}

/** The last byte of an escape, from what follows the backslash. */
export function endOfEscape(bytes: Uint8Array, at: number): number {
  switch (bytes[at]) {
    case QUOTE:
    case BACKSLASH:
    case 0x2f:
    case 0x62:
    case 0x66:
    case 0x6e:
    case 0x72:
    case 0x74:
      return at;
    case U:
      for (let digit = at + 1; digit <= at + 4; digit += 1) if (!isHex(bytes[digit])) throw noJson;
      return at + 4;
    default:
      throw noJson;
  }
}

function isHex(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  const letter = byte | LOWER_CASE;
  return isDigit(byte) || (letter >= 0x61 && letter <= 0x66);
}

function endOfWord(bytes: Uint8Array, start: number, word: string): number {
  for (let i = 1; i < word.length; i += 1) if (bytes[start + i] !== word.charCodeAt(i)) throw noJson;
  return start + word.length;
}

function endOfNumber(bytes: Uint8Array, start: number): number {
  let at = bytes[start] === MINUS ? start + 1 : start;
  at = bytes[at] === ZERO ? at + 1 : endOfDigits(bytes, at);
  if (bytes[at] === POINT) at = endOfDigits(bytes, at + 1);
  if (((bytes[at] ?? 0) | LOWER_CASE) !== E) return at;
  at += 1;
  return endOfDigits(bytes, bytes[at] === PLUS || bytes[at] === MINUS ? at + 1 : at);
}

/** One at least. */
function endOfDigits(bytes: Uint8Array, start: number): number {
  let at = start;
  while (isDigit(bytes[at])) at += 1;
  if (at === start) throw noJson;
  return at;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= 0x39;
}
