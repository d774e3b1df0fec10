import { createHmac, hash } from "node:crypto";

/** Equal values give equal hashes, and without the key none can be guessed: 16 hex digits. */
export type KeyedHash = (bytes: string | Uint8Array) => string;

const HEX_DIGITS = 16;
const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
/** The longest text a WhatsApp message may have. */
const SHORT_CHARACTERS = 4096;
/** A UTF-16 code unit takes at most three bytes of UTF-8. */
const SHORT_BYTES = SHORT_CHARACTERS * 3;

/**
 * HMAC-SHA256 (RFC 2104), cut to 64 bits.
 * Nearly all values are short and take two one-shot hashes over the padded key: half of what an `Hmac` object costs.
 */
export function createKeyedHash(key: string): KeyedHash {
  const inner = Buffer.alloc(BLOCK_BYTES + SHORT_BYTES);
  const outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES);
  const keyBytes = Buffer.from(key);
  const block = Buffer.alloc(BLOCK_BYTES);
  block.set(keyBytes.length > BLOCK_BYTES ? hash("sha256", keyBytes, "buffer") : keyBytes);
  for (const [i, byte] of block.entries()) {
    inner[i] = byte ^ 0x36;
    outer[i] = byte ^ 0x5c;
  }

  const ofInner = (length: number): string => {
    outer.write(hash("sha256", inner.subarray(0, BLOCK_BYTES + length), "hex"), BLOCK_BYTES, "hex");
    return hash("sha256", outer, "hex").slice(0, HEX_DIGITS);
  };

  return (bytes) => {
    if (typeof bytes === "string" && bytes.length <= SHORT_CHARACTERS) return ofInner(inner.write(bytes, BLOCK_BYTES));
    if (typeof bytes !== "string" && bytes.length <= SHORT_BYTES) {
      inner.set(bytes, BLOCK_BYTES);
      return ofInner(bytes.length);
    }
    return createHmac("sha256", keyBytes).update(bytes).digest("hex").slice(0, HEX_DIGITS);
  };
}
