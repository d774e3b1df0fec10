import fc from "fast-check";

/** Any character that UTF-8 has: what fast-check calls `binary`, without the table that it takes seconds to make of it. */
export const anyCharacter = fc
  .oneof(fc.nat(0xd7ff), fc.integer({ min: 0xe000, max: 0x10ffff }))
  .map((point) => String.fromCodePoint(point));
