import { createHmac } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import { anyCharacter } from "../../test/support/any-character.ts";
import { createKeyedHash } from "./keyed-hash.ts";

const reference = (key: string, bytes: string | Uint8Array): string =>
  createHmac("sha256", key).update(bytes).digest("hex").slice(0, 16);

it("is HMAC-SHA256 cut to 16 digits, whatever the lengths", () => {
  const text = fc.oneof(
    fc.string({ unit: anyCharacter }),
    fc.integer({ min: 4090, max: 4100 }).map((n) => "é€👋".repeat(n / 4)),
  );
  const bytes = fc
    .tuple(fc.nat(13_000), fc.uint8Array({ minLength: 1, maxLength: 50 }))
    .map(([length, pattern]) => Buffer.alloc(length, pattern));
  fc.assert(
    fc.property(fc.string({ maxLength: 100 }), fc.oneof(text, bytes), (key, value) => {
      expect(createKeyedHash(key)(value)).toBe(reference(key, value));
    }),
  );
});

it.each([4095, 4096, 4097, 12_287, 12_288, 12_289])("changes its way unnoticed at %i", (length) => {
  const hash = createKeyedHash("key");
  expect(hash("€".repeat(length))).toBe(reference("key", "€".repeat(length)));
  expect(hash(Buffer.alloc(length, 7))).toBe(reference("key", Buffer.alloc(length, 7)));
});

it("leaves nothing of a value in the next one's hash", () => {
  const hash = createKeyedHash("key");
  hash("a long value that was there before");
  expect(hash("short")).toBe(reference("key", "short"));
});
