import { afterSpace, nameBetween, passString } from "./json-bytes.ts";

const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;

/**
 * Puts other strings in the places of those values of a JSON document (RFC 8259) that are one of these, however they are
 * spelled, and leaves every other byte as it came. Names of members are no values. null: one of them is nowhere in it. The
 * bytes must be a document that a parser takes.
 */
export function replaceStrings(bytes: Uint8Array, texts: ReadonlyMap<string, string>): Uint8Array | null {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Most strings are of another length: what is spelled without escapes takes the bytes that it has.
  const lengths = new Set(Array.from(texts.keys(), (each) => Buffer.byteLength(each)));
  const pieces: Buffer[] = [];
  const found = new Set<string>();
  let kept = 0;
  let escape = indexFrom(text, backslash, 0);
  for (let from = text.indexOf(quote); from !== -1;) {
    const to = passString(text, from);
    if (Number.isNaN(to)) return null;
    if (escape < from) escape = indexFrom(text, backslash, from);
    const mayBe = lengths.has(to - from - 2) || escape < to;
    const value = mayBe ? nameBetween(text, from, to) : "";
    const other = mayBe ? texts.get(value) : undefined;
    if (other !== undefined && text[afterSpace(text, to)] !== colon) {
      found.add(value);
      pieces.push(text.subarray(kept, from), Buffer.from(JSON.stringify(other)));
      kept = to;
    }
    from = text.indexOf(quote, to);
  }
  if (found.size < texts.size) return null;
  return pieces.length === 0 ? bytes : Buffer.concat([...pieces, text.subarray(kept)]);
}

function indexFrom(text: Buffer, byte: number, start: number): number {
  const at = text.indexOf(byte, start);
  return at === -1 ? Infinity : at;
}
