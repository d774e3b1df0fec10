import { expect, test } from "vitest";
import { fingerprintOf, keysAt, liveIn, retiredKeyMs, ringIn, ringText, rotated, takesOverMs } from "./key-ring.ts";

test("one key is a ring, and what is written is read", () => {
  expect(keysAt(ringIn("one"), 0)).toEqual({ current: "one", all: ["one"] });
  const ring = rotated(rotated(ringIn("one"), "two", 1_000), "three", 2_000);
  expect(ringText(ring)).toBe(`three,two@${2_000 + takesOverMs},one@${1_000 + takesOverMs}`);
  expect(ringIn(ringText(ring))).toEqual(ring);
});

test("a new key is known at once, in force a little later, and the one before for as long as its records", () => {
  const ring = rotated(ringIn("old"), "new", 1_000);
  const at = 1_000 + takesOverMs;
  expect(keysAt(ring, 1_000)).toEqual({ current: "old", all: ["old", "new"] });
  expect(keysAt(ring, at - 1)).toEqual({ current: "old", all: ["old", "new"] });
  expect(keysAt(ring, at)).toEqual({ current: "new", all: ["new", "old"] });
  expect(keysAt(ring, at + retiredKeyMs - 1).all).toEqual(["new", "old"]);
  expect(keysAt(ring, at + retiredKeyMs)).toEqual({ current: "new", all: ["new"] });
  expect(liveIn(ring, at + retiredKeyMs)).toEqual([{ key: "new", retiredAt: null }]);
});

test("keys that follow each other within seconds take over one after the other", () => {
  const ring = rotated(rotated(ringIn("a"), "b", 0), "c", 5_000);
  const current = (now: number): string => keysAt(ring, now).current;
  expect([0, takesOverMs, takesOverMs + 5_000].map(current)).toEqual(["a", "b", "c"]);
});

test("a fingerprint says nothing of a key but which it is", () => {
  expect(fingerprintOf("a")).toMatch(/^[0-9a-f]{8}$/);
  expect(fingerprintOf("a")).toBe(fingerprintOf("a"));
  expect(fingerprintOf("a")).not.toBe(fingerprintOf("b"));
});
