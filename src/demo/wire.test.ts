import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeWire } from "./wire.ts";

describe("the wire form", () => {
  it("escapes what WhatsApp escapes, in lower case", () => {
    expect(encodeWire({ ã: ["a/b", "x@y.z", "👋", "<%&>"] }).toString()).toBe(
      String.raw`{"\u00e3":["a\/b","x\u0040y.z","\ud83d\udc4b","<%&>"]}`,
    );
  });

  it("is ASCII and says the same for every document", () => {
    const text = fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units));
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text)), (pairs) => {
        const document = Object.fromEntries(pairs);
        const wire = encodeWire(document);
        expect(wire.every((byte) => byte < 0x80 && byte !== 0x40)).toBe(true);
        expect(JSON.parse(wire.toString())).toEqual(document);
      }),
    );
  });
});
