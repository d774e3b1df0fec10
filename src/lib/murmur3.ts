/**
 * MurmurHash3 x86-32 (Austin Appleby's, public domain) of the UTF-8 bytes of a text.
 * ASCII, as shopper ids are, is read straight from the string; everything else goes through one reused buffer.
 */

/** A text of up to this many UTF-16 units fits the buffer whatever it holds: a unit takes at most 3 bytes of UTF-8. */
const MAX_BUFFERED_UNITS = 1024;

const encoder = new TextEncoder();
const buffer = new Uint8Array(3 * MAX_BUFFERED_UNITS);

/** An unsigned 32-bit integer. A lone surrogate counts as U+FFFD. */
export function murmur3(text: string, seed: number): number {
  const length = text.length;
  const blocksEnd = length & ~3;
  let hash = seed | 0;
  // Every unit seen so far, or-ed together: above 0x7f once one of them was not ASCII.
  let seen = 0;
  for (let at = 0; at < blocksEnd; at += 4) {
    const a = text.charCodeAt(at);
    const b = text.charCodeAt(at + 1);
    const c = text.charCodeAt(at + 2);
    const d = text.charCodeAt(at + 3);
    seen |= a | b | c | d;
    hash = mixBlock(hash, a | (b << 8) | (c << 16) | (d << 24));
  }
  let tail = 0;
  for (let at = length - 1; at >= blocksEnd; at -= 1) {
    const unit = text.charCodeAt(at);
    seen |= unit;
    tail = (tail << 8) | unit;
  }
  return seen > 0x7f ? murmur3Utf8(text, seed) : finish(hash, tail, length);
}

function murmur3Utf8(text: string, seed: number): number {
  if (text.length > MAX_BUFFERED_UNITS) {
    const bytes = encoder.encode(text);
    return murmur3Bytes(bytes, bytes.length, seed);
  }
  return murmur3Bytes(buffer, encoder.encodeInto(text, buffer).written, seed);
}

function murmur3Bytes(bytes: Uint8Array, length: number, seed: number): number {
  const byte = (at: number): number => bytes[at] ?? 0;
  const blocksEnd = length & ~3;
  let hash = seed | 0;
  for (let at = 0; at < blocksEnd; at += 4) {
    hash = mixBlock(hash, byte(at) | (byte(at + 1) << 8) | (byte(at + 2) << 16) | (byte(at + 3) << 24));
  }
  let tail = 0;
  for (let at = length - 1; at >= blocksEnd; at -= 1) tail = (tail << 8) | byte(at);
  return finish(hash, tail, length);
}

function scramble(block: number): number {
  const mixed = Math.imul(block, 0xcc9e2d51);
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
}

function mixBlock(hash: number, block: number): number {
  const mixed = hash ^ scramble(block);
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}

/** `tail`: the last zero to three bytes, little-endian. An empty one scrambles to zero and changes nothing. */
function finish(hash: number, tail: number, length: number): number {
  let mixed = hash ^ scramble(tail) ^ length;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
